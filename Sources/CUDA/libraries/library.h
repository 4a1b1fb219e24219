// A library of NVIDIA's that is opened when it is first needed, and its functions by name.
#pragma once

#include "mammo_cuda.h"

#include <initializer_list>
#include <string>

namespace mammo_cuda {

/// Opens the first of `names` that there is; `advice` says how to get it.
mammo_cuda_status open_library(std::initializer_list<const char *> names, const char *advice, void **out);

/// The address of a function; `mammo_cuda_no_library` where the library has none of that name.
mammo_cuda_status find_function(void *library, const char *name, void **out);

}  // namespace mammo_cuda
