// Which products exist: the types that cuBLASLt multiplies with fp32 sums and fp32 scaling (CUBLAS_COMPUTE_32F and
// CUBLAS_COMPUTE_32F_FAST_TF32 in the table of cublasLtMatmul's documentation). The emulated product refuses the same ones.
#pragma once

#include "context.cuh"

namespace mammo_cuda {

inline const char *name_of(mammo_cuda_type type) {
    return type == mammo_cuda_fp32 ? "fp32" : type == mammo_cuda_fp16 ? "fp16" : "bf16";
}

inline int64_t bytes_of(mammo_cuda_type type) { return type == mammo_cuda_fp32 ? 4 : 2; }

/// Ok, or `mammo_cuda_unsupported` with the reason.
inline mammo_cuda_status supported(const mammo_cuda_context *context, const mammo_cuda_product &product) {
    if (product.depth <= 0) {
        return fail(mammo_cuda_unsupported, "a product of depth %lld, expected 1 or more", (long long)product.depth);
    }
    if (product.out_type != product.type && product.out_type != mammo_cuda_fp32) {
        return fail(
            mammo_cuda_unsupported, "no product of %s gives %s; it gives fp32%s%s", name_of(product.type),
            name_of(product.out_type), product.type == mammo_cuda_fp32 ? "" : " or ",
            product.type == mammo_cuda_fp32 ? "" : name_of(product.type));
    }
    if (product.out_type != mammo_cuda_fp32 && product.beta != 0) {
        return fail(
            mammo_cuda_unsupported, "a product of %s values is not added to %s: it would be rounded twice; add to fp32",
            name_of(product.type), name_of(product.out_type));
    }
    if (product.type == mammo_cuda_bf16 && context->major < 8) {
        return fail(
            mammo_cuda_unsupported, "products of bf16 need sm_80 or newer, and this device is sm_%d%d", context->major,
            context->minor);
    }
    if (product.tf32 && product.type != mammo_cuda_fp32) {
        return fail(mammo_cuda_unsupported, "a product of %s in TF32, which is for fp32", name_of(product.type));
    }
    if (product.tf32 && context->major < 8) {
        return fail(
            mammo_cuda_unsupported, "products of fp32 in TF32 need sm_80 or newer, and this device is sm_%d%d",
            context->major, context->minor);
    }
    return mammo_cuda_ok;
}

}  // namespace mammo_cuda
