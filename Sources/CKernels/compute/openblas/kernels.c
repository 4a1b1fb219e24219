// The portable kernels with products by OpenBLAS: for processors that our own are not written for, and to compare with.
//
// Panels have 64 columns: each is a plain matrix to sgemm. The packing of weights is compiled for them.
#include "../sets.h"

#include <pthread.h>

#include "library.h"

static blas_sgemm *sgemm;

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx"))) static void end_avx(void) { _mm256_zeroupper(); }
#endif

/// To be called after sgemm: its kernels for AVX leave the registers' upper halves in use, and SSE, which the other kernels are
/// compiled to, would wait for them (half the speed on an AMD EPYC).
static void end_product(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx")) end_avx();
#endif
}

#define LANES 4
#define PANEL_COLUMNS 64
#pragma clang fp contract(fast)

#include "../templates/vector.h"

#include "../templates/gelu.h"

#include "../templates/silu.h"

#include "../templates/activation.h"

#include "../templates/packing.h"

#include "product.h"

static ckernels_float_kernels kernels;
static cmessage why_not;

static void make(const char *path) {
    sgemm = openblas_open(path, &why_not);
    kernels = ckernels_float_portable;
    kernels.name = "OpenBLAS";
    kernels.panel_columns = panel_columns;
    kernels.tile_rows = block_rows;
    kernels.product = product;
    kernels.outer = outer;
    kernels.pack_columns = pack_columns;
    kernels.pack_rows = pack_rows;
}

const ckernels_float_kernels *ckernels_float_openblas(const char *path, cmessage *message) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool is_made;
    pthread_mutex_lock(&lock);
    if (!is_made) make(path);
    is_made = true;
    pthread_mutex_unlock(&lock);
    if (!sgemm) cmessage_say(message, why_not.text);
    return sgemm ? &kernels : NULL;
}
