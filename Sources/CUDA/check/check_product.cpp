// Products of matrices in the types that the interface supports, and the rejection of all others.
#include "check_product.h"

namespace check {

bool is_supported(const session &on, mammo_cuda_type type, mammo_cuda_type out_type, float beta) {
    if (out_type != mammo_cuda_fp32 && beta != 0) return false;
    if (type == mammo_cuda_bf16 && !on.has_bf16_products()) return false;
    return out_type == type || out_type == mammo_cuda_fp32;
}

bool has_library(session &on) {
    if (on.emulated()) return true;
    mammo_cuda_library_place place;
    on.begin_case("cuBLASLt");
    const mammo_cuda_status status = on.table->find_library(mammo_cuda_cublaslt, on.libraries, &place);
    if (status == mammo_cuda_ok) return true;
    on.report(on.table->message());
    return false;
}

namespace {

void supported(session &on, const product_case &c, random_values &random) {
    product_operands o(on, c, random);
    run(on, c.name(), [&] { return on.table->product(on.context, &o.p); },
        {{"out", &o.out, [&](int64_t i) { return o.value(i); }, roundings(on, c)}});
}

/// The output stays as it is, and the device goes on working.
void rejected(session &on, const product_case &c, random_values &random) {
    on.begin_case(c.name() + " rejected");
    on.attempt([&] {
        product_operands o(on, c, random);
        const uint64_t before = o.out.digest();
        on.refused(on.table->product(on.context, &o.p), mammo_cuda_unsupported, {c.s.depth ? name_of(c.type) : "depth"});
        if (o.out.digest() != before) on.report("a rejected product wrote to its output");
    });
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
    for (const product_size &s : std::vector<product_size>{{1, 1, 1}, {5, 7, 3}, {40, 96, 24}, {64, 384, 96}, {33, 24, 100}}) {
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
