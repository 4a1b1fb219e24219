// Memory of the device: what is free, an allocation that cannot succeed, and memory that comes back.
#include "check.h"

#include <cstdint>
#include <cstdio>
#include <memory>

namespace check {

namespace {

constexpr size_t mebibyte = 1 << 20;

struct amounts {
    size_t free = 0, total = 0;
};

amounts of_device(session &on) {
    amounts found;
    on.need(on.table->memory(on.context, &found.free, &found.total));
    return found;
}

void too_much(session &on, size_t bytes) {
    void *memory = nullptr;
    const mammo_cuda_status status = on.table->allocate(on.context, bytes, &memory);
    char requested[64];
    snprintf(requested, sizeof requested, "%.1f MB", static_cast<double>(bytes) / 1e6);
    on.refused(status, mammo_cuda_out_of_memory, {requested, "free"});
    if (memory) on.report("a failed allocation returned memory");
    if (!on.usable()) on.report("no memory can be allocated after an allocation that failed");
}

/// Without a leak as much is free afterwards as before. Other programs may use the device meanwhile: a part may be missing
/// that is far smaller than what all allocations together come to.
void cycles(session &on) {
    const int count = 256;
    const size_t largest = 8 * mebibyte, tolerated = 64 * mebibyte;
    const size_t before = of_device(on).free;
    for (int i = 0; i < count; i++) {
        const device_memory first(on, largest), second(on, mebibyte + i * 4096);
        const device_memory third(on, 0);
        if (!third.get()) on.report("an allocation of no bytes returned no memory");
    }
    on.need(on.table->synchronise(on.context));
    const size_t after = of_device(on).free;
    if (after + tolerated >= before) return;
    char line[128];
    snprintf(
        line, sizeof line, "after %d allocations and releases %zu MiB are free, where %zu MiB were free before", count,
        after / mebibyte, before / mebibyte);
    on.report(line);
}

/// Memory that was released in pieces is allocated again as one piece.
void in_one_piece(session &on) {
    const size_t piece = of_device(on).free / 8;
    {
        std::vector<std::unique_ptr<device_memory>> pieces;
        for (int i = 0; i < 6; i++) pieces.push_back(std::make_unique<device_memory>(on, piece));
    }
    const device_memory whole(on, 6 * piece);
}

}  // namespace

void memory(session &on) {
    on.begin_case("free memory");
    on.attempt([&] {
        const amounts found = of_device(on);
        if (found.total == 0 || found.free > found.total) {
            on.report(std::to_string(found.free) + " of " + std::to_string(found.total) + " bytes are free");
        }
    });
    on.begin_case("more memory than the device has");
    on.attempt([&] { too_much(on, of_device(on).total + 64 * mebibyte); });
    on.begin_case("more memory than there can be");
    on.attempt([&] { too_much(on, SIZE_MAX / 2); });
    on.begin_case("memory that is allocated and released again");
    on.attempt([&] { cycles(on); });
    on.attempt([&] { on.need(on.table->release(on.context, nullptr)); });
    on.begin_case("memory that was released in pieces");
    // The emulated device's memory is the host's: most of it is not to be taken here.
    if (on.emulated()) on.skip("the emulated device's memory is the host's");
    else on.attempt([&] { in_one_piece(on); });
}

}  // namespace check
