#include "measure.h"

#include <algorithm>

namespace check {

namespace {

constexpr size_t block_bytes = 1 << 20;
constexpr size_t most_sets = 64;

}  // namespace

random_source::random_source(session &on) : on(on) {
    random_values random(16);
    for (mammo_cuda_type type : {mammo_cuda_fp32, mammo_cuda_fp16, mammo_cuda_bf16}) {
        std::vector<unsigned char> bytes(block_bytes);
        store(random.array(static_cast<int64_t>(block_bytes / bytes_of(type))), type, bytes.data());
        blocks.push_back(std::make_unique<device_memory>(on, block_bytes));
        on.need(on.table->upload(on.context, mammo_cuda_compute, blocks.back()->get(), bytes.data(), block_bytes));
    }
    on.need(on.table->synchronise(on.context));
}

void random_source::fill(void *to, const buffer &like) const {
    char *const out = static_cast<char *>(to);
    size_t filled = std::min(block_bytes, like.bytes);
    on.need(on.table->copy(on.context, out, blocks[like.type]->get(), filled));
    // What is there already is doubled until all is full.
    while (filled < like.bytes) {
        const size_t more = std::min(filled, like.bytes - filled);
        on.need(on.table->copy(on.context, out + filled, out, more));
        filled += more;
    }
}

buffer_sets::buffer_sets(
    session &on, const random_source &random, const std::vector<buffer> &buffers, size_t working_set)
    : on(on), random(random), buffers(buffers) {
    size_t set_bytes = 0, free_bytes, total;
    for (const buffer &each : buffers) set_bytes += each.bytes;
    on.need(on.table->memory(on.context, &free_bytes, &total));
    // A part is left for the operation's own scratch memory.
    const size_t usable = free_bytes - free_bytes / 8;
    if (set_bytes > usable) {
        throw failed_call(
            mammo_cuda_out_of_memory, "needs " + std::to_string(set_bytes >> 20) + " MiB, and " +
                                          std::to_string(usable >> 20) + " MiB of the device's memory are usable");
    }
    const size_t wanted = working_set == 0 ? 1 : std::max<size_t>(2, (working_set + set_bytes - 1) / set_bytes);
    const size_t count = std::min({wanted, usable / set_bytes, most_sets});
    for (size_t i = 0; i < count; i++) {
        std::vector<void *> set;
        for (const buffer &each : buffers) {
            memory.push_back(std::make_unique<device_memory>(on, each.bytes));
            set.push_back(memory.back()->get());
            random.fill(set.back(), each);
        }
        sets.push_back(set);
    }
}

void buffer_sets::refill() {
    for (const auto &set : sets) {
        for (size_t i = 0; i < buffers.size(); i++) {
            if (buffers[i].accumulates) random.fill(set[i], buffers[i]);
        }
    }
}

}  // namespace check
