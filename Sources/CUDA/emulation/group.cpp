// What stands for NCCL: ranks, threads of one process or processes of one machine, meet in shared memory. Sums are made in
// the order of the ranks.
#include "context.cuh"
#include "context/context.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

constexpr int64_t values_at_a_time = 1 << 14;

/// What lies in the shared memory, which is all zeros at first; the ranks' values come after it.
struct meeting {
    std::atomic<uint32_t> came, times;

    float *values(int rank) { return reinterpret_cast<float *>(this + 1) + rank * values_at_a_time; }

    /// Returns when all ranks are here; false where they do not come within two minutes.
    bool meet(uint32_t ranks) {
        const uint32_t now = times;
        if (++came == ranks) {
            came = 0;
            times++;
            return true;
        }
        const auto last = std::chrono::steady_clock::now() + std::chrono::minutes(2);
        while (times == now) {
            if (std::chrono::steady_clock::now() > last) return false;
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
        return true;
    }
};
static_assert(std::atomic<uint32_t>::is_always_lock_free, "processes share it");

std::atomic<int> ids_given{0};

}  // namespace

struct mammo_cuda_group {
    std::string name;
    int rank = 0, ranks = 0;
    size_t bytes = 0;
    meeting *place = nullptr;

    ~mammo_cuda_group() {
        if (place) munmap(place, bytes);
    }
};

namespace mammo_cuda {

mammo_cuda_status group_id(const char *, char id[128]) {
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    memset(id, 0, 128);
    snprintf(
        id, 128, "/mammo-emulated-%d-%d-%lld.%09ld", static_cast<int>(getpid()), ++ids_given,
        static_cast<long long>(now.tv_sec), now.tv_nsec);
    return mammo_cuda_ok;
}

mammo_cuda_status join_group(mammo_cuda_context *, const char id[128], int rank, int ranks, mammo_cuda_group **out) {
    *out = nullptr;
    if (rank < 0 || rank >= ranks) return fail(mammo_cuda_failed, "rank %d of %d", rank, ranks);
    auto group = std::make_unique<mammo_cuda_group>();
    group->name = std::string(id, strnlen(id, 128));
    group->rank = rank, group->ranks = ranks;
    group->bytes = sizeof(meeting) + ranks * values_at_a_time * sizeof(float);
    const int file = shm_open(group->name.c_str(), O_CREAT | O_RDWR, 0600);
    void *memory = MAP_FAILED;
    if (file >= 0 && ftruncate(file, static_cast<off_t>(group->bytes)) == 0) {
        memory = mmap(nullptr, group->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    }
    const int code = errno;
    if (file >= 0) ::close(file);
    if (memory == MAP_FAILED) {
        return fail(mammo_cuda_failed, "shared memory %s: %s", group->name.c_str(), strerror(code));
    }
    group->place = static_cast<meeting *>(memory);
    const bool all_came = group->place->meet(ranks);
    // All have it mapped: the last that goes away takes it along, however it ends.
    shm_unlink(group->name.c_str());
    if (!all_came) return fail(mammo_cuda_failed, "not all ranks came to the group");
    *out = group.release();
    return mammo_cuda_ok;
}

void leave_group(mammo_cuda_context *, mammo_cuda_group *group) { delete group; }

mammo_cuda_status all_reduce(
    mammo_cuda_context *, mammo_cuda_group *group, mammo_cuda_stream, float *values, int64_t count) {
    meeting &place = *group->place;
    const uint32_t ranks = group->ranks;
    const char *const missing = "not all ranks came to the all-reduce";
    std::vector<float> sums;
    for (int64_t first = 0; first < count; first += values_at_a_time) {
        const int64_t some = count - first < values_at_a_time ? count - first : values_at_a_time;
        std::copy(values + first, values + first + some, place.values(group->rank));
        if (!place.meet(ranks)) return fail(mammo_cuda_failed, "%s", missing);
        sums.assign(place.values(0), place.values(0) + some);
        for (int rank = 1; rank < group->ranks; rank++) {
            for (int64_t i = 0; i < some; i++) sums[i] += place.values(rank)[i];
        }
        if (!place.meet(ranks)) return fail(mammo_cuda_failed, "%s", missing);
        std::copy(sums.begin(), sums.end(), values + first);
    }
    return mammo_cuda_ok;
}

}  // namespace mammo_cuda
