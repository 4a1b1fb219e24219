// Buffers of the calls that are timed.
#pragma once

#include "measure.h"

namespace check {

using memory = const std::vector<void *> &;

inline float *floats(void *p) { return static_cast<float *>(p); }

inline buffer of(int64_t count, mammo_cuda_type type) { return {static_cast<size_t>(count) * bytes_of(type), type}; }
inline buffer of_floats(int64_t count) { return of(count, mammo_cuda_fp32); }
/// What a call changes and reads again.
inline buffer summed(int64_t count, mammo_cuda_type type = mammo_cuda_fp32) {
    buffer made = of(count, type);
    made.accumulates = true;
    return made;
}

}  // namespace check
