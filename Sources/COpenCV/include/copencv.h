// The stages of the reference pipeline that are OpenCV's, on 8-bit gray images without gaps between rows.
// Each returns 0 on success or fills `message`; no C++ exception gets out.
#ifndef COPENCV_H
#define COPENCV_H

#include "cmessage.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// cv2.GaussianBlur(gray, (5, 5), 0)
int copencv_gaussian_blur_5x5(
    const uint8_t *gray, int rows, int columns, uint8_t *blurred, cmessage *message);

/// cv2.threshold(gray, 0, 255, THRESH_BINARY + THRESH_OTSU): the threshold found; `mask` gets 255 above it, else 0.
int copencv_otsu(
    const uint8_t *gray, int rows, int columns, uint8_t *mask, double *threshold, cmessage *message);

typedef struct {
    int x;
    int y;
    int width;
    int height;
} copencv_box;

/// The bounding box of the external contour of largest area in `mask`, the first of equals; width 0 where none is.
int copencv_largest_contour_box(
    const uint8_t *mask, int rows, int columns, copencv_box *box, cmessage *message);

typedef enum { copencv_linear = 0, copencv_area = 1 } copencv_interpolation;

/// cv2.resize(gray, (out_columns, out_rows), interpolation=INTER_LINEAR or INTER_AREA), of 8 or 16 bits a pixel.
int copencv_resize(
    const void *gray, int rows, int columns, void *resized, int out_rows, int out_columns, int bits,
    copencv_interpolation interpolation, cmessage *message);

/// A connected bright region.
typedef struct {
    copencv_box box;
    int64_t area;    // pixels of the region
    int64_t bright;  // pixels of all regions
} copencv_component_found;

/// The region of pixels above `threshold` that is left after an opening by an ellipse of `width`: the one that covers most
/// of `core` (a mask, or null for the largest region). `mask` gets 255 inside it; area 0 where there is none.
int copencv_component(
    const uint8_t *gray, int rows, int columns, double threshold, int width, const uint8_t *core, uint8_t *mask,
    copencv_component_found *found, cmessage *message);

#ifdef __cplusplus
}
#endif
#endif
