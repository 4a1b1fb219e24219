"""Times the search for the best threshold over a million predictions: mammo's, of all distinct scores, and, with --peers, the
blog post's pf1_threshold in Python, of twenty thresholds.

usage: bench_score.py MAMMO WORK_FOLDER ROUNDS JSON [--peers]
"""
import os
import re
import statistics
import subprocess
import time

import usage

mammo, work, rounds, json_path, *peers = usage.arguments(__doc__, 4, 5)
rounds = int(rounds)

from report import Report

import numpy as np

COUNT = 1_000_000


def pf1_score(y_true, y_pred, beta):
    y_true_count, ctp, cfp = 1e-6, 1e-6, 1e-6
    for idx in range(len(y_true)):
        prediction = min(max(y_pred[idx], 0), 1)
        if (y_true[idx]):
            y_true_count += 1
            ctp += prediction
        else:
            cfp += prediction
    beta_squared = beta * beta
    c_precision = ctp / (ctp + cfp)
    c_recall = ctp / y_true_count
    if (c_precision > 0 and c_recall > 0):
        return (1 + beta_squared) * (c_precision * c_recall) / (beta_squared * c_precision + c_recall)
    return 0


def pf1_threshold(y_true, y_pred):
    thresholds = np.arange(0, 1, 0.05)
    list_of_scores = [pf1_score(y_true, np.where(y_pred > t, 1.0, 0.0), beta=1.0) for t in thresholds]
    best_score = max(list_of_scores)
    return best_score, thresholds[list_of_scores.index(best_score)]


random = np.random.default_rng(1)
labels = random.random(COUNT) < 0.02
scores = 1 / (1 + np.exp(-random.normal(np.where(labels, -0.5, -3.0), 1.2)))
os.makedirs(work, exist_ok=True)
with open(f"{work}/score-predictions.csv", "w") as file:
    file.write("prediction_id,cancer\n" + "".join(f"{i}_L,{s!r}\n" for i, s in enumerate(scores.tolist())))
with open(f"{work}/score-labels.csv", "w") as file:
    file.write("prediction_id,cancer\n" + "".join(f"{i}_L,{int(label)}\n" for i, label in enumerate(labels)))

runs, walls, grid = [], [], ""
for _ in range(rounds):
    start = time.perf_counter()
    run = subprocess.run([mammo, "score", "--predictions", f"{work}/score-predictions.csv", "--labels",
                          f"{work}/score-labels.csv", "--timings"], check=True, capture_output=True, text=True)
    walls.append(time.perf_counter() - start)
    runs.append({m[1]: float(m[2]) for m in re.finditer(r"^mammo score: (.+?): ([\d.]+) ms$", run.stderr, re.M)})
    grid = run.stdout.splitlines()[2].split()
print(f"\n{COUNT} predictions, medians of {rounds}")
for name in runs[0]:
    print(f"  {name:<60}{statistics.median(run[name] for run in runs):9.1f} ms")
print(f"  {'whole process':<60}{1000 * statistics.median(walls):9.1f} ms")
print("  " + " ".join(grid), flush=True)
report = Report(json_path, program="bench_score", format=1, rounds=rounds, predictions=COUNT,
                mammo_ms={name: statistics.median(run[name] for run in runs) for name in runs[0]},
                whole_process_ms=1000 * statistics.median(walls))
if peers:
    start = time.perf_counter()
    best, where = pf1_threshold(labels, scores)
    seconds = time.perf_counter() - start
    print(f"  Python's pf1_threshold, 20 thresholds: {seconds:.1f} s, best {best:.4f} above {where:.2f}", flush=True)
    report.values["python_pf1_threshold_s"] = seconds
report.end()
