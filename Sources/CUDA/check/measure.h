// Times each operation at the network's sizes and compares it with what the card could do at best.
//
// Inputs are random, and the calls go round several sets of buffers that together are several times the L2 cache, so that
// an operation finds as little of its input there as in a network.
#pragma once

#include "options.h"
#include "session.h"

#include <functional>
#include <memory>

namespace check {

/// Times all operations of a training step, or those that `only` names, and prints and writes a table.
/// Throws `device_lost`, and `std::invalid_argument` where a name is unknown.
void measure(session &, const measure_options &, const std::vector<std::string> &only);

/// What a call works on.
struct buffer {
    size_t bytes;
    mammo_cuda_type type;
    /// Whether the call reads what it has written before: it is filled anew from time to time.
    bool accumulates = false;
};

/// A call of an operation on buffers that somebody else allocates.
struct call {
    std::vector<buffer> buffers;
    std::function<mammo_cuda_status(const std::vector<void *> &)> make;
};

call call_of(const session &, const work &);
/// A copy on the device of so many bytes.
call copy_call(const session &, size_t bytes);
call product_call(const session &, const mammo_cuda_product &);
/// A product with what comes after it.
call fused_call(const session &, const work &);
/// A convolution whose patches are read from its images, or one of its gradients.
call convolution_call(const session &, const work &);

/// Random values of every type on the device, from which buffers are filled.
class random_source {
    session &on;
    std::vector<std::unique_ptr<device_memory>> blocks;

public:
    explicit random_source(session &);
    void fill(void *to, const buffer &) const;
};

/// Buffers for a call, several times over.
class buffer_sets {
    session &on;
    const random_source &random;
    const std::vector<buffer> buffers;
    std::vector<std::unique_ptr<device_memory>> memory;
    std::vector<std::vector<void *>> sets;

public:
    /// As many sets, two at least, as come to `working_set` bytes, where memory suffices; one where that is 0.
    /// Throws `failed_call`.
    buffer_sets(session &, const random_source &, const std::vector<buffer> &, size_t working_set);
    const std::vector<std::vector<void *>> &all() const { return sets; }
    /// Fills what accumulates anew.
    void refill();
};

/// Seconds of one call: the median over rounds, each of many calls to one wait. Takes about `budget` seconds.
double seconds_of(session &, const call &, buffer_sets &, double budget);

}  // namespace check
