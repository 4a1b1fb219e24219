// Which products the fused kernel computes, and what is wrong with one that comes with the operation after it.
#include "fused_product.cuh"

namespace mammo_cuda {

bool is_fused(
    const mammo_cuda_context *context, const mammo_cuda_product &p, bool b_transposed,
    std::initializer_list<const void *> pointers) {
    if (p.separate || p.plain || p.type == mammo_cuda_fp32 || p.alpha != 1 || p.beta != 0) {
        return false;
    }
    // Tensor cores multiply fp16 in this form from sm_75 on, bf16 from sm_80 on.
    if (10 * context->major + context->minor < (p.type == mammo_cuda_fp16 ? 75 : 80)) return false;
    if (p.a_transposed || (p.b_transposed != 0) != b_transposed || p.out_stride != p.columns) return false;
    if (p.columns > 1 << 24 || p.depth > 1 << 24) return false;
    for (int64_t extent : {p.columns, p.depth, p.a_stride, p.b_stride}) {
        if (extent % fused_pack != 0) return false;
    }
    for (const void *pointer : {p.a, p.b, static_cast<const void *>(p.out)}) {
        if (reinterpret_cast<uintptr_t>(pointer) % 16 != 0) return false;
    }
    for (const void *pointer : pointers) {
        if (reinterpret_cast<uintptr_t>(pointer) % 16 != 0) return false;
    }
    return true;
}

mammo_cuda_status is_dense(const mammo_cuda_product &p, const char *name) {
    if (p.out_stride == p.columns) return mammo_cuda_ok;
    return fail(
        mammo_cuda_unsupported, "%s whose rows of %lld values begin %lld values from each other; expected no gap", name,
        (long long)p.columns, (long long)p.out_stride);
}

mammo_cuda_status has_shape(const mammo_cuda_product &p, shape s, const char *name) {
    const int64_t positions = static_cast<int64_t>(s.images) * s.rows * s.columns;
    if (positions == p.rows && s.channels == p.columns) return mammo_cuda_ok;
    return fail(
        mammo_cuda_unsupported, "%s of %lld x %lld values for %lld positions of %d channels", name, (long long)p.rows,
        (long long)p.columns, (long long)positions, s.channels);
}

}  // namespace mammo_cuda
