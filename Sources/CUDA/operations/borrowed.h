// Memory of an operation's own.
#pragma once

#include "context.cuh"
#include "context/context.h"

namespace mammo_cuda {

/// body(memory of so many bytes), which is released afterwards in any case.
template <typename Body> mammo_cuda_status with_memory(mammo_cuda_context *context, int64_t bytes, Body body) {
    void *memory = nullptr;
    TRY(allocate(context, static_cast<size_t>(bytes), &memory));
    const mammo_cuda_status status = body(memory);
    const mammo_cuda_status released = release(context, memory);
    return status == mammo_cuda_ok ? released : status;
}

}  // namespace mammo_cuda
