// Products by cuBLASLt, which is opened when the first is asked for. Its configuration is minimal: no epilogue, sums in
// fp32, TF32 where a product allows it. An algorithm is chosen once for a shape and kept, and parts of a split sum are added in
// the workspace, never in the output: the bits are the same every time. Where it has no algorithm, the plugin's own kernel
// multiplies.
#include "context.cuh"
#include "context/context.h"
#include "libraries/cublaslt.h"
#include "operations/operations.h"
#include "operations/product_types.h"

#include <map>
#include <tuple>

namespace mammo_cuda {

using namespace cublaslt;

/// All that an algorithm depends on; the last three say how the operands are aligned.
using product_key =
    std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int, int, int, int, int, uint32_t, uint32_t, uint32_t>;

struct product_plan {
    operation made = nullptr;
    layout a = nullptr, b = nullptr, out = nullptr;
    heuristic best = {};
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

    explicit products(mammo_cuda_context *context) : context(context) {}

    ~products() {
        for (auto &each : plans) forget(each.second);
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

    status checked(int code, const char *doing) {
        if (code == success) return mammo_cuda_ok;
        return fail(mammo_cuda_no_library, "cuBLASLt refuses %s: %s", doing, lt.GetStatusString(code));
    }

    status begin();
    status plan(const mammo_cuda_product &product, product_plan &out);
    status choose(const mammo_cuda_product &product, product_plan &plan);
    status multiply(const mammo_cuda_product &product);
};

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

/// The largest power of two that an address is a multiple of, 256 at most.
static uint32_t alignment_of(const void *pointer) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(pointer) | 256;
    return static_cast<uint32_t>(address & (~address + 1));
}

/// Rows next to each other are, to cuBLASLt, columns next to each other of the transposed matrix. So outᵀ = op(b)ᵀ op(a)ᵀ:
/// its A is b, its B is a, and nothing is moved.
status products::plan(const mammo_cuda_product &p, product_plan &out) {
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
    return choose(p, out);
}

status products::choose(const mammo_cuda_product &p, product_plan &plan) {
    const uint32_t alignments[] = {alignment_of(p.b), alignment_of(p.a), alignment_of(p.out), alignment_of(p.out)};
    for (int i = 0; i < 4; i++) {
        TRY(checked(
            lt.MatmulPreferenceSetAttribute(
                preferred, preferred_alignment_a + i, &alignments[i], sizeof alignments[i]),
            "an alignment"));
    }
    int found = 0;
    const int code = lt.MatmulAlgoGetHeuristic(
        library, plan.made, plan.a, plan.b, plan.out, plan.out, preferred, 1, &plan.best, &found);
    if (code != success && code != not_supported) {
        return fail(
            mammo_cuda_no_library, "cuBLASLt's search for an algorithm (%lld x %lld by %lld x %lld, %s to %s): %s",
            (long long)p.rows, (long long)p.depth, (long long)p.depth, (long long)p.columns, name_of(p.type),
            name_of(p.out_type), lt.GetStatusString(code));
    }
    plan.is_plain = code == not_supported || found == 0 || plan.best.state != success;
    return mammo_cuda_ok;
}

status products::multiply(const mammo_cuda_product &p) {
    const product_key key = {
        p.rows, p.columns, p.depth, p.a_stride, p.b_stride, p.out_stride, p.a_transposed != 0, p.b_transposed != 0,
        p.type, p.out_type, p.tf32 != 0, alignment_of(p.a), alignment_of(p.b), alignment_of(p.out)};
    auto known = plans.find(key);
    if (known == plans.end()) {
        product_plan made;
        const status status = plan(p, made);
        if (status != mammo_cuda_ok) return forget(made), status;
        known = plans.emplace(key, made).first;
    }
    product_plan &plan = known->second;
    if (plan.is_plain) return plain_product(context, &p);
    const int code = lt.Matmul(
        library, plan.made, &p.alpha, p.b, plan.a, p.a, plan.b, &p.beta, p.out, plan.out, p.out, plan.out,
        &plan.best.chosen, workspace, workspace_bytes, reinterpret_cast<cublaslt::stream>(context->compute()));
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
    if (!context->products) {
        auto made = std::make_shared<products>(context);
        TRY(made->begin());
        context->products = made;
    }
    return context->products->multiply(*product);
}

}  // namespace mammo_cuda
