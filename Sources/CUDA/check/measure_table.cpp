#include "measure_table.h"

#include <stdexcept>

namespace check {

/// A share of 1, or nothing where it is not known.
static std::string share(double least, double took, const char *format, double factor) {
    char text[32];
    snprintf(text, sizeof text, format, factor * least / took);
    return least > 0 ? text : "";
}

void times::add(const times &other, double factor) {
    least_nominal += factor * other.least_nominal;
    least_measured += factor * other.least_measured;
    took += factor * other.took;
}

measure_table::measure_table(const std::string &path, const setting &on) : path(path), on(on) {
    printf(
        "%-27s %5s %5s %10s %10s %8s %8s %8s %9s  %s\n", "operation", "stage", "times", "least ms", "took ms", "nominal",
        "measured", "GB/s", "GFLOP/s", "bound");
    if (path.empty()) return;
    file = fopen(path.c_str(), "w");
    write(
        "operation\tstage\ttype\tbatch\ttimes_per_image\tleast_ms\ttook_ms\tshare_of_nominal\tshare_of_measured\t"
        "gigabytes_per_second\tgigaflops_per_second\tbound\n");
}

measure_table::~measure_table() {
    if (file) fclose(file);
}

void measure_table::write(const std::string &line) {
    if (path.empty()) return;
    if (!file || fputs(line.c_str(), file) < 0 || fflush(file) != 0) {
        throw std::runtime_error(path + ": cannot be written");
    }
}

void measure_table::write_row(
    const std::string &name, int stage, int times, const struct times &t, double bytes, double flops, const char *bound) {
    const double bytes_rate = bytes / t.took / 1e9, flops_rate = flops / t.took / 1e9;
    printf(
        "%-27s %5d %5d %10.4f %10.4f %8s %8s %8.1f %9.1f  %s\n", name.c_str(), stage, times, t.least() * 1e3, t.took * 1e3,
        share(t.least_nominal, t.took, "%.0f%%", 100).c_str(), share(t.least_measured, t.took, "%.0f%%", 100).c_str(),
        bytes_rate, flops_rate, bound);
    char line[512];
    snprintf(
        line, sizeof line, "%s\t%d\t%s\t%d\t%d\t%.6f\t%.6f\t%s\t%s\t%.3f\t%.3f\t%s\n", name.c_str(), stage,
        name_of(on.type), on.images, times, t.least() * 1e3, t.took * 1e3,
        share(t.least_nominal, t.took, "%.4f", 1).c_str(), share(t.least_measured, t.took, "%.4f", 1).c_str(), bytes_rate,
        flops_rate, bound);
    write(line);
}

times measure_table::row(const work &one, double took, const ceilings &best) {
    const times t = {least_seconds(one, best.nominal), least_seconds(one, best.measured), took};
    const bool arithmetic = is_bound_by_arithmetic(one, t.least_nominal > 0 ? best.nominal : best.measured);
    write_row(one.name, one.stage, one.times, t, one.bytes, one.flops, arithmetic ? "arithmetic" : "memory");
    return t;
}

void measure_table::sum(const times &t, double bytes, double flops, bool is_whole) {
    // As the ceilings, a part is made no times in a step.
    const std::string whole = on.inference ? "inference" : "training_step";
    write_row((is_whole ? "" : "part_of_") + whole, 0, is_whole ? 1 : 0, t, bytes, flops, "");
    printf("%s%s", is_whole ? "" : "a part of ", on.inference ? "inference" : "a training step");
    printf(", per image: took %.3f ms, at most %.4g images/s", t.took / on.images * 1e3, on.images / t.took);
    if (t.least_nominal > 0) printf("; least %.3f ms by the nominal peaks", t.least_nominal / on.images * 1e3);
    if (t.least_measured > 0) printf("; least %.3f ms by the measured peaks", t.least_measured / on.images * 1e3);
    printf("\n");
}

}  // namespace check
