// Products by algorithms that are timed: their values are right, the choices are exported as data, and a context that imports
// them computes the same bits without timing anything.
#include "check_product.h"

#include <algorithm>

namespace check {

namespace {

/// Another context on the device, which tunes nothing.
class second_context {
    session &on;

public:
    mammo_cuda_context *context = nullptr;

    explicit second_context(session &on) : on(on) { on.need(on.table->open(on.device, on.libraries, &context)); }
    second_context(const second_context &) = delete;
    ~second_context() { on.table->close(context); }
};

std::vector<mammo_cuda_choice> choices_of(session &on, mammo_cuda_context *context) {
    int count = 0;
    on.need(on.table->export_choices(context, nullptr, 0, &count));
    std::vector<mammo_cuda_choice> out(static_cast<size_t>(count));
    on.need(on.table->export_choices(context, out.data(), count, &count));
    return out;
}

/// Whether a choice is a product's.
bool is_of(const mammo_cuda_choice &choice, const mammo_cuda_product &p) {
    const mammo_cuda_product &q = choice.product;
    return q.rows == p.rows && q.columns == p.columns && q.depth == p.depth && q.a_stride == p.a_stride &&
           q.b_stride == p.b_stride && q.out_stride == p.out_stride && q.a_transposed == p.a_transposed &&
           q.b_transposed == p.b_transposed && q.type == p.type && q.out_type == p.out_type && q.tf32 == p.tf32;
}

void tuned(session &on, second_context &other, const product_case &c, random_values &random) {
    product_operands o(on, c, random);
    const size_t before = choices_of(on, on.context).size();
    run(on, c.name() + " tuned", [&] { return on.table->product(on.context, &o.p); },
        {{"out", &o.out, [&](int64_t i) { return o.value(i); }, roundings(on, c)}});
    on.attempt([&] {
        std::vector<mammo_cuda_choice> choices = choices_of(on, on.context);
        if (choices.size() > before + 1) on.report("one product made several choices");
        const auto of_other = [&](const mammo_cuda_choice &one) { return !is_of(one, o.p); };
        choices.erase(std::remove_if(choices.begin(), choices.end(), of_other), choices.end());
        // On a card cuBLASLt may have no algorithm for a product.
        if (choices.empty() && on.emulated()) on.report("the choice was not exported");
        on.need(on.table->import_choices(other.context, choices.data(), static_cast<int>(choices.size())));
        on.need(on.table->synchronise(on.context));
        on.need(on.table->product(other.context, &o.p));
        on.need(on.table->synchronise(other.context));
        const uint64_t found = o.out.digest();
        o.out.restore();
        if (found != on.digests[c.name() + " tuned"]) on.report("other bits by the imported choice");
    });
}

}  // namespace

void tuning(session &on) {
    if (!has_library(on)) return on.skip("cuBLASLt is missing");
    random_values random(15);
    on.begin_case("library");
    on.attempt([&] {
        int version = 0;
        on.need(on.table->product_library(on.context, &version));
        if (version <= 0) on.report("cuBLASLt has no version");
        second_context other(on);
        on.need(on.table->tune_products(on.context, 1));
        // Deep sums, whose bits depend on the order of their terms.
        for (const product_size &s : std::vector<product_size>{{5, 7, 300}, {40, 96, 256}}) {
            for (mammo_cuda_type type : types) {
                for (float beta : {0.0f, 1.0f}) {
                    for (int transposed : {0, 3}) {
                        const product_case c = {s, type, mammo_cuda_fp32, transposed, beta};
                        if (is_supported(on, type, mammo_cuda_fp32, beta)) tuned(on, other, c, random);
                    }
                }
            }
        }
        on.need(on.table->tune_products(on.context, 0));
    });
}

}  // namespace check
