#include "session.h"

#include <cstdio>
#include <cstring>
#include <exception>

namespace check {

const char *name_of(mammo_cuda_status status) {
    switch (status) {
        case mammo_cuda_ok: return "ok";
        case mammo_cuda_no_driver: return "no driver";
        case mammo_cuda_no_device: return "no device";
        case mammo_cuda_out_of_memory: return "out of memory";
        case mammo_cuda_no_library: return "no library";
        case mammo_cuda_failed: return "failed";
        case mammo_cuda_unsupported: return "unsupported";
    }
    return "a status that the interface does not define";
}

void session::need(mammo_cuda_status status) {
    if (status != mammo_cuda_ok) throw failed_call(status, std::string(name_of(status)) + ": " + table->message());
}

void session::refused(
    mammo_cuda_status status, mammo_cuda_status expected, const std::vector<std::string> &words) {
    if (status != expected) {
        const std::string said = status == mammo_cuda_ok ? "" : std::string(" (") + table->message() + ")";
        report(std::string("the call returned '") + name_of(status) + "'" + said + ", expected '" + name_of(expected) + "'");
        return;
    }
    const std::string message = table->message();
    if (message.empty() || message.find('\n') != std::string::npos) report("the message is not one line: '" + message + "'");
    for (const std::string &word : words) {
        if (message.find(word) == std::string::npos) report("the message lacks '" + word + "': " + message);
    }
}

void session::report(const std::string &what) {
    if (!failures.empty() && failures.back().group == group && failures.back().name == now) failures.back().more++;
    else failures.push_back({group, now, what});
    if (printed++ < printed_at_once) printf("FAILED %s: %s\n", now.c_str(), what.c_str());
}

void session::skip(const std::string &reason, int count) { skipped[{group, reason}] += count; }

void session::begin_group(const std::string &name) { group = now = name, printed = 0; }

void session::begin_case(const std::string &name) { now = name, cases++; }

bool session::usable() {
    const uint32_t given = 0x5EED;
    uint32_t found = 0;
    void *memory = nullptr;
    const bool works = table->allocate(context, sizeof given, &memory) == mammo_cuda_ok &&
                       table->upload(context, mammo_cuda_compute, memory, &given, sizeof given) == mammo_cuda_ok &&
                       table->download(context, mammo_cuda_compute, &found, memory, sizeof found) == mammo_cuda_ok &&
                       table->synchronise(context) == mammo_cuda_ok && found == given;
    return table->release(context, memory) == mammo_cuda_ok && works;
}

void session::failed(const failed_call &call) {
    report(call.what());
    if (call.status == mammo_cuda_failed && !usable()) throw device_lost(now + ": " + call.what());
}

void session::summarise() const {
    constexpr int listed_of_group = 20;
    int passed_over = 0;
    for (const auto &each : skipped) passed_over += each.second;
    printf("%d cases, %zu failures, %d skipped\n", cases, failures.size(), passed_over);
    for (const auto &[what, count] : skipped) {
        printf("skipped: %s, %d cases: %s\n", what.first.c_str(), count, what.second.c_str());
    }
    std::map<std::string, int> of_group;
    for (const failure &each : failures) of_group[each.group]++;
    for (const auto &[name, count] : of_group) {
        printf("failed: %s, %d cases\n", name.c_str(), count);
        int listed = 0;
        for (const failure &each : failures) {
            if (each.group != name || ++listed > listed_of_group) continue;
            printf("    %s: %s", each.name.c_str(), each.what.c_str());
            printf(each.more > 0 ? " (and %d more reasons)\n" : "\n", each.more);
        }
        if (listed > listed_of_group) printf("    and %d more cases\n", listed - listed_of_group);
    }
}

device_memory::device_memory(session &on, size_t bytes) : on(on) {
    on.need(on.table->allocate(on.context, bytes, &memory));
}

device_memory::~device_memory() {
    const mammo_cuda_status status = on.table->release(on.context, memory);
    // While a failed call ends a case, what follows from it is not reported.
    if (std::uncaught_exceptions() == 0) on.finish([&] { on.need(status); });
}

}  // namespace check
