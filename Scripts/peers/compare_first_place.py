"""Compares mammo infer, from DICOM files to logits, with timm on the first place's configuration: four networks
convnext_small with global max pooling, as timm's CheckpointSaver writes them (random weights), whose logits are averaged.

mammo infer reads the four checkpoints and the DICOM files; timm's networks, in double precision (--single: in single), read the
PNGs of mammo preprocess, whose pixels are compared elsewhere (compare_pixels.py). Each image's logit has to be timm's within
1e-4 of the logit, or of 1 where that is larger; and the submission's probability of each breast the mean of its images' within
1e-4.
"""
from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from pathlib import Path

from report import Checks, Report

try:
    import numpy
    import timm
    import torch
    from PIL import Image
    from timm.utils import CheckpointSaver
except ImportError as error:
    missing = str(error)
else:
    missing = None

EXAMPLES = """examples:
  compare_first_place.py .build/release/mammo images train.csv /tmp/work
  compare_first_place.py .build/release/mammo images train.csv /tmp/work --size 512x256 --arch convnext_atto

exit status: 0 all below their limits, or nothing to compare with (a line says so); 1 otherwise.
"""
LIMIT = 1e-4
FOLDS = 4


def checkpoint(arch: str, fold: int, folder: Path) -> tuple[Path, torch.nn.Module]:
    """A network with random weights, whose logits are not all the same, in a checkpoint of timm's."""
    torch.manual_seed(fold)
    model = timm.create_model(arch, num_classes=1, global_pool="max", drop_rate=0.5, drop_path_rate=0.2)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("gamma"):
                parameter.uniform_(0.1, 0.3)
            elif name.startswith("head.fc"):
                parameter.normal_(0, 0.1)
    place = folder / f"fold-{fold}"
    place.mkdir(parents=True, exist_ok=True)
    arguments = argparse.Namespace(model=arch, num_classes=1, gp="max", mean=None, std=None, opt="sgd", drop=0.5)
    optimizer = torch.optim.SGD(model.parameters(), lr=3e-3, momentum=0.9)
    CheckpointSaver(model, optimizer, args=arguments, checkpoint_dir=str(place), max_history=1).save_checkpoint(0, metric=0.5)
    return place / "last.pth.tar", model


def expected_logits(models: list[torch.nn.Module], png: Path) -> float:
    """The mean of the networks' logits of one PNG, in their precision."""
    number = next(models[0].parameters()).dtype
    gray = torch.from_numpy(numpy.array(Image.open(png))).to(number) / 255
    mean, deviation = (torch.tensor(values, dtype=number).view(3, 1, 1)
                       for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    x = ((gray - mean) / deviation)[None]
    with torch.no_grad():
        return sum(model(x).item() for model in models) / len(models)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mammo", metavar="MAMMO", help="the executable mammo")
    parser.add_argument("images", metavar="IMAGES", help="a folder of PATIENT/IMAGE.dcm")
    parser.add_argument("table", type=Path, metavar="TABLE", help="the table of the images")
    parser.add_argument("work", type=Path, metavar="WORK", help="a folder for checkpoints and results")
    parser.add_argument("--arch", default="convnext_small", metavar="NAME", help="of timm's (default: convnext_small)")
    parser.add_argument("--size", default="2048x1024", metavar="ROWSxCOLUMNS", help="default: 2048x1024")
    parser.add_argument("--count", type=int, default=4, metavar="N", help="the table's first images (default: 4)")
    parser.add_argument("--single", action="store_true", help="timm in single precision: many times as fast")
    parser.add_argument("--json", metavar="FILE", help="results for programs, written anew after each of them")
    options = parser.parse_args()
    report = Report(options.json, program="compare_first_place", format=1, device="cpu", arch=options.arch)
    checks = Checks(report)
    if missing:
        checks.skip("compare_first_place", missing)
        return checks.end()
    work = options.work
    work.mkdir(parents=True, exist_ok=True)
    table = work / "test.csv"
    with options.table.open() as source, table.open("w", newline="") as file:
        rows = list(csv.DictReader(source))[:options.count]
        writer = csv.writer(file)
        writer.writerow(["patient_id", "image_id", "prediction_id"])
        # Two images a breast, where the table does not say which.
        writer.writerows([row["patient_id"], row["image_id"],
                          f"{row['patient_id']}_{row.get('laterality', place // 2)}"] for place, row in enumerate(rows))
    files, models = zip(*(checkpoint(options.arch, fold, work) for fold in range(FOLDS)))
    subprocess.run([options.mammo, "preprocess", "--images", options.images, "--csv", table, "--out", work / "png", "--size",
                    options.size, "--force", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    weights = [word for file in files for word in ("--weights", str(file))]
    subprocess.run([options.mammo, "infer", *weights, "--dicom-dir", options.images, "--csv", table, "--size", options.size,
                    "--out", work / "submission.csv", "--per-image", work / "images.csv", "--force", "--quiet"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    models = [(model if options.single else model.double()).eval() for model in models]
    breasts: dict[str, list[float]] = {}
    worst, logits = 0.0, []
    for row in csv.DictReader((work / "images.csv").open()):
        expected = expected_logits(models, work / "png" / f"{row['patient_id']}_{row['image_id']}.png")
        worst = max(worst, abs(float(row["logit"]) - expected) / max(1, abs(expected)))
        logits.append(expected)
        breasts.setdefault(row["prediction_id"], []).append(1 / (1 + numpy.exp(-expected)))
    checks.tell(f"{len(logits)} logits of {min(logits):.3f} to {max(logits):.3f}, the mean of {FOLDS} {options.arch} at "
                f"{options.size}", worst, LIMIT)
    found = {row["prediction_id"]: float(row["cancer"]) for row in csv.DictReader((work / "submission.csv").open())}
    checks.tell(f"{len(found)} breasts of the submission",
                max(abs(found[name] - sum(values) / len(values)) for name, values in breasts.items()), LIMIT)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
