// A row's mean, and its variance over all of its channels.
#ifndef CKERNELS_REFERENCE_STATISTICS_H
#define CKERNELS_REFERENCE_STATISTICS_H

#include <stddef.h>

typedef struct {
    double mean;
    double variance;
} row_statistics;

static inline row_statistics statistics_of(const float *row, ptrdiff_t channels) {
    row_statistics s = {0, 0};
    for (ptrdiff_t c = 0; c < channels; c++) s.mean += row[c] / (double)channels;
    for (ptrdiff_t c = 0; c < channels; c++) s.variance += (row[c] - s.mean) * (row[c] - s.mean) / (double)channels;
    return s;
}

#endif
