// What cards could do at best: from data sheets where a card is known by name, from a device's attributes otherwise.
#pragma once

#include "mammo_cuda.h"

#include <string>
#include <vector>

namespace check {

/// 0 is not known.
struct peaks {
    double gigabytes_per_second = 0;
    /// Of all operations but products of 16 bits.
    double fp32_teraflops = 0;
    /// Products of 16 bits with sums in fp32, without sparsity.
    double product_teraflops = 0;
};

struct card {
    const char *title;
    /// As the driver names it.
    std::vector<const char *> names;
    peaks best;
};

/// A card of the list, which has it, by its title.
const card &known_card(const std::string &title);

struct nominal_peaks {
    peaks best;
    /// Where they come from, for a report.
    std::string source;
};

nominal_peaks nominal(const mammo_cuda_properties &);

}  // namespace check
