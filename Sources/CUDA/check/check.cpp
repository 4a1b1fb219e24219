#include "check.h"

#include <cmath>
#include <cstdio>

namespace check {

const std::vector<group> groups = {
    {"memory", memory}, {"order", order}, {"convert", convert}, {"gray_input", gray_input}, {"mix", mix}, {"patches", patches},
    {"columns", columns}, {"gelu", gelu}, {"residual", residual}, {"layer_norm", layer_norm}, {"depthwise", depthwise},
    {"depthwise_gradients", depthwise_gradients}, {"depthwise_limits", depthwise_limits, true}, {"affine", affine},
    {"sigmoid", sigmoid}, {"batch_norm", batch_norm}, {"pooling", pooling}, {"maxima", maxima},
    {"generalised_mean", generalised_mean}, {"head", head}, {"loss", loss}, {"parameters", parameters},
    {"product", product}, {"tuning", tuning}, {"convolution", convolutions}, {"fused", fused}, {"graph", graph}, {"all_reduce", all_reduce}};

const std::vector<mammo_cuda_type> types = {mammo_cuda_fp32, mammo_cuda_fp16, mammo_cuda_bf16};

std::vector<std::pair<mammo_cuda_type, mammo_cuda_type>> type_pairs() {
    return {{mammo_cuda_fp32, mammo_cuda_fp32}, {mammo_cuda_fp32, mammo_cuda_fp16}, {mammo_cuda_fp32, mammo_cuda_bf16},
            {mammo_cuda_fp16, mammo_cuda_fp32}, {mammo_cuda_fp16, mammo_cuda_fp16}, {mammo_cuda_bf16, mammo_cuda_fp32},
            {mammo_cuda_bf16, mammo_cuda_bf16}};
}

const std::vector<mammo_cuda_shape> shapes = {
    {1, 1, 1, 1}, {2, 5, 7, 3}, {1, 9, 13, 8}, {3, 7, 5, 24}, {2, 13, 9, 40}, {1, 9, 33, 96}, {2, 1, 13, 100}, {1, 13, 1, 96},
    {2, 17, 35, 8}};

std::string text(mammo_cuda_shape s) {
    return std::to_string(s.images) + "x" + std::to_string(s.rows) + "x" + std::to_string(s.columns) + "x" +
           std::to_string(s.channels);
}

static void compare(session &on, const result &one) {
    const auto found = one.out->read();
    double worst = 0;
    int64_t where = -1;
    for (size_t i = 0; i < found.size(); i++) {
        const expected want = one.reference(static_cast<int64_t>(i));
        const double limit = rounding(one.out->type) * std::fabs(want.value) * 1.001 +
                             one.roundings * 0x1p-24 * want.size + (one.out->type == mammo_cuda_fp16 ? 0x1p-25 : 0x1p-140);
        const double error = std::fabs(found[i] - want.value);
        const bool same = std::isnan(want.value) ? std::isnan(found[i]) : error <= limit || found[i] == want.value;
        const double share = std::isfinite(error / limit) ? error / limit : INFINITY;
        if (!same && share > worst) worst = share, where = static_cast<int64_t>(i);
    }
    if (where < 0) return;
    char line[256];
    snprintf(
        line, sizeof line, "%s[%lld] is %.9g, where %.9g is expected: off by %.3g times what is allowed", one.name,
        (long long)where, found[where], one.reference(where).value, worst);
    on.report(line);
}

void run(
    session &on, const std::string &name, std::function<mammo_cuda_status()> operation, std::vector<result> results) {
    on.begin_case(name);
    on.attempt([&] {
        uint64_t digests[2] = {};
        for (uint64_t &digest : digests) {
            for (result &one : results) one.out->restore();
            on.need(operation());
            for (result &one : results) digest = digest * 31 + one.out->digest();
        }
        if (digests[0] != digests[1]) on.report("other bits the second time");
        on.digests[name] = digests[0];
        for (result &one : results) compare(on, one);
    });
    for (result &one : results) one.out->restore();  // the next case may read them
}

}  // namespace check
