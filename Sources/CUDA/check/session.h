// What is checked on, and what has been found: calls that fail, cases that fail, cases that are skipped.
#pragma once

#include "ccuda.h"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace check {

const char *name_of(mammo_cuda_status status);

/// A call of the plugin that failed, with the plugin's message. It ends the case that made it.
struct failed_call : std::runtime_error {
    mammo_cuda_status status;

    failed_call(mammo_cuda_status status, const std::string &what) : std::runtime_error(what), status(status) {}
};

/// The device cannot be used any more: nothing can be run after this.
struct device_lost : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A case that failed. Only its first reason is kept.
struct failure {
    std::string group, name, what;
    int more = 0;
};

/// A device, and what has been found on it.
class session {
    /// Failures that are printed when they occur, for each group; the summary lists more of them.
    static constexpr int printed_at_once = 5;
    int printed = 0;

public:
    const mammo_cuda_table *table = nullptr;
    mammo_cuda_context *context = nullptr;
    mammo_cuda_properties properties = {};
    int device = 0;
    /// Where cuBLASLt and NCCL are searched for first; null for nowhere in particular.
    const char *libraries = nullptr;

    /// The group and the case that are being run.
    std::string group, now;
    int cases = 0;
    std::vector<failure> failures;
    /// How many cases were skipped, by group and reason.
    std::map<std::pair<std::string, std::string>, int> skipped;
    /// A hash of the bits of each case's results, to be compared with another run's.
    std::map<std::string, uint64_t> digests;

    bool emulated() const { return properties.emulated != 0; }
    bool has_bf16_products() const { return properties.major >= 8; }
    bool has_tf32_products() const { return properties.major >= 8; }

    /// Throws `failed_call` unless the call succeeded.
    void need(mammo_cuda_status status);
    /// A call that has to fail with `expected`, and with one line of message in which all `words` occur.
    void refused(mammo_cuda_status status, mammo_cuda_status expected, const std::vector<std::string> &words = {});
    /// The current case fails.
    void report(const std::string &what);
    /// A case, or `count` of them, cannot be run here.
    void skip(const std::string &reason, int count = 1);

    void begin_group(const std::string &name);
    void begin_case(const std::string &name);
    /// Whether memory can still be allocated, written and read.
    bool usable();

    /// Runs a body. A call that fails in it ends it and fails the current case; throws `device_lost` where the device
    /// cannot be used any more.
    template <typename Body> void attempt(Body body) {
        try {
            body();
        } catch (const failed_call &call) {
            failed(call);
        }
    }

    /// As `attempt`, in destructors: a device that is lost is noticed by the next call.
    template <typename Body> void finish(Body body) noexcept {
        try {
            body();
        } catch (const failed_call &call) {
            report(call.what());
        }
    }

    /// Prints how many cases were run, failed and were skipped, and which failed, and why.
    void summarise() const;

private:
    void failed(const failed_call &call);
};

/// Memory on the device.
class device_memory {
    session &on;
    void *memory = nullptr;

public:
    device_memory(session &on, size_t bytes);
    device_memory(const device_memory &) = delete;
    ~device_memory();
    void *get() const { return memory; }
};

}  // namespace check
