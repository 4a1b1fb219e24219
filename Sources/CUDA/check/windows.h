// Where a convolution's outputs lie, for references and for the sizes of what is timed. The plugin has the same of its own, on
// purpose: a reference that took its sizes from there would be wrong with it.
#pragma once

#include "mammo_cuda.h"

namespace check {

/// Outputs along an axis of so many positions.
inline int outputs_along(int extent, mammo_cuda_window at) {
    const int room = extent + 2 * at.padding - at.kernel;
    return room < 0 ? 0 : room / at.stride + 1;
}

/// What a window of images gives, of so many channels.
inline mammo_cuda_shape outputs_of(mammo_cuda_shape in, mammo_cuda_window at, int channels) {
    return {in.images, outputs_along(in.rows, at), outputs_along(in.columns, at), channels};
}

}  // namespace check
