// Which algorithm computes which product: chosen by timing where that is asked for, exported as data, and imported again.
#pragma once

#include "context.cuh"
#include "operations.h"

#include <array>
#include <functional>
#include <map>
#include <tuple>

namespace mammo_cuda {

/// All that an algorithm depends on: sizes, strides, transpositions, types, TF32, and how the addresses are aligned.
using product_key = std::tuple<
    int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int, int, int, int, int, uint32_t, uint32_t, uint32_t>;
product_key key_of(const mammo_cuda_product &);

/// The largest power of two that an address is a multiple of, 256 at most.
uint32_t alignment_of(const void *pointer);

/// An algorithm as whoever multiplies describes it: cublasLtMatmulAlgo_t.
using product_algorithm = std::array<uint64_t, 8>;

class product_choices {
public:
    /// How many algorithms are timed at most.
    static constexpr int most = 8;

    /// Whether a product without a choice is timed.
    bool tunes = false;
    std::map<product_key, product_algorithm> chosen;
    /// Goes up with each import: what was made of earlier choices is made anew.
    int imports = 0;

    /// The choice for a product; null where there is none.
    const product_algorithm *find(const product_key &key) const {
        const auto found = chosen.find(key);
        return found == chosen.end() ? nullptr : &found->second;
    }
};

/// Times `count` algorithms for a product. `run` puts the product by one of them in the compute stream, with `out` in place of
/// the product's output, and answers `mammo_cuda_unsupported` where that algorithm does not compute it. `best` becomes the
/// first that does, or the fastest of the others where that is faster by more than 3 %; where there is no room to time them the
/// status is `mammo_cuda_out_of_memory`. Inputs stay as they are; so does the output, but for values that the product does not
/// read and is about to write.
status fastest(
    context *, const mammo_cuda_product &, int count, const std::function<status(int algorithm, void *out)> &run, int &best);

}  // namespace mammo_cuda
