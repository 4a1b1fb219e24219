// Times each operation at the sizes of the network, and says what share of the card's best that is.
#include "check.h"
#include "work.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace check {

namespace {

/// What an operation at real sizes works on: large enough for the largest, with the same value everywhere.
class arena {
    session &on;
    std::vector<void *> memory;

public:
    explicit arena(session &on) : on(on) {}
    ~arena() {
        for (void *each : memory) on.table->release(on.context, each);
    }
    void *of(double bytes) {
        void *made;
        on.need(on.table->allocate(on.context, static_cast<size_t>(bytes), &made));
        memory.push_back(made);
        on.need(on.table->clear(on.context, made, static_cast<size_t>(bytes)));
        return made;
    }
    float *floats(int64_t n) { return static_cast<float *>(of(n * 4.0)); }
};

/// A call of the operation, by its name; none where there is no such operation alone.
std::function<mammo_cuda_status()> call_of(session &on, arena &a, const work &w, mammo_cuda_type type) {
    const mammo_cuda_table *t = on.table;
    mammo_cuda_context *c = on.context;
    const int channels = static_cast<int>(w.channels);
    const mammo_cuda_shape shape = {1, static_cast<int>(w.rows), static_cast<int>(w.columns), channels};
    const int64_t rows = w.rows * w.columns, n = rows * w.channels;
    void *x = a.of(n * 4.0), *y = a.of(n * 4.0);
    float *one = a.floats(50 * w.channels), *two = a.floats(50 * w.channels), *kept = a.floats(rows * 2);
    const auto is = [&](const char *name) { return w.operation == name; };
    if (is("depthwise")) {
        return [=] { return t->depthwise(c, x, mammo_cuda_fp32, nullptr, one, two, y, type, shape); };
    }
    if (is("depthwise_input_gradient")) {
        return [=] { return t->depthwise_input_gradient(c, x, type, nullptr, one, static_cast<float *>(y), shape); };
    }
    if (is("depthwise_weight_gradient")) {
        return [=] {
            return t->depthwise_weight_gradient(c, x, mammo_cuda_fp32, nullptr, y, type, one, two, shape);
        };
    }
    if (is("layer_norm")) {
        return [=] { return t->layer_norm(c, x, type, one, two, 1e-6f, y, type, kept, rows, channels); };
    }
    if (is("layer_norm_gradient")) {
        return [=] {
            return t->layer_norm_gradient(c, x, type, kept, one, y, type, y, type, one, two, rows, channels);
        };
    }
    if (is("gelu")) return [=] { return t->gelu(c, x, one, y, type, rows, channels); };
    if (is("gelu_gradient")) return [=] { return t->gelu_gradient(c, x, one, y, type, two, rows, channels); };
    if (is("residual")) {
        float *out = static_cast<float *>(y);
        return [=] { return t->residual(c, out, nullptr, x, type, one, two, 1, out, shape); };
    }
    if (is("residual_gradient")) {
        const float *gradient = static_cast<float *>(y);
        return [=] { return t->residual_gradient(c, gradient, nullptr, x, type, one, one, 1, x, two, kept, shape); };
    }
    if (w.operation.rfind("product", 0) == 0) {
        // From the operations and the columns back to the depth; rows are what is left.
        mammo_cuda_product p = {};
        const bool weights = w.operation.find("weights") != std::string::npos;
        const double cells = w.flops / 2;
        p.columns = w.channels;
        p.rows = weights ? static_cast<int64_t>(cells / rows / w.channels) : rows;
        p.depth = weights ? rows : static_cast<int64_t>(cells / rows / w.channels);
        p.a_transposed = weights;
        p.b_transposed = !weights;
        p.a_stride = p.a_transposed ? p.rows : p.depth;
        p.b_stride = p.b_transposed ? p.depth : p.columns;
        p.out_stride = p.columns;
        p.type = type;
        p.out_type = weights ? mammo_cuda_fp32 : type;
        p.alpha = 1;
        p.a = a.of(p.rows * p.depth * 4.0);
        p.b = a.of(p.depth * p.columns * 4.0);
        p.out = a.of(p.rows * p.columns * 4.0);
        return [=] { return t->product(c, &p); };
    }
    return nullptr;
}

double seconds_of(session &on, const std::function<mammo_cuda_status()> &call) {
    using clock = std::chrono::steady_clock;
    double best = 1e9;
    on.need(call());
    on.need(on.table->synchronise(on.context));
    for (int round = 0; round < 5; round++) {
        // Many calls to one wait, so that what a launch costs the host falls away beside them.
        const auto begin = clock::now();
        for (int i = 0; i < 20; i++) on.need(call());
        on.need(on.table->synchronise(on.context));
        best = std::min(best, std::chrono::duration<double>(clock::now() - begin).count() / 20);
    }
    return best;
}

}  // namespace

void measure(session &on, double gigabytes_per_second, double teraflops) {
    mammo_cuda_properties properties;
    on.need(on.table->device_properties(on.device, &properties));
    const mammo_cuda_type type = properties.major >= 8 ? mammo_cuda_bf16 : mammo_cuda_fp16;
    const card peak = {"this card", gigabytes_per_second, teraflops, teraflops};
    printf("\n%s, one image of 2048x1024; least is what %.0f GB/s and %.1f TFLOP/s allow\n", name_of(type),
           gigabytes_per_second, teraflops);
    printf("%-32s %5s %10s %10s %6s %8s\n", "operation", "stage", "least ms", "took ms", "share", "GB/s");
    double least_sum = 0, sum = 0;
    for (const work &each : network_work(true)) {
        arena memory(on);
        on.now = each.operation;
        const auto call = call_of(on, memory, each, type);
        if (!call) continue;
        const double took = seconds_of(on, call), least = least_seconds(each, peak) / each.times;
        least_sum += least * each.times, sum += took * each.times;
        printf("%-32s %5d %10.3f %10.3f %5.0f%% %8.0f\n", each.operation.c_str(), each.stage, least * 1e3, took * 1e3,
               100 * least / took, each.bytes / took / 1e9);
    }
    printf("all of them for one training step and image: least %.1f ms, took %.1f ms\n", least_sum * 1e3, sum * 1e3);
}

}  // namespace check
