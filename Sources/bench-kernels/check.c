// Whether each kernel computes what the plain reference does: for machines that the tests in Swift do not run on.
#include "kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Of the largest value, as in Tests/MammoComputeTests.
static const double tolerance = 2e-6;

/// What calls wrote.
typedef struct {
    float *floats;
    unsigned char *bytes;
} written;

static written run(const kernel_call *call, const void *kernels) {
    const written found = {malloc((size_t)calls_floats() * sizeof(float)), malloc((size_t)calls_bytes())};
    calls_reset();
    if (!call->is_image) calls_pack(kernels);
    call->run(kernels);
    if (found.floats) calls_copy_floats(found.floats);
    if (found.bytes) calls_copy_bytes(found.bytes);
    return found;
}

/// The largest difference as a share of the largest value; infinite where bytes differ or there is no memory.
static double difference(written one, written other) {
    if (!one.floats || !other.floats || !one.bytes || !other.bytes) return INFINITY;
    if (memcmp(one.bytes, other.bytes, (size_t)calls_bytes())) return INFINITY;
    double largest = 0, most = 0;
    for (ptrdiff_t i = 0; i < calls_floats(); i++) {
        const double value = fabs((double)other.floats[i]), apart = fabs((double)one.floats[i] - other.floats[i]);
        if (isnan(one.floats[i]) != isnan(other.floats[i])) return INFINITY;
        largest = fmax(largest, value), most = fmax(most, apart);
    }
    return most / largest;
}

static int check_all(const kernel_call *list, kernel_set set) {
    int wrong = 0;
    for (const kernel_call *call = list; call->name; call++) {
        const void *kernels = call->is_image ? (const void *)set.images : set.floats;
        if (!kernels) continue;
        const written reference = run(call, call->reference), found = run(call, kernels);
        const double apart = difference(found, reference);
        printf("%-10s%-24s%10.1e\n", set.name, call->name, apart);
        if (!(apart <= tolerance)) {
            wrong = 1;
            fprintf(stderr, "bench-kernels: %s %s differs from the reference by %.1e of the largest value, expected at most %.1e\n",
                set.name, call->name, apart, tolerance);
        }
        free(reference.floats), free(reference.bytes), free(found.floats), free(found.bytes);
    }
    return wrong;
}

int check(void) {
    int wrong = 0;
    for (int place = 0; place < kernel_sets; place++) {
        const kernel_set set = set_at(place);
        if (!set.floats) {
            printf("%-10snot run: not on this machine\n", set.name);
            continue;
        }
        wrong |= check_all(calls, set) | check_all(further_calls, set);
    }
    return wrong;
}
