// A convolution's patches as a fused product's left operand: their values are copied from the images, and lie nowhere as rows.
#pragma once

#include "fused_copies.cuh"
#include "windows.h"

namespace mammo_cuda {

template <typename T> class image_copies;

/// Images of rows × columns × channels, of which each output's patch is a row: in the order patch row, patch column, channel, with
/// zeros for what lies outside the image.
template <typename T> struct stored_images {
    const T *values;
    window at;
    int image_rows, image_columns, channels;
    /// Outputs of a row of an image, and of an image.
    int outputs_across, outputs;
    int64_t rows;

    using left_copies = image_copies<T>;

    stored_images(const void *values, shape in, window at)
        : values(static_cast<const T *>(values)), at(at), image_rows(in.rows), image_columns(in.columns),
          channels(in.channels), outputs_across(outputs_along(in.columns, at)),
          outputs(outputs_across * outputs_along(in.rows, at)), rows(static_cast<int64_t>(in.images) * outputs) {}
};

/// Of kernels whose patches are read from the image.
constexpr int most_taps_across = 16;

/// Copies of the patches' tiles, one tile of the depth after another. They are of several patches, and all of the same place within
/// them: 16 bytes of channels of one tap.
template <typename T> class image_copies : public thread_copies<T, fused_rows, fused_depth / fused_pack> {
    using copies = thread_copies<T, fused_rows, fused_depth / fused_pack>;
    using copies::count;
    static_assert(fused_threads % (fused_depth / fused_pack) == 0, "a place that all copies share");

    const T *from[count];
    /// Where a patch begins in its image; so far outside that no tap is inside where there is no such patch.
    int y[count], x[count];
    int image_rows, image_columns, channels, kernel, reciprocal;
    /// The tap, and the channel of it, that is copied next; from one tile to the next so many of both.
    int tap, channel, taps_of_tile, channels_of_tile;

public:
    __device__ __forceinline__ image_copies(const stored_images<T> &of, int64_t first, int)
        : copies(of.values), image_rows(of.image_rows), image_columns(of.image_columns), channels(of.channels),
          kernel(of.at.kernel), reciprocal(reciprocal_of(of.at.kernel)), tap(copies::pack(0) * fused_pack / of.channels),
          channel(copies::pack(0) * fused_pack % of.channels), taps_of_tile(fused_depth / of.channels),
          channels_of_tile(fused_depth % of.channels) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            const int64_t row = first + copies::row(i), image = row / of.outputs;
            const int output = static_cast<int>(row % of.outputs);
            y[i] = row < of.rows ? output / of.outputs_across * of.at.stride - of.at.padding : -0x40000000;
            x[i] = output % of.outputs_across * of.at.stride - of.at.padding;
            from[i] = of.values + ((image * image_rows + y[i]) * image_columns + x[i]) * channels;
        }
    }

    /// Begins the copies of the next tile.
    __device__ __forceinline__ void begin(T *tile) {
        const int down = tap * reciprocal >> 16, across = tap - down * kernel;
        const int offset = (down * image_columns + across) * channels + channel;
#pragma unroll
        for (int i = 0; i < count; i++) {
            const bool taken = down < kernel && static_cast<unsigned>(y[i] + down) < static_cast<unsigned>(image_rows) &&
                               static_cast<unsigned>(x[i] + across) < static_cast<unsigned>(image_columns);
            copies::begin_copy(tile, i, taken, from[i] + offset);
        }
        tap += taps_of_tile, channel += channels_of_tile;
        if (channel >= channels) channel -= channels, tap++;
    }

    /// tap / kernel is tap · reciprocal >> 16 for kernels of at most `most_taps_across`.
    static __device__ __forceinline__ int reciprocal_of(int kernel) { return 65536 / kernel + 1; }
};

/// Copies of the patches of a product whose depth is the outputs: a tile has 32 outputs as rows, and `tile_packs` times
/// eight values of their patches as columns.
template <typename T, int tile_packs> class image_copies_across : public thread_copies<T, fused_depth, tile_packs> {
    using copies = thread_copies<T, fused_depth, tile_packs>;
    using copies::count, copies::row, copies::pack;
    static_assert(fused_threads % tile_packs == 0, "values of the patch that all copies share");

    const T *from[count];
    /// Where in its image the value lies that is copied next, of each copy's tap.
    int y[count], x[count];
    int image_rows, image_columns;
    /// From one tile to the next a copy goes so many columns on; where it comes to the end of the outputs' row, or of their image, it
    /// goes back so many columns, or rows, and on to the next.
    int step, stride, end_column, back_columns, end_row, back_rows;
    /// The same as distances of values.
    int64_t step_values, row_values, image_values;
    int left;

public:
    /// From the patch's value `first` of `depth`, and of `outputs` outputs from `first_output` on.
    __device__ __forceinline__ image_copies_across(
        const stored_images<T> &of, int first, int depth, int64_t first_output, int outputs)
        : copies(of.values), image_rows(of.image_rows), image_columns(of.image_columns), step(fused_depth * of.at.stride),
          stride(of.at.stride), back_columns(of.outputs_across * of.at.stride),
          back_rows(of.outputs / of.outputs_across * of.at.stride), step_values(static_cast<int64_t>(step) * of.channels),
          row_values(static_cast<int64_t>(stride * image_columns - back_columns) * of.channels),
          image_values(static_cast<int64_t>(image_rows - back_rows) * image_columns * of.channels) {
        const int value = first + pack(0) * fused_pack, tap = value / of.channels;
        const int down = tap / of.at.kernel - of.at.padding, across = tap % of.at.kernel - of.at.padding;
        end_row = back_rows + down, end_column = back_columns + across;
        left = value < depth ? outputs : 0;
#pragma unroll
        for (int i = 0; i < count; i++) {
            const int64_t output = first_output + row(i), image = output / of.outputs;
            const int within = static_cast<int>(output % of.outputs);
            y[i] = within / of.outputs_across * stride + down, x[i] = within % of.outputs_across * stride + across;
            from[i] = of.values + ((image * image_rows + y[i]) * image_columns + x[i]) * of.channels + value % of.channels;
        }
    }

    /// Begins the copies of the next tile.
    __device__ __forceinline__ void begin(T *tile) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            const bool taken = row(i) < left && static_cast<unsigned>(y[i]) < static_cast<unsigned>(image_rows) &&
                               static_cast<unsigned>(x[i]) < static_cast<unsigned>(image_columns);
            copies::begin_copy(tile, i, taken, from[i]);
            x[i] += step, from[i] += step_values;
            while (x[i] >= end_column) x[i] -= back_columns, y[i] += stride, from[i] += row_values;
            while (y[i] >= end_row) y[i] -= back_rows, from[i] += image_values;
        }
        left -= fused_depth;
    }
};

}  // namespace mammo_cuda
