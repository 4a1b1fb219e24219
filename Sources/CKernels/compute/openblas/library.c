#include "library.h"

#include "clibrary.h"

// What openblas_get_parallel returns: only a build for POSIX threads locks what its callers share. A sequential one locks
// nothing, one for OpenMP expects OpenMP's threads.
enum { for_posix_threads = 1 };

blas_sgemm *openblas_open(const char *path, cmessage *message) {
    void *library = clibrary_open(path, message);
    if (!library) return NULL;
    blas_sgemm *sgemm;
    int (*parallel)(void);
    void (*set_threads)(int);
    const int is_whole = clibrary_find(library, "cblas_sgemm", &sgemm) &&
                         clibrary_find(library, "openblas_get_parallel", &parallel) &&
                         clibrary_find(library, "openblas_set_num_threads", &set_threads);
    if (!is_whole || parallel() != for_posix_threads) {
        char text[sizeof message->text];
        snprintf(
            text, sizeof text, "%s: %s", path,
            is_whole ? "a build of OpenBLAS that several threads may not call, expected one for POSIX threads" : "no OpenBLAS");
        cmessage_say(message, text);
        // Never closed: its threads may be waiting already.
        return NULL;
    }
    set_threads(1);
    return sgemm;
}
