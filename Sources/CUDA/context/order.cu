#include "context.cuh"
#include "context.h"

struct mammo_cuda_event {
    cudaEvent_t event = nullptr;
};

namespace mammo_cuda {

mammo_cuda_status make_event(mammo_cuda_context *, mammo_cuda_event **out) {
    *out = nullptr;
    auto made = std::make_unique<mammo_cuda_event>();
    TRY(check(cudaEventCreateWithFlags(&made->event, cudaEventBlockingSync), "an event"));
    *out = made.release();
    return mammo_cuda_ok;
}

mammo_cuda_status release_event(mammo_cuda_context *, mammo_cuda_event *event) {
    if (!event) return mammo_cuda_ok;
    const std::unique_ptr<mammo_cuda_event> owned(event);
    return check(cudaEventDestroy(event->event), "release of an event");
}

mammo_cuda_status record(mammo_cuda_context *context, mammo_cuda_event *event, mammo_cuda_stream stream) {
    return check(cudaEventRecord(event->event, context->streams[stream]), "an event");
}

mammo_cuda_status wait(mammo_cuda_context *context, mammo_cuda_event *event, mammo_cuda_stream stream) {
    return check(cudaStreamWaitEvent(context->streams[stream], event->event, 0), "waiting for an event");
}

mammo_cuda_status wait_on_host(mammo_cuda_context *, mammo_cuda_event *event) {
    return check(cudaEventSynchronize(event->event), "waiting for an event");
}

mammo_cuda_status elapsed(mammo_cuda_context *, mammo_cuda_event *from, mammo_cuda_event *to, float *milliseconds) {
    return check(cudaEventElapsedTime(milliseconds, from->event, to->event), "time between events");
}

mammo_cuda_status synchronise(mammo_cuda_context *context) {
    for (cudaStream_t stream : context->streams) {
        if (stream) TRY(check(cudaStreamSynchronize(stream), "work on the device"));
    }
    return mammo_cuda_ok;
}

}  // namespace mammo_cuda
