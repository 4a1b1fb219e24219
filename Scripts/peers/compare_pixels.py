"""Compares PNGs with what the reference pipeline makes of the same DICOM files, pixel for pixel.

usage: compare_pixels.py PNG_FOLDER FILE.dcm...
"""
import sys

import usage

folder, *files = usage.arguments(__doc__, 2, 100_000)

import cv2
import reference_pipeline

different = 0
for path in files:
    patient, image = path.split("/")[-2:]
    ours = cv2.imread(f"{folder}/{patient}_{image[:-4]}.png", cv2.IMREAD_UNCHANGED)
    theirs = reference_pipeline.process(path)
    if ours is None or ours.shape != theirs.shape or (ours != theirs).any():
        different += 1
        print(f"{path}: different")
print(f"{len(files) - different} of {len(files)} images equal pixel for pixel")
sys.exit(different > 0)
