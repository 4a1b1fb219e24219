#include "cmessage.h"
