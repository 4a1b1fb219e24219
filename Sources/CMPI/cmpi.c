// Nothing but the header is here: a plugin that is opened at run time has the functions.
#include "mammo_mpi.h"
