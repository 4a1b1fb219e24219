// Instructions that CUDA C++ has no function for, as PTX. emulation/instructions.h computes the same on the host.
// The layout of fragments is PTX ISA's, "Matrix Fragments for mma.m16n8k16 with floating point type".
#pragma once

#include <cstdint>
#include <type_traits>

__device__ __forceinline__ float approximate_exp2(float x) {
    float result;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}
__device__ __forceinline__ float approximate_reciprocal(float x) {
    float result;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}

__device__ __forceinline__ uint32_t shared_address(const void *shared) {
    return static_cast<uint32_t>(__cvta_generic_to_shared(shared));
}

template <typename T> __device__ __forceinline__ T *advanced(T *from, unsigned bytes, unsigned steps) {
    unsigned long long result;
    asm("mad.wide.u32 %0, %1, %2, %3;" : "=l"(result) : "r"(bytes), "r"(steps), "l"(__cvta_generic_to_global(from)));
    return static_cast<T *>(__cvta_global_to_generic(static_cast<size_t>(result)));
}

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
constexpr bool copies_take_registers = false;
struct copy_ahead {
    __device__ __forceinline__ void begin(void *to, const void *from, int bytes) {
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)), "l"(from), "r"(bytes) : "memory");
    }
    __device__ __forceinline__ void end(void *) {}
};
__device__ __forceinline__ void copies_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int groups> __device__ __forceinline__ void copies_wait() {
    asm volatile("cp.async.wait_group %0;" ::"n"(groups) : "memory");
}
#else
constexpr bool copies_take_registers = true;
class copy_ahead {
    uint4 held;

public:
    __device__ __forceinline__ void begin(void *, const void *from, int bytes) {
        held = make_uint4(0, 0, 0, 0);
        if (bytes) held = *static_cast<const uint4 *>(from);
    }
    __device__ __forceinline__ void end(void *to) { *static_cast<uint4 *>(to) = held; }
};
__device__ __forceinline__ void copies_commit() {}
template <int groups> __device__ __forceinline__ void copies_wait() {}
#endif

__device__ __forceinline__ void load_matrices(uint32_t (&out)[4], const void *row) {
#if __CUDA_ARCH__ >= 750
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                 : "r"(shared_address(row))
                 : "memory");
#endif
}
__device__ __forceinline__ void load_matrices_transposed(uint32_t (&out)[4], const void *row) {
#if __CUDA_ARCH__ >= 750
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                 : "r"(shared_address(row))
                 : "memory");
#endif
}

/// Whether there is such an instruction for the type. A kernel of it is not called where there is none.
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
template <typename T> constexpr bool multiplies_matrices = true;
#else
template <typename T> constexpr bool multiplies_matrices = __CUDA_ARCH__ >= 750 && std::is_same_v<T, __half>;
#endif

template <typename T>
__device__ __forceinline__ void multiply_matrices(float (&sums)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1);

template <>
__device__ __forceinline__ void multiply_matrices<__half>(
    float (&sums)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
#if __CUDA_ARCH__ >= 800
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#elif __CUDA_ARCH__ >= 750
    asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
        : "r"(a[0]), "r"(a[1]), "r"(b0));
    asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
        : "r"(a[2]), "r"(a[3]), "r"(b1));
#endif
}

template <>
__device__ __forceinline__ void multiply_matrices<__nv_bfloat16>(
    float (&sums)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
#if __CUDA_ARCH__ >= 800
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#endif
}
