// check-cuda PLUGIN [--device N] [--only GROUP] [--digests FILE] [--measure GB/S TFLOP/S]; check-cuda --roofline
#include "check.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

using namespace check;

static const group groups[] = {
    {"order", order},     {"convert", convert},         {"gray_input", gray_input}, {"patches", patches},
    {"columns", columns}, {"gelu", gelu},               {"residual", residual},     {"layer_norm", layer_norm},
    {"depthwise", depthwise}, {"depthwise_gradients", depthwise_gradients}, {"pooling", pooling}, {"head", head},
    {"parameters", parameters}, {"product", product},
};

[[noreturn]] static void end(int status, const std::string &line) {
    fprintf(stderr, "check-cuda: %s\n", line.c_str());
    exit(status);
}

int main(int count, char **arguments) {
    std::string path, only, digests;
    session on;
    double bandwidth = 0, arithmetic = 0;
    for (int i = 1; i < count; i++) {
        const std::string word = arguments[i];
        const auto value = [&] { return ++i < count ? arguments[i] : (end(64, word + " needs a value"), nullptr); };
        if (word == "--device") on.device = atoi(value());
        else if (word == "--only") only = value();
        else if (word == "--digests") digests = value();
        else if (word == "--measure") bandwidth = atof(value()), arithmetic = atof(value());
        else if (word == "--roofline") return roofline(), 0;
        else if (path.empty() && word[0] != '-') path = word;
        else end(64, "usage: check-cuda PLUGIN [--device N] [--only GROUP] [--digests FILE] [--measure GB/S TFLOP/S]");
    }
    if (path.empty()) end(64, "which plugin? .build-cuda/libmammo_cuda.so, as Scripts/build-cuda makes it");
    cmessage message = {};
    on.table = ccuda_open(path.c_str(), &message);
    if (!on.table) end(1, message.text);
    int devices = 0;
    const mammo_cuda_status searched = on.table->device_count(&devices);
    if (searched != mammo_cuda_ok) end(searched == mammo_cuda_no_driver ? 69 : 1, on.table->message());
    if (devices == 0) end(69, "there is a driver, and no device");
    mammo_cuda_properties properties;
    on.need(on.table->device_properties(on.device, &properties));
    on.emulated = properties.emulated;
    on.need(on.table->open(on.device, nullptr, &on.context));
    printf(
        "%s, sm_%d%d, %d multiprocessors, %.1f GiB\n", properties.name, properties.major, properties.minor,
        properties.multiprocessors, static_cast<double>(properties.memory_bytes) / (1 << 30));
    for (const group &each : groups) {
        if (only.empty() || only == each.name) each.check(on);
    }
    if (only.empty() || only == "all_reduce") all_reduce(on.table, on);
    printf("%d cases, %d failures\n", on.checked, on.failed);
    if (!digests.empty()) {
        std::ofstream file(digests);
        for (const auto &[name, digest] : on.digests) file << name << '\t' << std::hex << digest << '\n';
        if (!file.flush()) end(1, digests + ": cannot be written");
    }
    if (bandwidth > 0) measure(on, bandwidth, arithmetic);
    on.table->close(on.context);
    return on.failed ? 1 : 0;
}
