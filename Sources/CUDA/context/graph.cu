// Work that is captured once and given to the device again as a whole (a CUDA graph): one launch in place of hundreds.
#include "context.cuh"
#include "context.h"

struct mammo_cuda_graph {
    cudaGraphExec_t made = nullptr;
    /// What operations had as scratch memory when they were captured, which a later one may have replaced.
    std::shared_ptr<void> scratch;
};

namespace mammo_cuda {

mammo_cuda_status not_captured(const mammo_cuda_context *context) {
    if (!context->is_captured) return mammo_cuda_ok;
    return fail(mammo_cuda_unsupported, "an operation of a graph was not made before its capture");
}

mammo_cuda_status begin_graph(mammo_cuda_context *context) {
    if (!context->pool) return fail(mammo_cuda_unsupported, "a graph needs memory pools, which this device lacks");
    if (context->is_captured) return fail(mammo_cuda_unsupported, "a graph is being captured already");
    // Other threads' waits and page-locked memory do not concern what this one captures.
    TRY(check(cudaStreamBeginCapture(context->compute(), cudaStreamCaptureModeThreadLocal), "capture of a graph"));
    context->is_captured = true;
    context->captured_allocations = 0;
    return mammo_cuda_ok;
}

mammo_cuda_status end_graph(mammo_cuda_context *context, mammo_cuda_graph **out) {
    *out = nullptr;
    context->is_captured = false;
    cudaGraph_t captured = nullptr;
    TRY(check(cudaStreamEndCapture(context->compute(), &captured), "capture of a graph"));
    auto graph = std::make_unique<mammo_cuda_graph>();
    mammo_cuda_status status = mammo_cuda_ok;
    if (context->captured_allocations == 0) {
        status = check(cudaGraphInstantiateWithFlags(&graph->made, captured, 0), "making of a graph");
    } else {
        // A graph that leaves memory allocated cannot be launched twice.
        status = fail(
            mammo_cuda_unsupported, "%lld allocations of a graph were not released before its end",
            static_cast<long long>(context->captured_allocations));
    }
    cudaGraphDestroy(captured);
    TRY(status);
    graph->scratch = context->scratch;
    *out = graph.release();
    return mammo_cuda_ok;
}

mammo_cuda_status launch_graph(mammo_cuda_context *context, mammo_cuda_graph *graph) {
    return check(cudaGraphLaunch(graph->made, context->compute()), "launch of a graph");
}

mammo_cuda_status release_graph(mammo_cuda_context *context, mammo_cuda_graph *graph) {
    if (!graph) return mammo_cuda_ok;
    const std::unique_ptr<mammo_cuda_graph> owned(graph);
    const mammo_cuda_status status = synchronise(context);
    TRY(check(cudaGraphExecDestroy(graph->made), "release of a graph"));
    // Graphs' memory is not the pool's: what none of them needs any more goes back to the driver.
    TRY(check(cudaDeviceGraphMemTrim(context->device), "release of a graph's memory"));
    return status;
}

}  // namespace mammo_cuda
