// libFuzzer program for the reader of weights files: the input is a file, or with -DPICKLE the pickle of one in torch's format of
// before 1.6, which has no archive around it.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Swift's side, in WeightsReader.swift.
void mammo_fuzz_weights(const uint8_t *bytes, ptrdiff_t count);

#ifdef PICKLE
// The magic number, the format's version and an empty dictionary about the machine.
static const uint8_t head[] = {0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50,
                               0x19, '.', 0x80, 2, 'M', 0xE9, 3, '.', 0x80, 2, '}', '.'};
// A list of one storage, "0", and its 16 values of single precision.
static const uint8_t tail[] = {0x80, 2, ']', 'U', 1, '0', 'a', '.', 16, 0, 0, 0, 0, 0, 0, 0};
enum { values = 64 };
#else
static const uint8_t head[1], tail[1];
enum { values = 0 };
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const size_t before = values ? sizeof head : 0, after = values ? sizeof tail : 0;
    uint8_t *file = calloc(before + size + after + values + 1, 1);
    memcpy(file, head, before);
    if (size) memcpy(file + before, data, size);
    memcpy(file + before + size, tail, after);
    mammo_fuzz_weights(file, (ptrdiff_t)(before + size + after + values));
    free(file);
    return 0;
}
