// The vector instructions a kernel may be written for, and which of them this CPU has. Decided at run time: the program
// is built for every x86-64, and no file is compiled with -march=native.
#ifndef CINSTRUCTIONS_H
#define CINSTRUCTIONS_H

#include <stdbool.h>

/// Ordered: a CPU that has one has all before it.
typedef enum {
    ckernels_portable = 0,  // what every CPU of the architecture has; the only one off x86-64
    ckernels_avx2 = 1,      // AVX2 and FMA
    ckernels_avx512 = 2,    // AVX-512 F, BW, DQ and VL, and those before
} ckernels_instruction_set;

enum { ckernels_instruction_sets = 3 };

#if defined(__x86_64__)
/// The instructions as the compiler calls them.
#define CKERNELS_AVX2_TARGET "avx2,fma"
#define CKERNELS_AVX512_TARGET "avx512f,avx512bw,avx512dq,avx512vl," CKERNELS_AVX2_TARGET

/// Put in front of a function whose body uses the instructions; it may only be called where `ckernels_has` says so.
#define CKERNELS_AVX2 __attribute__((target(CKERNELS_AVX2_TARGET)))
#define CKERNELS_AVX512 __attribute__((target(CKERNELS_AVX512_TARGET)))
#endif

/// Whether this CPU (and its operating system) runs the instructions.
bool ckernels_has(ckernels_instruction_set set);

/// A moment of waiting in a loop that asks for something again and again.
static inline void ckernels_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Whether this CPU has registers of more than 128 bits or is no x86-64: where OpenBLAS's products are faster than portable ones
/// (Documentation/measurements.md).
bool ckernels_openblas_is_faster(void);

/// The last in order that this CPU has.
ckernels_instruction_set ckernels_best_instruction_set(void);

#endif
