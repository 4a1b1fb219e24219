#include "ccuda.h"

#include <dlfcn.h>

const mammo_cuda_table *ccuda_open(const char *path, cmessage *message) {
    char text[sizeof message->text];
    // Never closed: CUDA's runtime does not bear being unloaded, and a library is mapped once however often it is opened.
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *why = dlerror();
        cmessage_say(message, why ? why : path);
        return NULL;
    }
    // ISO C has no conversion from an object's pointer to a function's; POSIX promises that this one works.
    mammo_cuda_plugin_function plugin = NULL;
    *(void **)&plugin = dlsym(library, MAMMO_CUDA_PLUGIN_SYMBOL);
    if (!plugin) {
        snprintf(text, sizeof text, "%s: no plugin of mammo: it has no %s", path, MAMMO_CUDA_PLUGIN_SYMBOL);
        cmessage_say(message, text);
        return NULL;
    }
    const mammo_cuda_table *table = plugin();
    if (table->version != MAMMO_CUDA_VERSION) {
        snprintf(
            text, sizeof text, "%s: a plugin of version %d, where %d is needed: build it again with Scripts/build-cuda", path,
            table->version, MAMMO_CUDA_VERSION);
        cmessage_say(message, text);
        return NULL;
    }
    return table;
}
