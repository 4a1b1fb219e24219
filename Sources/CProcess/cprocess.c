#define _GNU_SOURCE
#include "cprocess.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

void cprocess_keep_memory(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_MAX, 0);              // large blocks from the heap too
    mallopt(M_ARENA_MAX, 1);             // the one heap that can grow without bound; others stop at 64 MB
    mallopt(M_TRIM_THRESHOLD, 1 << 30);  // and stays grown
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}

void cprocess_open_standard_files(void) {
    int file;
    do {
        file = open("/dev/null", O_RDWR);
    } while (file >= 0 && file <= 2);
    if (file > 2) close(file);
}

int cprocess_machine_cores(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }

int cprocess_available_cores(void) {
    cpu_set_t set;
    int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? cores : 1;
}

int cprocess_end_with_parent(int parent) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    // The parent may have ended before the call: another process is the parent then.
    return getppid() == (pid_t)parent;
}

void cprocess_name_thread(const char *name) { prctl(PR_SET_NAME, name); }
