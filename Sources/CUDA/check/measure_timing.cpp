#include "measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace check {

double seconds_of(session &on, const call &one, buffer_sets &buffers, double budget) {
    using clock = std::chrono::steady_clock;
    const auto &sets = buffers.all();
    const auto since = [](clock::time_point begin) {
        return std::chrono::duration<double>(clock::now() - begin).count();
    };
    // Many calls to one wait, so that what a launch and a wait cost the host disappears beside the device's work.
    size_t next = 0;
    const auto round = [&](size_t calls) {
        buffers.refill();
        on.need(on.table->synchronise(on.context));
        const auto begin = clock::now();
        for (size_t i = 0; i < calls; i++) on.need(one.make(sets[next++ % sets.size()]));
        on.need(on.table->synchronise(on.context));
        return since(begin) / static_cast<double>(calls);
    };
    constexpr double longest_round = 0.05;
    constexpr size_t rounds_at_most = 101, calls_at_most = 2000;
    const auto begin = clock::now();
    // The first calls choose algorithms, allocate scratch memory and bring up the clocks.
    double about = round(sets.size());
    if (since(begin) < budget / 4) about = round(sets.size());
    const double target = std::min(longest_round, budget / 8);
    const auto fitting = static_cast<size_t>(std::min(target / about, 1.0 * calls_at_most));
    const size_t calls = std::max(sets.size(), fitting);
    std::vector<double> took;
    do {
        took.push_back(round(calls));
    } while (took.size() < rounds_at_most && since(begin) < budget);
    std::sort(took.begin(), took.end());
    const size_t middle = took.size() / 2;
    return took.size() % 2 ? took[middle] : (took[middle - 1] + took[middle]) / 2;
}

}  // namespace check
