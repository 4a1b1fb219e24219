// Checks a plugin's operations, emulated or on a card, against plain references in double precision.
//
// A reference gives each value with its size: what the value's terms come to where all are positive. A result may be off by
// the rounding of its storage, and by so many roundings of fp32 of the size as sums of that length gather at most.
#pragma once

#include "ccuda.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace check {

struct expected {
    double value = 0, size = 0;

    void add(double term) { value += term, size += term < 0 ? -term : term; }
};

/// Half the distance to the next number, as a share of a number.
double rounding(mammo_cuda_type type);
size_t bytes_of(mammo_cuda_type type);
const char *name_of(mammo_cuda_type type);
double rounded(double value, mammo_cuda_type type);

/// Random values, the same in every run.
class random_values {
    uint64_t state;

public:
    explicit random_values(uint64_t seed) : state(seed * 0x9E3779B97F4A7C15u | 1) {}
    /// -1 to 1.
    double next();
    std::vector<double> array(int64_t count, double scale = 1, double middle = 0);
};

/// The device that is checked, and what has been found.
class session {
public:
    const mammo_cuda_table *table = nullptr;
    mammo_cuda_context *context = nullptr;
    int device = 0;
    bool emulated = false;
    int checked = 0, failed = 0;
    /// The bits of all results, by case, to be compared with those of another run.
    std::map<std::string, uint64_t> digests;
    /// What is being checked, for messages.
    std::string now;

    /// Ends the program with a message where a call fails.
    void need(mammo_cuda_status status);
    void report(const std::string &what);
};

/// Values on the device, in the type's rounding, which both sides then start from.
class values {
    session &on;
    void *memory = nullptr;
    int64_t offset = 0;

public:
    mammo_cuda_type type;
    std::vector<double> host;

    /// `offset` values lie before the first: a pointer that is aligned to no more than a value.
    values(session &on, mammo_cuda_type type, std::vector<double> host, int64_t offset = 0);
    /// Of so many values that an operation has to write: NaN until then.
    values(session &on, mammo_cuda_type type, int64_t count);
    values(const values &) = delete;
    ~values();

    void *device() const { return static_cast<char *>(memory) + offset * bytes_of(type); }
    float *floats() const { return static_cast<float *>(device()); }
    double operator[](int64_t i) const { return host[i]; }
    /// Uploads the values anew.
    void restore();
    /// What the device holds now.
    std::vector<double> read() const;
    uint64_t digest() const;
};

/// Integers on the device.
template <typename T> class integers {
    session &on;
    void *memory = nullptr;

public:
    std::vector<T> host;

    integers(session &on, std::vector<T> host) : on(on), host(host) {
        on.need(on.table->allocate(on.context, host.size() * sizeof(T), &memory));
        on.need(on.table->upload(on.context, mammo_cuda_compute, memory, this->host.data(), host.size() * sizeof(T)));
    }
    integers(const integers &) = delete;
    ~integers() { on.table->release(on.context, memory); }
    T *device() const { return static_cast<T *>(memory); }
    std::vector<T> read() const {
        std::vector<T> out(host.size());
        on.need(on.table->download(on.context, mammo_cuda_compute, out.data(), memory, out.size() * sizeof(T)));
        on.need(on.table->synchronise(on.context));
        return out;
    }
};

/// What an operation writes, and what it should be.
struct result {
    const char *name;
    values *out;
    /// The value at an index.
    std::function<expected(int64_t)> reference;
    /// How many roundings of fp32 of its size a value may be off.
    double roundings;
};

/// Runs an operation twice from the same values, compares the bits of both and the values with the references.
void run(session &on, const std::string &name, std::function<mammo_cuda_status()> operation, std::vector<result> results);

/// All pairs of types that may meet, and all types.
extern const std::vector<mammo_cuda_type> types;
std::vector<std::pair<mammo_cuda_type, mammo_cuda_type>> type_pairs();

/// Shapes that are divisible by nothing, and some that are.
extern const std::vector<mammo_cuda_shape> shapes;
inline int64_t positions(mammo_cuda_shape s) { return static_cast<int64_t>(s.rows) * s.columns; }
inline int64_t count(mammo_cuda_shape s) { return s.images * positions(s) * s.channels; }
std::string text(mammo_cuda_shape shape);

/// The checks, by the operations' names.
struct group {
    const char *name;
    void (*check)(session &);
};
void depthwise(session &);
void depthwise_gradients(session &);
void layer_norm(session &);
void gelu(session &);
void columns(session &);
void residual(session &);
void patches(session &);
void pooling(session &);
void head(session &);
void parameters(session &);
void gray_input(session &);
void convert(session &);
void product(session &);
void order(session &);
void all_reduce(const mammo_cuda_table *table, session &);

/// Times each operation at real sizes against what the card could do at best; see work.h.
void measure(session &, double gigabytes_per_second, double teraflops);
void roofline();

}  // namespace check
