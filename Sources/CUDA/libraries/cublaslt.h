// The part of cuBLASLt's interface that products need, so that its 400 MB are not needed to build. Names and values are
// those of cublasLt.h and cublas_api.h (13.x; the same in 11 and 12); declarations_check.cpp compares them with the real
// header.
#pragma once

#include "mammo_cuda.h"

#include <cstddef>
#include <cstdint>

namespace mammo_cuda::cublaslt {

using handle = struct handle_of_library *;
using operation = struct operation_of_library *;
using layout = struct layout_of_library *;
using preference = struct preference_of_library *;
using stream = struct CUstream_st *;

constexpr int success = 0;                  // CUBLAS_STATUS_SUCCESS
constexpr int not_supported = 15;           // CUBLAS_STATUS_NOT_SUPPORTED
constexpr int real_32 = 0;                  // CUDA_R_32F
constexpr int real_16 = 2;                  // CUDA_R_16F
constexpr int real_b16 = 14;                // CUDA_R_16BF
constexpr int compute_32 = 68;              // CUBLAS_COMPUTE_32F: no TF32
constexpr int compute_tf32 = 77;            // CUBLAS_COMPUTE_32F_FAST_TF32
constexpr int32_t plain = 0;                // CUBLAS_OP_N
constexpr int32_t transposed = 1;           // CUBLAS_OP_T
constexpr int operation_transpose_a = 3;    // CUBLASLT_MATMUL_DESC_TRANSA
constexpr int operation_transpose_b = 4;    // CUBLASLT_MATMUL_DESC_TRANSB
constexpr int preferred_workspace = 1;      // CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES
constexpr int preferred_reduction = 3;      // CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK
constexpr int preferred_alignment_a = 5;    // CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES
constexpr int preferred_alignment_b = 6;    // CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES
constexpr int preferred_alignment_c = 7;    // CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES
constexpr int preferred_alignment_d = 8;    // CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES
constexpr uint32_t reduction_in_float = 2;  // CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE

struct algorithm {
    uint64_t data[8];
};

struct heuristic {
    algorithm chosen;
    size_t workspace;
    int state;
    float waves;
    int reserved[4];
};

/// The functions, by the names that they have after "cublasLt".
struct functions {
    int (*Create)(handle *);
    int (*Destroy)(handle);
    size_t (*GetVersion)();
    const char *(*GetStatusString)(int);
    int (*MatmulDescCreate)(operation *, int compute, int scale);
    int (*MatmulDescDestroy)(operation);
    int (*MatmulDescSetAttribute)(operation, int attribute, const void *, size_t);
    int (*MatrixLayoutCreate)(layout *, int type, uint64_t rows, uint64_t columns, int64_t stride);
    int (*MatrixLayoutDestroy)(layout);
    int (*MatmulPreferenceCreate)(preference *);
    int (*MatmulPreferenceDestroy)(preference);
    int (*MatmulPreferenceSetAttribute)(preference, int attribute, const void *, size_t);
    int (*MatmulAlgoGetHeuristic)(
        handle, operation, layout a, layout b, layout c, layout d, preference, int wanted, heuristic *, int *found);
    int (*MatmulAlgoCheck)(
        handle, operation, layout a, layout b, layout c, layout d, const algorithm *, heuristic *result);
    int (*Matmul)(
        handle, operation, const void *alpha, const void *a, layout, const void *b, layout, const void *beta,
        const void *c, layout, void *d, layout, const algorithm *, void *workspace, size_t workspace_bytes, stream);
};

/// Opens the newest cuBLASLt that this machine's driver accepts (versions 13, 12, 11), and makes a handle on the current
/// device. `folder` is searched first and may be null.
mammo_cuda_status open(const char *folder, functions &functions, handle *handle, mammo_cuda_library_place *place);

}  // namespace mammo_cuda::cublaslt
