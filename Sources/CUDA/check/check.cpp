#include "check.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace check {

const std::vector<mammo_cuda_type> types = {mammo_cuda_fp32, mammo_cuda_fp16, mammo_cuda_bf16};

std::vector<std::pair<mammo_cuda_type, mammo_cuda_type>> type_pairs() {
    return {{mammo_cuda_fp32, mammo_cuda_fp32}, {mammo_cuda_fp32, mammo_cuda_fp16}, {mammo_cuda_fp32, mammo_cuda_bf16},
            {mammo_cuda_fp16, mammo_cuda_fp32}, {mammo_cuda_fp16, mammo_cuda_fp16}, {mammo_cuda_bf16, mammo_cuda_fp32},
            {mammo_cuda_bf16, mammo_cuda_bf16}};
}

const std::vector<mammo_cuda_shape> shapes = {
    {1, 1, 1, 1}, {2, 5, 7, 3}, {1, 9, 13, 8}, {3, 7, 5, 24}, {2, 13, 9, 40}, {1, 9, 33, 96}, {2, 1, 13, 100}, {1, 13, 1, 96},
    {2, 17, 35, 8}};

std::string text(mammo_cuda_shape s) {
    return std::to_string(s.images) + "x" + std::to_string(s.rows) + "x" + std::to_string(s.columns) + "x" +
           std::to_string(s.channels);
}

double rounding(mammo_cuda_type type) {
    return type == mammo_cuda_fp32 ? 0x1p-24 : type == mammo_cuda_fp16 ? 0x1p-11 : 0x1p-8;
}
size_t bytes_of(mammo_cuda_type type) { return type == mammo_cuda_fp32 ? 4 : 2; }
const char *name_of(mammo_cuda_type type) {
    return type == mammo_cuda_fp32 ? "fp32" : type == mammo_cuda_fp16 ? "fp16" : "bf16";
}

static float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint16_t stored_half(double value, mammo_cuda_type type) {
    uint16_t bits;
    if (type == mammo_cuda_fp16) {
        const _Float16 half = static_cast<_Float16>(static_cast<float>(value));
        memcpy(&bits, &half, sizeof bits);
        return bits;
    }
    const float single = static_cast<float>(value);
    if (std::isnan(single)) return 0x7FFF;
    uint32_t wide;
    memcpy(&wide, &single, sizeof wide);
    return static_cast<uint16_t>((wide + 0x7FFF + (wide >> 16 & 1)) >> 16);
}

static double value_of(uint16_t bits, mammo_cuda_type type) {
    if (type == mammo_cuda_bf16) return float_of(static_cast<uint32_t>(bits) << 16);
    _Float16 half;
    memcpy(&half, &bits, sizeof half);
    return static_cast<double>(half);
}

double rounded(double value, mammo_cuda_type type) {
    return type == mammo_cuda_fp32 ? static_cast<float>(value) : value_of(stored_half(value, type), type);
}

double random_values::next() {
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return static_cast<int32_t>(state * 0x2545F4914F6CDD1Du >> 32) * 0x1p-31;
}

std::vector<double> random_values::array(int64_t count, double scale, double middle) {
    std::vector<double> out(count);
    for (double &each : out) each = next() * scale + middle;
    return out;
}

void session::need(mammo_cuda_status status) {
    if (status == mammo_cuda_ok) return;
    fprintf(stderr, "check-cuda: %s: %s\n", now.c_str(), table->message());
    exit(1);
}

void session::report(const std::string &what) {
    failed++;
    if (failed <= 20) printf("FAILED %s: %s\n", now.c_str(), what.c_str());
}

/// On a card, bytes behind every allocation tell of writes beyond it; the emulation has AddressSanitizer for that.
static size_t guard(const session &on) { return on.emulated ? 0 : 256; }

values::values(session &on, mammo_cuda_type type, std::vector<double> given, int64_t offset)
    : on(on), offset(offset), type(type), host(std::move(given)) {
    for (double &each : host) each = rounded(each, type);
    on.need(on.table->allocate(on.context, (host.size() + offset) * bytes_of(type) + guard(on), &memory));
    restore();
}

values::values(session &on, mammo_cuda_type type, int64_t count)
    : values(on, type, std::vector<double>(count, NAN)) {}

values::~values() {
    if (guard(on) > 0) {
        std::vector<unsigned char> behind(guard(on));
        const char *end = static_cast<char *>(device()) + host.size() * bytes_of(type);
        on.need(on.table->download(on.context, mammo_cuda_compute, behind.data(), end, behind.size()));
        on.need(on.table->synchronise(on.context));
        for (unsigned char each : behind) {
            if (each != 0xA5) {
                on.report("something was written beyond the end");
                break;
            }
        }
    }
    on.table->release(on.context, memory);
}

void values::restore() {
    const size_t each = bytes_of(type);
    std::vector<unsigned char> bytes(host.size() * each + guard(on), 0xA5);
    for (size_t i = 0; i < host.size(); i++) {
        const float single = static_cast<float>(host[i]);
        const uint16_t half = type == mammo_cuda_fp32 ? 0 : stored_half(host[i], type);
        if (type == mammo_cuda_fp32) memcpy(&bytes[i * each], &single, each);
        else memcpy(&bytes[i * each], &half, each);
    }
    on.need(on.table->upload(on.context, mammo_cuda_compute, device(), bytes.data(), bytes.size()));
}

static std::vector<unsigned char> bytes_on_device(session &on, const void *from, size_t count) {
    std::vector<unsigned char> bytes(count);
    on.need(on.table->download(on.context, mammo_cuda_compute, bytes.data(), from, count));
    on.need(on.table->synchronise(on.context));
    return bytes;
}

std::vector<double> values::read() const {
    const size_t each = bytes_of(type);
    const auto bytes = bytes_on_device(on, device(), host.size() * each);
    std::vector<double> out(host.size());
    for (size_t i = 0; i < out.size(); i++) {
        uint32_t wide = 0;
        memcpy(&wide, &bytes[i * each], each);
        out[i] = type == mammo_cuda_fp32 ? float_of(wide) : value_of(static_cast<uint16_t>(wide), type);
    }
    return out;
}

uint64_t values::digest() const {
    uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a
    for (unsigned char byte : bytes_on_device(on, device(), host.size() * bytes_of(type))) {
        hash = (hash ^ byte) * 0x100000001B3u;
    }
    return hash;
}

static void compare(session &on, const result &one) {
    const auto found = one.out->read();
    double worst = 0;
    int64_t where = -1;
    for (size_t i = 0; i < found.size(); i++) {
        const expected want = one.reference(static_cast<int64_t>(i));
        const double limit = rounding(one.out->type) * std::fabs(want.value) * 1.001 +
                             one.roundings * 0x1p-24 * want.size + (one.out->type == mammo_cuda_fp16 ? 0x1p-25 : 0x1p-140);
        const double error = std::fabs(found[i] - want.value);
        const bool same = std::isnan(want.value) ? std::isnan(found[i]) : error <= limit || found[i] == want.value;
        const double share = std::isfinite(error / limit) ? error / limit : INFINITY;
        if (!same && share > worst) worst = share, where = static_cast<int64_t>(i);
    }
    if (where < 0) return;
    char line[256];
    snprintf(
        line, sizeof line, "%s[%lld] is %.9g, where %.9g is expected: off by %.3g times what is allowed", one.name,
        (long long)where, found[where], one.reference(where).value, worst);
    on.report(line);
}

void run(
    session &on, const std::string &name, std::function<mammo_cuda_status()> operation, std::vector<result> results) {
    on.now = name;
    on.checked++;
    uint64_t digests[2] = {};
    for (uint64_t &digest : digests) {
        for (result &one : results) one.out->restore();
        on.need(operation());
        for (result &one : results) digest = digest * 31 + one.out->digest();
    }
    if (digests[0] != digests[1]) on.report("other bits the second time");
    on.digests[name] = digests[0];
    for (result &one : results) compare(on, one);
    for (result &one : results) one.out->restore();  // the next case may read them
}

}  // namespace check
