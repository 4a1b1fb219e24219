// Sums over several devices, each with a thread of its own, as far as there are any.
#include "check.h"

#include <cmath>
#include <exception>
#include <memory>
#include <thread>

namespace check {

namespace {

constexpr int summed = 1001;

/// A device, with what its thread found.
struct rank_of_group {
    session own;
    std::vector<double> given, found;

    ~rank_of_group() {
        if (own.context) own.table->close(own.context);
    }
};

/// What a rank does. Nothing may leave a thread as an exception.
void take_part(rank_of_group &rank, const char *id, int ranks) {
    session &own = rank.own;
    mammo_cuda_group *group = nullptr;
    mammo_cuda_event *event = nullptr;
    try {
        own.attempt([&] {
            own.need(own.table->join_group(own.context, id, own.device, ranks, &group));
            values sums(own, mammo_cuda_fp32, rank.given);
            // As in training: in a stream of its own, after what computes and before what goes on.
            own.need(own.table->make_event(own.context, &event));
            own.need(own.table->record(own.context, event, mammo_cuda_compute));
            own.need(own.table->wait(own.context, event, mammo_cuda_exchange));
            own.need(own.table->all_reduce(own.context, group, mammo_cuda_exchange, sums.floats(), summed));
            own.need(own.table->record(own.context, event, mammo_cuda_exchange));
            own.need(own.table->wait(own.context, event, mammo_cuda_compute));
            rank.found = sums.read();
            // Kernels run in all contexts at once.
            gelu(own);
        });
    } catch (const std::exception &error) {
        own.report(error.what());
    }
    if (event) own.finish([&] { own.need(own.table->release_event(own.context, event)); });
    if (group) own.table->leave_group(own.context, group);
}

void compare(session &on, const std::vector<std::unique_ptr<rank_of_group>> &all) {
    for (const auto &rank : all) {
        for (const failure &each : rank->own.failures) {
            on.report("rank " + std::to_string(rank->own.device) + ", " + each.name + ": " + each.what);
        }
        if (rank->found.size() != summed) return;
        if (rank->found != all[0]->found) on.report("ranks have different sums");
        for (int i = 0; i < summed; i++) {
            double want = 0;
            for (const auto &each : all) want += rounded(each->given[i], mammo_cuda_fp32);
            if (std::fabs(rank->found[i] - want) <= 4 * 0x1p-24 * static_cast<double>(all.size())) continue;
            on.report("a sum over the ranks is wrong");
            break;
        }
    }
}

}  // namespace

void all_reduce(session &on) {
    int devices = 0;
    char id[128];
    on.need(on.table->device_count(&devices));
    const mammo_cuda_status status = on.table->group_id(on.libraries, id);
    if (status == mammo_cuda_no_library) return on.skip(on.table->message());
    on.need(status);
    const int ranks = devices < 3 ? devices : 3;
    on.begin_case("all_reduce over " + std::to_string(ranks) + " devices");
    on.attempt([&] {
        // All are open before any joins the group: those that have joined would wait for one that cannot.
        random_values random(15);
        std::vector<std::unique_ptr<rank_of_group>> all;
        for (int rank = 0; rank < ranks; rank++) {
            all.push_back(std::make_unique<rank_of_group>());
            session &own = all.back()->own;
            own.table = on.table, own.device = rank, own.libraries = on.libraries;
            own.begin_group("all_reduce");
            on.need(on.table->device_properties(rank, &own.properties));
            on.need(on.table->open(rank, on.libraries, &own.context));
            all.back()->given = random.array(summed);
        }
        std::vector<std::thread> threads;
        for (auto &rank : all) threads.emplace_back([&, rank = rank.get()] { take_part(*rank, id, ranks); });
        for (std::thread &thread : threads) thread.join();
        compare(on, all);
    });
}

}  // namespace check
