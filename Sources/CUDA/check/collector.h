// Collects the calls of a network, for work.cpp and work_efficientnet.cpp.
#pragma once

#include "windows.h"
#include "work.h"

namespace check {

inline constexpr mammo_cuda_type full = mammo_cuda_fp32;

struct collector {
    mammo_cuda_type type;
    bool training;
    /// Whether products and what comes after them are in one call, and patches are read from images: with 16-bit values, unless
    /// two passes are asked for.
    bool fuses;
    std::vector<work> all;

    /// An operation on each value of a shape; `bytes` and `flops` are a value's.
    work &values(
        const std::string &name, operation what, int stage, int times, mammo_cuda_shape s, double bytes, double flops) {
        const double n = static_cast<double>(s.images) * s.rows * s.columns * s.channels;
        all.push_back({name, what, stage, times, s, type, type, type, {}, {}, n * bytes, n * flops});
        return all.back();
    }

    /// A product as `multiply` of CUDADevice asks for it: rows of what is stored are next to each other.
    void product(
        const std::string &name, int stage, int times, int64_t rows, int64_t depth, int64_t columns, bool a_transposed,
        bool b_transposed, mammo_cuda_type out_type, float beta = 0) {
        mammo_cuda_product p = {};
        p.rows = rows, p.columns = columns, p.depth = depth;
        p.a_transposed = a_transposed, p.b_transposed = b_transposed;
        p.a_stride = a_transposed ? rows : depth, p.b_stride = b_transposed ? depth : columns, p.out_stride = columns;
        p.type = type, p.out_type = out_type, p.alpha = 1, p.beta = beta;
        const double r = static_cast<double>(rows), d = static_cast<double>(depth), c = static_cast<double>(columns);
        const double in = bytes_of(type), out = bytes_of(out_type) * (beta == 0 ? 1.0 : 2.0);
        all.push_back({name, operation::product, stage, times, {}, type, type, out_type, {}, p,
                       in * (r * d + d * c) + out * r * c, 2 * r * d * c});
    }

    /// A convolution whose patches are read from its images: what is moved of its input and of its output are bytes of a value.
    work &convolution(
        const std::string &name, operation what, int stage, int times, mammo_cuda_shape in, mammo_cuda_window at,
        int outputs, double in_bytes, double out_bytes) {
        const mammo_cuda_shape out = outputs_of(in, at, outputs);
        const int64_t rows = int64_t(out.images) * out.rows * out.columns, depth = int64_t(at.kernel) * at.kernel * in.channels;
        product(name, stage, times, rows, depth, outputs, false, true, type);
        work &made = all.back();
        const double values = static_cast<double>(in.images) * in.rows * in.columns * in.channels;
        const double weights = static_cast<double>(depth) * outputs * static_cast<double>(bytes_of(type));
        made.what = what, made.shape = in, made.window = at;
        made.bytes = values * in_bytes + weights + static_cast<double>(rows) * outputs * out_bytes;
        return made;
    }

    /// The last product with what comes after it: `bytes` and `flops` of each of its values, the product's own writing included.
    work &with(const char *name, operation what, double bytes, double flops) {
        work &made = all.back();
        const double n = static_cast<double>(made.product.rows) * static_cast<double>(made.product.columns);
        made.name = name, made.what = what, made.keeps = training;
        made.bytes += n * (bytes - static_cast<double>(bytes_of(made.product.out_type))), made.flops += n * flops;
        return made;
    }
};

inline constexpr int wide = 4;  // bytes of a value of the residual stream

void convnext_tiny(collector &to, const setting &on);
void efficientnet_v2_s(collector &to, const setting &on);

}  // namespace check
