#include "callocator.h"

#include <stdlib.h>  // defines __GLIBC__ where it is

#ifdef __GLIBC__
#include <malloc.h>
#endif

void callocator_keep_memory(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_MAX, 0);              // large blocks from the heap too
    mallopt(M_ARENA_MAX, 1);             // the one heap that can grow without bound; others stop at 64 MB
    mallopt(M_TRIM_THRESHOLD, 1 << 30);  // and stays grown
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}
