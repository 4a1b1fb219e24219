#include "copencv.h"

#include "run.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <stdexcept>
#include <vector>

namespace {

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
    const void *gray, int rows, int columns, void *resized, int out_rows, int out_columns, int bits,
    copencv_interpolation interpolation, cmessage *message) {
    return run(message, [&] {
        const int type = bits == 16 ? CV_16UC1 : CV_8UC1;
        cv::Mat out(out_rows, out_columns, type, resized);
        cv::resize(
            cv::Mat(rows, columns, type, const_cast<void *>(gray)), out, out.size(), 0, 0,
            interpolation == copencv_area ? cv::INTER_AREA : cv::INTER_LINEAR);
        if (out.data != resized) throw std::logic_error("the result was written elsewhere");
    });
}
