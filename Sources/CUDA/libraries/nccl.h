// The part of NCCL's interface that an all-reduce needs; nccl.h of 2.x, which has kept these since 2.0.
#pragma once

#include "mammo_cuda.h"

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
    int (*GetVersion)(int *);
    int (*GetUniqueId)(unique_id *);
    int (*CommInitRank)(communicator *, int ranks, unique_id, int rank);
    int (*CommDestroy)(communicator);
    int (*AllReduce)(const void *from, void *to, size_t count, int type, int operation, communicator, stream);
    const char *(*GetErrorString)(int);
};

/// Opens NCCL 2. `folder` is searched first and may be null.
mammo_cuda_status open(const char *folder, functions &functions, mammo_cuda_library_place *place);

}  // namespace mammo_cuda::nccl
