#include "copencv.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <cstdio>
#include <mutex>
#include <vector>

namespace {

template <typename Body> int guarded(copencv_message *message, Body body) noexcept {
    const char *text = "an unknown C++ exception";
    try {
        // Images are worked on side by side; a pool of OpenCV's own under each would only get in the way.
        static std::once_flag once;
        std::call_once(once, [] { cv::setNumThreads(1); });
        body();
        return 0;
    } catch (const std::exception &error) {
        text = error.what();
        if (message) std::snprintf(message->text, sizeof message->text, "%s", text);
    } catch (...) {
        if (message) std::snprintf(message->text, sizeof message->text, "%s", text);
    }
    return 1;
}

/// A view of the caller's pixels; OpenCV has no const view, and the functions here only read from it.
cv::Mat view(const uint8_t *gray, int rows, int columns) {
    return cv::Mat(rows, columns, CV_8UC1, const_cast<uint8_t *>(gray));
}

}  // namespace

int copencv_gaussian_blur_5x5(
    const uint8_t *gray, int rows, int columns, uint8_t *blurred, copencv_message *message) {
    return guarded(message, [&] {
        cv::Mat out = view(blurred, rows, columns);
        cv::GaussianBlur(view(gray, rows, columns), out, cv::Size(5, 5), 0);
    });
}

int copencv_otsu(
    const uint8_t *gray, int rows, int columns, uint8_t *mask, double *threshold, copencv_message *message) {
    return guarded(message, [&] {
        cv::Mat out = view(mask, rows, columns);
        *threshold = cv::threshold(view(gray, rows, columns), out, 0, 255, cv::THRESH_BINARY + cv::THRESH_OTSU);
    });
}

int copencv_largest_contour_box(
    const uint8_t *mask, int rows, int columns, copencv_box *box, copencv_message *message) {
    return guarded(message, [&] {
        std::vector<std::vector<cv::Point>> contours;
        cv::findContours(view(mask, rows, columns), contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
        *box = copencv_box{0, 0, 0, 0};
        double largest = -1;
        for (const auto &contour : contours) {
            const double area = cv::contourArea(contour);
            if (area <= largest) continue;  // Python's max() keeps the first of equals
            largest = area;
            const cv::Rect found = cv::boundingRect(contour);
            *box = copencv_box{found.x, found.y, found.width, found.height};
        }
    });
}

int copencv_resize_linear(
    const uint8_t *gray, int rows, int columns, uint8_t *resized, int out_rows, int out_columns,
    copencv_message *message) {
    return guarded(message, [&] {
        cv::Mat out = view(resized, out_rows, out_columns);
        cv::resize(view(gray, rows, columns), out, out.size(), 0, 0, cv::INTER_LINEAR);
    });
}
