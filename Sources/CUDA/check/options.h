// The command line of check-cuda.
#pragma once

#include "work.h"

#include <string>
#include <vector>

namespace check {

/// How operations are timed.
struct measure_options {
    setting on;
    /// Whether --type was given; without it the type depends on the device.
    bool has_type = false;
    /// For all operations together.
    double seconds = 60;
    /// Where the table goes as tab-separated values; empty for nowhere.
    std::string table;
    /// Each operation once, untimed, for a profiler.
    bool once = false;
};

struct options {
    std::string plugin, libraries, digests;
    int device = 0;
    bool measures = false, prints_roofline = false;
    /// Groups, or operations where they are timed; all where it is empty.
    std::vector<std::string> only;
    /// Of `parts` parts of the groups the one that is run, from 1: parts run beside each other.
    int part = 1, parts = 1;
    measure_options measure;
};

/// Throws `std::invalid_argument` with a line that says what is wrong.
options parse(int count, char **arguments);

}  // namespace check
