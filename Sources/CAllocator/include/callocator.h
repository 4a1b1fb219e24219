// How this process gets memory from the system: one setting, made once, before the first thread.
#ifndef CALLOCATOR_H
#define CALLOCATOR_H

/// Keeps freed memory for the next image instead of handing it back to the system.
///
/// An image passes through buffers of tens of megabytes, and by default each is mapped anew and cleared page by page by
/// the kernel: half of the time of a batch, as measured. The process then holds what its largest images needed at once.
void callocator_keep_memory(void);

#endif
