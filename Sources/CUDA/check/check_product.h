// Products of matrices as cases, with their operands and their reference.
#pragma once

#include "check.h"

#include <cmath>

namespace check {

struct product_size {
    int64_t rows, columns, depth;
};

/// One product: sizes, types, which operands are transposed, whether it is added, and whether the plugin's own kernel
/// computes it.
struct product_case {
    product_size s;
    mammo_cuda_type type, out_type;
    int transposed;
    float beta;
    bool plain = false;
    bool tf32 = false;

    std::string name() const {
        return "product " + std::to_string(s.rows) + "x" + std::to_string(s.depth) + "x" + std::to_string(s.columns) + " " +
               name_of(type) + " " + name_of(out_type) + " transposed " + std::to_string(transposed) +
               (beta == 0 ? "" : " added") + (plain ? " plain" : "") + (tf32 ? " tf32" : "");
    }
};

/// The operands of a case. Rows may be longer than the matrix.
struct product_operands {
    mammo_cuda_product p = {};
    values a, b, out;

    static mammo_cuda_product described(const product_case &c) {
        mammo_cuda_product p = {};
        p.rows = c.s.rows, p.columns = c.s.columns, p.depth = c.s.depth;
        p.a_transposed = c.transposed & 1, p.b_transposed = c.transposed >> 1;
        p.type = c.type, p.out_type = c.out_type, p.alpha = 0.5f, p.beta = c.beta, p.plain = c.plain, p.tf32 = c.tf32;
        p.a_stride = (p.a_transposed ? c.s.rows : c.s.depth) + 8;
        p.b_stride = (p.b_transposed ? c.s.depth : c.s.columns) + 16;
        p.out_stride = c.s.columns + 8;
        return p;
    }

    /// With a factor of zero the output may hold anything.
    static std::vector<double> before(const mammo_cuda_product &p, random_values &random) {
        const std::vector<double> some = random.array(p.rows * p.out_stride);
        return p.beta == 0 ? std::vector<double>(some.size(), NAN) : some;
    }

    product_operands(session &on, const product_case &c, random_values &random)
        : p(described(c)), a(on, c.type, random.array((p.a_transposed ? p.depth : p.rows) * p.a_stride)),
          b(on, c.type, random.array((p.b_transposed ? p.columns : p.depth) * p.b_stride)),
          out(on, c.out_type, before(p, random)) {
        p.a = a.device(), p.b = b.device(), p.out = out.device();
    }

    expected value(int64_t i) const {
        const int64_t r = i / p.out_stride, c = i % p.out_stride;
        if (c >= p.columns) return {out[i], 0};  // between the rows nothing changes
        expected sum;
        for (int64_t k = 0; k < p.depth; k++) {
            sum.add(
                p.alpha * a[p.a_transposed ? k * p.a_stride + r : r * p.a_stride + k] *
                b[p.b_transposed ? c * p.b_stride + k : k * p.b_stride + c]);
        }
        if (p.beta != 0) sum.add(out[i]);
        return sum;
    }
};

/// How many roundings of fp32 of the sum of its terms' sizes a value may be off. TF32 rounds both factors of a term to 10 bits
/// of mantissa, each by 2^-11 of itself at most; a card's tensor cores may cut the other bits off instead, 2^-10.
inline double roundings(const session &on, const product_case &c) {
    const double factor = !c.tf32 ? 0 : on.emulated() ? 0x1p-11 : 0x1p-10;
    return 32 + (2 * factor + factor * factor) * 0x1p24;
}

/// Whether cuBLASLt is there, which the emulated device does without. Where it is missing one case fails, and those that need
/// it are skipped.
bool has_library(session &on);

/// As the interface says of `mammo_cuda_product`.
bool is_supported(const session &on, mammo_cuda_type type, mammo_cuda_type out_type, float beta);

}  // namespace check
