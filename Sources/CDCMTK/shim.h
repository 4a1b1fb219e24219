// What the C++ files of this target share.
#ifndef CDCMTK_SHIM_H
#define CDCMTK_SHIM_H

#include "cdcmtk.h"

#include "guarded.hpp"

namespace cdcmtk {

/// Silences DCMTK's logger (errors come back as values) and registers its decoders; once for the process.
void prepare();

}  // namespace cdcmtk
#endif
