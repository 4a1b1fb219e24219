// Stands for cuBLASLt: the product by its definition, summed in fp32 by algorithms that differ in the order of the depth. It
// refuses what cuBLASLt does, and is tuned as it is; settings.h says which algorithm is the fastest.
#include "context.cuh"
#include "dispatch.cuh"
#include "operations/operations.h"
#include "operations/product_choices.h"
#include "operations/product_types.h"

#include <cmath>
#include <cstring>
#include <vector>

namespace mammo_cuda {

class products {};

/// The algorithms, by the order in which the terms of a sum are added.
enum order { rising, falling, evens_first, in_blocks, orders };

/// What an algorithm is exported as: its number behind a word that tells it from others' data.
static constexpr uint64_t algorithm_word = 0x656d756c61746564;

/// The places of a sum's terms in an algorithm's order; a block's sum is begun anew at its first place.
static std::vector<int64_t> places(int64_t depth, int order) {
    std::vector<int64_t> out(static_cast<size_t>(depth));
    for (int64_t k = 0, evens = (depth + 1) / 2; k < depth; k++) {
        out[k] = order == falling ? depth - 1 - k : order == evens_first ? (k < evens ? 2 * k : 2 * (k - evens) + 1) : k;
    }
    return out;
}

/// A number as TF32 has it: to the nearest of 10 bits of mantissa, ties away from zero, as cvt.rna.tf32.f32.
static float tf32_of(float value) {
    if (!std::isfinite(value)) return value;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = (bits + 0x1000u) & ~0x1FFFu;
    memcpy(&value, &bits, sizeof bits);
    return value;
}

/// op(matrix) as floats, rows next to each other.
template <typename T>
static std::vector<float> rows_of(
    const T *from, int64_t rows, int64_t columns, int64_t stride, bool transposed, bool tf32) {
    std::vector<float> out(static_cast<size_t>(rows * columns));
    for (int64_t r = 0; r < rows; r++) {
        for (int64_t c = 0; c < columns; c++) {
            const float value = value_of(transposed ? from[c * stride + r] : from[r * stride + c]);
            out[r * columns + c] = tf32 ? tf32_of(value) : value;
        }
    }
    return out;
}

template <typename In, typename Out> static void multiply(const mammo_cuda_product &p, int order, Out *out) {
    constexpr int64_t block = 16;
    const bool tf32 = p.tf32 != 0;
    const auto a = rows_of(static_cast<const In *>(p.a), p.rows, p.depth, p.a_stride, p.a_transposed != 0, tf32);
    const auto b = rows_of(static_cast<const In *>(p.b), p.depth, p.columns, p.b_stride, p.b_transposed != 0, tf32);
    const std::vector<int64_t> terms = places(p.depth, order);
    std::vector<float> sums(static_cast<size_t>(p.columns)), part(sums.size());
    for (int64_t r = 0; r < p.rows; r++, out += p.out_stride) {
        std::fill(sums.begin(), sums.end(), 0.0f);
        std::fill(part.begin(), part.end(), 0.0f);
        for (int64_t i = 0; i < p.depth; i++) {
            const float left = a[r * p.depth + terms[i]], *right = b.data() + terms[i] * p.columns;
            for (int64_t c = 0; c < p.columns; c++) part[c] += left * right[c];
            if (i + 1 < p.depth && (order != in_blocks || (i + 1) % block != 0)) continue;
            for (int64_t c = 0; c < p.columns; c++) sums[c] += part[c], part[c] = 0;
        }
        for (int64_t c = 0; c < p.columns; c++) {
            // With a factor of zero the output is not read: it may hold anything.
            const float before = p.beta == 0 ? 0 : p.beta * value_of(out[c]);
            out[c] = stored<Out>(p.alpha * sums[c] + before);
        }
    }
}

/// By one of the algorithms, in its time on the emulated clock.
static status multiply(const mammo_cuda_product &p, int order, void *to) {
    emulation::clock() += order == emulation::fastest() ? 100 - emulation::gain() : 100;
    return with_type(p.type, [&](auto in_tag) {
        using In = typename decltype(in_tag)::type;
        return with_type(p.out_type, [&](auto out_tag) {
            using Out = typename decltype(out_tag)::type;
            multiply<In>(p, order, static_cast<Out *>(to));
            return mammo_cuda_ok;
        });
    });
}

/// The algorithm of a product: the one that was chosen, the fastest where products are tuned, else the first.
static status choose(context *context, const mammo_cuda_product &p, int &order) {
    order = rising;
    product_choices &choices = *context->choices;
    const product_key key = key_of(p);
    if (const product_algorithm *given = choices.find(key)) {
        if ((*given)[0] == algorithm_word && (*given)[1] < orders) {
            order = static_cast<int>((*given)[1]);
            return mammo_cuda_ok;
        }
    }
    if (!choices.tunes) return mammo_cuda_ok;
    TRY(not_captured(context));
    const status status = fastest(context, p, orders, [&](int i, void *out) { return multiply(p, i, out); }, order);
    if (status == mammo_cuda_out_of_memory) return mammo_cuda_ok;
    TRY(status);
    choices.chosen[key] = {algorithm_word, static_cast<uint64_t>(order)};
    return mammo_cuda_ok;
}

status product(context *context, const mammo_cuda_product *product) {
    const mammo_cuda_product p = *product;
    if (p.rows == 0 || p.columns == 0) return mammo_cuda_ok;
    TRY(supported(context, p));
    if (p.plain) return plain_product(context, product);
    int order;
    TRY(choose(context, p, order));
    emulation::submit(context->compute(), [=] { multiply(p, order, p.out); });
    return mammo_cuda_ok;
}

status product_library(context *, int *version) { return *version = emulation::cublaslt(), mammo_cuda_ok; }

}  // namespace mammo_cuda
