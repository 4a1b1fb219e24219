// Whether the kernels of each instruction set are still as much faster than the plain reference beside them as is recorded:
// ratios of two times taken turn about on the same machine, never times. Scripts/bench --guard compiles and runs it.
//
//     bench-kernels RATIOS     RATIOS: lines of instruction set, kernel and least ratio
//     bench-kernels --once     calls each kernel once, for sanitizers
#define _POSIX_C_SOURCE 199309L
#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

/// The least seconds of a few calls that take at least a millisecond together, divided by how many they are.
static double seconds(const kernel_call *call, const void *kernels, double best) {
    double took = 0;
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

int main(int count, char **arguments) {
    static const char *const names[ckernels_instruction_sets] = {"portable", "avx2", "avx512"};
    const bool once = count == 2 && !strcmp(arguments[1], "--once");
    FILE *file = count == 2 && !once ? fopen(arguments[1], "r") : NULL;
    if (!file && !once) {
        fprintf(stderr, "bench-kernels: expected one readable file of ratios%s%s\n", count == 2 ? ", found " : "",
            count == 2 ? arguments[1] : "");
        return 64;
    }
    if (!calls_prepare()) {
        fprintf(stderr, "bench-kernels: no memory\n");
        return 1;
    }
    int regressions = 0;
    if (!once) printf("%-10s%-24s%10s%10s\n", "set", "kernel", "ratio", "least");
    for (int set = 0; set < ckernels_instruction_sets; set++) {
        if (!ckernels_has(set)) {
            printf("%-10snot run: this processor has not these instructions\n", names[set]);
            continue;
        }
        for (const kernel_call *call = calls; call->name; call++) {
            const void *kernels = call->is_image ? (const void *)ckernels_image_kernels_for(set) : ckernels_float_kernels_for(set);
            if (once) {
                call->run(call->reference);
                call->run(kernels);
                continue;
            }
            const double least = recorded(file, names[set], call->name);
            double found = 0;
            // Others at work on the machine may slow one side down: what is too small is measured again.
            for (int tries = 0; tries < 3 && (tries == 0 || found < least); tries++) {
                const double again = ratio(call, kernels);
                if (again > found) found = again;
            }
            printf("%-10s%-24s%10.1f%10.1f\n", names[set], call->name, found, least);
            fflush(stdout);
            if (least == 0 || found < least) {
                regressions++;
                fprintf(stderr, "bench-kernels: %s %s is %.1f times as fast as the reference, expected at least %s%.1f (%s)\n",
                    names[set], call->name, found, least == 0 ? "a recorded ratio, found " : "", least, arguments[1]);
            }
        }
    }
    return regressions > 0;
}
