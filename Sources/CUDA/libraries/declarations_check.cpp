// Compares cublaslt.h and nccl.h with the real headers; no part of the plugin. With INCLUDE the folders that hold
// cublasLt.h, nccl.h and cuda_runtime_api.h:
//     g++ -std=c++17 -fsyntax-only -ISources/CCUDA/include -I... Sources/CUDA/libraries/declarations_check.cpp
#include "cublaslt.h"
#include "nccl.h"

#include <cublasLt.h>
#include <nccl.h>
#include <type_traits>

namespace ours = mammo_cuda::cublaslt;

static_assert(ours::success == CUBLAS_STATUS_SUCCESS && ours::not_supported == CUBLAS_STATUS_NOT_SUPPORTED);
static_assert(ours::real_32 == CUDA_R_32F && ours::real_16 == CUDA_R_16F && ours::real_b16 == CUDA_R_16BF);
static_assert(ours::compute_32 == CUBLAS_COMPUTE_32F && ours::plain == CUBLAS_OP_N && ours::transposed == CUBLAS_OP_T);
static_assert(ours::compute_tf32 == CUBLAS_COMPUTE_32F_FAST_TF32);
static_assert(ours::operation_transpose_a == CUBLASLT_MATMUL_DESC_TRANSA);
static_assert(ours::operation_transpose_b == CUBLASLT_MATMUL_DESC_TRANSB);
static_assert(ours::preferred_workspace == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES);
static_assert(ours::preferred_reduction == CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK);
static_assert(ours::preferred_alignment_a == CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES);
static_assert(ours::preferred_alignment_b == CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES);
static_assert(ours::preferred_alignment_c == CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES);
static_assert(ours::preferred_alignment_d == CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES);
static_assert(ours::reduction_in_float == CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE);
static_assert(sizeof(ours::algorithm) == sizeof(cublasLtMatmulAlgo_t));
static_assert(sizeof(ours::heuristic) == sizeof(cublasLtMatmulHeuristicResult_t));
static_assert(offsetof(ours::heuristic, workspace) == offsetof(cublasLtMatmulHeuristicResult_t, workspaceSize));
static_assert(offsetof(ours::heuristic, state) == offsetof(cublasLtMatmulHeuristicResult_t, state));

static_assert(sizeof(mammo_cuda::nccl::unique_id) == sizeof(ncclUniqueId));
static_assert(mammo_cuda::nccl::success == ncclSuccess && mammo_cuda::nccl::float_32 == ncclFloat32);
static_assert(mammo_cuda::nccl::sum == ncclSum);

/// Whether a value is passed alike: both pointers, or both as large and of a kind.
template <typename Ours, typename Real>
constexpr bool alike = sizeof(Ours) == sizeof(Real) && std::is_pointer_v<Ours> == std::is_pointer_v<Real> &&
                       std::is_floating_point_v<Ours> == std::is_floating_point_v<Real>;

template <typename Ours, typename Real> struct same_call : std::false_type {};
template <typename O, typename... Os, typename R, typename... Rs>
struct same_call<O (*)(Os...), R (*)(Rs...)>
    : std::bool_constant<sizeof...(Os) == sizeof...(Rs) && alike<O, R> && (alike<Os, Rs> && ...)> {};

#define SAME(table, prefix, name) static_assert(same_call<decltype(table::name), decltype(&prefix##name)>::value, #name)
SAME(ours::functions, cublasLt, Create);
SAME(ours::functions, cublasLt, Destroy);
SAME(ours::functions, cublasLt, GetStatusString);
SAME(ours::functions, cublasLt, GetVersion);
SAME(ours::functions, cublasLt, MatmulDescCreate);
SAME(ours::functions, cublasLt, MatmulDescDestroy);
SAME(ours::functions, cublasLt, MatmulDescSetAttribute);
SAME(ours::functions, cublasLt, MatrixLayoutCreate);
SAME(ours::functions, cublasLt, MatrixLayoutDestroy);
SAME(ours::functions, cublasLt, MatmulPreferenceCreate);
SAME(ours::functions, cublasLt, MatmulPreferenceDestroy);
SAME(ours::functions, cublasLt, MatmulPreferenceSetAttribute);
SAME(ours::functions, cublasLt, MatmulAlgoGetHeuristic);
SAME(ours::functions, cublasLt, MatmulAlgoCheck);
SAME(ours::functions, cublasLt, Matmul);
SAME(mammo_cuda::nccl::functions, nccl, GetVersion);
SAME(mammo_cuda::nccl::functions, nccl, GetUniqueId);
SAME(mammo_cuda::nccl::functions, nccl, CommInitRank);
SAME(mammo_cuda::nccl::functions, nccl, CommDestroy);
SAME(mammo_cuda::nccl::functions, nccl, AllReduce);
SAME(mammo_cuda::nccl::functions, nccl, GetErrorString);
