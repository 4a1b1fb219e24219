// Products by cuBLASLt, which is opened when the first is asked for. Its configuration is minimal: no epilogue, sums in fp32,
// TF32 where a product allows it. An algorithm is chosen once for a shape and kept, and parts of a split sum are added in the
// workspace, never in the output: the bits are the same every time. It is the first of cuBLASLt's own search or, where products
// are tuned, the one that product_choices.h finds or was given. Where there is none, the plugin's own kernel multiplies.
#include "context.cuh"
#include "context/context.h"
#include "libraries/cublaslt.h"
#include "operations/operations.h"
#include "operations/product_choices.h"
#include "operations/product_types.h"

#include <algorithm>
#include <map>

namespace mammo_cuda {

using namespace cublaslt;

static_assert(sizeof(product_algorithm) == sizeof(algorithm));

struct product_plan {
    operation made = nullptr;
    layout a = nullptr, b = nullptr, out = nullptr;
    algorithm chosen = {};
    /// Whether cuBLASLt has no algorithm for it: the plugin's own kernel then computes.
    bool is_plain = false;
};

class products {
public:
    functions lt = {};
    handle library = nullptr;
    preference preferred = nullptr;
    mammo_cuda_context *context;
    void *workspace = nullptr;
    size_t workspace_bytes = 0;
    std::map<product_key, product_plan> plans;
    /// The imports of choices that `plans` know of.
    int imports = 0;

    explicit products(mammo_cuda_context *context) : context(context) {}

    ~products() {
        forget_all();
        if (preferred) lt.MatmulPreferenceDestroy(preferred);
        if (library) lt.Destroy(library);
        if (workspace) release(context, workspace);
    }

    void forget(product_plan &plan) {
        if (plan.made) lt.MatmulDescDestroy(plan.made);
        for (layout each : {plan.a, plan.b, plan.out}) {
            if (each) lt.MatrixLayoutDestroy(each);
        }
        plan = {};
    }

    void forget_all() {
        for (auto &each : plans) forget(each.second);
        plans.clear();
    }

    status checked(int code, const char *doing) {
        if (code == success) return mammo_cuda_ok;
        return fail(mammo_cuda_no_library, "cuBLASLt refuses %s: %s", doing, lt.GetStatusString(code));
    }

    status begin();
    status plan(const mammo_cuda_product &product, const product_key &key, product_plan &out);
    status choose(const mammo_cuda_product &product, const product_key &key, product_plan &plan);
    status tune(const mammo_cuda_product &product, const heuristic *found, int count, product_plan &plan);
    bool takes(product_plan &plan, const product_algorithm &given);
    int matmul(const mammo_cuda_product &product, const product_plan &plan, const algorithm &by, void *out);
    status multiply(const mammo_cuda_product &product);
};

/// The context's, made when it is first needed.
static status opened(context *context) {
    if (context->products) return mammo_cuda_ok;
    TRY(not_captured(context));
    auto made = std::make_shared<products>(context);
    TRY(made->begin());
    context->products = made;
    return mammo_cuda_ok;
}

status products::begin() {
    TRY(cublaslt::open(context->libraries.c_str(), lt, &library, nullptr));
    workspace_bytes = 32 << 20;
    TRY(allocate(context, workspace_bytes, &workspace));
    TRY(checked(lt.MatmulPreferenceCreate(&preferred), "a preference"));
    TRY(checked(
        lt.MatmulPreferenceSetAttribute(preferred, preferred_workspace, &workspace_bytes, sizeof workspace_bytes),
        "a size of workspace"));
    return checked(
        lt.MatmulPreferenceSetAttribute(
            preferred, preferred_reduction, &reduction_in_float, sizeof reduction_in_float),
        "a way of reducing");
}

static int number_of(type type) {
    return type == mammo_cuda_fp32 ? real_32 : type == mammo_cuda_fp16 ? real_16 : real_b16;
}

/// Rows next to each other are, to cuBLASLt, columns next to each other of the transposed matrix. So outᵀ = op(b)ᵀ op(a)ᵀ:
/// its A is b, its B is a, and nothing is moved.
status products::plan(const mammo_cuda_product &p, const product_key &key, product_plan &out) {
    TRY(checked(lt.MatmulDescCreate(&out.made, p.tf32 ? compute_tf32 : compute_32, real_32), "an operation"));
    const int32_t first = p.b_transposed ? transposed : plain, second = p.a_transposed ? transposed : plain;
    TRY(checked(lt.MatmulDescSetAttribute(out.made, operation_transpose_a, &first, sizeof first), "a transposition"));
    TRY(checked(lt.MatmulDescSetAttribute(out.made, operation_transpose_b, &second, sizeof second), "a transposition"));
    const auto stored = [&](layout *made, int type, int64_t rows, int64_t columns, bool turned, int64_t stride) {
        if (turned) std::swap(rows, columns);
        return checked(lt.MatrixLayoutCreate(made, type, columns, rows, stride), "a layout");
    };
    TRY(stored(&out.a, number_of(p.type), p.depth, p.columns, p.b_transposed, p.b_stride));
    TRY(stored(&out.b, number_of(p.type), p.rows, p.depth, p.a_transposed, p.a_stride));
    TRY(stored(&out.out, number_of(p.out_type), p.rows, p.columns, false, p.out_stride));
    const product_algorithm *const given = context->choices->find(key);
    return given && takes(out, *given) ? mammo_cuda_ok : choose(p, key, out);
}

/// Whether an algorithm that was chosen before, perhaps by another process, computes a product; it then does.
bool products::takes(product_plan &plan, const product_algorithm &given) {
    std::copy(given.begin(), given.end(), plan.chosen.data);
    heuristic found = {};
    const int code = lt.MatmulAlgoCheck(library, plan.made, plan.a, plan.b, plan.out, plan.out, &plan.chosen, &found);
    return code == success && found.state == success && found.workspace <= workspace_bytes;
}

status products::choose(const mammo_cuda_product &p, const product_key &key, product_plan &plan) {
    const uint32_t alignments[] = {alignment_of(p.b), alignment_of(p.a), alignment_of(p.out), alignment_of(p.out)};
    for (int i = 0; i < 4; i++) {
        TRY(checked(
            lt.MatmulPreferenceSetAttribute(
                preferred, preferred_alignment_a + i, &alignments[i], sizeof alignments[i]),
            "an alignment"));
    }
    const bool tunes = context->choices->tunes;
    heuristic found[product_choices::most] = {};
    int count = 0;
    const int code = lt.MatmulAlgoGetHeuristic(
        library, plan.made, plan.a, plan.b, plan.out, plan.out, preferred, tunes ? product_choices::most : 1, found,
        &count);
    if (code != success && code != not_supported) {
        return fail(
            mammo_cuda_no_library, "cuBLASLt's search for an algorithm (%lld x %lld by %lld x %lld, %s to %s): %s",
            (long long)p.rows, (long long)p.depth, (long long)p.depth, (long long)p.columns, name_of(p.type),
            name_of(p.out_type), lt.GetStatusString(code));
    }
    if (code == not_supported) count = 0;
    count = static_cast<int>(
        std::remove_if(found, found + count, [](const heuristic &one) { return one.state != success; }) - found);
    plan.is_plain = count == 0;
    if (plan.is_plain) return mammo_cuda_ok;
    plan.chosen = found[0].chosen;
    if (!tunes) return mammo_cuda_ok;
    TRY(not_captured(context));
    const status status = tune(p, found, count, plan);
    // Without room to time anything the first computes, and nothing is recorded.
    if (status == mammo_cuda_out_of_memory) return mammo_cuda_ok;
    TRY(status);
    if (plan.is_plain) return mammo_cuda_ok;
    product_algorithm kept;
    std::copy(std::begin(plan.chosen.data), std::end(plan.chosen.data), kept.begin());
    context->choices->chosen[key] = kept;
    return mammo_cuda_ok;
}

status products::tune(const mammo_cuda_product &p, const heuristic *found, int count, product_plan &plan) {
    int best = 0;
    const auto run = [&](int i, void *out) -> status {
        const int code = matmul(p, plan, found[i].chosen, out);
        if (code == success) return mammo_cuda_ok;
        return fail(
            // An algorithm that is only tried may fail in ways of its own; a device that is lost shows in the next call.
            i > 0 || code == not_supported ? mammo_cuda_unsupported : mammo_cuda_failed, "product by cuBLASLt: %s",
            lt.GetStatusString(code));
    };
    const status status = fastest(context, p, count, run, best);
    plan.is_plain = status == mammo_cuda_unsupported;
    if (plan.is_plain) return mammo_cuda_ok;
    TRY(status);
    plan.chosen = found[best].chosen;
    return mammo_cuda_ok;
}

int products::matmul(const mammo_cuda_product &p, const product_plan &plan, const algorithm &by, void *out) {
    return lt.Matmul(
        library, plan.made, &p.alpha, p.b, plan.a, p.a, plan.b, &p.beta, out, plan.out, out, plan.out, &by, workspace,
        workspace_bytes, reinterpret_cast<cublaslt::stream>(context->compute()));
}

status products::multiply(const mammo_cuda_product &p) {
    if (imports != context->choices->imports) {
        forget_all();
        imports = context->choices->imports;
    }
    const product_key key = key_of(p);
    auto known = plans.find(key);
    if (known == plans.end()) {
        product_plan made;
        const status status = plan(p, key, made);
        if (status != mammo_cuda_ok) return forget(made), status;
        known = plans.emplace(key, made).first;
    }
    product_plan &plan = known->second;
    if (plan.is_plain) return plain_product(context, &p);
    const int code = matmul(p, plan, plan.chosen, p.out);
    if (code == success) return mammo_cuda_ok;
    if (code == not_supported) {
        plan.is_plain = true;
        return plain_product(context, &p);
    }
    return fail(mammo_cuda_failed, "product by cuBLASLt: %s", lt.GetStatusString(code));
}

status product(context *context, const mammo_cuda_product *product) {
    if (product->rows == 0 || product->columns == 0) return mammo_cuda_ok;
    TRY(supported(context, *product));
    if (product->plain) return plain_product(context, product);
    TRY(opened(context));
    return context->products->multiply(*product);
}

status product_library(context *context, int *version) {
    TRY(opened(context));
    *version = static_cast<int>(context->products->lt.GetVersion());
    return mammo_cuda_ok;
}

}  // namespace mammo_cuda
