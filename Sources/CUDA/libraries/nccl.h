// The part of NCCL's interface that an all-reduce needs; nccl.h of 2.x, which has kept these since 2.0.
#pragma once

#include <cstddef>

namespace mammo_cuda::nccl {

using communicator = struct communicator_of_library *;
using stream = struct CUstream_st *;

struct unique_id {
    char internal[128];
};

constexpr int success = 0;  // ncclSuccess
constexpr int float_32 = 7;  // ncclFloat32
constexpr int sum = 0;  // ncclSum

/// The functions, by the names that they have after "nccl".
struct functions {
    int (*GetUniqueId)(unique_id *);
    int (*CommInitRank)(communicator *, int ranks, unique_id, int rank);
    int (*CommDestroy)(communicator);
    int (*AllReduce)(const void *from, void *to, size_t count, int type, int operation, communicator, stream);
    const char *(*GetErrorString)(int);
};

}  // namespace mammo_cuda::nccl
