// Whether the kernels of each instruction set are still as much faster than the plain reference beside them as is recorded:
// ratios of two times taken turn about on the same machine, never times. Scripts/bench --guard compiles and runs it.
//
//     bench-kernels RATIOS       RATIOS: lines of instruction set, kernel and least ratio
//     bench-kernels --once       calls each kernel once, for sanitizers
//     bench-kernels --check      compares what each kernel computes with what the plain reference does
//     bench-kernels --products   prints the speed of ConvNeXt-tiny's products by each set and by OpenBLAS alone
#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The least seconds of a few calls that take at least a millisecond together, divided by how many they are.
static double seconds(const kernel_call *call, const void *kernels, double best) {
    double took = 0;
    if (!call->is_image) calls_pack(kernels);
    for (int count = 1; took < 1e-3; count *= 4) {
        const double start = now();
        for (int i = 0; i < count; i++) call->run(kernels);
        took = now() - start;
        if (took / count < best) best = took / count;
    }
    return best;
}

static double ratio(const kernel_call *call, const void *kernels) {
    double plain = 1e9, fast = 1e9;
    for (int round = 0; round < 5; round++) {
        plain = seconds(call, call->reference, plain);
        fast = seconds(call, kernels, fast);
    }
    return plain / fast;
}

/// The recorded ratio; 0 where there is none.
static double recorded(FILE *file, const char *set, const char *kernel) {
    char line[256], a[32], b[32];
    double least;
    rewind(file);
    while (fgets(line, sizeof line, file)) {
        if (line[0] != '#' && sscanf(line, "%31s %31s %lf", a, b, &least) == 3 && !strcmp(a, set) && !strcmp(b, kernel)) {
            return least;
        }
    }
    return 0;
}

/// Whether each kernel of each instruction set is as fast as was recorded. OpenBLAS's speed is not ours to guard.
static int guard(FILE *file, const char *path) {
    int regressions = 0;
    printf("%-10s%-24s%10s%10s\n", "set", "kernel", "ratio", "least");
    for (int place = 0; place < ckernels_instruction_sets; place++) {
        const kernel_set set = set_at(place);
        if (!set.floats) {
            printf("%-10snot run: this processor has not these instructions\n", set.name);
            continue;
        }
        for (const kernel_call *call = calls; call->name; call++) {
            const void *kernels = call->is_image ? (const void *)set.images : set.floats;
            const double least = recorded(file, set.name, call->name);
            double found = 0;
            // Others at work on the machine may slow one side down: what is too small is measured again.
            for (int tries = 0; tries < 3 && (tries == 0 || found < least); tries++) {
                const double again = ratio(call, kernels);
                if (again > found) found = again;
            }
            printf("%-10s%-24s%10.1f%10.1f\n", set.name, call->name, found, least);
            fflush(stdout);
            if (least == 0 || found < least) {
                regressions++;
                fprintf(stderr, "bench-kernels: %s %s is %.1f times as fast as the reference, expected at least %s%.1f (%s)\n",
                    set.name, call->name, found, least == 0 ? "a recorded ratio, found " : "", least, path);
            }
        }
    }
    return regressions > 0;
}

/// One call of everything.
static int once(void) {
    for (int place = 0; place < kernel_sets; place++) {
        const kernel_set set = set_at(place);
        for (const kernel_call *call = calls; set.floats && call->name; call++) {
            if (call->is_image && !set.images) continue;
            if (!call->is_image) calls_pack(call->reference);
            call->run(call->reference);
            if (!call->is_image) calls_pack(set.floats);
            call->run(call->is_image ? (const void *)set.images : set.floats);
        }
    }
    return 0;
}

int main(int count, char **arguments) {
    const char *what = count == 2 ? arguments[1] : "";
    FILE *file = *what && strncmp(what, "--", 2) ? fopen(what, "r") : NULL;
    if (!calls_prepare()) {
        fprintf(stderr, "bench-kernels: no memory\n");
        return 1;
    }
    if (file) return guard(file, what);
    if (!strcmp(what, "--once")) return once();
    if (!strcmp(what, "--check")) return check();
    if (!strcmp(what, "--products")) return products_table();
    fprintf(stderr, "bench-kernels: expected one readable file of ratios, --once, --check or --products%s%s\n",
        *what ? ", found " : "", what);
    return 64;
}
