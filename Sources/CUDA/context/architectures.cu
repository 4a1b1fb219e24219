// What the library was compiled for, and which devices that runs on.
#include "context.cuh"
#include "context.h"

#include <cstdlib>
#include <cstring>

namespace mammo_cuda {

const char *architectures() {
#ifdef __CUDACC__
    // Given by Scripts/build-cuda, together with the -gencode options that it states.
    return MAMMO_CUDA_ARCHITECTURES;
#else
    return emulation::architectures();
#endif
}

bool runs_on(const char *architectures, int major, int minor) {
    for (const char *at = architectures; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
        const bool is_ptx = strncmp(at, "compute_", 8) == 0;
        if (!is_ptx && strncmp(at, "sm_", 3) != 0) continue;
        const int number = atoi(strchr(at, '_') + 1), own = number / 10;
        // Machine code runs within its major version; PTX is compiled by the driver for everything newer.
        if (is_ptx ? number <= major * 10 + minor : own == major && number % 10 <= minor) return true;
    }
    return false;
}

}  // namespace mammo_cuda
