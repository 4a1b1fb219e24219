// For the C++ shims: the one place where an exception becomes a message. Not part of the module that Swift sees.
#ifndef CMESSAGE_GUARDED_HPP
#define CMESSAGE_GUARDED_HPP

#include "cmessage.h"

#include <exception>
#include <new>

/// Runs `body`, which returns a T; hands back `failed` and a message where it throws.
template <typename T, typename Body> T guarded(T failed, cmessage *message, Body body) noexcept {
    try {
        return body();
    } catch (const std::bad_alloc &) {
        cmessage_say(message, "not enough memory");
    } catch (const std::exception &error) {
        cmessage_say(message, error.what());
    } catch (...) {
        cmessage_say(message, "an unknown C++ exception");
    }
    return failed;
}

#endif
