// Copies in both streams, events between them, and calls that have to be rejected.
#include "check.h"

#include <cstdint>

namespace check {

static void copies(session &on, const values &first, values &second) {
    const int64_t n = static_cast<int64_t>(first.host.size());
    void *host;
    mammo_cuda_event *event;
    on.need(on.table->allocate_host(on.context, n * 4, &host));
    on.need(on.table->make_event(on.context, &event));
    on.need(on.table->copy(on.context, second.device(), first.device(), n * 4));
    on.need(on.table->record(on.context, event, mammo_cuda_compute));
    on.need(on.table->wait(on.context, event, mammo_cuda_copy));
    on.need(on.table->download(on.context, mammo_cuda_copy, host, second.device(), n * 4));
    on.need(on.table->record(on.context, event, mammo_cuda_copy));
    on.need(on.table->wait_on_host(on.context, event));
    for (int64_t i = 0; i < n; i++) {
        if (static_cast<float *>(host)[i] != static_cast<float>(first[i])) {
            on.report("a copy is not what was copied");
            break;
        }
    }
    on.need(on.table->clear(on.context, second.device(), n * 4));
    for (double each : second.read()) {
        if (each != 0) {
            on.report("memory that was cleared is not zero");
            break;
        }
    }
    on.need(on.table->release_event(on.context, event));
    on.need(on.table->release_host(on.context, host));
    on.need(on.table->release_event(on.context, nullptr));
    on.need(on.table->release_host(on.context, nullptr));
}

static void times(session &on, values &second) {
    mammo_cuda_event *from, *to;
    on.need(on.table->make_event(on.context, &from));
    on.need(on.table->make_event(on.context, &to));
    on.need(on.table->record(on.context, from, mammo_cuda_compute));
    on.need(on.table->clear(on.context, second.device(), second.host.size() * 4));
    on.need(on.table->record(on.context, to, mammo_cuda_compute));
    on.need(on.table->wait_on_host(on.context, to));
    float milliseconds = -1;
    on.need(on.table->elapsed(on.context, from, to, &milliseconds));
    if (!(milliseconds >= 0 && milliseconds < 60000)) on.report("a time of " + std::to_string(milliseconds) + " ms");
    on.need(on.table->release_event(on.context, from));
    on.need(on.table->release_event(on.context, to));
}

static void empty_operations(session &on, const values &first, values &second) {
    const mammo_cuda_shape none = {0, 4, 4, 8};
    const mammo_cuda_type fp32 = mammo_cuda_fp32;
    on.need(on.table->depthwise(
        on.context, first.device(), fp32, nullptr, 3, 2, first.floats(), first.floats(), mammo_cuda_silu, second.device(),
        fp32, none));
    on.need(on.table->depthwise_input_gradient(
        on.context, first.device(), fp32, nullptr, 3, 2, first.floats(), second.device(), fp32, 0, none));
    on.need(on.table->depthwise_weight_gradient(
        on.context, first.device(), fp32, nullptr, first.device(), fp32, 3, 2, second.floats(), nullptr, none));
    const mammo_cuda_window window = {3, 2, 1};
    on.need(on.table->gather_patches(on.context, first.device(), fp32, window, second.device(), fp32, none));
    on.need(on.table->scatter_patches(on.context, first.device(), fp32, window, second.device(), fp32, none));
    mammo_cuda_affine affine = {};
    affine.in = first.device(), affine.factors = first.floats(), affine.out = second.device(), affine.shape = none;
    on.need(on.table->affine(on.context, &affine));
    affine.factors = nullptr;
    on.need(on.table->affine(on.context, &affine));
    on.need(on.table->image_products(on.context, first.device(), fp32, first.device(), fp32, second.floats(), none));
    on.need(on.table->mean(on.context, first.device(), fp32, second.floats(), none));
    on.need(on.table->maxima(on.context, first.device(), fp32, second.floats(), nullptr, none));
    on.need(on.table->generalised_mean(
        on.context, first.device(), fp32, first.floats(), 1e-6f, second.floats(), nullptr, none));
    on.need(on.table->generalised_mean_gradient(
        on.context, first.device(), fp32, first.floats(), 1e-6f, first.floats(), first.floats(), first.floats(),
        second.floats(), second.floats(), none));
    on.need(on.table->gelu(on.context, first.device(), first.floats(), second.device(), mammo_cuda_fp32, 0, 8));
}

static void rejected_calls(session &on, const values &first, values &second) {
    mammo_cuda_context *missing = nullptr;
    on.refused(on.table->open(99, on.libraries, &missing), mammo_cuda_no_device, {"99"});
    if (missing) on.report("device 99 was opened");
    const mammo_cuda_status status =
        on.table->convert(on.context, first.device(), mammo_cuda_type(7), second.device(), mammo_cuda_fp32, 1);
    if (status == mammo_cuda_ok) on.report("a conversion from type 7, which does not exist, succeeded");
    on.need(on.table->synchronise(on.context));
}

void order(session &on) {
    random_values random(10);
    const int64_t n = 1000;
    const values first(on, mammo_cuda_fp32, random.array(n));
    values second(on, mammo_cuda_fp32, n);
    on.begin_case("copies and events");
    on.attempt([&] { copies(on, first, second); });
    on.begin_case("the time between events");
    on.attempt([&] { times(on, second); });
    on.begin_case("operations on no images");
    on.attempt([&] { empty_operations(on, first, second); });
    on.begin_case("a device and a type that do not exist");
    on.attempt([&] { rejected_calls(on, first, second); });
}

}  // namespace check
