// What the process asks of the C library that Swift's import of it does not show.
#ifndef CPROCESS_H
#define CPROCESS_H

/// Keeps freed memory for the next image instead of handing it back to the system. To be called before the first thread.
///
/// An image passes through buffers of tens of megabytes, and by default each is mapped anew and cleared page by page by
/// the kernel: half of the time of a batch, as measured. The process then holds what its largest images needed at once.
void cprocess_keep_memory(void);

/// Opens /dev/null in place of standard input, output or error that the process was started without: the next file it
/// opened would be taken for them.
void cprocess_open_standard_files(void);

/// The processors this process may use, which a scheduler may have made fewer than the machine has; at least 1.
int cprocess_available_cores(void);

/// The processors the machine has, whoever may use them.
int cprocess_machine_cores(void);

/// Has the system send this process SIGTERM when the process that started it ends, however that ends (PR_SET_PDEATHSIG of prctl(2)).
///
/// Returns 0 where `parent` has ended already, else 1.
int cprocess_end_with_parent(int parent);

/// Gives the calling thread a name, of at most 15 characters, that ps and top show (PR_SET_NAME of prctl(2)).
void cprocess_name_thread(const char *name);

#endif
