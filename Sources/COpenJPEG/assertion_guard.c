#include "assertion_guard.h"

#include <stdio.h>
#include <stdlib.h>

static _Thread_local assertion_guard *entered;

void copenjpeg_enter(assertion_guard *guard) { entered = guard; }

void copenjpeg_leave(void) { entered = NULL; }

/// What assert() calls in glibc (LSB 5.0, __assert_fail): the executable's definition goes before the C library's, for
/// every library it loads.
_Noreturn void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function);
_Noreturn void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function) {
    assertion_guard *guard = entered;
    if (!guard) {
        fprintf(stderr, "%s:%u: %s: assertion failed: %s\n", file, line, function, assertion);
        abort();
    }
    entered = NULL;
    snprintf(guard->reason, sizeof guard->reason, "it is damaged (%s does not hold)", assertion);
    longjmp(guard->back, 1);
}
