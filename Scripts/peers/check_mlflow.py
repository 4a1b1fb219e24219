"""Compares what an MLflow server has of runs with the runs' folders: each step's loss and learning rate once, equal to the bit;
each epoch's and each sample's figures; parameters, files and status. Needs mlflow, in whose words it asks.

usage: check_mlflow.py URI EXPERIMENT RUN_DIR...
"""
import csv
import json
import math
import os
import sys
import tempfile

import usage

uri, name, *folders = usage.arguments(__doc__, 3, 1000)
for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
    os.environ.pop(proxy, None)

import mlflow
from mlflow.tracking import MlflowClient


def table(folder, file):
    return list(csv.DictReader(open(f"{folder}/{file}")))


def number(text):
    return float(text) if text else None


def expected(folder):
    """By metric: its points as step and value, in the tables' order."""
    points = {}
    for row in table(folder, "steps.csv"):
        for column in ("loss", "lr"):
            points.setdefault(f"train/{column}", []).append((int(row["step"]), float(row[column])))
    names = {"epoch": "epoch/number", "train_loss": "epoch/train_loss", "seconds": "epoch/seconds",
             "images_per_second": "epoch/images_per_second", "data_wait_fraction": "epoch/data_wait_fraction",
             "validation_loss": "validation/loss"}
    for row in table(folder, "epochs.csv"):
        for column, text in row.items():
            if column not in ("steps", "lr", "best") and number(text) is not None:
                points.setdefault(names.get(column, f"validation/{column}"), []).append((int(row["steps"]), float(text)))
    for row in table(folder, "system.csv"):
        for column, text in row.items():
            if column not in ("time", "step", "seconds") and not column.endswith("_uuid") and number(text) is not None:
                points.setdefault(f"system/{column}", []).append((int(row["step"]), float(text)))
    return points


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b))


def check(client, run, folder):
    wanted = expected(folder)
    found = set(client.get_run(run.info.run_id).data.metrics)
    assert found == set(wanted), f"{folder}: metrics {found ^ set(wanted)} are not on both sides"
    total = 0
    for metric, points in wanted.items():
        history = sorted(client.get_metric_history(run.info.run_id, metric), key=lambda p: (p.timestamp, p.step))
        got = [(p.step, p.value) for p in history]
        if not metric.startswith("system/"):
            assert len({step for step, _ in got}) == len(got), f"{folder}: {metric}: a step stands twice"
        assert len(got) == len(points), f"{folder}: {metric}: {len(got)} points, expected {len(points)}"
        order = sorted(got, key=str) == sorted(points, key=str)
        assert order or all(a[0] == b[0] and same(a[1], b[1]) for a, b in zip(got, points)), f"{folder}: {metric}"
        total += len(got)
    lines = (line.rstrip("\n").split(": ", 1) for line in open(f"{folder}/config.yaml"))
    config = {key: value for key, value in lines}
    assert set(run.data.params) == set(config), f"{folder}: parameters {set(run.data.params) ^ set(config)}"
    assert run.info.status == "FINISHED", f"{folder}: {run.info.status}"
    files = sorted(f.path for f in client.list_artifacts(run.info.run_id))
    assert files == ["best.safetensors", "config.yaml", "report.html"], f"{folder}: {files}"
    with tempfile.TemporaryDirectory() as scratch:
        for file in files:
            path = client.download_artifacts(run.info.run_id, file, scratch)
            assert open(path, "rb").read() == open(f"{folder}/{file}", "rb").read(), f"{folder}: {file} differs"
    print(f"{folder}: {len(wanted)} metrics, {total} points, {len(config)} parameters, {len(files)} files: all equal")


def main():
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    experiment = client.get_experiment_by_name(name)
    runs = client.search_runs([experiment.experiment_id])
    for folder in folders:
        state = json.load(open(f"{folder}/mlflow.json"))["destinations"][0]
        own = [r for r in runs if r.data.tags["mammo.run"] == state["key"]]
        assert len(own) == 1, f"{folder}: {len(own)} runs, expected one"
        check(client, own[0], folder)
    assert len(runs) == len(folders), f"{len(runs)} runs, expected {len(folders)}"


if __name__ == "__main__":
    sys.exit(main())
