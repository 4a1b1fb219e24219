// All-reduce over processes by NCCL, which is opened when a group is asked for. Its sums are the same bits in every run for
// the same ranks, cards and connections.
#include "context.cuh"
#include "context/context.h"
#include "libraries/nccl.h"

#include <cstring>

struct mammo_cuda_group {
    mammo_cuda::nccl::functions nccl = {};
    mammo_cuda::nccl::communicator communicator = nullptr;
};

namespace mammo_cuda {

static mammo_cuda_status checked(const nccl::functions &nccl, int code, const char *doing) {
    if (code == nccl::success) return mammo_cuda_ok;
    return fail(mammo_cuda_failed, "%s by NCCL: %s", doing, nccl.GetErrorString(code));
}

mammo_cuda_status group_id(const char *folder, char id[128]) {
    nccl::functions nccl;
    TRY(nccl::open(folder, nccl, nullptr));
    nccl::unique_id made;
    TRY(checked(nccl, nccl.GetUniqueId(&made), "a group"));
    memcpy(id, made.internal, sizeof made.internal);
    return mammo_cuda_ok;
}

mammo_cuda_status join_group(mammo_cuda_context *context, const char id[128], int rank, int ranks, mammo_cuda_group **out) {
    *out = nullptr;
    auto group = std::make_unique<mammo_cuda_group>();
    TRY(nccl::open(context->libraries.c_str(), group->nccl, nullptr));
    nccl::unique_id joined;
    memcpy(joined.internal, id, sizeof joined.internal);
    TRY(checked(group->nccl, group->nccl.CommInitRank(&group->communicator, ranks, joined, rank), "joining a group"));
    *out = group.release();
    return mammo_cuda_ok;
}

void leave_group(mammo_cuda_context *context, mammo_cuda_group *group) {
    if (!group) return;
    synchronise(context);
    group->nccl.CommDestroy(group->communicator);
    delete group;
}

mammo_cuda_status all_reduce(
    mammo_cuda_context *context, mammo_cuda_group *group, mammo_cuda_stream stream, float *values, int64_t count) {
    return checked(
        group->nccl,
        group->nccl.AllReduce(
            values, values, static_cast<size_t>(count), nccl::float_32, nccl::sum, group->communicator,
            reinterpret_cast<nccl::stream>(context->streams[stream])),
        "all-reduce");
}

}  // namespace mammo_cuda
