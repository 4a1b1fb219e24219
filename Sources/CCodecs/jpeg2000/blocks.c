#include "blocks.h"

#include "tier1.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { MOST_THREADS = 64 };

typedef struct {
    const j2k_tile *tile;
    const uint8_t *bytes;
    uint32_t blocks;
    atomic_uint next;
    atomic_bool failed;
} task;

/// What one thread works with.
typedef struct {
    j2k_tier1 tier1;
    uint8_t *data;  // a block's bytes, gathered and padded
    size_t room;
} worker;

static bool decode_one(worker *self, const task *of, const j2k_block *block) {
    const j2k_band *band = &of->tile->bands[block->band];
    if (self->room < (size_t)block->length + 1 + J2K_MQ_PADDING) {
        free(self->data);
        self->room = 2 * (size_t)block->length + 8192;
        self->data = malloc(self->room);
        if (!self->data) {
            self->room = 0;
            return false;
        }
    }
    uint8_t *to = self->data;
    *to++ = 0;  // stands before the first byte, and is no FF
    for (uint32_t c = block->first_chunk; c; c = of->tile->chunks[c - 1].next) {
        const j2k_chunk *chunk = &of->tile->chunks[c - 1];
        memcpy(to, of->bytes + chunk->at, chunk->length);
        to += chunk->length;
    }
    memset(to, 0xFF, J2K_MQ_PADDING);
    const j2k_tier1_block shape = {
        .width = block->width, .height = block->height, .planes = block->planes, .passes = block->passes,
        .orientation = band->orientation};
    const size_t stride = band->x1 - band->x0;
    return j2k_tier1_decode(
        &self->tier1, &shape, self->data + 1, band->coefficients + block->y * stride + block->x, stride);
}

static void *work(void *context) {
    task *of = context;
    worker *self = malloc(sizeof *self);
    if (!self) {
        of->failed = true;
        return NULL;
    }
    self->data = NULL;
    self->room = 0;
    j2k_tier1_prepare(&self->tier1);
    // A run of neighbours at a time, so that threads do not write to the same cache lines.
    enum { RUN = 8 };
    for (uint32_t first; !of->failed && (first = atomic_fetch_add(&of->next, RUN)) < of->blocks;)
        for (uint32_t i = first; i < first + RUN && i < of->blocks; i++) {
            const j2k_block *block = &of->tile->blocks[i];
            if (block->passes && !decode_one(self, of, block)) of->failed = true;
        }
    free(self->data);
    free(self);
    return NULL;
}

bool j2k_blocks_decode(const j2k_tile *tile, uint32_t bands, const uint8_t *bytes, int threads) {
    task all = {.tile = tile, .bytes = bytes};
    // Blocks lie resolution by resolution.
    while (all.blocks < tile->block_count && tile->blocks[all.blocks].band < bands) all.blocks++;
    pthread_t others[MOST_THREADS];
    int started = 0;
    const int wanted = threads - 1 < (int)(all.blocks / 16) ? threads - 1 : (int)(all.blocks / 16);
    while (started < wanted && started < MOST_THREADS && !pthread_create(&others[started], NULL, work, &all)) started++;
    work(&all);
    for (int i = 0; i < started; i++) pthread_join(others[i], NULL);
    return !all.failed;
}
