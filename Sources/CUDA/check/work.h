// What a network of ConvNeXt's kind asks of a card, operation by operation: bytes that have to be moved at least, and
// operations of arithmetic. The table on paper and the measurement on a card both go by it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace check {

struct work {
    std::string operation;
    /// Of the stage of the network, 0 for what is outside.
    int stage;
    int64_t rows, columns, channels;
    /// How often in one image's pass.
    int times;
    double bytes, flops;
    /// Whether the arithmetic is a product of matrices, which tensor cores do.
    bool product;
};

/// One image through ConvNeXt-tiny at 2048×1024, values between operations of two bytes and the residual stream of four.
/// `training` is forward and back; parameters and their update are not in it, being the same for every batch.
std::vector<work> network_work(bool training);

struct card {
    const char *name;
    /// As the manufacturer states them.
    double gigabytes_per_second, fp32_teraflops, product_teraflops;
};

/// Seconds that an operation takes at least.
double least_seconds(const work &one, const card &on);

extern const std::vector<card> cards;

}  // namespace check
