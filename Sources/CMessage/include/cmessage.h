// A text of fixed size that the C and C++ shims hand an error back in: no allocation, and no one to free it.
#ifndef CMESSAGE_H
#define CMESSAGE_H

#include <stdio.h>

typedef struct {
    char text[256];
} cmessage;

static inline void cmessage_say(cmessage *message, const char *text) {
    if (message) snprintf(message->text, sizeof message->text, "%s", text);
}

#endif
