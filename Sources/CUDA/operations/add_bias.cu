#include "operations.h"
#include "rows.cuh"

namespace mammo_cuda {

template <typename T, int width> struct biased_values {
    T *rows;
    const float *bias;
    int channels;

    __device__ void operator()(int, int64_t row, int channel) const {
        float values[width], shift[width];
        load(rows + row * channels + channel, values);
        load_unchanged(bias + channel, shift);
#pragma unroll
        for (int k = 0; k < width; k++) values[k] += shift[k];
        store(rows + row * channels + channel, values);
    }
};

status add_bias(context *context, void *rows, type type, const float *bias, int64_t count, int channels) {
    return with_type(type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(channels, {rows, bias}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const biased_values<T, width> body = {static_cast<T *>(rows), bias, channels};
            return launch_over_rows<width>(context, "bias", 1, count, channels, body);
        });
    });
}

}  // namespace mammo_cuda
