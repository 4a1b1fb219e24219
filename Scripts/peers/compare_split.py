"""Compares `mammo split` with numpy.array_split and scikit-learn's StratifiedGroupKFold on a table of RSNA's size.

usage: compare_split.py MAMMO FOLDER
"""
import subprocess
import sys
import time

import usage

mammo, folder = usage.arguments(__doc__, 2)

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

ROWS, PATIENTS = 54706, 11913
rng = np.random.default_rng(1)
sizes = np.full(PATIENTS, 4)
while sizes.sum() < ROWS:  # 4 to 14 images a patient
    chosen = rng.integers(PATIENTS)
    sizes[chosen] += sizes[chosen] < 14
sick = np.zeros(PATIENTS, bool)
sick[rng.choice(PATIENTS, 486, replace=False)] = True
patients = np.repeat(rng.permutation(65535)[:PATIENTS], sizes)
side = np.concatenate([np.arange(n) % 2 for n in sizes])
frame = pd.DataFrame(dict(
    site_id=1, patient_id=patients, image_id=rng.permutation(2**31 - 1 - np.arange(ROWS)),
    laterality=np.where(side == 0, "L", "R"), cancer=(np.repeat(sick, sizes) & (side == 0)).astype(int)))
csv = f"{folder}/train.csv"
frame.to_csv(csv, index=False)
print(f"{ROWS} images, {PATIENTS} patients, {frame['cancer'].sum()} cancers")


def run(*arguments):
    start = time.perf_counter()
    subprocess.run([mammo, "split", "--csv", csv, "--out", folder, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


failed = 0
seconds = run("--parts", "8")
names = (frame["patient_id"].astype(str) + "/" + frame["image_id"].astype(str) + ".dcm").tolist()
equal = all(
    open(f"{folder}/part-{i}.txt").read().split() == list(part) for i, part in enumerate(np.array_split(names, 8)))
failed += not equal
print(f"8 parts: {'equal to' if equal else 'DIFFERENT from'} numpy.array_split, {seconds:.2f} s")
seconds = run("--parts", "8", "--by", "patient")
parts = [open(f"{folder}/part-{i}.txt").read().split() for i in range(8)]
whole = len({n.split("/")[0] for p in parts for n in p}) == sum(len({n.split("/")[0] for n in p}) for p in parts)
failed += not whole
print(f"8 parts by patient: sizes {[len(p) for p in parts]}, {'no' if whole else 'SOME'} patient divided, {seconds:.2f} s")
for seed in [None, *range(21)]:
    splitter = StratifiedGroupKFold(n_splits=4, shuffle=seed is not None, random_state=seed)
    start = time.perf_counter()
    expected = np.full(ROWS, -1)
    for i, (_, chosen) in enumerate(splitter.split(frame, frame["cancer"], frame["patient_id"])):
        expected[chosen] = i
    theirs = time.perf_counter() - start
    seconds = run("--folds", "4", *([] if seed is None else ["--shuffle-seed", str(seed)]))
    equal = np.array_equal(pd.read_csv(f"{folder}/folds.csv")["fold"].to_numpy(), expected)
    failed += not equal
    name = "no shuffling" if seed is None else f"shuffle seed {seed}"
    print(f"4 folds, {name}: {'equal' if equal else 'DIFFERENT'}, {seconds:.2f} s (scikit-learn {theirs:.1f} s)", flush=True)
sys.exit(failed > 0)
