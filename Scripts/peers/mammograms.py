"""Synthetic mammograms of real sizes as DICOM files, one transfer syntax after the other, and their train.csv.

Two in five have a field with noise in it: the JPEG Lossless files are then about as large as RSNA's (5.8 MB on average).

usage: mammograms.py OUT COUNT SYNTAX,SYNTAX,...       (sv1 j2k explicit rle jls deflated bigendian implicit)
"""
import csv
import os
import sys

import usage

out, count, syntaxes = usage.arguments(__doc__, 3)
count, syntaxes = int(count), syntaxes.split(",")

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "fixtures"))
import dicom
from phantom import breast

SIZES = [(5355, 4915), (4096, 3328), (3518, 2800), (2776, 2082), (2294, 1914)]
BITS = [12, 14, 10, 16, 12]

rows = []
for i in range(count):
    syntax = syntaxes[i % len(syntaxes)]
    # Every syntax meets every size, depth and photometric interpretation.
    round_ = i // len(syntaxes)
    height, width = SIZES[(i + round_) % len(SIZES)]
    bits, inverted, side = BITS[(i + 3 * round_) % len(BITS)], (i + round_) % 2 == 1, "LR"[i // 2 % 2]
    patient, image = 20000 + i // 4, 500000000 + i
    px = breast(i, height, width, bits, side=side, inverted=inverted, lesion=i % 5 == 0, noisy_field=i % 5 in (1, 3))
    ds = dicom.dataset(px, bits, inverted=inverted, side=side, view=("CC", "MLO")[i % 2], seed=i)
    path = f"{out}/train_images/{patient}/{image}.dcm"
    if syntax == "sv1":
        dicom.tool(ds, path, px, "dcmcjpeg", "+e1")
    elif syntax == "jls":
        dicom.tool(ds, path, px, "dcmcjpls", "+el")
    elif syntax == "rle":
        dicom.tool(ds, path, px, "dcmcrle")
    elif syntax == "j2k":
        dicom.write(ds, path, "j2k", dicom.fragments([[dicom.jpeg2000(px, kind="jp2", precision=bits)]]))
    else:
        dicom.write(ds, path, syntax, dicom.native_bytes(px, big=syntax == "bigendian"))
    rows.append(dict(patient_id=patient, image_id=image, cancer=int(i % 5 == 0)))
with open(f"{out}/train.csv", "w", newline="") as file:
    writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
