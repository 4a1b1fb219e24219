// The tables that Documentation/cuda.md ends with: what a card could do at best, by its data sheet.
#include "work.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace check {

namespace {

/// Operations of one name, whatever the stage.
struct row {
    std::string name;
    std::vector<work> calls;
};

std::vector<row> rows_of(const std::vector<work> &all) {
    std::vector<row> rows;
    for (const work &each : all) {
        const std::string &name = each.row.empty() ? each.name : each.row;
        auto same = std::find_if(rows.begin(), rows.end(), [&](const row &other) { return other.name == name; });
        if (same == rows.end()) rows.push_back({name, {}}), same = rows.end() - 1;
        same->calls.push_back(each);
    }
    return rows;
}

void print_table(network net, bool training) {
    setting on;
    on.net = net;
    const std::vector<const card *> shown = {
        &known_card("P100 PCIe"), &known_card("T4"), &known_card("A100 80 GB SXM"), &known_card("H100 SXM")};
    const char *const titles[] = {"P100", "T4", "A100", "H100"};
    printf("| operation | MB | GFLOP |");
    for (const char *title : titles) printf(" %s ms |", title);
    printf("\n|---|---:|---:|---:|---:|---:|---:|\n");
    double bytes = 0, flops = 0;
    std::map<const card *, double> seconds;
    for (const row &each : rows_of(network_work(on, training))) {
        double own_bytes = 0, own_flops = 0;
        for (const work &call : each.calls) own_bytes += call.times * call.bytes, own_flops += call.times * call.flops;
        printf("| %s | %.0f | %.2f |", each.name.c_str(), own_bytes / 1e6, own_flops / 1e9);
        bytes += own_bytes, flops += own_flops;
        for (const card *on : shown) {
            double own = 0, by_arithmetic = 0;
            for (const work &call : each.calls) {
                const double least = call.times * least_seconds(call, on->best);
                own += least;
                if (is_bound_by_arithmetic(call, on->best)) by_arithmetic += least;
            }
            seconds[on] += own;
            printf(" %.2f%s |", own * 1e3, by_arithmetic > own / 2 ? " a" : "");
        }
        printf("\n");
    }
    printf("| all | %.0f | %.0f |", bytes / 1e6, flops / 1e9);
    for (const card *on : shown) printf(" %.1f |", seconds[on] * 1e3);
    printf("\n| images/s at most | | |");
    for (const card *on : shown) printf(" %.0f |", 1 / seconds[on]);
    printf("\n");
}

}  // namespace

void print_roofline() {
    const char *before = "";
    for (const named_network &each : networks) {
        printf("%s### %s: inference, one image\n\n", before, each.title);
        print_table(each.which, false);
        printf("\n### %s: training, forward and back, one image\n\n", each.title);
        print_table(each.which, true);
        before = "\n";
    }
}

}  // namespace check
