// The product where cuBLASLt has no algorithm for its shape, strides or card: a block computes a tile of 16 x 16 values from
// tiles of the operands in shared memory, with fp32 sums in the order of the depth. Correct everywhere, fast nowhere.
#include "operations.h"
#include "product_types.h"
#include "rows.cuh"

namespace mammo_cuda {

constexpr int product_side = 16;

/// A stored matrix as it is read: the value at (row, column) lies at row · down + column · across.
template <typename T> struct product_operand {
    const T *values;
    int64_t down, across;

    __device__ float at(int64_t row, int64_t column, int64_t rows, int64_t columns) const {
        return row < rows && column < columns ? value_of(values[row * down + column * across]) : 0;
    }
};

template <typename In, typename Out>
__global__ void __launch_bounds__(product_side *product_side) product_tiles(
    product_operand<In> a, product_operand<In> b, Out *out, int64_t out_stride, int64_t rows, int64_t columns,
    int64_t depth, float alpha, float beta) {
    CUDA_SHARED(float, left, product_side *product_side);
    CUDA_SHARED(float, right, product_side *product_side);
    const int x = threadIdx.x % product_side, y = threadIdx.x / product_side;
    const int64_t row = static_cast<int64_t>(blockIdx.x) * product_side + y;
    // Columns beyond the largest grid in y are taken by the same blocks in turn.
    for (int64_t first = static_cast<int64_t>(blockIdx.y) * product_side; first < columns;
         first += static_cast<int64_t>(gridDim.y) * product_side) {
        float sum = 0;
        for (int64_t k = 0; k < depth; k += product_side) {
            left[threadIdx.x] = a.at(row, k + x, rows, depth);
            right[threadIdx.x] = b.at(k + y, first + x, depth, columns);
            __syncthreads();
#pragma unroll
            for (int i = 0; i < product_side; i++) sum += left[y * product_side + i] * right[i * product_side + x];
            __syncthreads();
        }
        if (row >= rows || first + x >= columns) continue;
        Out &to = out[row * out_stride + first + x];
        // With a factor of zero the output is not read: it may be uninitialised.
        to = stored<Out>(alpha * sum + (beta == 0 ? 0 : beta * value_of(to)));
    }
}

template <typename T>
static product_operand<T> operand(const void *values, int64_t stride, int is_transposed) {
    return {static_cast<const T *>(values), is_transposed ? 1 : stride, is_transposed ? stride : 1};
}

status plain_product(context *context, const mammo_cuda_product *product) {
    const mammo_cuda_product &p = *product;
    return with_types(p.type, p.out_type, [&](auto in_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Out = typename decltype(out_tag)::type;
        const int64_t down = divide_up(p.rows, product_side), across = divide_up(p.columns, product_side);
        const dim3 grid(static_cast<unsigned>(down), static_cast<unsigned>(std::min<int64_t>(across, 65535)));
        KLAUNCH(
            (product_tiles<In, Out>), grid, dim3(product_side * product_side), 0, context->compute(),
            operand<In>(p.a, p.a_stride, p.a_transposed), operand<In>(p.b, p.b_stride, p.b_transposed),
            static_cast<Out *>(p.out), p.out_stride, p.rows, p.columns, p.depth, p.alpha, p.beta);
        return launched("product");
    });
}

}  // namespace mammo_cuda
