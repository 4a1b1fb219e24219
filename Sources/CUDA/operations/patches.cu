// Convolutions whose patches do not overlap are products: their patches as rows, the way back, and their weights' order.
#include "operations.h"
#include "rows.cuh"

#include <numeric>

namespace mammo_cuda {

/// One row of a patch lies together in both: a row here is patch × row of the patch, its channels are side·C.
template <typename In, typename Out, int width> struct gathered_rows {
    const In *in;
    Out *out;
    int side, patch_columns;
    int64_t image_values, row_values, patch_values, rows;

    __device__ void operator()(int image, int64_t row, int channel) const {
        const int64_t patch = row / side;
        const int64_t y = patch / patch_columns * side + row % side;
        const int64_t x = patch % patch_columns * patch_values;
        float values[width];
        load(in + image * image_values + y * row_values + x + channel, values);
        store(out + (image * rows + row) * patch_values + channel, values);
    }
};

status gather_patches(
    context *context, const void *in, type in_type, int side, void *out, type out_type, shape shape) {
    const int64_t patch_rows = shape.rows / side;
    const int patch_columns = shape.columns / side, channels = side * shape.channels;
    const int64_t row_values = static_cast<int64_t>(shape.columns) * shape.channels;
    const int64_t rows = patch_rows * patch_columns * side;
    // The image's rows begin at multiples of the width as well as the patches' rows.
    const int aligned = std::gcd(shape.columns * shape.channels, channels);
    return with_types(in_type, out_type, [&](auto in_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Out = typename decltype(out_tag)::type;
        return with_width<In, Out>(aligned, {in, out}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const gathered_rows<In, Out, width> body = {
                static_cast<const In *>(in), static_cast<Out *>(out), side, patch_columns, shape.rows * row_values,
                row_values, channels, rows};
            return launch_over_rows<width>(context, "patches", shape.images, rows, channels, body);
        });
    });
}

template <typename In, typename Out, int width> struct scattered_rows {
    const In *in;
    Out *out;
    int side, columns, patch_rows, patch_columns, channels;
    int64_t positions;

    __device__ void operator()(int image, int64_t position, int channel) const {
        const int y = static_cast<int>(position / columns), x = static_cast<int>(position % columns);
        const int patch_row = y / side, patch_column = x / side;
        float values[width] = {};
        if (patch_row < patch_rows && patch_column < patch_columns) {
            const int64_t patch = (static_cast<int64_t>(image) * patch_rows + patch_row) * patch_columns + patch_column;
            load(in + ((patch * side + y % side) * side + x % side) * channels + channel, values);
        }
        store(out + (image * positions + position) * channels + channel, values);
    }
};

status scatter_patches(
    context *context, const void *in, type in_type, int side, void *out, type out_type, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_types(in_type, out_type, [&](auto in_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Out = typename decltype(out_tag)::type;
        return with_width<In, Out>(shape.channels, {in, out}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const scattered_rows<In, Out, width> body = {
                static_cast<const In *>(in), static_cast<Out *>(out), side, shape.columns, shape.rows / side,
                shape.columns / side, shape.channels, positions};
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

}  // namespace mammo_cuda
