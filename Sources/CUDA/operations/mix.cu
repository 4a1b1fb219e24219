// MixUp: images with those before them, in the roundings of the host.
#include "operations.h"
#include "rows.cuh"

namespace mammo_cuda {

/// `values` of an image. Products and sums are rounded one by one, as where the host computes them.
template <int width>
__global__ void __launch_bounds__(row_threads) mix_images(
    const float *in, int in_images, float own, float other, float *out, int64_t values) {
    const int64_t image = blockIdx.y, before = (image + in_images - 1) % in_images;
    const int64_t step = static_cast<int64_t>(gridDim.x) * row_threads * width;
    for (int64_t i = (static_cast<int64_t>(blockIdx.x) * row_threads + threadIdx.x) * width; i < values; i += step) {
        float mine[width], theirs[width];
        load(in + image * values + i, mine);
        load(in + before * values + i, theirs);
#pragma unroll
        for (int k = 0; k < width; k++) mine[k] = __fadd_rn(__fmul_rn(theirs[k], other), __fmul_rn(mine[k], own));
        store(out + image * values + i, mine);
    }
}

status mix(context *context, const float *in, int in_images, float own, float *out, shape shape) {
    const int64_t values = static_cast<int64_t>(shape.rows) * shape.columns * shape.channels;
    if (shape.images == 0 || values == 0) return mammo_cuda_ok;
    if (in_images < shape.images || shape.images > 65535) {
        return fail(mammo_cuda_failed, "%d images mixed from %d, where 65535 are the most", shape.images, in_images);
    }
    // Rows of the values modulo four: an image's begin at multiples of 16 bytes where they are divisible by that.
    return with_width<float>(static_cast<int>(values % 4), {in, out}, [&](auto wide) {
        constexpr int width = decltype(wide)::value;
        const int64_t blocks = std::min<int64_t>(divide_up(values, row_threads * width), 1 << 16);
        const dim3 grid(static_cast<unsigned>(blocks), static_cast<unsigned>(shape.images));
        KLAUNCH(
            mix_images<width>, grid, dim3(row_threads), 0, context->compute(), in, in_images, own, 1 - own, out, values);
        return launched("mixing of images");
    });
}

}  // namespace mammo_cuda
