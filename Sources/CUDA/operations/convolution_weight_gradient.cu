// The gradient of a dense convolution's weights: the product over all outputs of their patches and their gradient. The fused kernel's
// parts read the patches from the images, each block for some of the outputs; elsewhere patches are gathered, and cuBLASLt multiplies.
#include "convolution.h"
#include "fused_images.cuh"
#include "fused_product.cuh"

namespace mammo_cuda {

template <typename T> struct weight_sums_call {
    stored_images<T> images;
    /// Outputs × channels.
    stored_matrix<T> gradient;
    /// Values of a patch.
    int depth;
    /// Outputs that a block adds up.
    int64_t share;
    /// Blocks in y × depth × channels of the gradient.
    float *partials;
};

/// A block in x for each tile of patch values × channels, in y for each share of the outputs.
template <typename T, typename Tiling>
__global__ void __launch_bounds__(fused_threads, fused_blocks) weight_sums(weight_sums_call<T> call) {
    if constexpr (!multiplies_matrices<T>) return;
    CUDA_SHARED(T, shared, Tiling::shared);
    const int channels = static_cast<int>(call.gradient.columns), across = (channels + Tiling::columns - 1) / Tiling::columns;
    const int first_value = static_cast<int>(blockIdx.x) / across * fused_rows;
    const int first_channel = static_cast<int>(blockIdx.x) % across * Tiling::columns;
    const int64_t first = blockIdx.y * call.share, left = call.images.rows - first;
    const int outputs = static_cast<int>(left < call.share ? left : call.share);
    const warp_place<Tiling> at;
    float sums[Tiling::down][Tiling::across][4] = {};
    {
        image_copies_across<T, fused_rows / fused_pack> patches(call.images, first_value, call.depth, first, outputs);
        const stored_matrix<T> own = {
            call.gradient.values + first * call.gradient.stride, call.gradient.stride, outputs, channels};
        tile_copies<T, fused_depth, Tiling::columns / fused_pack, false> slopes(own, first_channel, outputs);
        const fragment_places_across<Tiling> places(at);
        add_tiles<T, Tiling>(shared, patches, slopes, places, (outputs + fused_depth - 1) / fused_depth, sums);
    }
    float *const out = call.partials + static_cast<int64_t>(blockIdx.y) * call.depth * channels;
    for_sums<Tiling>(at, sums, [&](int row, int column, const float(&pair)[2]) {
        if (first_value + row >= call.depth || first_channel + column >= channels) return;
        store(out + static_cast<int64_t>(first_value + row) * channels + first_channel + column, pair);
    });
}

/// Adds sums of patch values × outputs to weights of outputs × C × taps.
struct added_weights {
    float *weights;
    int outputs, channels, taps;

    __device__ void operator()(int, int64_t place, float sum) const {
        const int64_t value = place / outputs, output = place % outputs;
        weights[(output * channels + value % channels) * taps + value / channels] += sum;
    }
};

/// Outputs that a block adds up: several tiles of the depth, and no more than keep the error of its sums small, which tensor cores
/// may round towards zero at each step.
constexpr int64_t least_share = 4 * fused_depth, most_share = 512 * fused_depth;

template <int tile_columns, typename T>
static status launch_weight_sums(
    context *context, const stored_images<T> &images, const T *gradient, int outputs, added_weights added) {
    using Tiling = fused_tiling<tile_columns>;
    const auto kernel = weight_sums<T, Tiling>;
    const int depth = added.channels * added.taps;
    const int64_t tiles = divide_up(depth, fused_rows) * divide_up(outputs, tile_columns);
    int wave = 0;
    TRY(wave_of(context, kernel, fused_threads, 0, &wave));
    const int64_t even = divide_up(divide_up(images.rows, std::max<int64_t>(1, wave / tiles)), fused_depth) * fused_depth;
    const int64_t share = std::clamp<int64_t>(even, least_share, most_share);
    const int64_t shares = divide_up(images.rows, share);
    if (shares > 65535) return fail(mammo_cuda_failed, "%lld outputs at once in a gradient of weights", (long long)images.rows);
    const int blocks = static_cast<int>(shares);
    const int64_t sums = static_cast<int64_t>(depth) * outputs;
    weight_sums_call<T> call = {images, {gradient, outputs, images.rows, outputs}, depth, share, nullptr};
    TRY(scratch(context, blocks * sums, &call.partials));
    KLAUNCH(kernel, dim3(static_cast<unsigned>(tiles), blocks), dim3(fused_threads), 0, context->compute(), call);
    TRY(launched("gradient of a convolution's weights"));
    return launch_sum_blocks(context, call.partials, 1, blocks, sums, added);
}

/// Where there are tensor cores for the type, and channels and outputs are copied 16 bytes at a time.
static bool adds_from_images(
    const context *context, const convolution_of &of, const void *gradient, type gradient_type) {
    if (of.window.kernel > most_taps_across || of.shape.channels % fused_pack != 0) return false;
    if (positions_of(outputs_of(of.shape, of.window, of.outputs)) * of.shape.images > 0x7FFFFFFF) return false;
    mammo_cuda_product p = product_of(of, 1, of.outputs, depth_of(of), of.in_type == of.type ? of.in : nullptr, nullptr);
    return is_fused(context, p, true, {gradient_type == of.type ? gradient : nullptr});
}

/// The product by tensor cores, added to the weights' gradient.
static status add_weight_sums(
    context *context, const convolution_of &of, const void *gradient, type gradient_type, float *weights_gradient) {
    const int64_t values = positions_of(of.shape) * of.shape.channels;
    const int64_t slopes = positions_of(outputs_of(of.shape, of.window, of.outputs)) * of.outputs;
    const int64_t copied = (of.in_type == of.type ? 0 : values) + (gradient_type == of.type ? 0 : slopes);
    const added_weights added = {
        weights_gradient, of.outputs, of.shape.channels, of.window.kernel * of.window.kernel};
    return in_parts(of, copied * bytes_of(of.type), [&](const convolution_of &part, int first) {
        const int images = part.shape.images;
        const void *const own = values_from(gradient, gradient_type, first * slopes);
        return with_values(context, part.in, part.in_type, images * values, of.type, [&](const void *in) {
            return with_values(context, own, gradient_type, images * slopes, of.type, [&](const void *rows) {
                return with_halves(of.type, [&](auto tag) {
                    using T = typename decltype(tag)::type;
                    const stored_images<T> patches(in, part.shape, part.window);
                    const T *const typed = static_cast<const T *>(rows);
                    if (divide_up(of.outputs, 64) % 2 != 0) {
                        return launch_weight_sums<64>(context, patches, typed, of.outputs, added);
                    }
                    return launch_weight_sums<128>(context, patches, typed, of.outputs, added);
                });
            });
        });
    });
}

/// The product of gathered patches, added to `sums`, outputs × depth.
static status add_products(
    context *context, const convolution_of &of, const void *gradient, type gradient_type, float *sums) {
    const int64_t slopes = positions_of(outputs_of(of.shape, of.window, of.outputs)) * of.outputs;
    return with_patches(context, of, [&](const void *patches, const convolution_of &part, int first) {
        const void *const own = values_from(gradient, gradient_type, first * slopes);
        const int64_t count = part.shape.images * slopes;
        return with_values(context, own, gradient_type, count, part.type, [&](const void *rows) {
            mammo_cuda_product p = product_of(part, part.outputs, depth_of(part), count / part.outputs, rows, patches);
            p.a_transposed = 1, p.a_stride = part.outputs, p.b_transposed = 0, p.b_stride = depth_of(part);
            p.out = sums, p.out_type = mammo_cuda_fp32, p.beta = 1;
            return product(context, &p);
        });
    });
}

status convolution_weight_gradient(
    context *context, const mammo_cuda_convolution *given, const void *gradient, type gradient_type,
    float *weights_gradient) {
    const convolution_of &of = *given;
    const int64_t positions = of.shape.images * positions_of(outputs_of(of.shape, of.window, of.outputs));
    if (positions == 0 || of.outputs == 0) return mammo_cuda_ok;
    TRY(supported(context, product_of(of, of.outputs, depth_of(of), positions, nullptr, nullptr)));
    const int taps = of.window.kernel * of.window.kernel;
    if (taps == 1) return add_products(context, of, gradient, gradient_type, weights_gradient);
    if (adds_from_images(context, of, gradient, gradient_type)) {
        return add_weight_sums(context, of, gradient, gradient_type, weights_gradient);
    }
    const int64_t bytes = depth_of(of) * of.outputs * bytes_of(mammo_cuda_fp32);
    return with_memory(context, bytes, [&](void *memory) -> status {
        float *const sums = static_cast<float *>(memory);
        TRY(clear(context, sums, static_cast<size_t>(bytes)));
        TRY(add_products(context, of, gradient, gradient_type, sums));
        return patch_order(
            context, sums, mammo_cuda_fp32, weights_gradient, mammo_cuda_fp32, of.outputs, of.shape.channels, taps, 1);
    });
}

}  // namespace mammo_cuda
