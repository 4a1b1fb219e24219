// What has been measured, as a table for people and as tab-separated values.
#pragma once

#include "work.h"

#include <cstdio>
#include <string>

namespace check {

/// What the card could do at best, and what of that a copy and a large product reach.
struct ceilings {
    peaks nominal, measured;
};

/// Times of calls, or their sums.
struct times {
    /// 0 where the peaks are not known.
    double least_nominal = 0, least_measured = 0;
    double took = 0;

    void add(const times &other, double factor);
    /// By the nominal peaks where they are known.
    double least() const { return least_nominal > 0 ? least_nominal : least_measured; }
};

/// Prints and writes a row as soon as it is measured. The times of a row are of one call, for the whole batch.
class measure_table {
    FILE *file = nullptr;
    const std::string path;
    const setting on;

public:
    /// Writes to no file where the path is empty. Throws `std::runtime_error` where it cannot be written.
    measure_table(const std::string &path, const setting &);
    measure_table(const measure_table &) = delete;
    ~measure_table();

    /// Returns the row's times.
    times row(const work &, double took, const ceilings &);
    /// The last row: a step with all its calls for the whole batch, or what was measured of it.
    void sum(const times &, double bytes, double flops, bool is_whole);

private:
    void write(const std::string &line);
    void write_row(const std::string &name, int stage, int times, const struct times &, double bytes, double flops, const char *bound);
};

}  // namespace check
