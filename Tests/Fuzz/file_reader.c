// libFuzzer program for the whole file reader: the input is a DICOM file in memory (/proc/self/fd names it).
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/// Swift's side, in FileReader.swift.
void mammo_fuzz_read(const char *path);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int file = -1;
    if (file < 0) file = memfd_create("fuzz.dcm", 0);
    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size) return 0;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    mammo_fuzz_read(path);
    return 0;
}
