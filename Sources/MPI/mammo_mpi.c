// The plugin over the site's MPI; see Sources/CMPI/include/mammo_mpi.h.
#include "mammo_mpi.h"

#include <mpi.h>

// MPI counts in int.
static const size_t at_a_time = (size_t)1 << 30;

static int begin(int *rank, int *count) {
    // Threads compute and load, and one of them alone calls MPI.
    int given;
    int status = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given);
    if (status == MPI_SUCCESS) status = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    if (status == MPI_SUCCESS) status = MPI_Comm_rank(MPI_COMM_WORLD, rank);
    if (status == MPI_SUCCESS) status = MPI_Comm_size(MPI_COMM_WORLD, count);
    return status;
}

static int sum(char *values, size_t count, size_t size, MPI_Datatype type) {
    int status = MPI_SUCCESS;
    for (size_t done = 0; done < count && status == MPI_SUCCESS; done += at_a_time) {
        size_t now = count - done < at_a_time ? count - done : at_a_time;
        status = MPI_Allreduce(MPI_IN_PLACE, values + done * size, (int)now, type, MPI_SUM, MPI_COMM_WORLD);
    }
    return status;
}

static int sum_floats(float *values, size_t count) { return sum((char *)values, count, sizeof *values, MPI_FLOAT); }

static int sum_doubles(double *values, size_t count) { return sum((char *)values, count, sizeof *values, MPI_DOUBLE); }

static int broadcast(void *values, size_t bytes) {
    int status = MPI_SUCCESS;
    for (size_t done = 0; done < bytes && status == MPI_SUCCESS; done += at_a_time) {
        size_t now = bytes - done < at_a_time ? bytes - done : at_a_time;
        status = MPI_Bcast((char *)values + done, (int)now, MPI_BYTE, 0, MPI_COMM_WORLD);
    }
    return status;
}

static void end(void) { MPI_Finalize(); }

static void abort_all(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

static const char *message(int status) {
    static char text[MPI_MAX_ERROR_STRING];
    int length;
    if (MPI_Error_string(status, text, &length) != MPI_SUCCESS) return "an error that MPI has no words for";
    return text;
}

const mammo_mpi_functions *mammo_mpi_plugin(void) {
    static const mammo_mpi_functions functions = {
        .version = MAMMO_MPI_VERSION,
        .begin = begin,
        .sum_floats = sum_floats,
        .sum_doubles = sum_doubles,
        .broadcast = broadcast,
        .end = end,
        .abort = abort_all,
        .message = message,
    };
    return &functions;
}
