// The stages of the seed's pipeline that are OpenCV's, on 8-bit gray images without gaps between rows.
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

typedef enum { copencv_inter_linear, copencv_inter_area } copencv_interpolation;

/// cv2.resize(gray, (out_columns, out_rows), interpolation=interpolation)
int copencv_resize(
    const uint8_t *gray, int rows, int columns, uint8_t *resized, int out_rows, int out_columns,
    copencv_interpolation interpolation, cmessage *message);

#ifdef __cplusplus
}
#endif
#endif
