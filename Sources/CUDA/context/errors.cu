#include "context.cuh"

#include <cstdarg>
#include <cstdio>

namespace mammo_cuda {

static thread_local char last_message[512] = "nothing has failed";

const char *message() { return last_message; }

mammo_cuda_status fail(mammo_cuda_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(last_message, sizeof last_message, format, arguments);
    va_end(arguments);
    return status;
}

mammo_cuda_status check(cudaError_t error, const char *doing) {
    if (error == cudaSuccess) return mammo_cuda_ok;
    cudaGetLastError();  // an error that has been told is not told again
    switch (static_cast<int>(error)) {
        case cudaErrorInsufficientDriver:
            return fail(
                mammo_cuda_no_driver,
                "no NVIDIA driver, or one older than this plugin's CUDA (%s): nvidia-smi says which there is",
                cudaGetErrorString(error));
        case cudaErrorNoDevice:
        case cudaErrorInvalidDevice: return fail(mammo_cuda_no_device, "%s: %s", doing, cudaGetErrorString(error));
        case cudaErrorMemoryAllocation:
            return fail(mammo_cuda_out_of_memory, "%s: the device's memory does not suffice", doing);
        default:
            return fail(
                mammo_cuda_failed, "%s: %s (CUDA's error %d)", doing, cudaGetErrorString(error),
                static_cast<int>(error));
    }
}

}  // namespace mammo_cuda
