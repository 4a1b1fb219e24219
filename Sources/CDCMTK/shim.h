// What the C++ files of this target share: the one place where an exception becomes a message.
#ifndef CDCMTK_SHIM_H
#define CDCMTK_SHIM_H

#include "cdcmtk.h"

#include <cstdio>
#include <exception>
#include <new>

namespace cdcmtk {

inline void say(cdcmtk_message *message, const char *text) {
    if (message) std::snprintf(message->text, sizeof message->text, "%s", text);
}

/// Runs `body`, which returns a T; hands back `failed` and a message where it throws.
template <typename T, typename Body> T guarded(T failed, cdcmtk_message *message, Body body) noexcept {
    try {
        return body();
    } catch (const std::bad_alloc &) {
        say(message, "not enough memory");
    } catch (const std::exception &error) {
        say(message, error.what());
    } catch (...) {
        say(message, "an unknown C++ exception");
    }
    return failed;
}

/// Silences DCMTK's logger (errors come back as values) and registers its decoders; once for the process.
void prepare();

}  // namespace cdcmtk
#endif
