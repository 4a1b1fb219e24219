// Activations and their derivatives, as plain references.
#pragma once

#include "check.h"

namespace check {

extern const std::vector<mammo_cuda_activation> activations;
const char *name_of(mammo_cuda_activation);

double activation(double x, mammo_cuda_activation);
double slope(double x, mammo_cuda_activation);

/// The activation of a value. Its size is the value's, and one more where a share between 0 and 1 has a rounding of its own.
expected activated(const expected &value, mammo_cuda_activation);

}  // namespace check
