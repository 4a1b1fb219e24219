// What the emulated devices are, by environment variables that the tests set:
//
//     MAMMO_CUDA_EMULATED_DEVICES=2              how many there are; 1, if not given
//     MAMMO_CUDA_EMULATED_CAPABILITY=60          their compute capability; 80
//     MAMMO_CUDA_EMULATED_ARCHITECTURES="sm_75"  what the library claims to contain; sm_60 to sm_90
//     MAMMO_CUDA_EMULATED_DRIVER=12040           the CUDA that the driver supports, 0 for none; 13000
//     MAMMO_CUDA_EMULATED_MEMORY=100000000       bytes of memory of each; 4 GiB
//     MAMMO_CUDA_EMULATED_POOLS=0                whether they have memory pools; 1
//     MAMMO_CUDA_EMULATED_CUBLASLT=130100        the version of the cuBLASLt that the emulated product stands for; 130100
//     MAMMO_CUDA_EMULATED_FASTEST=2              the algorithm of products that is faster than the others; 0, the first
//     MAMMO_CUDA_EMULATED_GAIN=2                 by how many percent; 10
//     MAMMO_CUDA_EMULATION=reverse               runs a block's threads from the last to the first
#pragma once

#include <cstdlib>

#define CUDART_VERSION 13000

namespace emulation {

inline long long setting(const char *name, long long otherwise) {
    const char *value = getenv(name);
    return value && *value ? atoll(value) : otherwise;
}

inline int devices() { return static_cast<int>(setting("MAMMO_CUDA_EMULATED_DEVICES", 1)); }
inline int capability() { return static_cast<int>(setting("MAMMO_CUDA_EMULATED_CAPABILITY", 80)); }
inline int driver() { return static_cast<int>(setting("MAMMO_CUDA_EMULATED_DRIVER", CUDART_VERSION)); }
inline size_t device_bytes() { return static_cast<size_t>(setting("MAMMO_CUDA_EMULATED_MEMORY", 4ll << 30)); }
inline bool has_pools() { return setting("MAMMO_CUDA_EMULATED_POOLS", 1) != 0; }

inline int cublaslt() { return static_cast<int>(setting("MAMMO_CUDA_EMULATED_CUBLASLT", 130100)); }
inline int fastest() { return static_cast<int>(setting("MAMMO_CUDA_EMULATED_FASTEST", 0)); }
inline int gain() { return static_cast<int>(setting("MAMMO_CUDA_EMULATED_GAIN", 10)); }

inline const char *architectures() {
    const char *value = getenv("MAMMO_CUDA_EMULATED_ARCHITECTURES");
    return value && *value ? value : "sm_60 sm_70 sm_75 sm_80 sm_90 compute_90";
}

}  // namespace emulation
