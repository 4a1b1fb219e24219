// A product with GELU after it, and a product that is the gradient of GELU's results: GELU never reads from memory what the
// product has just written.
#include "activation.cuh"
#include "fused_product.cuh"

namespace mammo_cuda {

template <typename T> struct fused_gelu : reads_no_row {
    using of_channels = bias_of_channels;
    static constexpr bool adds = false;
    /// Null: the product is not kept.
    T *product;
    const float *bias;
    T *activated;
    int channels;

    __device__ void operator()(
        int64_t row, int channel, const of_channels &constants, const of_row &, float (&values)[fused_pack],
        float (&)[fused_pack]) const {
        const int64_t place = row * channels + channel;
        if (product) store(product + place, values);
#pragma unroll
        for (int k = 0; k < fused_pack; k++) {
            const float x = values[k] + constants.shift[k];
            values[k] = normal_parts_of<T>(x).gelu(x);
        }
        store(activated + place, values);
    }
};

template <typename T> struct fused_gelu_slopes {
    using of_channels = bias_of_channels;
    static constexpr bool adds = true;
    const T *hidden;
    const float *bias;
    T *gradient, *activated;
    int channels;

    struct of_row {
        pack<T, fused_pack> hidden;
    };
    __device__ void read(int64_t row, int channel, of_row &out) const {
        out.hidden = *reinterpret_cast<const pack<T, fused_pack> *>(hidden + row * channels + channel);
    }

    __device__ void operator()(
        int64_t row, int channel, const of_channels &constants, const of_row &read, float (&slopes)[fused_pack],
        float (&sums)[fused_pack]) const {
        const int64_t place = row * channels + channel;
        float values[fused_pack];
        values_of(read.hidden, values);
#pragma unroll
        for (int k = 0; k < fused_pack; k++) {
            const float x = values[k] + constants.shift[k];
            const normal_parts parts = normal_parts_of<T>(x);
            slopes[k] *= parts.gelu_slope(x);
            sums[k] += slopes[k];
            values[k] = parts.gelu(x);
        }
        store(gradient + place, slopes);
        store(activated + place, values);
    }
};

status product_gelu(context *context, const mammo_cuda_product *given, const float *bias, void *activated) {
    mammo_cuda_product p = *given;
    if (p.rows == 0 || p.columns == 0) return mammo_cuda_ok;
    TRY(supported(context, p));
    if (p.out_type == p.type && is_fused(context, p, true, {bias, activated})) {
        return with_halves(p.type, [&](auto tag) {
            using T = typename decltype(tag)::type;
            const fused_gelu<T> finish = {
                {}, static_cast<T *>(p.out), bias, static_cast<T *>(activated), static_cast<int>(p.columns)};
            return launch_fused_by_weights<T, T>(context, "product and GELU", p, left_of<T>(p), finish);
        });
    }
    TRY(is_dense(p, "a product with GELU"));
    if (!p.out) p.out = activated;
    TRY(product(context, &p));
    return gelu(context, p.out, bias, activated, p.out_type, p.rows, static_cast<int>(p.columns));
}

status product_gelu_gradient(
    context *context, const mammo_cuda_product *given, const void *hidden, const float *bias, void *activated,
    float *bias_gradient) {
    const mammo_cuda_product &p = *given;
    if (p.rows == 0 || p.columns == 0) return mammo_cuda_ok;
    TRY(supported(context, p));
    if (p.out_type == p.type && is_fused(context, p, false, {hidden, bias, activated})) {
        return with_halves(p.type, [&](auto tag) {
            using T = typename decltype(tag)::type;
            const fused_gelu_slopes<T> finish = {
                static_cast<const T *>(hidden), bias, static_cast<T *>(p.out), static_cast<T *>(activated),
                static_cast<int>(p.columns)};
            return launch_fused<128, false, T, T>(context, "product and gradient of GELU", p, left_of<T>(p), finish, bias_gradient);
        });
    }
    TRY(is_dense(p, "a product with GELU's gradient"));
    TRY(product(context, given));
    return gelu_gradient(
        context, hidden, bias, p.out, activated, p.out_type, bias_gradient, p.rows, static_cast<int>(p.columns));
}

}  // namespace mammo_cuda
