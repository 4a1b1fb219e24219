// Shapes of rows of channels, for operations that go over them.
#pragma once

#include "check.h"

namespace check {

struct rows_case {
    int64_t rows;
    int channels;
};

/// 2504 channels take more than one block of threads, by eights too; 4003 rows more blocks than are summed at once.
inline const std::vector<rows_case> rows_cases = {{1, 1},   {5, 3},   {13, 8},    {7, 24},  {9, 40},
                                                  {4003, 96}, {13, 100}, {3, 301}, {5, 2504}};

inline std::string name(const char *operation, rows_case s, mammo_cuda_type type) {
    return std::string(operation) + " " + std::to_string(s.rows) + "x" + std::to_string(s.channels) + " " + name_of(type);
}

}  // namespace check
