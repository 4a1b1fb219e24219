// A convolution is a product of its patches: patches as rows, the way back, and the weights' order.
#include "rows.cuh"
#include "windows.h"

#include <numeric>

namespace mammo_cuda {

/// One row of a patch lies together in both: a row here is patch × row of the patch, its channels are kernel·C.
template <typename In, typename Out, int width> struct gathered_rows {
    const In *in;
    Out *out;
    window at;
    int rows, columns, channels, patch_columns, patch_values;
    int64_t patch_rows_of_image;

    __device__ void operator()(int image, int64_t row, int channel) const {
        const int64_t patch = row / at.kernel;
        const int y = static_cast<int>(patch / patch_columns) * at.stride - at.padding + static_cast<int>(row % at.kernel);
        const int x = static_cast<int>(patch % patch_columns) * at.stride - at.padding;
        // Where there is padding, these channels are of one position; where there is none, all lie in the image.
        const int column = x + channel / channels;
        float values[width] = {};
        if (y >= 0 && y < rows && column >= 0 && column < columns) {
            const int64_t first = (static_cast<int64_t>(image) * rows + y) * columns + x;
            load(in + first * channels + channel, values);
        }
        store(out + (image * patch_rows_of_image + row) * patch_values + channel, values);
    }
};

status gather_patches(
    context *context, const void *in, type in_type, window at, void *out, type out_type, shape shape) {
    const int patch_columns = outputs_along(shape.columns, at), patch_values = at.kernel * shape.channels;
    const int64_t rows = static_cast<int64_t>(outputs_along(shape.rows, at)) * patch_columns * at.kernel;
    // The image's rows, the patches and the patches' rows begin at multiples of the width; with padding each position does.
    const int aligned = at.padding > 0
        ? shape.channels
        : std::gcd(std::gcd(shape.columns * shape.channels, patch_values), at.stride * shape.channels);
    return with_types(in_type, out_type, [&](auto in_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Out = typename decltype(out_tag)::type;
        return with_width<In, Out>(aligned, {in, out}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const gathered_rows<In, Out, width> body = {
                static_cast<const In *>(in), static_cast<Out *>(out), at, shape.rows, shape.columns, shape.channels,
                patch_columns, patch_values, rows};
            return launch_over_rows<width>(context, "patches", shape.images, rows, patch_values, body);
        });
    });
}

/// A position takes what the patches over it have of it: those whose row and column of it are within the kernel.
template <typename In, typename Out, int width> struct scattered_rows {
    const In *in;
    Out *out;
    window at;
    int columns, patch_rows, patch_columns, channels;
    int64_t positions;

    __device__ void operator()(int image, int64_t position, int channel) const {
        const int y = static_cast<int>(position / columns) + at.padding;
        const int x = static_cast<int>(position % columns) + at.padding;
        float sums[width] = {};
        // The next patch before has the position a stride further on.
        const int first_row = y % at.stride, first_column = x % at.stride, last_patch_column = x / at.stride;
        const int64_t patch_back = static_cast<int64_t>(at.stride - at.kernel * at.kernel) * channels;
        int patch_row = y / at.stride;
        for (int row = first_row; row < at.kernel && patch_row >= 0; row += at.stride, patch_row--) {
            if (patch_row >= patch_rows) continue;
            int patch_column = last_patch_column;
            const int64_t patch = (static_cast<int64_t>(image) * patch_rows + patch_row) * patch_columns + patch_column;
            const In *from = in + ((patch * at.kernel + row) * at.kernel + first_column) * channels + channel;
            for (int column = first_column; column < at.kernel && patch_column >= 0; column += at.stride) {
                if (patch_column < patch_columns) {
                    float values[width];
                    load(from, values);
#pragma unroll
                    for (int k = 0; k < width; k++) sums[k] += values[k];
                }
                from += patch_back, patch_column--;
            }
        }
        store(out + (image * positions + position) * channels + channel, sums);
    }
};

status scatter_patches(
    context *context, const void *in, type in_type, window at, void *out, type out_type, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_types(in_type, out_type, [&](auto in_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Out = typename decltype(out_tag)::type;
        return with_width<In, Out>(shape.channels, {in, out}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const scattered_rows<In, Out, width> body = {
                static_cast<const In *>(in), static_cast<Out *>(out), at, shape.columns,
                outputs_along(shape.rows, at), outputs_along(shape.columns, at), shape.channels, positions};
            return launch_over_rows<width>(
                context, "patches' way back", shape.images, positions, shape.channels, body);
        });
    });
}

/// A row is an output; small enough to be moved one value at a time.
template <typename From, typename To> struct ordered_weights {
    const From *from;
    To *to;
    int channels, taps;
    bool back;

    __device__ void operator()(int, int64_t output, int place) const {
        const int64_t base = output * channels * taps;
        if (back) {
            // `place` is channel × tap, where it is to be added to.
            const float value = value_of(from[base + place % taps * channels + place / taps]);
            to[base + place] = stored<To>(value_of(to[base + place]) + value);
        } else {
            to[base + place] = stored<To>(value_of(from[base + place % channels * taps + place / channels]));
        }
    }
};

status patch_order(
    context *context, const void *from, type from_type, void *to, type to_type, int outputs, int channels, int taps,
    int back) {
    return with_types(from_type, to_type, [&](auto from_tag, auto to_tag) {
        using From = typename decltype(from_tag)::type;
        using To = typename decltype(to_tag)::type;
        const ordered_weights<From, To> body = {
            static_cast<const From *>(from), static_cast<To *>(to), channels, taps, back != 0};
        return launch_over_rows<1>(context, "order of patches' weights", 1, outputs, channels * taps, body);
    });
}

/// A row is a channel: its weights of each tap, the last first, of all outputs.
template <typename To> struct reversed_weights {
    const float *from;
    To *to;
    int outputs, channels, taps;

    __device__ void operator()(int, int64_t channel, int place) const {
        const int tap = taps - 1 - place / outputs, output = place % outputs;
        to[channel * taps * outputs + place] = stored<To>(from[(output * static_cast<int64_t>(channels) + channel) * taps + tap]);
    }
};

status reversed_order(
    context *context, const float *from, void *to, type to_type, int outputs, int channels, int taps) {
    return with_type(to_type, [&](auto tag) {
        using To = typename decltype(tag)::type;
        const reversed_weights<To> body = {from, static_cast<To *>(to), outputs, channels, taps};
        return launch_over_rows<1>(context, "order of reversed weights", 1, channels, outputs * taps, body);
    });
}

}  // namespace mammo_cuda
