// Stands for cuBLASLt: the product by its definition, summed in fp32 in the order of the depth. It refuses what cuBLASLt does.
#include "context.cuh"
#include "dispatch.cuh"
#include "operations/operations.h"
#include "operations/product_types.h"

#include <cmath>
#include <cstring>
#include <vector>

namespace mammo_cuda {

class products {};

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

status product(context *context, const mammo_cuda_product *product) {
    const mammo_cuda_product &p = *product;
    if (p.rows == 0 || p.columns == 0) return mammo_cuda_ok;
    TRY(supported(context, p));
    if (p.plain) return plain_product(context, product);
    return with_type(p.type, [&](auto in_tag) {
        using In = typename decltype(in_tag)::type;
        return with_type(p.out_type, [&](auto out_tag) {
            using Out = typename decltype(out_tag)::type;
            const bool tf32 = p.tf32 != 0;
            const auto a = rows_of(static_cast<const In *>(p.a), p.rows, p.depth, p.a_stride, p.a_transposed != 0, tf32);
            const auto b = rows_of(static_cast<const In *>(p.b), p.depth, p.columns, p.b_stride, p.b_transposed != 0, tf32);
            std::vector<float> sums(static_cast<size_t>(p.columns));
            for (int64_t r = 0; r < p.rows; r++) {
                std::fill(sums.begin(), sums.end(), 0.0f);
                for (int64_t k = 0; k < p.depth; k++) {
                    const float left = a[r * p.depth + k], *right = b.data() + k * p.columns;
                    for (int64_t c = 0; c < p.columns; c++) sums[c] += left * right[c];
                }
                Out *out = static_cast<Out *>(p.out) + r * p.out_stride;
                for (int64_t c = 0; c < p.columns; c++) {
                    // With a factor of zero the output is not read: it may hold anything.
                    const float before = p.beta == 0 ? 0 : p.beta * value_of(out[c]);
                    out[c] = stored<Out>(p.alpha * sums[c] + before);
                }
            }
            return mammo_cuda_ok;
        });
    });
}

}  // namespace mammo_cuda
