"""Compares two workers in one process with two processes that have half of the files and one worker each, beside one worker with
all: `mammo preprocess`, `mammo infer` from DICOM files and training's readers. Two processes share nothing but the machine: what
they reach is its limit.

usage: bench_workers.py MAMMO BENCH_NETWORK WORK ROUNDS JSON
"""
from __future__ import annotations

import glob
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable

import usage

mammo, bench_network, work, rounds, json_path = usage.arguments(__doc__, 5)
rounds = int(rounds)

from report import Report

COUNT = 48
HALVES = [range(COUNT // 2), range(COUNT // 2, COUNT)]
SYNTAXES = {"sv1": "JPEG Lossless", "explicit": "native"}


def run(*commands: list[str]) -> float:
    """Seconds that processes take at the same time."""
    start = time.perf_counter()
    processes = [subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                 for command in commands]
    said = [process.communicate()[1] for process in processes]
    seconds = time.perf_counter() - start
    for process, text in zip(processes, said):
        if process.returncode:
            raise SystemExit(f"bench_workers.py: {' '.join(process.args[:2])} ended with status {process.returncode}: {text}")
    return seconds


def equal_images(syntax: str) -> str:
    """A folder in which one synthetic image has COUNT names, and tables of all and of either half."""
    folder = f"{work}/bench-equal-{syntax}"
    source = sorted(glob.glob(f"{work}/bench-{syntax}/train_images/*/*.dcm"))[0]
    rows = []
    for number in range(COUNT):
        target = f"{folder}/images/{1 + number}/{1001 + number}.dcm"
        if not os.path.exists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.link(source, target)
        # A breast each, every fourth with cancer.
        rows.append(f"{1 + number},{1001 + number},L,{int(number % 4 == 0)}")
    for name, places in {"all": range(COUNT), "half0": HALVES[0], "half1": HALVES[1]}.items():
        with open(f"{folder}/{name}.csv", "w", encoding="utf-8") as file:
            file.write("\n".join(["patient_id,image_id,laterality,cancer", *(rows[place] for place in places)]) + "\n")
    return folder


def preprocess(folder: str, table: str, jobs: int) -> list[str]:
    out = f"{folder}/png-{table}"
    shutil.rmtree(out, ignore_errors=True)
    return [mammo, "preprocess", "--csv", f"{folder}/{table}.csv", "--images", f"{folder}/images", "--out", out,
            "--jobs", jobs, "--quiet"]


def infer(folder: str, table: str, jobs: int) -> list[str]:
    """A small network: reading takes most of the time."""
    out = f"{folder}/infer-{table}"
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    return [mammo, "infer", "--weights", f"{work}/bench-micro.safetensors", "--csv", f"{folder}/{table}.csv", "--dicom-dir",
            f"{folder}/images", "--out", f"{out}/submission.csv", "--jobs", jobs, "--threads", 1, "--batch-size", 1, "--quiet"]


def readers(folder: str, table: str, workers: int) -> list[str]:
    return [bench_network, "readers", "--csv", f"{folder}/{table}.csv", "--images", f"{folder}/png-all", "--workers", workers,
            "--augment", "hflip,rotate=10", "--runs", 3]


def compare(name: str, command: Callable[[str, str, int], list[str]], folder: str) -> None:
    """One worker, two, and two processes, turn about; prints and records medians of ratios."""
    turns = []
    for _ in range(rounds):
        one = run(command(folder, "all", 1))
        two = run(command(folder, "all", 2))
        turns.append({"one_worker": one, "two_workers": two,
                      "two_processes": run(*(command(folder, f"half{half}", 1) for half in (0, 1)))})
    workers = statistics.median(turn["one_worker"] / turn["two_workers"] for turn in turns)
    processes = statistics.median(turn["one_worker"] / turn["two_processes"] for turn in turns)
    report.values["comparisons"].append(
        {"name": name, "images": COUNT, "turns": turns, "two_workers_ratio": workers, "two_processes_ratio": processes})
    report.write()
    one = statistics.median(turn["one_worker"] for turn in turns)
    print(f"  {name:<34}{one:8.2f} s   {workers:10.2f}x   {processes:12.2f}x", flush=True)


report = Report(json_path, program="bench_workers", format=1, rounds=rounds, comparisons=[])
subprocess.run([bench_network, "weights", f"{work}/bench-micro.safetensors", "--arch", "micro", "--size", "512x256"],
               check=True, stdout=subprocess.DEVNULL)
print(f"\n{COUNT} equal images, medians of {rounds}")
print(f"  {'':<34}{'one worker':>10}   {'two workers':>11}   {'two processes':>13}")
for syntax, name in SYNTAXES.items():
    compare(f"preprocess, {name}", preprocess, equal_images(syntax))
for syntax, name in SYNTAXES.items():
    compare(f"infer, {name}", infer, equal_images(syntax))
folder = equal_images("sv1")
run(preprocess(folder, "all", 2))
compare("training's readers, PNG", readers, folder)
report.end()
