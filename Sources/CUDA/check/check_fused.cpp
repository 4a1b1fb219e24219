// Products with what comes after them in one call: by the fused kernel, by two passes, and in both alike.
#include "check.h"
#include "functions.h"

#include <cmath>

namespace check {

namespace {

struct size {
    int64_t rows, columns, depth;
};

/// Parts of tiles and several of them in each direction, and each width of tiles: 64, 96 and 128 columns. Where an extent is not a
/// multiple of eight there are two passes.
const std::vector<size> sizes = {{1, 8, 8},     {5, 24, 40},   {130, 96, 104}, {257, 136, 24},
                                 {63, 192, 72}, {129, 64, 32}, {20, 7, 8},     {9, 16, 12}};
/// Roundings of fp32 that a product's sum, and what is made of it, may be off.
constexpr double roundings = 40;

/// A product, rows of whose operands are longer than the matrix, and its result as it is rounded before it is used.
struct multiplied {
    size s;
    mammo_cuda_product p = {};
    values a, b;

    multiplied(session &on, size s, mammo_cuda_type type, bool b_transposed, bool separate, random_values &random)
        : s(s), a(on, type, random.array(s.rows * stride(s.depth))),
          b(on, type, random.array((b_transposed ? s.columns : s.depth) * stride(b_transposed ? s.depth : s.columns))) {
        p.rows = s.rows, p.columns = s.columns, p.depth = s.depth;
        p.a = a.device(), p.b = b.device();
        p.a_stride = stride(s.depth), p.b_stride = stride(b_transposed ? s.depth : s.columns), p.out_stride = s.columns;
        p.b_transposed = b_transposed, p.type = p.out_type = type, p.alpha = 1, p.separate = separate;
    }

    static int64_t stride(int64_t columns) { return columns + 8; }

    /// Its size has the rounding to the product's type in it, as so many of fp32.
    expected at(int64_t i) const {
        const int64_t r = i / s.columns, c = i % s.columns;
        expected sum;
        for (int64_t k = 0; k < s.depth; k++) {
            sum.add(a[r * p.a_stride + k] * b[p.b_transposed ? c * p.b_stride + k : k * p.b_stride + c]);
        }
        sum.size += std::fabs(sum.value) * rounding(p.out_type) / (roundings * 0x1p-24);
        return sum;
    }

    int64_t count() const { return s.rows * s.columns; }

    std::string name(const std::string &operation, bool kept) const {
        return operation + " " + std::to_string(s.rows) + "x" + std::to_string(s.depth) + "x" + std::to_string(s.columns) +
               " " + name_of(p.type) + (kept ? " kept" : "") + (p.separate ? " separate" : "");
    }

    result kept(values &out) const {
        return {"out", &out, [this](int64_t i) { return at(i); }, roundings};
    }
};

/// A value that an activation makes of a product and a bias.
expected gelu_of(const expected &product, double bias) {
    return {
        activation(product.value + bias, mammo_cuda_gelu),
        1.2 * product.size + std::fabs(bias) + std::fabs(product.value) + 1};
}

/// A case in one pass and in two: body(the product, random values) runs it and gives the digests of its results, which both have
/// in common on the emulated device, where both add in the order of the depth.
template <typename Body>
void both_ways(session &on, size s, mammo_cuda_type type, bool b_transposed, uint64_t seed, Body body) {
    std::vector<uint64_t> digests[2];
    for (bool separate : {false, true}) {
        random_values random(seed);
        multiplied of(on, s, type, b_transposed, separate, random);
        digests[separate] = body(of, random);
    }
    if (on.emulated() && digests[0] != digests[1]) on.report("one pass and two passes differ");
}

void gelu(session &on, size s, mammo_cuda_type type, bool keeps, uint64_t seed) {
    both_ways(on, s, type, true, seed, [&](multiplied &of, random_values &random) {
        const values bias(on, mammo_cuda_fp32, random.array(s.columns));
        values product(on, type, of.count()), activated(on, type, of.count());
        if (keeps) of.p.out = product.device();
        std::vector<result> results = {
            {"activated", &activated, [&](int64_t i) { return gelu_of(of.at(i), bias[i % s.columns]); }, roundings}};
        if (keeps) results.push_back(of.kept(product));
        run(on, of.name("product_gelu", keeps),
            [&] { return on.table->product_gelu(on.context, &of.p, bias.floats(), activated.device()); }, results);
        return std::vector<uint64_t>{activated.digest()};
    });
}

void gelu_gradient(session &on, size s, mammo_cuda_type type, bool in_place, uint64_t seed) {
    both_ways(on, s, type, false, seed, [&](multiplied &of, random_values &random) {
        const values bias(on, mammo_cuda_fp32, random.array(s.columns));
        const values hidden(on, type, random.array(of.count(), 3));
        values gradient(on, type, of.count()), activated(on, type, hidden.host);
        values biases(on, mammo_cuda_fp32, random.array(s.columns));
        of.p.out = gradient.device();
        const auto argument = [&](int64_t i) { return hidden[i] + bias[i % s.columns]; };
        const auto product = [&](int64_t i) {
            const expected slopes = of.at(i);
            const double most = std::fabs(hidden[i]) + std::fabs(bias[i % s.columns]) + 1;
            return expected{
                slopes.value * slope(argument(i), mammo_cuda_gelu), 1.2 * slopes.size + std::fabs(slopes.value) * most};
        };
        run(on, of.name("product_gelu_gradient", in_place),
            [&] {
                return on.table->product_gelu_gradient(
                    on.context, &of.p, in_place ? activated.device() : hidden.device(), bias.floats(),
                    activated.device(), biases.floats());
            },
            {{"out", &gradient, product, roundings},
             {"activated", &activated,
              [&](int64_t i) {
                  return gelu_of({hidden[i], 0}, bias[i % s.columns]);
              },
              roundings},
             {"bias_gradient", &biases,
              [&](int64_t c) {
                  expected total;
                  total.add(biases[c]);
                  for (int64_t row = 0; row < s.rows; row++) total.add(product(row * s.columns + c));
                  return total;
              },
              roundings}});
        // The sums over rows are added up in other orders.
        return std::vector<uint64_t>{gradient.digest(), activated.digest()};
    });
}

/// Of five images the branch has some, or all of one.
void residual(session &on, size s, mammo_cuda_type type, bool keeps, bool some, uint64_t seed) {
    both_ways(on, s, type, true, seed, [&](multiplied &of, random_values &random) {
        const int images = !some ? 1 : s.rows % 5 == 0 ? 5 : s.rows % 3 == 0 ? 3 : 1, positions = static_cast<int>(s.rows / images);
        const int all = some ? images + 2 : images;
        const mammo_cuda_shape shape = {images, positions, 1, static_cast<int>(s.columns)};
        std::vector<int32_t> numbers;
        for (int i = 0; i < images; i++) numbers.push_back(i + (i > images / 2 ? 2 : 1));
        device_memory places(on, numbers.size() * sizeof(int32_t));
        on.need(on.table->upload(
            on.context, mammo_cuda_compute, places.get(), numbers.data(), numbers.size() * sizeof(int32_t)));
        on.need(on.table->synchronise(on.context));
        const int64_t values_of_image = int64_t(positions) * s.columns;
        const values bias(on, mammo_cuda_fp32, random.array(s.columns)), scale(on, mammo_cuda_fp32, random.array(s.columns));
        values stream(on, mammo_cuda_fp32, random.array(all * values_of_image)), product(on, type, of.count());
        const float factor = some ? 1.25f : 1;
        if (keeps) of.p.out = product.device();
        std::vector<int> branches(all, some ? -1 : 0);
        for (int i = 0; some && i < images; i++) branches[numbers[i]] = i;
        std::vector<result> results = {
            {"stream", &stream,
             [&](int64_t i) {
                 const int branch = branches[i / values_of_image];
                 if (branch < 0) return expected{stream[i], 0};
                 const int64_t c = i % s.columns;
                 const expected sum = of.at(branch * values_of_image + i % values_of_image);
                 const double share = factor * scale[c];
                 return expected{
                     stream[i] + share * (sum.value + bias[c]),
                     std::fabs(stream[i]) + std::fabs(share) * (sum.size + std::fabs(bias[c]))};
             },
             roundings}};
        if (keeps) results.push_back(of.kept(product));
        run(on, of.name("product_residual", keeps) + (some ? " some images" : ""),
            [&] {
                return on.table->product_residual(
                    on.context, &of.p, stream.floats(), some ? static_cast<const int32_t *>(places.get()) : nullptr,
                    bias.floats(), scale.floats(), factor, stream.floats(), shape);
            },
            results);
        return std::vector<uint64_t>{stream.digest()};
    });
}

void affine(
    session &on, size s, mammo_cuda_type type, mammo_cuda_type product_type, mammo_cuda_type out_type,
    mammo_cuda_activation kind, bool whole, uint64_t seed) {
    both_ways(on, s, type, true, seed, [&](multiplied &of, random_values &random) {
        const values scale(on, mammo_cuda_fp32, random.array(s.columns)), shift(on, mammo_cuda_fp32, random.array(s.columns));
        const values residual(on, mammo_cuda_fp32, random.array(of.count()));
        values out(on, out_type, of.count());
        of.p.out_type = product_type;
        mammo_cuda_affine made = {};
        made.scale = whole ? scale.floats() : nullptr, made.shift = shift.floats(), made.shift_factor = 1;
        made.activation = kind, made.residual = whole ? residual.floats() : nullptr;
        made.out = out.device(), made.out_type = out_type;
        made.shape = {1, static_cast<int>(s.rows), 1, static_cast<int>(s.columns)};
        run(on, of.name(std::string("product_affine ") + name_of(kind) + " by " + name_of(product_type) + " to " + name_of(out_type), whole),
            [&] { return on.table->product_affine(on.context, &of.p, &made); },
            {{"out", &out,
              [&](int64_t i) {
                  const int64_t c = i % s.columns;
                  const double by = whole ? scale[c] : 1;
                  const expected sum = of.at(i);
                  expected value = activated(
                      {sum.value * by + shift[c], 1.2 * (sum.size * std::fabs(by) + std::fabs(shift[c]))}, kind,
                      out_type, roundings);
                  if (whole) value.add(residual[i]);
                  return value;
              },
              roundings}});
        return std::vector<uint64_t>{out.digest()};
    });
}

/// Rows and images that do not fit together, and rows with gaps, are refused.
void rejected(session &on) {
    random_values random(3);
    const size s = {12, 8, 8};
    multiplied of(on, s, mammo_cuda_fp16, true, false, random);
    const values one(on, mammo_cuda_fp32, random.array(s.columns));
    values out(on, mammo_cuda_fp32, random.array(of.count()));
    on.begin_case("product_residual of another number of rows rejected");
    on.attempt([&] {
        on.refused(
            on.table->product_residual(
                on.context, &of.p, out.floats(), nullptr, one.floats(), one.floats(), 1, out.floats(), {1, 11, 1, 8}),
            mammo_cuda_unsupported, {"12", "11"});
    });
    on.begin_case("product_gelu of rows with gaps rejected");
    on.attempt([&] {
        of.p.out_stride = 16;
        on.refused(
            on.table->product_gelu(on.context, &of.p, one.floats(), out.device()), mammo_cuda_unsupported, {"gap"});
    });
}

}  // namespace

void fused(session &on) {
    rejected(on);
    uint64_t seed = 31;
    for (const size &s : sizes) {
        for (mammo_cuda_type type : types) {
            if (type == mammo_cuda_bf16 && !on.has_bf16_products()) continue;
            for (bool flag : {false, true}) {
                gelu(on, s, type, flag, seed);
                gelu_gradient(on, s, type, flag, seed + 1);
                residual(on, s, type, flag, false, seed + 2);
                residual(on, s, type, flag, true, seed + 3);
                for (mammo_cuda_type out_type : types) {
                    if (out_type != type && out_type != mammo_cuda_fp32) continue;
                    affine(on, s, type, type, out_type, flag ? mammo_cuda_silu : mammo_cuda_identity, flag, seed + 4);
                }
                if (type != mammo_cuda_fp32) {
                    affine(on, s, type, mammo_cuda_fp32, mammo_cuda_fp32, mammo_cuda_identity, flag, seed + 4);
                }
                seed += 5;
            }
        }
    }
}

}  // namespace check
