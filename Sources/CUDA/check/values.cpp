#include "values.h"

#include <cmath>
#include <cstring>
#include <exception>

namespace check {

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

double value_of_bits(uint16_t bits, mammo_cuda_type type) {
    if (type == mammo_cuda_bf16) return float_of(static_cast<uint32_t>(bits) << 16);
    _Float16 half;
    memcpy(&half, &bits, sizeof half);
    return static_cast<double>(half);
}

double rounded(double value, mammo_cuda_type type) {
    return type == mammo_cuda_fp32 ? static_cast<float>(value) : value_of_bits(stored_half(value, type), type);
}

void store(const std::vector<double> &values, mammo_cuda_type type, unsigned char *out) {
    const size_t each = bytes_of(type);
    for (size_t i = 0; i < values.size(); i++) {
        const float single = static_cast<float>(values[i]);
        const uint16_t half = type == mammo_cuda_fp32 ? 0 : stored_half(values[i], type);
        if (type == mammo_cuda_fp32) memcpy(out + i * each, &single, each);
        else memcpy(out + i * each, &half, each);
    }
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

/// On a card, bytes behind every allocation show writes beyond it; the emulation has AddressSanitizer for that.
static size_t guard(const session &on) { return on.emulated() ? 0 : 256; }

static std::vector<double> all_rounded(std::vector<double> given, mammo_cuda_type type) {
    for (double &each : given) each = rounded(each, type);
    return given;
}

values::values(session &on, mammo_cuda_type type, std::vector<double> given, int64_t offset)
    : on(on), offset(offset), type(type), host(all_rounded(std::move(given), type)),
      memory(on, (host.size() + offset) * bytes_of(type) + guard(on)) {
    restore();
}

values::values(session &on, mammo_cuda_type type, int64_t count)
    : values(on, type, std::vector<double>(count, NAN)) {}

values::~values() {
    if (guard(on) > 0 && std::uncaught_exceptions() == 0) on.finish([&] { check_guard(); });
}

static std::vector<unsigned char> bytes_on_device(session &on, const void *from, size_t count) {
    std::vector<unsigned char> bytes(count);
    on.need(on.table->download(on.context, mammo_cuda_compute, bytes.data(), from, count));
    on.need(on.table->synchronise(on.context));
    return bytes;
}

void values::check_guard() {
    const char *end = static_cast<char *>(device()) + host.size() * bytes_of(type);
    for (unsigned char each : bytes_on_device(on, end, guard(on))) {
        if (each != 0xA5) return on.report("something was written beyond the end");
    }
}

void values::restore() {
    std::vector<unsigned char> bytes(host.size() * bytes_of(type) + guard(on), 0xA5);
    store(host, type, bytes.data());
    on.need(on.table->upload(on.context, mammo_cuda_compute, device(), bytes.data(), bytes.size()));
}

std::vector<double> values::read() const {
    const size_t each = bytes_of(type);
    const auto bytes = bytes_on_device(on, device(), host.size() * each);
    std::vector<double> out(host.size());
    for (size_t i = 0; i < out.size(); i++) {
        uint32_t wide = 0;
        memcpy(&wide, &bytes[i * each], each);
        out[i] = type == mammo_cuda_fp32 ? float_of(wide) : value_of_bits(static_cast<uint16_t>(wide), type);
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

}  // namespace check
