#include "describe.h"

#include <cstdio>

namespace check {

void describe_device(const mammo_cuda_properties &p) {
    printf(
        "device: %s, sm_%d%d, %.1f GiB, %d multiprocessors", p.name, p.major, p.minor,
        static_cast<double>(p.memory_bytes) / (1 << 30), p.multiprocessors);
    if (p.clock_khz > 0) printf(" at %.0f MHz", p.clock_khz / 1e3);
    if (p.memory_clock_khz > 0) printf(", memory at %.0f MHz with %d bits", p.memory_clock_khz / 1e3, p.memory_bus_bits);
    if (p.cache_bytes > 0) printf(", L2 cache %.1f MiB", p.cache_bytes / 1048576.0);
    printf(p.memory_pools ? ", memory pools\n" : ", no memory pools\n");
}

static void describe_library(const session &on, mammo_cuda_library library, const char *name) {
    mammo_cuda_library_place place;
    if (on.table->find_library(library, on.libraries, &place) != mammo_cuda_ok) {
        printf("%s: not found: %s\n", name, on.table->message());
        return;
    }
    // cuBLASLt before 12 and NCCL before 2.9 count in another way.
    const int v = place.version;
    const bool known = v >= (library == mammo_cuda_nccl ? 20000 : 100000);
    if (known) printf("%s: %d.%d.%d, %s\n", name, v / 10000, v / 100 % 100, v % 100, place.path);
    else printf("%s: version %d, %s\n", name, v, place.path);
}

void describe_plugin(const session &on) {
    int driver = 0;
    printf(
        "plugin: code for %s, built with CUDA %d.%d\n", on.table->architectures, on.table->toolkit / 1000,
        on.table->toolkit % 1000 / 10);
    if (on.table->driver_version(&driver) != mammo_cuda_ok) printf("driver: %s\n", on.table->message());
    else if (driver == 0) printf("driver: none\n");
    else printf("driver: for CUDA up to %d.%d\n", driver / 1000, driver % 1000 / 10);
}

void describe_libraries(const session &on) {
    describe_library(on, mammo_cuda_cublaslt, "cuBLASLt");
    describe_library(on, mammo_cuda_nccl, "NCCL");
}

}  // namespace check
