#include "options.h"

#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace check {

namespace {

const char usage[] =
    "usage: check-cuda PLUGIN [--device N] [--cuda-libraries DIR] [--only GROUP,...] [--digests FILE]\n"
    "                  [--part 1/2]\n"
    "       check-cuda PLUGIN --measure [--device N] [--cuda-libraries DIR] [--batch 8] [--size 2048x1024]\n"
    "                  [--network convnext_tiny|efficientnet_v2_s] [--inference] [--separate]\n"
    "                  [--type fp32|fp16|bf16] [--seconds 60] [--table FILE.tsv] [--only OPERATION[:STAGE],...] [--once]\n"
    "       check-cuda --roofline\n"
    "PLUGIN is .build-cuda/libmammo_cuda.so, as Scripts/build-cuda makes it.";

[[noreturn]] void invalid(const std::string &word, const std::string &value, const char *expectation) {
    throw std::invalid_argument(word + ": " + value + ", expected " + expectation + "\n" + usage);
}

int number(const std::string &word, const std::string &text, int least) {
    char *end = nullptr;
    const long value = strtol(text.c_str(), &end, 10);
    if (text.empty() || *end || value < least || value > 1 << 20) {
        invalid(word, text, least == 0 ? "a number from 0" : "a number from 1");
    }
    return static_cast<int>(value);
}

/// ROWSxCOLUMNS; below 32 nothing would be left after the last stage.
void size(const std::string &word, const std::string &text, setting &on) {
    const size_t cross = text.find('x');
    if (cross == std::string::npos) invalid(word, text, "ROWSxCOLUMNS");
    on.rows = number(word, text.substr(0, cross), 1), on.columns = number(word, text.substr(cross + 1), 1);
    if (on.rows < 32 || on.columns < 32) invalid(word, text, "at least 32x32");
}

/// PART/PARTS.
void part(const std::string &word, const std::string &text, options &on) {
    const size_t slash = text.find('/');
    if (slash == std::string::npos) invalid(word, text, "PART/PARTS");
    on.part = number(word, text.substr(0, slash), 1), on.parts = number(word, text.substr(slash + 1), 1);
    if (on.part > on.parts) invalid(word, text, "a part of as many, from 1");
}

mammo_cuda_type type(const std::string &word, const std::string &text) {
    for (mammo_cuda_type each : {mammo_cuda_fp32, mammo_cuda_fp16, mammo_cuda_bf16}) {
        if (text == name_of(each)) return each;
    }
    invalid(word, text, "fp32, fp16 or bf16");
}

network network_of(const std::string &word, const std::string &text) {
    for (const named_network &each : networks) {
        if (text == each.name) return each.which;
    }
    invalid(word, text, "convnext_tiny or efficientnet_v2_s");
}

std::vector<std::string> words(const std::string &list) {
    std::vector<std::string> out;
    std::istringstream stream(list);
    for (std::string each; std::getline(stream, each, ',');) out.push_back(each);
    return out;
}

}  // namespace

options parse(int count, char **arguments) {
    options out;
    for (int i = 1; i < count; i++) {
        const std::string word = arguments[i];
        const auto value = [&]() -> std::string {
            if (++i >= count) invalid(word, "nothing", "a value");
            return arguments[i];
        };
        if (word == "--device") out.device = number(word, value(), 0);
        else if (word == "--cuda-libraries") out.libraries = value();
        else if (word == "--only") out.only = words(value());
        else if (word == "--part") part(word, value(), out);
        else if (word == "--digests") out.digests = value();
        else if (word == "--roofline") out.prints_roofline = true;
        else if (word == "--measure") out.measures = true;
        else if (word == "--batch") out.measure.on.images = number(word, value(), 1);
        else if (word == "--size") size(word, value(), out.measure.on);
        else if (word == "--network") out.measure.on.net = network_of(word, value());
        else if (word == "--type") out.measure.on.type = type(word, value()), out.measure.has_type = true;
        else if (word == "--inference") out.measure.on.inference = true;
        else if (word == "--separate") out.measure.on.separate = true;
        else if (word == "--seconds") out.measure.seconds = number(word, value(), 1);
        else if (word == "--table") out.measure.table = value();
        else if (word == "--once") out.measure.once = true;
        else if (out.plugin.empty() && word[0] != '-') out.plugin = word;
        else throw std::invalid_argument(word + ": unknown\n" + usage);
    }
    if (out.plugin.empty() && !out.prints_roofline) throw std::invalid_argument(std::string("no PLUGIN\n") + usage);
    return out;
}

}  // namespace check
