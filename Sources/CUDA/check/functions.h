// Activations and their derivatives, as plain references.
#pragma once

#include "check.h"

namespace check {

extern const std::vector<mammo_cuda_activation> activations;
const char *name_of(mammo_cuda_activation);

double activation(double x, mammo_cuda_activation);
double slope(double x, mammo_cuda_activation);

/// Roundings of fp32 that what is made for 16 bits may be off: 1e-5 of a value.
constexpr double of_halves = 168;
/// As a size of that many roundings, what is lost where an exponential, or a quotient times its argument, below 2^-126 is taken
/// for zero.
constexpr double flushed_exponential = 0x1p-123 / (of_halves * 0x1p-24);
constexpr double flushed_quotient = 0x1p-119 / (of_halves * 0x1p-24);

/// The activation of a value, stored in a type. Its size is the value's, and one more where a share between 0 and 1 has a rounding
/// of its own; of the result itself, so much that a case of so many roundings may be off `of_halves` of it in 16 bits.
expected activated(const expected &value, mammo_cuda_activation, mammo_cuda_type, double roundings);
/// The two terms of an activation's derivative, as a size: their sum goes through zero.
double slope_size(double x, mammo_cuda_activation);

/// All numbers of 16 bits.
std::vector<double> all_numbers(mammo_cuda_type);

}  // namespace check
