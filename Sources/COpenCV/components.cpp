// Regions of a thresholded image that are wide enough to be a breast.
#include "copencv.h"
#include "run.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <vector>

namespace {

/// The label to take: the one that covers most of `core`, or the largest where there is no core; 0 where there is none.
int chosen_label(const cv::Mat &labels, const cv::Mat &stats, const uint8_t *core) {
    std::vector<int64_t> votes(static_cast<size_t>(stats.rows), 0);
    if (core) {
        const cv::Mat inside(labels.rows, labels.cols, CV_8UC1, const_cast<uint8_t *>(core));
        for (int y = 0; y < labels.rows; y++)
            for (int x = 0; x < labels.cols; x++)
                if (inside.at<uint8_t>(y, x)) votes[static_cast<size_t>(labels.at<int>(y, x))]++;
    } else {
        for (int i = 1; i < stats.rows; i++) votes[static_cast<size_t>(i)] = stats.at<int>(i, cv::CC_STAT_AREA);
    }
    int best = 0;
    int64_t most = 0;
    for (int i = 1; i < stats.rows; i++) {
        if (votes[static_cast<size_t>(i)] <= most) continue;
        most = votes[static_cast<size_t>(i)];
        best = i;
    }
    return best;
}

}  // namespace

int copencv_component(
    const uint8_t *gray, int rows, int columns, double threshold, int width, const uint8_t *core, uint8_t *mask,
    copencv_component_found *found, cmessage *message) {
    return run(message, [&] {
        const cv::Mat image(rows, columns, CV_8UC1, const_cast<uint8_t *>(gray));
        cv::Mat bright = image > threshold;
        // Outside the image is dark: what is thin is worn away at the border too.
        cv::morphologyEx(
            bright, bright, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(width, width)),
            cv::Point(-1, -1), 1, cv::BORDER_CONSTANT, cv::Scalar(0));
        cv::Mat labels, stats, centroids;
        cv::connectedComponentsWithStats(bright, labels, stats, centroids, 8, CV_32S);
        const int label = chosen_label(labels, stats, core);
        *found = copencv_component_found{{0, 0, 0, 0}, 0, 0};
        cv::Mat(rows, columns, CV_8UC1, mask).setTo(0);
        if (label == 0) return;
        cv::Mat(rows, columns, CV_8UC1, mask).setTo(255, labels == label);
        const int *row = stats.ptr<int>(label);
        found->box = copencv_box{
            row[cv::CC_STAT_LEFT], row[cv::CC_STAT_TOP], row[cv::CC_STAT_WIDTH], row[cv::CC_STAT_HEIGHT]};
        found->area = row[cv::CC_STAT_AREA];
        found->bright = cv::countNonZero(bright);
    });
}
