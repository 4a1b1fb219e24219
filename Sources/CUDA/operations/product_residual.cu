// The last product of a block, with what the residual stream takes up of it.
#include "fused_product.cuh"

namespace mammo_cuda {

template <typename T> struct fused_residual {
    static constexpr bool adds = false;
    const float *stream;
    const int32_t *images;
    /// Null: the branch is not kept.
    T *branch;
    const float *bias, *scale;
    float factor;
    float *out;
    uint32_t positions;
    int channels;

    struct of_channels {
        float shift[fused_pack], scale[fused_pack];
        __device__ of_channels(const fused_residual &of, int channel) {
            load_unchanged(of.bias + channel, shift);
            load_unchanged(of.scale + channel, scale);
#pragma unroll
            for (int k = 0; k < fused_pack; k++) scale[k] *= of.factor;
        }
    };
    struct of_row {
        int64_t place;
        float stream[fused_pack];
    };
    __device__ void read(int64_t row, int channel, of_row &out) const {
        if (images) {
            const uint32_t image = static_cast<uint32_t>(row) / positions;
            row += (static_cast<int64_t>(images[image]) - image) * positions;
        }
        out.place = row * channels + channel;
        load(stream + out.place, out.stream);
    }

    __device__ void operator()(
        int64_t row, int channel, const of_channels &constants, const of_row &read, float (&values)[fused_pack],
        float (&)[fused_pack]) const {
        if (branch) store(branch + row * channels + channel, values);
#pragma unroll
        for (int k = 0; k < fused_pack; k++) {
            values[k] = read.stream[k] + constants.scale[k] * (values[k] + constants.shift[k]);
        }
        store(out + read.place, values);
    }
};

status product_residual(
    context *context, const mammo_cuda_product *given, const float *stream, const int32_t *images, const float *bias,
    const float *scale, float factor, float *out, shape shape) {
    mammo_cuda_product p = *given;
    if (p.rows == 0 || p.columns == 0) return mammo_cuda_ok;
    TRY(supported(context, p));
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    TRY(has_shape(p, shape, "a product with a residual"));
    if (p.out_type == p.type && p.rows <= UINT32_MAX && is_fused(context, p, true, {stream, bias, scale, out})) {
        return with_halves(p.type, [&](auto tag) {
            using T = typename decltype(tag)::type;
            const fused_residual<T> finish = {
                stream, images, static_cast<T *>(p.out), bias, scale, factor, out, static_cast<uint32_t>(positions),
                shape.channels};
            return launch_fused_by_weights<T, T>(context, "product and residual", p, left_of<T>(p), finish);
        });
    }
    TRY(is_dense(p, "a product with a residual"));
    return with_result(context, p, [&] {
        return residual(context, stream, images, p.out, p.out_type, bias, scale, factor, out, shape);
    });
}

}  // namespace mammo_cuda
