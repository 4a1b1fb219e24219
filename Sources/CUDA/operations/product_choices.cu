#include "product_choices.h"

#include "context/context.h"
#include "product_types.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace mammo_cuda {

uint32_t alignment_of(const void *pointer) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(pointer) | 256;
    return static_cast<uint32_t>(address & (~address + 1));
}

static product_key key_of(const mammo_cuda_product &p, uint32_t a, uint32_t b, uint32_t out) {
    return {p.rows, p.columns, p.depth, p.a_stride, p.b_stride, p.out_stride, p.a_transposed != 0, p.b_transposed != 0,
            p.type, p.out_type, p.tf32 != 0, a, b, out};
}

product_key key_of(const mammo_cuda_product &p) {
    return key_of(p, alignment_of(p.a), alignment_of(p.b), alignment_of(p.out));
}

static mammo_cuda_choice choice_of(const product_key &key, const product_algorithm &algorithm) {
    mammo_cuda_choice out = {};
    mammo_cuda_product &p = out.product;
    int type, out_type;
    std::tie(
        p.rows, p.columns, p.depth, p.a_stride, p.b_stride, p.out_stride, p.a_transposed, p.b_transposed, type, out_type,
        p.tf32, out.alignments[0], out.alignments[1], out.alignments[2]) = key;
    p.type = static_cast<mammo_cuda_type>(type), p.out_type = static_cast<mammo_cuda_type>(out_type);
    std::copy(algorithm.begin(), algorithm.end(), out.algorithm);
    return out;
}

status tune_products(context *context, int tunes) {
    context->choices->tunes = tunes != 0;
    return mammo_cuda_ok;
}

status export_choices(context *context, mammo_cuda_choice *out, int room, int *count) {
    *count = static_cast<int>(context->choices->chosen.size());
    int i = 0;
    for (const auto &[key, algorithm] : context->choices->chosen) {
        if (i >= room) break;
        out[i++] = choice_of(key, algorithm);
    }
    return mammo_cuda_ok;
}

status import_choices(context *context, const mammo_cuda_choice *choices, int count) {
    for (int i = 0; i < count; i++) {
        const mammo_cuda_choice &one = choices[i];
        product_algorithm algorithm;
        std::copy(std::begin(one.algorithm), std::end(one.algorithm), algorithm.begin());
        const uint32_t *const alignments = one.alignments;
        context->choices->chosen[key_of(one.product, alignments[0], alignments[1], alignments[2])] = algorithm;
    }
    context->choices->imports++;
    return mammo_cuda_ok;
}

namespace {

/// An event that knows its time.
class moment {
    cudaEvent_t event = nullptr;

public:
    moment() = default;
    moment(const moment &) = delete;
    ~moment() {
        if (event) cudaEventDestroy(event);
    }
    status reached(context *context) {
        if (!event) TRY(check(cudaEventCreateWithFlags(&event, cudaEventBlockingSync), "an event"));
        return check(cudaEventRecord(event, context->compute()), "an event");
    }
    status wait() { return check(cudaEventSynchronize(event), "waiting for products that are timed"); }
    status since(const moment &earlier, float &milliseconds) {
        return check(cudaEventElapsedTime(&milliseconds, earlier.event, event), "the time of a product");
    }
};

/// Memory that goes back whatever happens.
class borrowed {
    context *from;

public:
    void *memory = nullptr;

    explicit borrowed(context *from) : from(from) {}
    borrowed(const borrowed &) = delete;
    ~borrowed() { release(from, memory); }
};

struct span {
    uintptr_t from, to;
};

/// The memory from a stored matrix's first value to behind its last.
span span_of(const void *values, type type, int64_t rows, int64_t columns, int64_t stride, int is_transposed) {
    if (is_transposed) std::swap(rows, columns);
    const uintptr_t from = reinterpret_cast<uintptr_t>(values);
    return {from, from + static_cast<size_t>((rows - 1) * stride + columns) * bytes_of(type)};
}

bool meet(span one, span other) { return one.from < other.to && other.from < one.to; }

}  // namespace

/// The median times of algorithms in milliseconds; less than 0 for those that do not compute the product. Each algorithm has
/// its turn before any has its next, and everything is in line before the first is waited for.
static status time(
    context *context, int count, const std::function<status(int)> &run, std::vector<float> &medians) {
    constexpr int turns = 5;
    medians.assign(count, 0);
    for (int i = 0; i < count; i++) {
        const status status = run(i);
        if (status == mammo_cuda_unsupported) medians[i] = -1;
        else TRY(status);
    }
    std::vector<moment> begins(static_cast<size_t>(turns * count)), ends(static_cast<size_t>(turns * count));
    moment *last = nullptr;
    for (int k = 0; k < turns * count; k++) {
        if (medians[k % count] < 0) continue;
        TRY(begins[k].reached(context));
        TRY(run(k % count));
        TRY(ends[k].reached(context));
        last = &ends[k];
    }
    if (!last) return mammo_cuda_ok;
    TRY(last->wait());
    for (int i = 0; i < count; i++) {
        if (medians[i] < 0) continue;
        float times[turns];
        for (int turn = 0; turn < turns; turn++) TRY(ends[turn * count + i].since(begins[turn * count + i], times[turn]));
        std::sort(times, times + turns);
        medians[i] = times[turns / 2];
    }
    return mammo_cuda_ok;
}

status fastest(
    context *context, const mammo_cuda_product &p, int count, const std::function<status(int, void *)> &run, int &best) {
    const span out = span_of(p.out, p.out_type, p.rows, p.columns, p.out_stride, 0);
    const bool is_free = p.beta == 0 && !meet(out, span_of(p.a, p.type, p.rows, p.depth, p.a_stride, p.a_transposed)) &&
                         !meet(out, span_of(p.b, p.type, p.depth, p.columns, p.b_stride, p.b_transposed));
    borrowed scratch(context);
    if (!is_free) {
        TRY(allocate(context, out.to - out.from, &scratch.memory));
    }
    void *const to = is_free ? p.out : scratch.memory;
    std::vector<float> medians;
    TRY(time(context, count, [&](int i) { return run(i, to); }, medians));
    best = -1;
    float least = 0;
    for (int i = 0; i < count; i++) {
        if (medians[i] < 0) continue;
        if (best < 0) best = i, least = 0.97f * medians[i];
        else if (medians[i] < least) best = i, least = medians[i];
    }
    return best < 0 ? fail(mammo_cuda_unsupported, "no algorithm computes this product") : mammo_cuda_ok;
}

}  // namespace mammo_cuda
