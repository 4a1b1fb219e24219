// How every call of this target is run.
#ifndef COPENCV_RUN_HPP
#define COPENCV_RUN_HPP

#include "guarded.hpp"

#include <opencv2/core.hpp>

#include <mutex>

/// Runs one call; 0 where it went well.
template <typename Body> int run(cmessage *message, Body body) noexcept {
    return guarded<int>(1, message, [&] {
        // Images are worked on side by side; a pool of OpenCV's own under each would only get in the way.
        static std::once_flag once;
        std::call_once(once, [] { cv::setNumThreads(1); });
        body();
        return 0;
    });
}

#endif
