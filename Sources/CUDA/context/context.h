// Devices, memory and order: the functions of mammo_cuda.h that are no operations.
#pragma once

#include "mammo_cuda.h"

namespace mammo_cuda {

/// The architectures that this library was compiled for; see `mammo_cuda_table`.
const char *architectures();
/// Whether code for one of `architectures` runs on a device: sm_XY on X.Z with Z >= Y, compute_XY on X.Y and everything newer.
bool runs_on(const char *architectures, int major, int minor);

mammo_cuda_status driver_version(int *version);
mammo_cuda_status device_count(int *count);
mammo_cuda_status device_properties(int device, mammo_cuda_properties *out);
mammo_cuda_status find_library(mammo_cuda_library, const char *folder, mammo_cuda_library_place *out);
mammo_cuda_status open(int device, const char *folder, mammo_cuda_context **out);
void close(mammo_cuda_context *);

mammo_cuda_status allocate(mammo_cuda_context *, size_t bytes, void **out);
mammo_cuda_status release(mammo_cuda_context *, void *);
mammo_cuda_status memory(mammo_cuda_context *, size_t *free_bytes, size_t *total_bytes);
mammo_cuda_status allocate_host(mammo_cuda_context *, size_t bytes, void **out);
mammo_cuda_status release_host(mammo_cuda_context *, void *);
mammo_cuda_status upload(mammo_cuda_context *, mammo_cuda_stream, void *device, const void *host, size_t bytes);
mammo_cuda_status download(mammo_cuda_context *, mammo_cuda_stream, void *host, const void *device, size_t bytes);
mammo_cuda_status copy(mammo_cuda_context *, void *to, const void *from, size_t bytes);
mammo_cuda_status clear(mammo_cuda_context *, void *device, size_t bytes);

mammo_cuda_status make_event(mammo_cuda_context *, mammo_cuda_event **out);
mammo_cuda_status elapsed(mammo_cuda_context *, mammo_cuda_event *from, mammo_cuda_event *to, float *milliseconds);
mammo_cuda_status release_event(mammo_cuda_context *, mammo_cuda_event *);
mammo_cuda_status record(mammo_cuda_context *, mammo_cuda_event *, mammo_cuda_stream);
mammo_cuda_status wait(mammo_cuda_context *, mammo_cuda_event *, mammo_cuda_stream);
mammo_cuda_status wait_on_host(mammo_cuda_context *, mammo_cuda_event *);
mammo_cuda_status synchronise(mammo_cuda_context *);

mammo_cuda_status begin_graph(mammo_cuda_context *);
mammo_cuda_status end_graph(mammo_cuda_context *, mammo_cuda_graph **out);
mammo_cuda_status launch_graph(mammo_cuda_context *, mammo_cuda_graph *);
mammo_cuda_status release_graph(mammo_cuda_context *, mammo_cuda_graph *);

mammo_cuda_status group_id(const char *folder, char id[128]);
mammo_cuda_status join_group(mammo_cuda_context *, const char id[128], int rank, int ranks, mammo_cuda_group **out);
void leave_group(mammo_cuda_context *, mammo_cuda_group *);
mammo_cuda_status all_reduce(
    mammo_cuda_context *, mammo_cuda_group *, mammo_cuda_stream, float *values, int64_t count);

}  // namespace mammo_cuda
