#include "copencv.h"

#include "guarded.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <stdexcept>
#include <mutex>
#include <vector>

namespace {

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

/// A view of the caller's pixels as input; OpenCV has no const view.
cv::Mat view(const uint8_t *gray, int rows, int columns) {
    return cv::Mat(rows, columns, CV_8UC1, const_cast<uint8_t *>(gray));
}

/// A view of the caller's pixels as output. OpenCV would put the result elsewhere if size or type did not fit.
class Output {
  public:
    Output(uint8_t *pixels, int rows, int columns) : mat(rows, columns, CV_8UC1, pixels), pixels(pixels) {}
    void check() const {
        if (mat.data != pixels) throw std::logic_error("the result was written elsewhere");
    }
    cv::Mat mat;

  private:
    const uint8_t *pixels;
};

}  // namespace

int copencv_gaussian_blur_5x5(
    const uint8_t *gray, int rows, int columns, uint8_t *blurred, cmessage *message) {
    return run(message, [&] {
        Output out(blurred, rows, columns);
        cv::GaussianBlur(view(gray, rows, columns), out.mat, cv::Size(5, 5), 0);
        out.check();
    });
}

int copencv_otsu(
    const uint8_t *gray, int rows, int columns, uint8_t *mask, double *threshold, cmessage *message) {
    return run(message, [&] {
        Output out(mask, rows, columns);
        *threshold = cv::threshold(view(gray, rows, columns), out.mat, 0, 255, cv::THRESH_BINARY + cv::THRESH_OTSU);
        out.check();
    });
}

int copencv_largest_contour_box(
    const uint8_t *mask, int rows, int columns, copencv_box *box, cmessage *message) {
    return run(message, [&] {
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

int copencv_resize(
    const uint8_t *gray, int rows, int columns, uint8_t *resized, int out_rows, int out_columns,
    copencv_interpolation interpolation, cmessage *message) {
    return run(message, [&] {
        Output out(resized, out_rows, out_columns);
        const int flag = interpolation == copencv_inter_area ? cv::INTER_AREA : cv::INTER_LINEAR;
        cv::resize(view(gray, rows, columns), out.mat, out.mat.size(), 0, 0, flag);
        out.check();
    });
}
