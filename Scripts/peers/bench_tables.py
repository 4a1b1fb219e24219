"""Times the reading of tables of a million rows and their division into folds: `mammo score` of images and of breasts, whose
steps it prints itself, and `mammo split`. With --peers beside pandas.read_csv of the same files (ids as texts) and scikit-learn's
StratifiedGroupKFold of 5 folds (its 1000 take hours), each in a process of its own, turn about. Medians; seconds of processor
time in brackets, which other work on the machine changes less; the most memory that a process had.

usage: bench_tables.py MAMMO WORK_FOLDER ROUNDS JSON [--peers]
"""
import math
import os
import re
import statistics
import subprocess
import sys
import time

import usage

mammo, work, rounds, json_path, *peers = usage.arguments(__doc__, 4, 5)
rounds = int(rounds)

from report import Report

import numpy as np

COUNT = 1_000_000
READ = """
import sys, time
import pandas
start = time.perf_counter(), time.process_time()
tables = [pandas.read_csv(f, dtype={"prediction_id": str, "patient_id": str, "image_id": str}) for f in sys.argv[1:]]
print(time.perf_counter() - start[0], time.process_time() - start[1])
"""
FOLDS = """
import sys, time
import pandas
from sklearn.model_selection import StratifiedGroupKFold
start = time.perf_counter(), time.process_time()
table = pandas.read_csv(sys.argv[1])
parts = list(StratifiedGroupKFold(n_splits=int(sys.argv[2])).split(table, table.cancer, table.patient_id))
print(time.perf_counter() - start[0], time.process_time() - start[1])
"""


def make(folder):
    """Two pairs of predictions and labels, of breasts and of images; the images' labels have RSNA's columns."""
    random = np.random.default_rng(2)
    sizes = random.choice([2, 3, 4, 4, 4, 4, 5, 6], COUNT)
    patients = np.repeat(random.permutation(4 * COUNT)[:COUNT], sizes)[:COUNT]
    images = 1999 * random.permutation(COUNT).astype(np.int64) + 7
    sides = np.where(np.arange(COUNT) % 2 == 0, "L", "R")
    _, breasts = np.unique(2 * patients + np.arange(COUNT) % 2, return_inverse=True)
    labels = (random.random(COUNT) < 0.02)[breasts].astype(int)
    scores = 1 / (1 + np.exp(-random.normal(np.where(labels, -0.5, -3.0), 1.2)))
    views, densities = random.choice(["CC", "MLO"], COUNT), random.choice(["A", "B", "C", "D", ""], COUNT)
    ages, machines = random.integers(30, 90, COUNT), random.choice([21, 29, 48, 49, 93, 170, 190, 210], COUNT)
    with open(f"{folder}/tables-images.csv", "w") as file:
        file.write("site_id,patient_id,image_id,laterality,view,age,cancer,biopsy,invasive,BIRADS,implant,density,machine_id,"
                   "difficult_negative_case\n")
        for i in range(COUNT):
            view = f'"{views[i]}"' if i % 1000 == 0 else views[i]
            file.write(f"{1 + i % 2},{patients[i]},{images[i]},{sides[i]},{view},{ages[i]}.0,{labels[i]},{labels[i]},0,"
                       f"{'' if i % 3 else '1.0'},0,{densities[i]},{machines[i]},False\n")
    with open(f"{folder}/tables-per-image.csv", "w") as file:
        file.write("patient_id,image_id,prediction_id,logit,probability\n")
        for i, score in enumerate(scores.tolist()):
            file.write(f"{patients[i]},{images[i]},{patients[i]}_{sides[i]},{np.float32(math.log(score / (1 - score)))},"
                       f"{score!r}\n")
    with open(f"{folder}/tables-breasts.csv", "w") as file:
        file.write("prediction_id,cancer\n" + "".join(f"{i}_L,{label}\n" for i, label in enumerate(labels)))
    with open(f"{folder}/tables-submission.csv", "w") as file:
        file.write("prediction_id,cancer\n" + "".join(f"{i}_L,{score!r}\n" for i, score in enumerate(scores.tolist())))


def run(*words):
    """Wall and processor time in seconds, the most memory in MB, standard output and standard error."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, error = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(words)}: status {process.returncode}: {error}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out, error


def line(name, wall, processor, memory):
    report.values["processes"].append({"name": name, "seconds": wall, "processor_seconds": processor, "peak_megabytes": memory})
    report.write()
    print(f"  {name:<64}{wall:8.2f} s ({processor:6.2f} s){memory:8.0f} MB", flush=True)


def median(measured):
    return [statistics.median(values) for values in zip(*measured)]


def python(program, *words):
    """A peer's own times, without the imports, and its process's memory."""
    _, _, memory, out, _ = run(sys.executable, "-c", program, *words)
    return *map(float, out.split()), memory


def score(name, predictions, labels):
    steps, whole, others = {}, [], []
    for _ in range(rounds):
        wall, processor, memory, _, error = run(mammo, "score", "--predictions", predictions, "--labels", labels, "--timings")
        whole.append((wall, processor, memory))
        for step, milliseconds in re.findall(r"^mammo score: (.+?): ([\d.]+) ms$", error, re.M):
            steps.setdefault(step, []).append(float(milliseconds) / 1000)
        if peers:
            others.append(python(READ, predictions, labels))
    print(f"\n{name}, {COUNT} rows in both files, medians of {rounds}")
    for step, seconds in steps.items():
        print(f"  {step:<64}{statistics.median(seconds):8.2f} s")
    report.values["reading"].append({"name": name, "steps": {step: statistics.median(times) for step, times in steps.items()}})
    line("mammo score, the whole process", *median(whole))
    if peers:
        line("pandas.read_csv of both files", *median(others))
        ratio = statistics.median(a / b[0] for a, b in zip(steps["read"], others))
        print(f"  mammo's reading takes {ratio:.2f} of pandas' time")
        report.values["reading"][-1]["pandas_ratio"] = ratio


def split(*words, peer=None):
    """`mammo split` with some options; `peer` is what the one is called that makes as many folds."""
    ours, others = [], []
    for _ in range(rounds):
        ours.append(run(mammo, "split", "--csv", f"{work}/tables-images.csv", "--out", f"{work}/tables-split", "--force",
                        *words)[:3])
        if peers and peer:
            others.append(python(FOLDS, f"{work}/tables-images.csv", words[-1]))
    line(f"mammo split {' '.join(words)}", *median(ours))
    if others:
        line(f"{peer} {words[-1]}", *median(others))


os.makedirs(work, exist_ok=True)
report = Report(json_path, program="bench_tables", format=1, rounds=rounds, rows=COUNT, processes=[], reading=[])
if not os.path.exists(f"{work}/tables-submission.csv"):
    make(work)
score("Images", f"{work}/tables-per-image.csv", f"{work}/tables-images.csv")
score("Breasts", f"{work}/tables-submission.csv", f"{work}/tables-breasts.csv")
print(f"\nA table of {COUNT} images, medians of {rounds}")
split("--parts", "8")
split("--parts", "8", "--by", "patient")
split("--folds", "5", peer="scikit-learn's StratifiedGroupKFold")
split("--folds", "1000")
report.end()
