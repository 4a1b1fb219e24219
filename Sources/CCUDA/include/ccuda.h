// Opens the plugin for NVIDIA cards, which is no part of the build: a library with one symbol, found at run time.
#ifndef CCUDA_H
#define CCUDA_H

#include "cmessage.h"
#include "mammo_cuda.h"

/// Opens a plugin. It stays open until the process ends.
///
/// - path: the library's file; without a slash it is looked for where the system looks for libraries.
/// - message: why there is none, in one line with the path.
/// Returns the plugin's table; NULL where the library cannot be opened, is no plugin, or is of another version.
const mammo_cuda_table *ccuda_open(const char *path, cmessage *message);

#endif
