// Libraries of NVIDIA's that are opened when they are first needed: where they are searched for, and in which order.
#pragma once

#include "mammo_cuda.h"

#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace mammo_cuda {

/// The folders that a library may lie in, in the order of the search: `folder` where it is given; the loader's own search
/// (an empty text); the toolkit by CUDA_HOME and CUDA_PATH; the `nvidia` packages of Python's environments (VIRTUAL_ENV,
/// CONDA_PREFIX, the python3 of PATH, the user's and the system's); /usr/local/cuda.
std::vector<std::string> library_folders(const char *folder);

/// What a search is for.
struct wanted_library {
    /// "cuBLASLt".
    const char *name;
    /// File names, the preferred first.
    std::vector<std::string> files;
    /// How to get it.
    const char *advice;
};

/// Opens the first library that `accept` returns ok for; one that refuses is passed over.
///
/// `accept` receives the opened library and the path that was opened. Returns `mammo_cuda_no_library` where none is found or
/// all refuse; the message then has the last refusal, or where the search went.
mammo_cuda_status open_library(
    const wanted_library &wanted, const char *folder,
    const std::function<mammo_cuda_status(void *library, const std::string &path)> &accept);

/// The address of a function; `mammo_cuda_no_library` where the library has none of that name.
mammo_cuda_status find_function(void *library, const char *name, void **out);

}  // namespace mammo_cuda
