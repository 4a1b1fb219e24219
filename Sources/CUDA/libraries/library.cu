#include "library.h"

#include "context.cuh"

#include <cstring>
#include <dlfcn.h>

namespace mammo_cuda {

mammo_cuda_status open_library(std::initializer_list<const char *> names, const char *advice, void **out) {
    std::string why;
    for (const char *name : names) {
        if ((*out = dlopen(name, RTLD_NOW | RTLD_LOCAL))) return mammo_cuda_ok;
        const char *error = dlerror();
        // The first name's own complaint, unless a later library is there and broken: that says more than a missing one.
        if (why.empty() || !strstr(error, "No such file")) why = error;
    }
    return fail(mammo_cuda_no_library, "%s: %s", why.c_str(), advice);
}

mammo_cuda_status find_function(void *library, const char *name, void **out) {
    *out = dlsym(library, name);
    return *out ? mammo_cuda_ok
                : fail(mammo_cuda_no_library, "the library opened has no %s: it is too old or too new", name);
}

}  // namespace mammo_cuda
