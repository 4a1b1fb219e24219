// What stands for NCCL: ranks are threads of one process that meet here. Sums are made in the order of the ranks.
#include "context.cuh"
#include "context/context.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

/// Where all ranks of a group meet.
struct meeting {
    std::mutex mutex;
    std::condition_variable all_came;
    std::vector<const float *> values;
    int came = 0;
    uint64_t times = 0;

    explicit meeting(int ranks) : values(ranks) {}

    /// Returns when all ranks are here; false where they do not come within a minute.
    bool meet() {
        std::unique_lock<std::mutex> lock(mutex);
        const uint64_t now = times;
        if (++came == static_cast<int>(values.size())) {
            came = 0;
            times++;
            all_came.notify_all();
            return true;
        }
        return all_came.wait_for(lock, std::chrono::seconds(60), [&] { return times != now; });
    }
};

std::mutex meetings_mutex;
std::map<std::string, std::weak_ptr<meeting>> meetings;
int ids_given = 0;

}  // namespace

struct mammo_cuda_group {
    std::shared_ptr<meeting> place;
    int rank = 0;
};

namespace mammo_cuda {

mammo_cuda_status group_id(char id[128]) {
    std::lock_guard<std::mutex> lock(meetings_mutex);
    memset(id, 0, 128);
    snprintf(id, 128, "emulated group %d of process %d", ++ids_given, static_cast<int>(getpid()));
    return mammo_cuda_ok;
}

mammo_cuda_status join_group(mammo_cuda_context *, const char id[128], int rank, int ranks, mammo_cuda_group **out) {
    *out = nullptr;
    if (rank < 0 || rank >= ranks) return fail(mammo_cuda_failed, "rank %d of %d", rank, ranks);
    if (ranks > 1 && !strstr(id, ("process " + std::to_string(getpid())).c_str())) {
        return fail(mammo_cuda_no_library, "emulated devices form groups within one process only");
    }
    auto group = std::make_unique<mammo_cuda_group>();
    group->rank = rank;
    {
        std::lock_guard<std::mutex> lock(meetings_mutex);
        std::weak_ptr<meeting> &known = meetings[std::string(id, 128)];
        group->place = known.lock();
        if (!group->place) known = group->place = std::make_shared<meeting>(ranks);
    }
    if (!group->place->meet()) return fail(mammo_cuda_failed, "not all ranks came to the group");
    *out = group.release();
    return mammo_cuda_ok;
}

void leave_group(mammo_cuda_context *, mammo_cuda_group *group) { delete group; }

mammo_cuda_status all_reduce(mammo_cuda_context *, mammo_cuda_group *group, float *values, int64_t count) {
    meeting &place = *group->place;
    const char *const missing = "not all ranks came to the all-reduce";
    place.values[group->rank] = values;
    if (!place.meet()) return fail(mammo_cuda_failed, "%s", missing);
    std::vector<float> sums(static_cast<size_t>(count));
    for (const float *each : place.values) {
        for (int64_t i = 0; i < count; i++) sums[i] += each[i];
    }
    if (!place.meet()) return fail(mammo_cuda_failed, "%s", missing);
    std::copy(sums.begin(), sums.end(), values);
    return place.meet() ? mammo_cuda_ok : fail(mammo_cuda_failed, "%s", missing);
}

}  // namespace mammo_cuda
