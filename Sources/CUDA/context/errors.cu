#include "context.cuh"

#include <cstdarg>
#include <cstdio>

namespace mammo_cuda {

static thread_local char last_message[1024] = "nothing has failed";

const char *message() { return last_message; }

mammo_cuda_status fail(mammo_cuda_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(last_message, sizeof last_message, format, arguments);
    va_end(arguments);
    return status;
}

/// The first driver of each major version of CUDA (CUDA Compatibility, "minor version compatibility").
static int oldest_driver(int toolkit) { return toolkit >= 13000 ? 580 : toolkit >= 12000 ? 525 : 450; }

static mammo_cuda_status driver_missing() {
    int driver = 0;
    if (cudaDriverGetVersion(&driver) != cudaSuccess) cudaGetLastError();
    if (driver == 0) return fail(mammo_cuda_no_driver, "this machine has no NVIDIA driver: nvidia-smi does not run here");
    return fail(
        mammo_cuda_no_driver,
        "the NVIDIA driver supports CUDA %d.%d, and this plugin was built with CUDA %d.%d: update the driver to %d or newer, "
        "or build the plugin with an older CUDA (Scripts/build-cuda --from-debian: 11.8, for drivers from 450 on)",
        driver / 1000, driver % 1000 / 10, CUDART_VERSION / 1000, CUDART_VERSION % 1000 / 10,
        oldest_driver(CUDART_VERSION));
}

mammo_cuda_status check(cudaError_t error, const char *doing) {
    if (error == cudaSuccess) return mammo_cuda_ok;
    cudaGetLastError();  // an error that has been told is not told again
    switch (static_cast<int>(error)) {
        case cudaErrorInsufficientDriver: return driver_missing();
        case cudaErrorNoDevice:
        case cudaErrorInvalidDevice: return fail(mammo_cuda_no_device, "%s: %s", doing, cudaGetErrorString(error));
        case cudaErrorMemoryAllocation:
            return fail(mammo_cuda_out_of_memory, "%s: out of memory", doing);
        default:
            // What cannot be captured leaves the device as it was.
            if (error >= cudaErrorStreamCaptureUnsupported && error <= cudaErrorStreamCaptureWrongThread) {
                return fail(mammo_cuda_unsupported, "%s: %s", doing, cudaGetErrorString(error));
            }
            return fail(
                mammo_cuda_failed, "%s: %s (CUDA's error %d)", doing, cudaGetErrorString(error),
                static_cast<int>(error));
    }
}

}  // namespace mammo_cuda
