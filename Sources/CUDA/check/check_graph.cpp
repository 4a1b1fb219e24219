// Graphs: a launch computes what the operations one by one do, to the bit, of what is in the memory then; and what cannot be
// captured is refused, and leaves the context as it was.
#include "check.h"

namespace check {

namespace {

constexpr mammo_cuda_shape shape = {2, 9, 13, 24};
constexpr int64_t positions_of_all = 2 * 9 * 13, hidden = 40;

/// What a pass computes by: a depthwise convolution, a product with GELU, a product, their sum with the input, and the sums of that,
/// which take scratch memory.
struct pass {
    session &on;
    mammo_cuda_type type;
    values in, taps, first, bias, second, scale, out, sums;

    pass(session &on, mammo_cuda_type type, random_values &random)
        : on(on), type(type), in(on, mammo_cuda_fp32, random.array(count(shape))),
          taps(on, mammo_cuda_fp32, random.array(49 * shape.channels)), first(on, type, random.array(hidden * shape.channels)),
          bias(on, mammo_cuda_fp32, random.array(hidden)), second(on, type, random.array(hidden * shape.channels)),
          scale(on, mammo_cuda_fp32, random.array(shape.channels)), out(on, mammo_cuda_fp32, count(shape)),
          sums(on, mammo_cuda_fp32, shape.channels) {}

    mammo_cuda_product product(const void *a, const void *b, void *to, int64_t columns, int64_t depth) const {
        mammo_cuda_product p = {};
        p.rows = positions_of_all, p.columns = columns, p.depth = depth, p.a = a, p.b = b, p.out = to;
        p.a_stride = p.b_stride = depth, p.out_stride = columns, p.b_transposed = 1, p.type = p.out_type = type, p.alpha = 1;
        return p;
    }

    /// Memory between the operations is allocated for each pass, and released in it.
    void run() {
        const device_memory rows(on, count(shape) * bytes_of(type)), wide(on, positions_of_all * hidden * bytes_of(type));
        on.need(on.table->clear(on.context, sums.device(), shape.channels * 4));
        on.need(on.table->depthwise(
            on.context, in.device(), mammo_cuda_fp32, nullptr, 7, 1, taps.floats(), nullptr, mammo_cuda_identity, rows.get(),
            type, shape));
        const mammo_cuda_product up = product(rows.get(), first.device(), nullptr, hidden, shape.channels);
        on.need(on.table->product_gelu(on.context, &up, bias.floats(), wide.get()));
        const mammo_cuda_product down = product(wide.get(), second.device(), nullptr, shape.channels, hidden);
        on.need(on.table->product_residual(
            on.context, &down, in.floats(), nullptr, scale.floats(), scale.floats(), 1, out.floats(), shape));
        on.need(on.table->column_sums(
            on.context, out.device(), mammo_cuda_fp32, positions_of_all, shape.channels, sums.floats()));
    }

    std::vector<uint64_t> digests() const { return {out.digest(), sums.digest()}; }
};

/// A graph, released with it.
class captured {
    session &on;

public:
    mammo_cuda_graph *graph = nullptr;

    template <typename Body> captured(session &on, Body body) : on(on) {
        on.need(on.table->begin_graph(on.context));
        try {
            body();
        } catch (...) {
            on.table->end_graph(on.context, &graph);
            on.table->release_graph(on.context, graph);
            throw;
        }
        on.need(on.table->end_graph(on.context, &graph));
    }
    captured(const captured &) = delete;
    ~captured() {
        on.finish([&] { on.need(on.table->release_graph(on.context, graph)); });
    }
    void launch() { on.need(on.table->launch_graph(on.context, graph)); }
};

void launches(session &on, mammo_cuda_type type) {
    random_values random(21);
    pass of(on, type, random);
    of.run();
    const auto before = of.digests();
    const auto clear = [&] { on.need(on.table->clear(on.context, of.out.device(), count(shape) * 4)); };
    clear();
    const auto cleared = of.digests();
    captured graph(on, [&] { of.run(); });
    if (of.digests() != cleared) on.report("what is captured is done at once");
    for (int launch = 0; launch < 2; launch++) {
        clear();
        graph.launch();
        if (of.digests() != before) on.report("a graph's result is another than that of its operations");
    }
    // Another input, where the graph has it, and scratch memory that has become another meanwhile.
    of.in.host = random.array(count(shape));
    of.in.restore();
    const values many(on, mammo_cuda_fp32, random.array(1 << 20));
    const values sums(on, mammo_cuda_fp32, std::vector<double>(1 << 10, 0));
    on.need(on.table->column_sums(on.context, many.device(), mammo_cuda_fp32, 1 << 10, 1 << 10, sums.floats()));
    graph.launch();
    const auto other = of.digests();
    of.run();
    if (of.digests() != other || other == before) on.report("a graph does not read its input anew");
    on.digests[on.now] = other[0] ^ other[1];
}

void refusals(session &on) {
    random_values random(22);
    pass of(on, mammo_cuda_fp32, random);
    of.run();
    const auto before = of.digests();
    mammo_cuda_graph *graph = nullptr;
    void *memory = nullptr;
    on.need(on.table->begin_graph(on.context));
    on.refused(on.table->begin_graph(on.context), mammo_cuda_unsupported, {"already"});
    on.need(on.table->allocate(on.context, 1000, &memory));
    on.refused(on.table->end_graph(on.context, &graph), mammo_cuda_unsupported, {"1 allocations", "released"});
    on.need(on.table->begin_graph(on.context));
    on.refused(on.table->synchronise(on.context), mammo_cuda_unsupported);
    on.refused(on.table->end_graph(on.context, &graph), mammo_cuda_unsupported);
    if (graph) on.report("a capture that was refused gave a graph");
    on.need(on.table->release_graph(on.context, nullptr));
    // A product that would have to be timed first.
    mammo_cuda_product p = of.product(of.in.device(), of.first.device(), of.out.device(), shape.channels, shape.channels);
    on.need(on.table->tune_products(on.context, 1));
    on.need(on.table->begin_graph(on.context));
    on.refused(on.table->product(on.context, &p), mammo_cuda_unsupported, {"before its capture"});
    on.need(on.table->end_graph(on.context, &graph));
    on.need(on.table->release_graph(on.context, graph));
    on.need(on.table->tune_products(on.context, 0));
    of.run();
    if (of.digests() != before) on.report("after a capture that was refused an operation computes something else");
}

}  // namespace

void graph(session &on) {
    const std::vector<mammo_cuda_type> all =
        on.has_bf16_products() ? types : std::vector<mammo_cuda_type>{mammo_cuda_fp32, mammo_cuda_fp16};
    if (!on.properties.memory_pools) {
        on.begin_case("graphs without memory pools");
        on.refused(on.table->begin_graph(on.context), mammo_cuda_unsupported, {"pools"});
        return;
    }
    for (mammo_cuda_type type : all) {
        on.begin_case(std::string("a graph of operations ") + name_of(type));
        on.attempt([&] { launches(on, type); });
    }
    on.begin_case("what cannot be captured");
    on.attempt([&] { refusals(on); });
}

}  // namespace check
