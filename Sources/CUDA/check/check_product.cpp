// Products of matrices in the types that the interface supports, and the rejection of all others.
#include "check.h"

#include <cmath>

namespace check {

namespace {

struct size {
    int64_t rows, columns, depth;
};

/// One product: sizes, types, which operands are transposed, whether it is added, and whether the plugin's own kernel
/// computes it.
struct product_case {
    size s;
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
struct operands {
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

    operands(session &on, const product_case &c, random_values &random)
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
double roundings(const session &on, const product_case &c) {
    const double factor = !c.tf32 ? 0 : on.emulated() ? 0x1p-11 : 0x1p-10;
    return 32 + (2 * factor + factor * factor) * 0x1p24;
}

void supported(session &on, const product_case &c, random_values &random) {
    operands o(on, c, random);
    run(on, c.name(), [&] { return on.table->product(on.context, &o.p); },
        {{"out", &o.out, [&](int64_t i) { return o.value(i); }, roundings(on, c)}});
}

/// The output stays as it is, and the device goes on working.
void rejected(session &on, const product_case &c, random_values &random) {
    on.begin_case(c.name() + " rejected");
    on.attempt([&] {
        operands o(on, c, random);
        const uint64_t before = o.out.digest();
        on.refused(on.table->product(on.context, &o.p), mammo_cuda_unsupported, {c.s.depth ? name_of(c.type) : "depth"});
        if (o.out.digest() != before) on.report("a rejected product wrote to its output");
    });
}

/// As the interface says of `mammo_cuda_product`.
bool is_supported(const session &on, mammo_cuda_type type, mammo_cuda_type out_type, float beta) {
    if (out_type != mammo_cuda_fp32 && beta != 0) return false;
    if (type == mammo_cuda_bf16 && !on.has_bf16_products()) return false;
    return out_type == type || out_type == mammo_cuda_fp32;
}

/// Whether cuBLASLt is there, which the emulated device does without. Where it is missing one case fails, and those that need
/// it are skipped.
bool has_library(session &on) {
    if (on.emulated()) return true;
    mammo_cuda_library_place place;
    on.begin_case("cuBLASLt");
    const mammo_cuda_status status = on.table->find_library(mammo_cuda_cublaslt, on.libraries, &place);
    if (status == mammo_cuda_ok) return true;
    on.report(on.table->message());
    return false;
}

/// A product that exists in fp32 exists in TF32 too, from sm_80 on, and no other does.
void in_tf32(session &on, product_case c, bool available, random_values &random) {
    c.tf32 = true;
    if (c.type != mammo_cuda_fp32 || !on.has_tf32_products()) return rejected(on, c, random);
    if (available) return supported(on, c, random);
    on.skip("cuBLASLt is missing");
}

}  // namespace

void product(session &on) {
    random_values random(14);
    const bool available = has_library(on);
    rejected(on, {{5, 7, 0}, mammo_cuda_fp32, mammo_cuda_fp32, 0, 1}, random);
    // Sides that are multiples of 8, as cuBLASLt's fast algorithms need, and others.
    for (const size &s : std::vector<size>{{1, 1, 1}, {5, 7, 3}, {40, 96, 24}, {64, 384, 96}, {33, 24, 100}}) {
        for (mammo_cuda_type type : types) {
            for (mammo_cuda_type out_type : types) {
                for (int transposed = 0; transposed < 4; transposed++) {
                    for (float beta : {0.0f, 1.0f}) {
                        const product_case c = {s, type, out_type, transposed, beta};
                        const product_case plain = {s, type, out_type, transposed, beta, true};
                        if (!is_supported(on, type, out_type, beta)) {
                            rejected(on, c, random);
                            continue;
                        }
                        // Several tiles and parts of them suffice; more take long on the emulated device.
                        if (s.columns < 384) supported(on, plain, random);
                        if (available) supported(on, c, random);
                        else on.skip("cuBLASLt is missing");
                        in_tf32(on, c, available, random);
                    }
                }
            }
        }
    }
}

}  // namespace check
