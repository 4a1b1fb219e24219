"""Reads the event files of a run's folder with TensorBoard's own code and compares them with the folder's tables: every
step and epoch once, values equal in single precision, hyperparameters as in config.yaml; then starts TensorBoard itself and
asks it for the same (its data server is another reader). Needs tensorboard and pyyaml.

usage: check_events.py RUN_DIR...
"""
import csv
import io
import json
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import usage

runs = usage.arguments(__doc__, 1, 1000)

import numpy as np
import PIL.Image
import yaml
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util.tensor_util import make_ndarray

STEPS = {"train/loss": "loss", "train/lr": "lr", "train/seconds_per_step": "seconds"}
EPOCHS = {"epoch/number": "epoch", "epoch/train_loss": "train_loss", "validation/loss": "validation_loss",
          "validation/best_f1_breast": "best_f1_breast", "validation/best_threshold_breast": "best_threshold_breast",
          "validation/roc_auc_image": "roc_auc_image", "validation/average_precision_breast": "average_precision_breast"}


def expected(folder):
    """By tag: steps and values."""
    steps = list(csv.DictReader(open(f"{folder}/steps.csv")))
    epochs = list(csv.DictReader(open(f"{folder}/epochs.csv")))
    tags = {tag: [(int(r["step"]), float(r[column])) for r in steps] for tag, column in STEPS.items()}
    for tag, column in EPOCHS.items():
        tags[tag] = [(int(r["steps"]), float(r[column])) for r in epochs if r[column]]
    return tags


def same(found, wanted):
    return [s for s, _ in found] == [s for s, _ in wanted] and np.array_equal(
        np.float32([v for _, v in found]), np.float32([v for _, v in wanted]), equal_nan=True)


def check_reader(folder):
    reader = EventAccumulator(folder, size_guidance={"scalars": 0, "tensors": 0, "images": 0})
    reader.Reload()
    tags = expected(folder)
    for tag, wanted in tags.items():
        found = [(e.step, e.value) for e in reader.Scalars(tag)]
        assert same(found, wanted), f"{folder}: {tag}: {len(found)} values, expected {len(wanted)}"
    for kind in ("start", "end"):
        content = reader.SummaryMetadata(f"_hparams_/session_{kind}_info").plugin_data.content
        data = plugin_data_pb2.HParamsPluginData.FromString(content)
        if kind == "end":
            assert data.session_end_info.status == 1
            continue
        kinds = {"number_value": "number_value", "string_value": "string_value", "bool_value": "bool_value"}
        found = {k: getattr(v, kinds[v.WhichOneof("kind")]) for k, v in data.session_start_info.hparams.items()}
        wanted = {k: v for k, v in yaml.safe_load(open(f"{folder}/config.yaml")).items() if v is not None}
        assert found == wanted, f"{folder}: {set(found.items()) ^ set(wanted.items())}"
    memory = reader.Scalars("memory/resident_mb")
    values = sum(len(v) for v in tags.values())
    print(f"{folder}: EventAccumulator: {len(tags)} tags, {values} values at the tables' steps, equal in single precision; "
          f"{len(wanted)} hyperparameters equal; memory at {len(memory)} steps")
    check_values(folder, reader)


def check_values(folder, reader):
    """Pictures, text, and the best epoch's precision-recall curve by numpy from validation.csv, as the plugin defines it."""
    batch, worst = (reader.Images(f"{tag}") for tag in ("train/first_batch", "validation/worst"))
    epochs = list(csv.DictReader(open(f"{folder}/epochs.csv")))
    assert [e.step for e in batch] == [0] and [e.step for e in worst] == [int(r["steps"]) for r in epochs]
    for picture in batch + worst:
        image = PIL.Image.open(io.BytesIO(picture.encoded_image_string))
        assert image.size == (picture.width, picture.height) and image.mode == "L"
    text = make_ndarray(reader.Tensors("configuration")[0].tensor_proto).item().decode()
    assert text.startswith("| setting | value |") and "| arch |" in text
    best = [r for r in epochs if r["best"] == "1"][-1]
    curve = next(e for e in reader.Tensors("validation/pr_breast") if e.step == int(best["steps"]))
    rows = list(csv.DictReader(open(f"{folder}/validation.csv")))
    breasts = {}
    for row in rows:
        breasts.setdefault(row["prediction_id"], []).append((float(row["probability"]), int(row["label"])))
    scores = np.array([np.mean([p for p, _ in images]) for images in breasts.values()])
    labels = np.array([max(label for _, label in images) for images in breasts.values()])
    buckets = np.floor(scores * 200).astype(int)
    tp, fp = (np.cumsum(np.bincount(buckets[labels == label], minlength=201)[::-1])[::-1] for label in (1, 0))
    tn, fn = fp[0] - fp, tp[0] - tp
    wanted = np.array([tp, fp, tn, fn, tp / np.maximum(1e-7, tp + fp), tp / np.maximum(1e-7, tp + fn)])
    assert np.allclose(make_ndarray(curve.tensor_proto), wanted, rtol=1e-6), f"{folder}: validation/pr_breast"
    print(f"{folder}: {1 + len(worst)} pictures, text, {len(epochs)} precision-recall curves; the best epoch's equals numpy's")


def check_server(folder):
    root, name = os.path.split(os.path.abspath(folder))
    port = 16000 + os.getpid() % 1000
    server = subprocess.Popen(
        [sys.executable, "-m", "tensorboard.main", "--logdir", root, "--port", str(port), "--samples_per_plugin",
         "scalars=1000000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://localhost:{port}/data"

    def get(path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{base}/{path}", data, {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=20))

    try:
        tags = expected(folder)
        for _ in range(120):
            time.sleep(0.5)
            try:
                if len(get("plugin/scalars/tags").get(name, {})) >= len(tags):
                    break
            except OSError:
                pass
        # The run's last values may come a moment after its first.
        time.sleep(3)
        for tag, wanted in tags.items():
            query = urllib.parse.urlencode({"run": name, "tag": tag})
            found = [(step, float(value)) for _, step, value in get(f"plugin/scalars/scalars?{query}")]
            assert same(found, wanted), f"{folder}: {tag} by TensorBoard: {len(found)} values, expected {len(wanted)}"
        body = {"experimentName": "", "startIndex": 0, "sliceSize": 100, "colParams": [],
                "allowedStatuses": ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"]}
        experiment = get("plugin/hparams/experiment", {"experimentName": "", "hparamsLimit": 0})
        columns = {column["name"] for column in experiment["hparamInfos"]}
        groups = [g for g in get("plugin/hparams/session_groups", body)["sessionGroups"]
                  if any(s["name"] == name for s in g["sessions"])]
        assert len(groups) == 1, groups
        wanted = {k for k, v in yaml.safe_load(open(f"{folder}/config.yaml")).items() if v is not None}
        assert wanted <= set(groups[0]["hparams"]) and wanted <= columns, wanted - columns
        print(f"{folder}: TensorBoard's server: the same values; HPARAMS has {len(columns)} columns, "
              f"session {groups[0]['sessions'][0]['status']}")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    for run in runs:
        check_reader(run)
        check_server(run)
