#include "check.h"
namespace check {
void measure(session &, double, double) {}
void roofline() {}
}
