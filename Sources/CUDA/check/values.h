// Values on the device beside the same values on the host, as a case's inputs and results.
#pragma once

#include "session.h"

namespace check {

/// Half the distance to the next number, as a share of a number.
double rounding(mammo_cuda_type type);
size_t bytes_of(mammo_cuda_type type);
const char *name_of(mammo_cuda_type type);
double rounded(double value, mammo_cuda_type type);
/// The number of 16 bits of a type.
double value_of_bits(uint16_t bits, mammo_cuda_type type);
/// Writes values as `type` stores them.
void store(const std::vector<double> &values, mammo_cuda_type type, unsigned char *out);

/// Random values, the same in every run.
class random_values {
    uint64_t state;

public:
    explicit random_values(uint64_t seed) : state(seed * 0x9E3779B97F4A7C15u | 1) {}
    /// -1 to 1.
    double next();
    std::vector<double> array(int64_t count, double scale = 1, double middle = 0);
};

/// Values on the device, in the type's rounding, which both sides then start from.
class values {
    session &on;
    int64_t offset = 0;

public:
    mammo_cuda_type type;
    std::vector<double> host;

private:
    device_memory memory;

public:
    /// `offset` values lie before the first: a pointer that is aligned to no more than a value.
    values(session &on, mammo_cuda_type type, std::vector<double> host, int64_t offset = 0);
    /// Of so many values that an operation has to write: NaN until then.
    values(session &on, mammo_cuda_type type, int64_t count);
    values(const values &) = delete;
    ~values();

    void *device() const { return static_cast<char *>(memory.get()) + offset * bytes_of(type); }
    float *floats() const { return static_cast<float *>(device()); }
    double operator[](int64_t i) const { return host[i]; }
    /// Uploads the values anew.
    void restore();
    /// What the device holds now.
    std::vector<double> read() const;
    uint64_t digest() const;

private:
    void check_guard();
};

/// Integers on the device.
template <typename T> class integers {
    session &on;
    device_memory memory;

public:
    std::vector<T> host;

    integers(session &on, std::vector<T> given) : on(on), memory(on, given.size() * sizeof(T)), host(std::move(given)) {
        on.need(on.table->upload(on.context, mammo_cuda_compute, device(), host.data(), host.size() * sizeof(T)));
    }
    integers(const integers &) = delete;
    T *device() const { return static_cast<T *>(memory.get()); }
    std::vector<T> read() const {
        std::vector<T> out(host.size());
        on.need(on.table->download(on.context, mammo_cuda_compute, out.data(), device(), out.size() * sizeof(T)));
        on.need(on.table->synchronise(on.context));
        return out;
    }
};

}  // namespace check
