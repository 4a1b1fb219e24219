// Scale, shift, activation, factors of images and residual.
#include "functions.h"

#include <cmath>

namespace check {

namespace {

/// Which parts take part.
struct parts {
    bool scale, shift, for_each_image, factors, residual, in_place;
    mammo_cuda_activation activation;
};

std::string name(const parts &of) {
    std::string out = name_of(of.activation);
    for (auto [has, what] : std::vector<std::pair<bool, const char *>>{
             {of.scale, "scale"}, {of.shift, "shift"}, {of.for_each_image, "for each image"}, {of.factors, "factors"},
             {of.residual, "residual"}, {of.in_place, "in place"}}) {
        if (has) out += std::string(", ") + what;
    }
    return out;
}

void one_case(
    session &on, mammo_cuda_shape s, mammo_cuda_type in_type, mammo_cuda_type out_type, const parts &of,
    random_values &random) {
    const bool in_place = of.in_place && in_type == out_type;
    const int64_t own = (of.for_each_image ? s.images : 1) * int64_t(s.channels);
    const values in(on, in_type, random.array(count(s), 3));
    const values scale(on, mammo_cuda_fp32, random.array(own)), shift(on, mammo_cuda_fp32, random.array(own));
    const values factors(on, mammo_cuda_fp32, random.array(s.images));
    const values residual(on, mammo_cuda_fp32, random.array(count(s)));
    constexpr double roundings = 6;
    values out(on, out_type, in_place ? in.host : std::vector<double>(count(s), 7));
    mammo_cuda_affine call = {};
    call.in = in_place ? out.device() : in.device(), call.in_type = in_type;
    call.scale = of.scale ? scale.floats() : nullptr, call.shift = of.shift ? shift.floats() : nullptr;
    call.for_each_image = of.for_each_image, call.shift_factor = 0.75f, call.activation = of.activation;
    call.factors = of.factors ? factors.floats() : nullptr, call.residual = of.residual ? residual.floats() : nullptr;
    call.out = out.device(), call.out_type = out_type, call.shape = s;
    run(on, "affine " + text(s) + " " + name_of(in_type) + " " + name_of(out_type) + " " + name(of),
        [&] { return on.table->affine(on.context, &call); },
        {{"out", &out,
          [&](int64_t i) {
              const int64_t image = i / s.channels / positions(s);
              const int64_t place = (of.for_each_image ? image * s.channels : 0) + i % s.channels;
              expected sum;
              sum.add(in[i] * (of.scale ? scale[place] : 1));
              if (of.shift) sum.add(0.75 * shift[place]);
              sum = activated(sum, of.activation, out_type, roundings);
              if (of.factors) sum.value *= factors[image], sum.size *= std::fabs(factors[image]);
              if (of.residual) sum.add(residual[i]);
              return sum;
          },
          roundings}});
}

}  // namespace

void affine(session &on) {
    random_values random(16);
    std::vector<mammo_cuda_shape> several = shapes;
    several.push_back({2, 1, 3, 2504});
    for (const mammo_cuda_shape &s : several) {
        for (auto [in_type, out_type] : type_pairs()) {
            const auto each = [&, in = in_type, out = out_type](const parts &of) { one_case(on, s, in, out, of, random); };
            for (mammo_cuda_activation activation : activations) {
                each({true, true, false, false, false, false, activation});
            }
            each({false, false, false, false, false, true, mammo_cuda_silu});
            each({false, true, false, false, true, false, mammo_cuda_silu});
            each({true, true, false, true, true, false, mammo_cuda_identity});
            each({true, false, true, false, false, true, mammo_cuda_identity});
            each({true, true, true, true, true, false, mammo_cuda_sigmoid});
        }
    }
    // A residual's own memory takes the sum.
    const mammo_cuda_shape s = {2, 5, 7, 24};
    const values in(on, mammo_cuda_fp16, random.array(count(s)));
    values sum(on, mammo_cuda_fp32, random.array(count(s)));
    mammo_cuda_affine call = {};
    call.in = in.device(), call.in_type = mammo_cuda_fp16, call.residual = sum.floats(), call.out = sum.device();
    call.out_type = mammo_cuda_fp32, call.shape = s;
    run(on, "affine added in place", [&] { return on.table->affine(on.context, &call); },
        {{"out", &sum,
          [&](int64_t i) {
              expected of;
              of.add(in[i]), of.add(sum[i]);
              return of;
          },
          2}});
}

}  // namespace check
