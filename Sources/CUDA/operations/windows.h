// Where a convolution's outputs lie.
#pragma once

#include "operations.h"

namespace mammo_cuda {

/// Outputs along an axis of so many positions.
inline int outputs_along(int extent, window at) {
    const int room = extent + 2 * at.padding - at.kernel;
    return room < 0 ? 0 : room / at.stride + 1;
}

/// What a window of images gives, of so many channels.
inline shape outputs_of(shape in, window at, int channels) {
    return {in.images, outputs_along(in.rows, at), outputs_along(in.columns, at), channels};
}

inline int64_t positions_of(shape of) { return static_cast<int64_t>(of.rows) * of.columns; }

}  // namespace mammo_cuda
