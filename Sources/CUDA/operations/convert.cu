// Copies with other types, of values that are read once.
#include "dispatch.cuh"
#include "operations.h"
#include "rows.cuh"

namespace mammo_cuda {

template <int width, typename From, typename To>
__global__ void __launch_bounds__(row_threads) convert_values(const From *from, To *to, int64_t count) {
    const int64_t step = static_cast<int64_t>(gridDim.x) * row_threads * width;
    for (int64_t i = (static_cast<int64_t>(blockIdx.x) * row_threads + threadIdx.x) * width; i < count; i += step) {
        if (i + width <= count) {
            float values[width];
            load(from + i, values);
            store(to + i, values);
        } else {
            for (int64_t k = i; k < count; k++) to[k] = stored<To>(value_of(from[k]));
        }
    }
}

status convert(context *context, const void *from, type from_type, void *to, type to_type, int64_t count) {
    if (count == 0) return mammo_cuda_ok;
    return with_type(from_type, [&](auto from_tag) {
        return with_type(to_type, [&](auto to_tag) {
            using From = typename decltype(from_tag)::type;
            using To = typename decltype(to_tag)::type;
            // Rows of 8: what is left over at the end is converted one by one.
            return with_width<From, To>(8, {from, to}, [&](auto wide) {
                constexpr int width = decltype(wide)::value;
                const int64_t blocks = std::min<int64_t>(divide_up(count, row_threads * width), 1 << 20);
                KLAUNCH(
                    (convert_values<width, From, To>), dim3(static_cast<unsigned>(blocks)), dim3(row_threads), 0,
                    context->compute(), static_cast<const From *>(from), static_cast<To *>(to), count);
                return launched("conversion");
            });
        });
    });
}

}  // namespace mammo_cuda
