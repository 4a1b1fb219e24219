// check-cuda: checks a plugin's operations on a device, or times them there. See options.cpp for its command line.
#include "check.h"
#include "describe.h"
#include "measure.h"
#include "options.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace check;

[[noreturn]] static void end(int status, const std::string &line) {
    fflush(stdout);
    fprintf(stderr, "check-cuda: %s\n", line.c_str());
    exit(status);
}

/// 69, as in sysexits.h, where there is nothing to check on.
static int exit_status(mammo_cuda_status status) {
    return status == mammo_cuda_no_driver || status == mammo_cuda_no_device ? 69 : 1;
}

static void open(session &on, const options &given) {
    cmessage message = {};
    on.table = ccuda_open(given.plugin.c_str(), &message);
    if (!on.table) end(1, message.text);
    on.device = given.device;
    on.libraries = given.libraries.empty() ? nullptr : given.libraries.c_str();
    const auto need = [&](mammo_cuda_status status) {
        if (status != mammo_cuda_ok) end(exit_status(status), on.table->message());
    };
    int devices = 0;
    need(on.table->device_count(&devices));
    if (devices == 0) end(69, "there is a driver, and no device");
    if (given.device >= devices) {
        end(69, "there is no device " + std::to_string(given.device) + ", expected 0 to " + std::to_string(devices - 1));
    }
    // Where there is nothing to check on, one line says so; from here on a report begins.
    describe_plugin(on);
    need(on.table->device_properties(on.device, &on.properties));
    describe_device(on.properties);
    if (on.properties.refusal[0]) end(69, on.properties.refusal);
    need(on.table->open(on.device, on.libraries, &on.context));
    describe_libraries(on);
}

static void run_group(session &on, const group &each) {
    using clock = std::chrono::steady_clock;
    const auto begin = clock::now();
    const int cases = on.cases;
    const size_t failures = on.failures.size();
    on.begin_group(each.name);
    on.attempt([&] {
        try {
            each.check(on);
        } catch (const failed_call &) {
            // Between the cases, what cannot be prepared ends the group.
            on.now = "what follows " + on.now;
            throw;
        }
    });
    printf(
        "%-20s %5d cases, %.1f s", each.name, on.cases - cases,
        std::chrono::duration<double>(clock::now() - begin).count());
    if (on.failures.size() > failures) printf(", %zu FAILED", on.failures.size() - failures);
    printf("\n");
}

static void check_groups(session &on, const options &given) {
    const std::vector<std::string> &only = given.only;
    const auto chosen = [&](const char *name) {
        return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
    };
    for (const std::string &name : only) {
        const auto known = [&](const group &each) { return name == each.name; };
        if (std::any_of(groups.begin(), groups.end(), known)) continue;
        std::string all;
        for (const group &each : groups) all += std::string(" ") + each.name;
        end(64, "--only: " + name + ", expected groups of:" + all);
    }
    for (size_t i = 0; i < groups.size(); i++) {
        const group &each = groups[i];
        if (!chosen(each.name) || static_cast<int>(i % given.parts) != given.part - 1) continue;
        if (each.is_long && on.emulated() && only.empty()) {
            on.group = each.name;
            on.skip("it takes long on the emulated device, where --only runs it");
        } else {
            run_group(on, each);
        }
    }
}

int main(int count, char **arguments) {
    // A run that is ended from outside leaves what it had to say.
    setvbuf(stdout, nullptr, _IOLBF, 0);
    options given;
    try {
        given = parse(count, arguments);
    } catch (const std::invalid_argument &error) {
        end(64, error.what());
    }
    if (given.prints_roofline) return print_roofline(), 0;
    session on;
    open(on, given);
    std::string stopped;
    try {
        if (given.measures) measure(on, given.measure, given.only);
        else check_groups(on, given);
    } catch (const device_lost &error) {
        stopped = std::string("the device cannot be used any more, after ") + error.what();
    } catch (const std::invalid_argument &error) {
        end(64, error.what());
    } catch (const std::exception &error) {
        on.report(error.what());
        stopped = on.now + ": " + error.what();
    }
    if (!given.measures || !on.failures.empty()) on.summarise();
    if (!stopped.empty()) end(1, "stopped: " + stopped);
    if (!given.digests.empty()) {
        std::ofstream file(given.digests);
        for (const auto &[name, digest] : on.digests) file << name << '\t' << std::hex << digest << '\n';
        if (!file.flush()) end(1, given.digests + ": cannot be written");
    }
    on.table->close(on.context);
    return on.failures.empty() ? 0 : 1;
}
