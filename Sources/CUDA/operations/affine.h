// What a call of `affine` asks for.
#pragma once

#include "mammo_cuda.h"

namespace mammo_cuda {

/// Whether its result is its input, in another type perhaps.
inline bool is_nothing(const mammo_cuda_affine &of) {
    return !of.scale && !of.shift && !of.factors && !of.residual && !of.copy && of.activation == mammo_cuda_identity;
}

}  // namespace mammo_cuda
