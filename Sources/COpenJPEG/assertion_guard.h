// Debian's OpenJPEG is built with its assertions, and damaged HTJ2K streams reach some of them: the process would end with
// the batch half done. While a guard is entered, a failed assertion on its thread comes back to the setjmp instead.
#ifndef COPENJPEG_ASSERTION_GUARD_H
#define COPENJPEG_ASSERTION_GUARD_H

#include <setjmp.h>

typedef struct {
    jmp_buf back;
    char reason[200];
} assertion_guard;

void copenjpeg_enter(assertion_guard *guard);
void copenjpeg_leave(void);

#endif
