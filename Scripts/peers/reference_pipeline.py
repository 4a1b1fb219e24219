"""Preprocessing as the reference pipeline's author did it, with the tools he used: dicomsdl, numpy and OpenCV in Python."""
import cv2
import dicomsdl
import numpy as np


def stored(path):
    """Pixels as float32, slope and intercept applied, and whether they are inverted."""
    file = dicomsdl.open(str(path))
    return file.pixelData(), file.PhotometricInterpretation == "MONOCHROME1"


def to_8_bits(pixels, inverted):
    pixels = np.amax(pixels) - pixels if inverted else pixels - np.min(pixels)
    return (pixels / np.max(pixels) * 255).astype(np.uint8)


def crop_box(gray):
    blurred = cv2.GaussianBlur(gray, (5, 5), 0)
    _, mask = cv2.threshold(blurred, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return cv2.boundingRect(max(contours, key=cv2.contourArea))


def pad_and_resize(gray, box, rows, columns):
    x, y, w, h = box
    crop = gray[y:y + h, x:x + w]
    top, left = (2 * w - h, 0) if h / w < 2.0 else (0, int(h / 2.0 - w))
    padded = cv2.copyMakeBorder(crop, top, 0, left, 0, cv2.BORDER_CONSTANT)
    return cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_LINEAR)


def process(path, rows=2048, columns=1024):
    gray = to_8_bits(*stored(path))
    return pad_and_resize(gray, crop_box(gray), rows, columns)
