#include "cards.h"

#include <cstring>
#include <stdexcept>

namespace check {

namespace {

/// GB/s, TFLOP/s in fp32, TFLOP/s of 16-bit products with fp32 sums (dense), from NVIDIA's data sheets. P100 has no tensor
/// cores: 18.7 and 21.2 TFLOP/s are with sums in fp16; with sums in fp32, as here, it multiplies in fp32.
const std::vector<card> cards = {
    {"P100 PCIe", {"Tesla P100-PCIE-16GB"}, {732, 9.3, 9.3}},
    {"P100 SXM", {"Tesla P100-SXM2-16GB"}, {732, 10.6, 10.6}},
    {"V100 PCIe", {"Tesla V100-PCIE-16GB", "Tesla V100-PCIE-32GB"}, {900, 14, 112}},
    {"V100 SXM", {"Tesla V100-SXM2-16GB", "Tesla V100-SXM2-32GB"}, {900, 15.7, 125}},
    {"T4", {"Tesla T4", "NVIDIA T4"}, {320, 8.1, 65}},
    {"A100 40 GB", {"NVIDIA A100-SXM4-40GB", "A100-SXM4-40GB", "NVIDIA A100-PCIE-40GB", "A100-PCIE-40GB"}, {1555, 19.5, 312}},
    {"A100 80 GB SXM", {"NVIDIA A100-SXM4-80GB", "A100-SXM4-80GB"}, {2039, 19.5, 312}},
    {"A100 80 GB PCIe", {"NVIDIA A100 80GB PCIe", "A100 80GB PCIe"}, {1935, 19.5, 312}},
    {"A10", {"NVIDIA A10"}, {600, 31.2, 125}},
    {"L4", {"NVIDIA L4"}, {300, 30.3, 121}},
    {"RTX 4090", {"NVIDIA GeForce RTX 4090"}, {1008, 82.6, 165.2}},
    {"H100 PCIe", {"NVIDIA H100 PCIe"}, {2000, 51, 756}},
    {"H100 SXM", {"NVIDIA H100 80GB HBM3"}, {3350, 67, 989}},
    {"H200 SXM", {"NVIDIA H200"}, {4800, 67, 989}},
};

/// Operations of arithmetic for each clock and multiprocessor, a multiplication with its addition being two.
struct rate {
    int major, minor;
    /// fp32: twice the fp32 cores.
    int fp32;
    /// 16-bit products with sums in fp32; `geforce` where the consumer cards sum in fp32 at half the rate.
    int product, geforce;
};

// Each beside a data sheet: multiprocessors × boost clock × rate = TFLOP/s.
const rate rates[] = {
    // P100 PCIe: 56 × 1.303 GHz × 128 = 9.3. fp16 sums would double it (18.7); sums are in fp32.
    {6, 0, 128, 128, 128},
    // GTX 1080 Ti: 28 × 1.582 GHz × 256 = 11.3. fp16 arithmetic has 1/64 of that: products are in fp32.
    {6, 1, 256, 256, 256},
    // V100 SXM: 80 × 1.530 GHz × 128 = 15.7; × 1024 = 125.
    {7, 0, 128, 1024, 1024},
    // T4: 40 × 1.590 GHz × 128 = 8.1; × 1024 = 65. RTX 2080 Ti: 68 × 1.545 GHz × 512 = 53.8.
    {7, 5, 128, 1024, 512},
    // A100: 108 × 1.410 GHz × 128 = 19.5; × 2048 = 312.
    {8, 0, 128, 2048, 2048},
    // A10: 72 × 1.695 GHz × 256 = 31.2; × 1024 = 125. RTX 3090: 82 × 1.695 GHz × 512 = 71.
    {8, 6, 256, 1024, 512},
    // L4: 58 × 2.040 GHz × 256 = 30.3; × 1024 = 121. RTX 4090: 128 × 2.520 GHz × 256 = 82.6; × 512 = 165.2.
    {8, 9, 256, 1024, 512},
    // H100 SXM: 132 × 1.980 GHz × 256 = 66.9; 132 × 1.830 GHz × 4096 = 989. PCIe: 114 × 1.620 GHz × 4096 = 756.
    {9, 0, 256, 4096, 4096},
    // B200: 148 × 1.965 GHz × 256 = 74; 148 × 1.850 GHz × 8192 = 2243 (about 2250 stated).
    {10, 0, 256, 8192, 8192},
    // RTX PRO 6000 Blackwell: 188 × 2.617 GHz × 256 = 126; × 1024 = 504. RTX 5090: 170 × 2.407 GHz × 512 = 209.5.
    {12, 0, 256, 1024, 512},
};

}  // namespace

const card &known_card(const std::string &title) {
    for (const card &each : cards) {
        if (title == each.title) return each;
    }
    throw std::logic_error("no card with the title " + title);
}

nominal_peaks nominal(const mammo_cuda_properties &on) {
    for (const card &each : cards) {
        for (const char *name : each.names) {
            if (strcmp(name, on.name) == 0) return {each.best, std::string("data sheet of ") + each.title};
        }
    }
    peaks best;
    // Both edges of the memory's clock carry data.
    best.gigabytes_per_second = on.memory_clock_khz * 1e3 * 2 * on.memory_bus_bits / 8 / 1e9;
    const double clocks = static_cast<double>(on.multiprocessors) * on.clock_khz * 1e3 / 1e12;
    for (const rate &each : rates) {
        if (each.major != on.major || each.minor != on.minor) continue;
        best.fp32_teraflops = clocks * each.fp32;
        best.product_teraflops = clocks * (strstr(on.name, "GeForce") ? each.geforce : each.product);
    }
    return {best, "the device's attributes"};
}

}  // namespace check
