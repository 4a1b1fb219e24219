// The largest value over an image's positions, with its place, and the way back.
#include "columns.cuh"
#include "operations.h"
#include "power.cuh"

namespace mammo_cuda {

/// A value with its position, as a number that is larger where the value is, and of equal values where the position is smaller;
/// zeros are less than any. All that are NaN are alike, above all others, and the later ones are the larger.
struct largest {
    uint64_t key;

    __device__ static largest of(float value, uint32_t position) {
        // Zeros of both signs are equal.
        const uint32_t bits = bits_of(value + 0.0f);
        const bool is_number = value == value;
        const uint32_t ordered = is_number ? bits ^ (bits >> 31 ? 0xFFFFFFFFu : 0x80000000u) : 0xFFFFFFFFu;
        return {static_cast<uint64_t>(ordered) << 32 | (is_number ? ~position : position)};
    }

    __device__ void operator+=(largest other) { key = other.key > key ? other.key : key; }

    __device__ bool is_number() const { return key >> 32 != 0xFFFFFFFFu; }

    __device__ float value() const {
        const uint32_t ordered = static_cast<uint32_t>(key >> 32);
        if (!is_number()) return value_of_bits(0x7FFFFFFFu);
        return value_of_bits(ordered >> 31 ? ordered ^ 0x80000000u : ~ordered);
    }

    __device__ uint32_t position() const {
        const uint32_t low = static_cast<uint32_t>(key);
        return is_number() ? ~low : low;
    }
};

template <typename T, int width> struct largest_values {
    const T *in;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel, largest (&found)[1][width]) const {
        float values[width];
        load(in + (image * positions + position) * channels + channel, values);
#pragma unroll
        for (int k = 0; k < width; k++) found[0][k] += largest::of(values[k], static_cast<uint32_t>(position));
    }
};

struct written_maxima {
    float *out;
    int32_t *places;
    int channels;

    __device__ void operator()(int image, int64_t channel, largest found) const {
        const int64_t at = static_cast<int64_t>(image) * channels + channel;
        out[at] = found.value();
        if (places) places[at] = static_cast<int32_t>(found.position());
    }
};

status maxima(context *context, const void *in, type in_type, float *out, int32_t *places, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_type(in_type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(shape.channels, {in}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const largest_values<T, width> body = {static_cast<const T *>(in), positions, shape.channels};
            return launch_image_columns<largest, width>(
                context, "largest values", shape, body, written_maxima{out, places, shape.channels});
        });
    });
}

template <int width> struct maxima_slopes {
    const float *gradient;
    const int32_t *places;
    float *out;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel) const {
        const int64_t own = static_cast<int64_t>(image) * channels + channel;
        float values[width];
        load(gradient + own, values);
        const pack<int32_t, width> at = *reinterpret_cast<const pack<int32_t, width> *>(places + own);
#pragma unroll
        for (int k = 0; k < width; k++) values[k] = at.values[k] == position ? values[k] : 0;
        store(out + (image * positions + position) * channels + channel, values);
    }
};

status maxima_gradient(
    context *context, const float *gradient, const int32_t *places, float *input_gradient, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_width<float>(shape.channels, {gradient, places, input_gradient}, [&](auto wide) {
        constexpr int width = decltype(wide)::value;
        const maxima_slopes<width> body = {gradient, places, input_gradient, positions, shape.channels};
        return launch_over_rows<width>(
            context, "gradient of the largest values", shape.images, positions, shape.channels, body);
    });
}

}  // namespace mammo_cuda
