// Streams and graphs: what a stream is given is done at once, or kept while it is captured and done when the graph is launched.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <vector>

struct emulated_graph {
    std::vector<std::function<void()>> work;
    /// All allocations, and those that were not released yet.
    std::vector<void *> memory, open;
    bool is_valid = true, is_made = false, was_launched = false;
};

struct emulated_stream {
    /// Null where nothing is captured.
    emulated_graph *captured = nullptr;
};

typedef emulated_stream *cudaStream_t;
typedef emulated_graph *cudaGraph_t, *cudaGraphExec_t;
enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal = 1 };

namespace emulation {

template <typename Work> void submit(cudaStream_t stream, Work work) {
    if (stream->captured) stream->captured->work.push_back(std::move(work));
    else work();
}

/// Ends the capture of what asks for an answer; true where there was one.
inline bool interrupts_capture(cudaStream_t stream) {
    if (stream->captured) stream->captured->is_valid = false;
    return stream->captured != nullptr;
}

}  // namespace emulation
