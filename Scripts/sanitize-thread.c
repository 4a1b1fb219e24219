// Makes a contended Mutex of Swift's Synchronization known to ThreadSanitizer. A Mutex that is free is taken and given back by
// inlined atomics, which are instrumented; one that another thread holds by functions of the runtime library, which is not, so
// that what the Mutex protects, and memory that it hands from one thread to another, looked like a race. Preloaded, these
// functions stand before the library's.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

// In the tests' executable; null in other programs, for which nothing changes.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

// Methods of Swift: `self`, the address of the lock's word, is the context.
#define SWIFT_METHOD __attribute__((swiftcall))
#define SWIFT_SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT_METHOD void lock_slow(uint32_t thread, SWIFT_SELF void *self) __asm__(LOCK);
SWIFT_METHOD void lock_slow(uint32_t thread, SWIFT_SELF void *self) {
    SWIFT_METHOD void (*library)(uint32_t, SWIFT_SELF void *) = dlsym(RTLD_NEXT, LOCK);
    library(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT_METHOD void unlock_slow(SWIFT_SELF void *self) __asm__(UNLOCK);
SWIFT_METHOD void unlock_slow(SWIFT_SELF void *self) {
    SWIFT_METHOD void (*library)(SWIFT_SELF void *) = dlsym(RTLD_NEXT, UNLOCK);
    if (__tsan_release) __tsan_release(self);
    library(self);
}
