// The one symbol of the plugin. Every function that has a context goes through `entry`, which makes the context's device
// the calling thread's and lets no exception out.
#include "context.cuh"
#include "context/context.h"
#include "operations/operations.h"

#include <exception>
#include <new>

namespace mammo_cuda {

template <typename Body> static mammo_cuda_status guarded(Body body) noexcept {
    try {
        return body();
    } catch (const std::bad_alloc &) {
        return fail(mammo_cuda_out_of_memory, "the host's memory does not suffice");
    } catch (const std::exception &error) {
        return fail(mammo_cuda_failed, "%s", error.what());
    } catch (...) {
        return fail(mammo_cuda_failed, "an unknown C++ exception");
    }
}

template <auto function> struct entry;

template <typename... Arguments, mammo_cuda_status (*function)(mammo_cuda_context *, Arguments...)>
struct entry<function> {
    static mammo_cuda_status call(mammo_cuda_context *context, Arguments... arguments) noexcept {
        return guarded([&]() -> mammo_cuda_status {
            TRY(check(cudaSetDevice(context->device), "choice of the device"));
            return function(context, arguments...);
        });
    }
};

/// Those that cannot fail.
template <auto function> struct void_entry;

template <typename... Arguments, void (*function)(mammo_cuda_context *, Arguments...)> struct void_entry<function> {
    static void call(mammo_cuda_context *context, Arguments... arguments) noexcept {
        guarded([&]() -> mammo_cuda_status {
            if (context) TRY(check(cudaSetDevice(context->device), "choice of the device"));
            function(context, arguments...);
            return mammo_cuda_ok;
        });
    }
};

template <auto function> struct free_entry;

template <typename... Arguments, mammo_cuda_status (*function)(Arguments...)> struct free_entry<function> {
    static mammo_cuda_status call(Arguments... arguments) noexcept {
        return guarded([&] { return function(arguments...); });
    }
};

static mammo_cuda_table make_table() {
    mammo_cuda_table table = {};
    table.version = MAMMO_CUDA_VERSION;
    table.message = message;
    table.architectures = architectures();
    table.toolkit = CUDART_VERSION;
    table.driver_version = free_entry<&mammo_cuda::driver_version>::call;
    table.device_count = free_entry<&mammo_cuda::device_count>::call;
    table.device_properties = free_entry<&mammo_cuda::device_properties>::call;
    table.find_library = free_entry<&mammo_cuda::find_library>::call;
    table.open = free_entry<&mammo_cuda::open>::call;
    table.group_id = free_entry<&mammo_cuda::group_id>::call;
    table.close = void_entry<&mammo_cuda::close>::call;
    table.leave_group = void_entry<&mammo_cuda::leave_group>::call;
#define ENTRY(name) table.name = entry<&mammo_cuda::name>::call
    ENTRY(allocate);
    ENTRY(release);
    ENTRY(memory);
    ENTRY(allocate_host);
    ENTRY(release_host);
    ENTRY(upload);
    ENTRY(download);
    ENTRY(copy);
    ENTRY(clear);
    ENTRY(make_event);
    ENTRY(release_event);
    ENTRY(record);
    ENTRY(wait);
    ENTRY(wait_on_host);
    ENTRY(elapsed);
    ENTRY(synchronise);
    ENTRY(begin_graph);
    ENTRY(end_graph);
    ENTRY(launch_graph);
    ENTRY(release_graph);
    ENTRY(gray_input);
    ENTRY(mix);
    ENTRY(convert);
    ENTRY(product);
    ENTRY(product_gelu);
    ENTRY(product_gelu_gradient);
    ENTRY(product_residual);
    ENTRY(product_affine);
    ENTRY(tune_products);
    ENTRY(product_library);
    ENTRY(export_choices);
    ENTRY(import_choices);
    ENTRY(depthwise);
    ENTRY(depthwise_input_gradient);
    ENTRY(depthwise_weight_gradient);
    ENTRY(convolution);
    ENTRY(convolution_input_gradient);
    ENTRY(convolution_weight_gradient);
    ENTRY(layer_norm);
    ENTRY(layer_norm_gradient);
    ENTRY(gelu);
    ENTRY(gelu_gradient);
    ENTRY(column_sums);
    ENTRY(residual);
    ENTRY(residual_gradient);
    ENTRY(gather_patches);
    ENTRY(scatter_patches);
    ENTRY(patch_order);
    ENTRY(affine);
    ENTRY(batch_moments);
    ENTRY(batch_statistics);
    ENTRY(batch_slopes);
    ENTRY(batch_gradient);
    ENTRY(image_products);
    ENTRY(mean);
    ENTRY(mean_gradient);
    ENTRY(maxima);
    ENTRY(maxima_gradient);
    ENTRY(generalised_mean);
    ENTRY(generalised_mean_gradient);
    ENTRY(head);
    ENTRY(head_gradient);
    ENTRY(loss);
    ENTRY(adamw);
    ENTRY(sgd);
    ENTRY(clear_gradients);
    ENTRY(unscale);
    ENTRY(squares);
    ENTRY(approach);
    ENTRY(join_group);
    ENTRY(all_reduce);
#undef ENTRY
    return table;
}

}  // namespace mammo_cuda

extern "C" __attribute__((visibility("default"))) const mammo_cuda_table *mammo_cuda_plugin() {
    static const mammo_cuda_table table = mammo_cuda::make_table();
    return &table;
}
