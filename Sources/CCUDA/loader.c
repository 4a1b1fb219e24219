#include "ccuda.h"

#include "clibrary.h"

const mammo_cuda_table *ccuda_open(const char *path, cmessage *message) {
    char text[sizeof message->text];
    // Never closed: CUDA's runtime does not bear being unloaded, and a library is mapped once however often it is opened.
    void *library = clibrary_open(path, message);
    if (!library) return NULL;
    mammo_cuda_plugin_function plugin;
    if (!clibrary_find(library, MAMMO_CUDA_PLUGIN_SYMBOL, &plugin)) {
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
