// Libraries that are opened at run time, and their functions.
#ifndef CLIBRARY_H
#define CLIBRARY_H

#include <dlfcn.h>

#include "cmessage.h"

// Opens a library; NULL with the loader's reason where it cannot be.
static inline void *clibrary_open(const char *path, cmessage *message) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *why = dlerror();
        cmessage_say(message, why ? why : path);
    }
    return library;
}

// Writes a function's address to `place`, a pointer to a function pointer; NULL and 0 where the library has none of that name.
static inline int clibrary_find(void *library, const char *name, void *place) {
    // ISO C has no conversion from an object's pointer to a function's; POSIX promises that this one works.
    *(void **)place = dlsym(library, name);
    return *(void **)place != NULL;
}

#endif
