"""Times `mammo preprocess` and, with --peers, the Python pipeline on the same files, turn about; prints medians and ratios.

usage: bench_preprocess.py MAMMO WORK ROUNDS JSON [--peers]
"""
import glob
import re
import shutil
import statistics
import subprocess
import sys
import time

import usage

mammo, work, rounds, json_path, *peers = usage.arguments(__doc__, 4, 5)
rounds = int(rounds)

from report import Report

NAMES = dict(sv1="JPEG Lossless SV1", j2k="JPEG 2000 (JP2)", explicit="native", rle="RLE")
PROGRAM = """
import sys, time, cv2
sys.path.insert(0, %r)
import reference_pipeline
out, files = sys.argv[1], sys.argv[2:]
cv2.setNumThreads(1)
laps = dict.fromkeys(["decode", "to 8 bits", "crop box", "pad, resize", "PNG"], 0.0)
def lap(name, start):
    now = time.perf_counter(); laps[name] += now - start; return now
for path in files:
    t = time.perf_counter()
    pixels, inverted = reference_pipeline.stored(path); t = lap("decode", t)
    gray = reference_pipeline.to_8_bits(pixels, inverted); t = lap("to 8 bits", t)
    box = reference_pipeline.crop_box(gray); t = lap("crop box", t)
    image = reference_pipeline.pad_and_resize(gray, box, 2048, 1024); t = lap("pad, resize", t)
    cv2.imwrite(out + "/x.png", image, [cv2.IMWRITE_PNG_COMPRESSION, 7]); lap("PNG", t)
for name, seconds in laps.items(): print(name + "\\t" + str(1000 * seconds / len(files)))
""" % sys.path[0]


def ours(files, jobs=1, *more):
    """ms an image of each stage, and of the whole process."""
    out = f"{work}/bench-out"
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    text = subprocess.run([mammo, "preprocess", *files, "--out", out, "--jobs", str(jobs), "--timings", "--quiet", *more],
                          check=True, capture_output=True, text=True).stdout
    whole = 1000 * (time.perf_counter() - start) / len(files)
    stages = {m[1].strip(): float(m[2]) for m in re.finditer(r"^(.+?)  +([\d.]+)  +\d+ %$", text, re.M)}
    stages["whole process"] = whole
    return stages


def theirs(files):
    start = time.perf_counter()
    text = subprocess.run([sys.executable, "-c", PROGRAM, f"{work}", *files], check=True, capture_output=True, text=True).stdout
    stages = {line.split("\t")[0]: float(line.split("\t")[1]) for line in text.splitlines()}
    stages["total"] = sum(stages.values())
    stages["whole process"] = 1000 * (time.perf_counter() - start) / len(files)
    return stages


def medians(runs):
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


report = Report(json_path, program="bench_preprocess", format=1, rounds=rounds, syntaxes=[])
for syntax, name in NAMES.items():
    files = sorted(glob.glob(f"{work}/bench-{syntax}/train_images/*/*.dcm"))
    inspected = subprocess.run([mammo, "inspect", "--json", "--no-decode", *files], capture_output=True, text=True)
    pixels = sum(int(re.search(r"\"columns\":(\d+)", line)[1]) * int(re.search(r"\"rows\":(\d+)", line)[1])
                 for line in inspected.stdout.splitlines())
    a, b = [], []
    for _ in range(rounds):
        a.append(ours(files))
        if peers:
            b.append(theirs(files))
    mine = medians(a)
    python = medians(b) if peers else {}
    print(f"\n{name}: {len(files)} images of {pixels / len(files) / 1e6:.1f} Mpx, one worker, medians of {rounds}, ms an image")
    for stage in mine:
        row = f"  {stage:<14}{mine[stage]:8.1f}"
        if stage in python:
            row += f"   Python {python[stage]:8.1f}   {python[stage] / mine[stage]:5.1f}x"
        print(row)
    report.values["syntaxes"].append({"name": name, "images": len(files), "pixels": pixels, "mammo_ms_an_image": mine,
                                      "python_ms_an_image": python})
    report.write()

start = time.perf_counter()
for _ in range(20):
    subprocess.run([mammo, "--version"], stdout=subprocess.DEVNULL)
startup = 1000 * (time.perf_counter() - start) / 20
print(f"\nstart-up {startup:.0f} ms", flush=True)
report.end(startup_ms=startup)
