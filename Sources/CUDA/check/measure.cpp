#include "measure.h"

#include "measure_table.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>

namespace check {

namespace {

std::string name_and_stage(const work &one) { return one.name + ":" + std::to_string(one.stage); }

bool is(const work &one, const std::string &name) { return one.name == name || name_and_stage(one) == name; }

std::vector<work> chosen(const std::vector<work> &all, const std::vector<std::string> &only) {
    if (only.empty()) return all;
    for (const std::string &name : only) {
        if (std::any_of(all.begin(), all.end(), [&](const work &one) { return is(one, name); })) continue;
        std::string known;
        for (const work &one : all) {
            if ((known + ",").find(" " + one.name + ",") == std::string::npos) known += (known.empty() ? " " : ", ") + one.name;
        }
        throw std::invalid_argument("--only: " + name + ", expected OPERATION or OPERATION:STAGE, operations being" + known);
    }
    std::vector<work> out;
    for (const work &one : all) {
        if (std::any_of(only.begin(), only.end(), [&](const std::string &name) { return is(one, name); })) {
            out.push_back(one);
        }
    }
    return out;
}

/// A copy, which is no part of a step.
work copy_work(size_t bytes) {
    return {"copy", operation::convert, 0, 0, {}, {}, {}, {}, {}, {}, 2.0 * static_cast<double>(bytes), 0};
}

/// A product of square matrices, which is none either.
work product_work(mammo_cuda_type type, int64_t side) {
    mammo_cuda_product p = {};
    p.rows = p.columns = p.depth = p.a_stride = p.b_stride = p.out_stride = side;
    p.b_transposed = 1, p.type = p.out_type = type, p.alpha = 1;
    const double n = static_cast<double>(side);
    return {"product_" + std::to_string(side), operation::product, 0, 0, {}, type, type, type, {}, p,
            3 * n * n * static_cast<double>(bytes_of(type)), 2 * n * n * n};
}

/// Times calls one after the other within the time that is given for all.
class stopwatch {
    using clock = std::chrono::steady_clock;
    session &on;
    random_source random;
    const clock::time_point begin = clock::now();
    const double budget;
    size_t left;

public:
    /// What could not be timed.
    std::vector<std::string> missing;

    stopwatch(session &on, double budget, size_t calls) : on(on), random(on), budget(budget), left(calls) {}

    /// Runs a body with buffers for a call. What the device lacks (memory, types, a library) is passed over by name.
    template <typename Body> void with_buffers(const work &one, const call &made, size_t working_set, Body body) {
        on.begin_case(name_and_stage(one));
        bool done = false;
        on.attempt([&] {
            try {
                buffer_sets sets(on, random, made.buffers, working_set);
                body(sets);
                done = true;
            } catch (const failed_call &call) {
                if (call.status == mammo_cuda_failed) throw;
                on.skip(call.what());
                printf("%-27s %5d not measured: %s\n", one.name.c_str(), one.stage, call.what());
            }
        });
        if (!done) missing.push_back(name_and_stage(one));
    }

    std::optional<double> seconds(const work &one, const call &made) {
        std::optional<double> took;
        const double past = std::chrono::duration<double>(clock::now() - begin).count();
        const double own = std::max(0.0, budget - past) / static_cast<double>(std::max<size_t>(left, 1));
        if (left > 0) left--;
        with_buffers(one, made, working_set(), [&](buffer_sets &sets) { took = seconds_of(on, made, sets, own); });
        return took;
    }

private:
    /// Several times the L2 cache, which is taken for 64 MiB where its size is not known. The emulated device has none.
    size_t working_set() const {
        if (on.emulated()) return 1;
        const size_t cache = on.properties.cache_bytes > 0 ? on.properties.cache_bytes : size_t(64) << 20;
        return 4 * cache;
    }
};

void print(const char *what, const peaks &best, const char *source) {
    const auto text = [](double rate, const char *unit) {
        char out[64];
        snprintf(out, sizeof out, "%.4g %s", rate, unit);
        return rate > 0 ? std::string(out) : std::string("unknown ") + unit;
    };
    printf(
        "%s peaks: %s, %s in fp32, %s in 16-bit products (%s)\n", what, text(best.gigabytes_per_second, "GB/s").c_str(),
        text(best.fp32_teraflops, "TFLOP/s").c_str(), text(best.product_teraflops, "TFLOP/s").c_str(), source);
}

/// What a copy and a product reach. The arithmetic of other operations has no measurement: its peak stays nominal.
ceilings measured_ceilings(session &on, stopwatch &watch, measure_table &table, mammo_cuda_type type) {
    ceilings best;
    const nominal_peaks stated = nominal(on.properties);
    best.nominal = stated.best;
    best.measured.fp32_teraflops = stated.best.fp32_teraflops;
    size_t free_bytes, total;
    on.need(on.table->memory(on.context, &free_bytes, &total));
    const size_t bytes = on.emulated() ? 1 << 20 : std::min(size_t(2) << 30, free_bytes / 4);
    const work copy = copy_work(bytes), product = product_work(type, on.emulated() ? 64 : 8192);
    const auto copied = watch.seconds(copy, copy_call(on, bytes));
    if (copied) best.measured.gigabytes_per_second = copy.bytes / *copied / 1e9;
    const auto multiplied = watch.seconds(product, call_of(on, product));
    double &of_products = type == mammo_cuda_fp32 ? best.measured.fp32_teraflops : best.measured.product_teraflops;
    if (multiplied) of_products = product.flops / *multiplied / 1e12;
    if (copied) table.row(copy, *copied, best);
    if (multiplied) table.row(product, *multiplied, best);
    print("nominal", best.nominal, stated.source.c_str());
    print("measured", best.measured, "a copy and a product of matrices; fp32 of other operations is nominal");
    return best;
}

void run_once(session &on, const std::vector<work> &all) {
    stopwatch watch(on, 0, all.size());
    for (const work &one : all) {
        const call made = call_of(on, one);
        watch.with_buffers(one, made, 0, [&](buffer_sets &sets) {
            on.need(on.table->synchronise(on.context));
            on.need(made.make(sets.all()[0]));
            on.need(on.table->synchronise(on.context));
            printf("%s ran once\n", name_and_stage(one).c_str());
        });
    }
}

void time_all(session &on, const measure_options &options, const setting &at, const std::vector<work> &all) {
    stopwatch watch(on, options.seconds, all.size() + 2);
    measure_table table(options.table, at);
    const ceilings best = measured_ceilings(on, watch, table, at.type);
    watch.missing.clear();
    times sum;
    double bytes = 0, flops = 0;
    for (const work &one : all) {
        const auto took = watch.seconds(one, call_of(on, one));
        if (!took) continue;
        sum.add(table.row(one, *took, best), one.times);
        bytes += one.times * one.bytes, flops += one.times * one.flops;
    }
    const bool is_whole = watch.missing.empty() && all.size() == network_work(at, !at.inference).size();
    if (sum.took > 0) table.sum(sum, bytes, flops, is_whole);
    if (watch.missing.empty()) return;
    printf("not in the sum:");
    for (const std::string &each : watch.missing) printf(" %s", each.c_str());
    printf("\n");
}

}  // namespace

void measure(session &on, const measure_options &options, const std::vector<std::string> &only) {
    setting at = options.on;
    if (!options.has_type) at.type = on.has_bf16_products() ? mammo_cuda_bf16 : mammo_cuda_fp16;
    const std::vector<work> all = chosen(network_work(at, !at.inference), only);
    on.begin_group("measure");
    printf(
        "%s of %s in %s: %d images of %dx%d, %s%s\n", only.empty() ? "all operations" : "some operations",
        of(at.net).title, at.inference ? "inference" : "training", at.images, at.rows, at.columns, name_of(at.type),
        at.separate ? ", what comes after products by itself" : "");
    if (options.once) run_once(on, all);
    else time_all(on, options, at, all);
}

}  // namespace check
