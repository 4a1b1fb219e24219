// Checks a plugin's operations, emulated or on a card, against plain references in double precision.
//
// A reference gives each value with its size: the sum of the absolute values of its terms. A result may be off by the
// rounding of its storage, and by so many roundings of fp32 of the size as sums of that length gather at most.
#pragma once

#include "values.h"

#include <functional>

namespace check {

struct expected {
    double value = 0, size = 0;

    void add(double term) { value += term, size += term < 0 ? -term : term; }
    void add(const expected &term) { value += term.value, size += term.size; }
};

/// A result of an operation, and its reference.
struct result {
    const char *name;
    values *out;
    /// The value at an index.
    std::function<expected(int64_t)> reference;
    /// How many roundings of fp32 of its size a value may be off.
    double roundings;
};

/// A case: runs an operation twice from the same values, compares the bits of both and the values with the references.
void run(session &on, const std::string &name, std::function<mammo_cuda_status()> operation, std::vector<result> results);

/// All types, and all pairs of them that may meet in an operation.
extern const std::vector<mammo_cuda_type> types;
std::vector<std::pair<mammo_cuda_type, mammo_cuda_type>> type_pairs();

/// Shapes that are divisible by nothing, and some that are.
extern const std::vector<mammo_cuda_shape> shapes;
inline int64_t positions(mammo_cuda_shape s) { return static_cast<int64_t>(s.rows) * s.columns; }
inline int64_t count(mammo_cuda_shape s) { return s.images * positions(s) * s.channels; }
std::string text(mammo_cuda_shape shape);

/// The checks, by the operations' names.
struct group {
    const char *name;
    void (*check)(session &);
    /// Whether it takes long on the emulated device, where it is left out unless --only names it.
    bool is_long = false;
};
extern const std::vector<group> groups;

void memory(session &);
void order(session &);
void convert(session &);
void gray_input(session &);
void mix(session &);
void patches(session &);
void columns(session &);
void gelu(session &);
void residual(session &);
void layer_norm(session &);
void depthwise(session &);
void depthwise_gradients(session &);
void depthwise_limits(session &);
void affine(session &);
void sigmoid(session &);
void batch_norm(session &);
void pooling(session &);
void maxima(session &);
void generalised_mean(session &);
void head(session &);
void loss(session &);
void parameters(session &);
void product(session &);
void fused(session &);
void convolutions(session &);
void tuning(session &);
void graph(session &);
void all_reduce(session &);

}  // namespace check
