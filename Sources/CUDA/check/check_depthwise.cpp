// Depthwise convolutions of each kernel and stride, forwards and backwards.
#include "functions.h"

namespace check {

namespace {

/// Numbers of images of the stream for those of the branch: in another order, and not all.
std::vector<int32_t> mapped(int images) {
    std::vector<int32_t> out;
    for (int i = 0; i < images; i++) out.push_back(images - i);
    return out;
}

int64_t place(mammo_cuda_shape s, int64_t image, int64_t y, int64_t x, int64_t c) {
    return ((image * s.rows + y) * s.columns + x) * s.channels + c;
}

struct position {
    int64_t image, y, x, c;

    position(mammo_cuda_shape s, int64_t index)
        : image(index / s.channels / s.columns / s.rows), y(index / s.channels / s.columns % s.rows),
          x(index / s.channels % s.columns), c(index % s.channels) {}
};

/// A convolution of images of `in`; those of `out` are as many.
struct convolution {
    int kernel, stride;
    mammo_cuda_shape in, out;

    convolution(int kernel, int stride, mammo_cuda_shape in) : kernel(kernel), stride(stride), in(in), out(in) {
        out.rows = (in.rows + stride - 1) / stride, out.columns = (in.columns + stride - 1) / stride;
    }
    int taps() const { return kernel * kernel; }
    std::string name(const char *operation) const {
        return std::string(operation) + " " + std::to_string(kernel) + "/" + std::to_string(stride) + " " + text(in);
    }
    /// Where in the input a tap of an output is; false where it is outside.
    bool source(const position &at, int tap, int64_t *y, int64_t *x) const {
        *y = at.y * stride + tap / kernel - kernel / 2, *x = at.x * stride + tap % kernel - kernel / 2;
        return *y >= 0 && *y < in.rows && *x >= 0 && *x < in.columns;
    }
};

/// The shape of a stream that has one image more than the branch where images are chosen.
mammo_cuda_shape stream(mammo_cuda_shape s, bool maps) {
    s.images += maps;
    return s;
}

void forward(
    session &on, const convolution &of, mammo_cuda_type in_type, mammo_cuda_type out_type, bool maps, bool has_bias,
    mammo_cuda_activation activation, random_values &random) {
    const integers<int32_t> images(on, mapped(of.in.images));
    const values in(on, in_type, random.array(count(stream(of.in, maps))));
    const values taps(on, mammo_cuda_fp32, random.array(of.taps() * of.in.channels));
    const values bias(on, mammo_cuda_fp32, random.array(of.in.channels));
    constexpr double roundings = 50;
    values out(on, out_type, count(of.out));
    const std::string name = of.name("depthwise") + " " + name_of(in_type) + " " + name_of(out_type) +
                             (maps ? " images" : "") + " " + name_of(activation);
    run(on, name,
        [&] {
            return on.table->depthwise(
                on.context, in.device(), in_type, maps ? images.device() : nullptr, of.kernel, of.stride, taps.floats(),
                has_bias ? bias.floats() : nullptr, activation, out.device(), out_type, of.in);
        },
        {{"out", &out,
          [&](int64_t i) {
              const position at(of.out, i);
              expected sum;
              if (has_bias) sum.add(bias[at.c]);
              for (int tap = 0; tap < of.taps(); tap++) {
                  int64_t y, x;
                  if (!of.source(at, tap, &y, &x)) continue;
                  const int64_t image = maps ? images.host[at.image] : at.image;
                  sum.add(in[place(of.in, image, y, x, at.c)] * taps[tap * of.in.channels + at.c]);
              }
              return activated(sum, activation, out_type, roundings);
          },
          roundings}});
}

void input_gradient(
    session &on, const convolution &of, mammo_cuda_type type, mammo_cuda_type out_type, bool maps, bool adds,
    random_values &random) {
    const integers<int32_t> images(on, mapped(of.in.images));
    const mammo_cuda_shape all = stream(of.in, maps);
    const values gradient(on, type, random.array(count(of.out)));
    const values taps(on, mammo_cuda_fp32, random.array(of.taps() * of.in.channels));
    values out(on, out_type, random.array(count(all)));
    std::vector<expected> want(count(all));
    for (int64_t i = 0; i < count(all); i++) {
        const position at(all, i);
        bool is_written = !maps;
        for (int32_t each : images.host) is_written |= maps && each == at.image;
        if (adds || !is_written) want[i].add(out[i]);
    }
    for (int64_t i = 0; i < count(of.out); i++) {
        const position at(of.out, i);
        for (int tap = 0; tap < of.taps(); tap++) {
            int64_t y, x;
            if (!of.source(at, tap, &y, &x)) continue;
            const int64_t image = maps ? images.host[at.image] : at.image;
            want[place(all, image, y, x, at.c)].add(gradient[i] * taps[tap * of.in.channels + at.c]);
        }
    }
    const std::string name = of.name("depthwise_input_gradient") + " " + name_of(type) + " " + name_of(out_type) +
                             (maps ? " images" : "") + (adds ? " added" : "");
    run(on, name,
        [&] {
            return on.table->depthwise_input_gradient(
                on.context, gradient.device(), type, maps ? images.device() : nullptr, of.kernel, of.stride,
                taps.floats(), out.device(), out_type, adds, of.in);
        },
        {{"input_gradient", &out, [&](int64_t i) { return want[i]; }, 50}});
}

void weight_gradient(
    session &on, const convolution &of, mammo_cuda_type in_type, mammo_cuda_type type, bool maps, bool has_bias,
    random_values &random) {
    const integers<int32_t> images(on, mapped(of.in.images));
    const values in(on, in_type, random.array(count(stream(of.in, maps))));
    const values gradient(on, type, random.array(count(of.out)));
    values taps(on, mammo_cuda_fp32, random.array(of.taps() * of.in.channels));
    values bias(on, mammo_cuda_fp32, random.array(of.in.channels));
    const std::string name = of.name("depthwise_weight_gradient") + " " + name_of(in_type) + " " + name_of(type) +
                             (maps ? " images" : "") + (has_bias ? "" : " without a bias");
    const int64_t outputs = of.out.images * positions(of.out);
    run(on, name,
        [&] {
            return on.table->depthwise_weight_gradient(
                on.context, in.device(), in_type, maps ? images.device() : nullptr, gradient.device(), type, of.kernel,
                of.stride, taps.floats(), has_bias ? bias.floats() : nullptr, of.in);
        },
        {{"taps_gradient", &taps,
          [&](int64_t i) {
              const int64_t c = i % of.in.channels;
              expected sum;
              sum.add(taps[i]);
              for (int64_t each = 0; each < outputs; each++) {
                  const position at(of.out, each * of.in.channels + c);
                  int64_t y, x;
                  if (!of.source(at, static_cast<int>(i / of.in.channels), &y, &x)) continue;
                  const int64_t image = maps ? images.host[at.image] : at.image;
                  sum.add(gradient[each * of.in.channels + c] * in[place(of.in, image, y, x, c)]);
              }
              return sum;
          },
          64},
         {"bias_gradient", &bias,
          [&](int64_t c) {
              expected sum;
              sum.add(bias[c]);
              for (int64_t each = 0; has_bias && each < outputs; each++) sum.add(gradient[each * of.in.channels + c]);
              return sum;
          },
          64}});
}

/// ConvNeXt's goes over all shapes; the others over some that are divisible by nothing, one of eights, and one whose rows are
/// shared out over three blocks whatever the stride.
std::vector<mammo_cuda_shape> shapes_of(int kernel, int stride) {
    if (kernel == 7 && stride == 1) return shapes;
    return {{1, 1, 1, 1}, {2, 5, 7, 3}, {2, 2, 34, 40}, {1, 17, 35, 8}, {2, 3, 133, 8}};
}

struct kind {
    int kernel, stride;
};
const std::vector<kind> kinds = {{7, 1}, {3, 1}, {3, 2}, {5, 1}, {5, 2}};

}  // namespace

void depthwise(session &on) {
    random_values random(1);
    for (auto [kernel, stride] : kinds) {
        for (const mammo_cuda_shape &s : shapes_of(kernel, stride)) {
            const convolution of(kernel, stride, s);
            for (auto [in_type, out_type] : type_pairs()) {
                for (bool maps : {false, true}) {
                    forward(on, of, in_type, out_type, maps, true, mammo_cuda_identity, random);
                }
            }
            // Of 7x7 there is none with an activation.
            if (kernel == 7) continue;
            for (mammo_cuda_activation each : activations) {
                for (mammo_cuda_type type : {mammo_cuda_fp32, mammo_cuda_fp16}) {
                    forward(on, of, type, type, false, false, each, random);
                }
            }
        }
    }
    on.begin_case("depthwise of other kernels");
    const values in(on, mammo_cuda_fp32, random.array(64)), taps(on, mammo_cuda_fp32, random.array(81));
    values out(on, mammo_cuda_fp32, 64);
    const mammo_cuda_type fp32 = mammo_cuda_fp32;
    const mammo_cuda_shape shape = {1, 8, 8, 1};
    const auto refused = [&](int kernel, int stride, mammo_cuda_activation activation) {
        on.refused(
            on.table->depthwise(
                on.context, in.device(), fp32, nullptr, kernel, stride, taps.floats(), nullptr, activation, out.device(), fp32,
                shape),
            mammo_cuda_unsupported, {"depthwise", "expected"});
    };
    for (auto [kernel, stride] : std::vector<kind>{{4, 1}, {9, 1}, {3, 3}, {3, 0}, {7, 2}}) {
        refused(kernel, stride, mammo_cuda_identity);
    }
    refused(7, 1, mammo_cuda_silu);
    on.refused(
        on.table->depthwise_input_gradient(
            on.context, in.device(), fp32, nullptr, 7, 2, taps.floats(), out.device(), fp32, 0, shape),
        mammo_cuda_unsupported, {"depthwise", "expected"});
}

void depthwise_gradients(session &on) {
    random_values random(2);
    for (auto [kernel, stride] : kinds) {
        for (const mammo_cuda_shape &s : shapes_of(kernel, stride)) {
            const convolution of(kernel, stride, s);
            for (auto [one, other] : type_pairs()) {
                input_gradient(on, of, one, other, false, false, random);
                weight_gradient(on, of, one, other, false, true, random);
            }
            input_gradient(on, of, mammo_cuda_bf16, mammo_cuda_fp32, true, true, random);
            input_gradient(on, of, mammo_cuda_fp16, mammo_cuda_fp16, true, false, random);
            weight_gradient(on, of, mammo_cuda_fp32, mammo_cuda_bf16, true, false, random);
        }
    }
    // More rows of images than there are blocks: a block then takes parts of several.
    weight_gradient(on, {7, 1, {1, 264, 528, 1}}, mammo_cuda_fp32, mammo_cuda_fp32, false, true, random);
    weight_gradient(on, {3, 2, {1, 264, 264, 1}}, mammo_cuda_fp32, mammo_cuda_fp32, false, true, random);
}

/// More tiles of twelve rows, and more images, than the y and z of a grid have room for.
void depthwise_limits(session &on) {
    random_values random(20);
    const mammo_cuda_shape images = {65537, 1, 1, 1};
    for (const mammo_cuda_shape &s : {mammo_cuda_shape{1, 65536 * 12 + 1, 1, 1}, images}) {
        forward(on, {3, 2, s}, mammo_cuda_fp32, mammo_cuda_fp32, false, true, mammo_cuda_identity, random);
    }
    input_gradient(on, {3, 2, images}, mammo_cuda_fp32, mammo_cuda_fp32, false, false, random);
}

}  // namespace check
