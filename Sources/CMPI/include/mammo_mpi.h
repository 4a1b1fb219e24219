/// The plugin that lets processes reach each other over MPI, as plain C: Sources/MPI is its one implementation, compiled by
/// Scripts/build-mpi with the mpicc of the site that it is to run on (libmammo_mpi.so).
///
/// The one symbol a plugin exports is `mammo_mpi_plugin`, which gives a table of functions. Each is called by the thread
/// that called `begin`, and in every process the same ones in the same order; each waits for the others. Those that
/// return a status give 0 or what `message` puts into words.
#ifndef MAMMO_MPI_H
#define MAMMO_MPI_H

#include <stddef.h>

/// Changes with each change to this file.
#define MAMMO_MPI_VERSION 1

typedef struct mammo_mpi_functions {
    /// `MAMMO_MPI_VERSION` of the plugin.
    int version;
    /// Joins the processes: which of them this one is, from 0, and how many there are.
    int (*begin)(int *rank, int *count);
    /// The sum over all processes takes the place of each value, the same bits in all of them.
    int (*sum_floats)(float *values, size_t count);
    /// The same in double precision.
    int (*sum_doubles)(double *values, size_t count);
    /// What process 0 has takes the place of what the others have.
    int (*broadcast)(void *values, size_t bytes);
    /// Leaves the processes, as all of them do at their end.
    void (*end)(void);
    /// Ends all processes with a status, this one too.
    void (*abort)(int status);
    /// A line for a status that is not 0; good until the next call.
    const char *(*message)(int status);
} mammo_mpi_functions;

typedef const mammo_mpi_functions *(*mammo_mpi_plugin_function)(void);

/// The plugin's functions.
const mammo_mpi_functions *mammo_mpi_plugin(void);

#endif
