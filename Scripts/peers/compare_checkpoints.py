"""Compares mammo's reading of checkpoints with the tools that wrote them: a ConvNeXt of real size in files of torch, torchvision,
timm, Lightning, Accelerate and safetensors (checkpoint_writers.py).

Each file becomes a .safetensors and a .pth by mammo weights; the logits of the first by bench-network, and those of torchvision's
network with what torch.load(weights_only=True) reads of the second, have to be the tool's own network's in double precision,
within 1e-5 of the logit, or of 1 where that is larger. Of a network without a head it is the last feature map.
"""
from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from architectures import CONVNEXTS
from ours import Ours, Unmeasured, shapes
from report import Checks, Report

try:
    import tensors
    import torch
    from checkpoint_writers import Writer, Written
    from torchvision.models import convnext as torchvision_convnext
except ImportError as error:
    missing = str(error)
else:
    missing = None

EXAMPLES = """examples:
  compare_checkpoints.py .build/release/mammo .build/release/bench-network /tmp/work
  compare_checkpoints.py .build/release/mammo .build/release/bench-network /tmp/work --arch micro --cases 2x64x32

exit status: 0 all below their limits, or nothing to compare with (a line says so); 1 otherwise.
"""
LIMIT = 1e-5


def off(found: torch.Tensor, expected: torch.Tensor) -> float:
    """The largest difference, as a share of the value where that is more than 1."""
    if found.shape != expected.shape:
        return float("nan")
    return ((found.double() - expected).abs() / expected.abs().clamp(min=1)).max().item()


def torchvision_logits(path: Path, arch: str, x: torch.Tensor) -> torch.Tensor:
    state = torch.load(path, weights_only=True)
    depths, widths = CONVNEXTS[arch]
    blocks = [torchvision_convnext.CNBlockConfig(width, after, depth)
              for width, after, depth in zip(widths, (*widths[1:], None), depths)]
    model = torchvision_convnext.ConvNeXt(blocks, num_classes=state["classifier.2.bias"].shape[0])
    model.load_state_dict(state)
    with torch.no_grad():
        return model.eval().double()(x.double())


def check(found: Written, writer: Writer, arch: str, gray: torch.Tensor, mammo: str, ours: Ours, work: Path,
          checks: Checks) -> None:
    expected = found.logits(gray)
    more = [] if found.ema is not False else ["--no-ema"]
    if not found.has_head:
        more += ["--new-head"]
    for name in ("read.safetensors", "read.pth"):
        command = [mammo, "weights", writer.at(found.path), *more, "--out", str(work / name)]
        subprocess.run(command, check=True, capture_output=True)
    mean, deviation = ((values * 3)[:3] for values in (found.mean, found.deviation))
    x = (gray - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(deviation).view(3, 1, 1)
    tensors.save({"input": x}, work / "input.safetensors")
    ours.run("features", work / "read.safetensors", work / "input.safetensors", work / "output.safetensors")
    values = tensors.load(work / "output.safetensors")
    text = found.path + ("" if found.ema is None else ", averaged" if found.ema else ", not averaged")
    if not found.has_head:
        checks.tell(f"{text}, the last feature map", off(values["features.7"].permute(0, 3, 1, 2), expected), LIMIT)
        return
    results = {"": values["logits"].flatten(1), ", by torch.load of its .pth": torchvision_logits(work / "read.pth", arch, x)}
    for how, logits in results.items():
        logits = logits[:, 1:] - logits[:, :1] if logits.shape[1] == 2 else logits
        checks.tell(f"{text}{how}: logits of {expected.min():.3f} to {expected.max():.3f}", off(logits, expected), LIMIT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mammo", metavar="MAMMO", help="the executable mammo")
    parser.add_argument("bench_network", metavar="BENCH_NETWORK", help="the executable bench-network")
    parser.add_argument("work", type=Path, metavar="WORK", help="a folder for checkpoints, inputs and outputs")
    parser.add_argument("--arch", choices=CONVNEXTS, default="tiny", metavar="NAME",
                        help=f"of {', '.join(CONVNEXTS)} (default: tiny)")
    parser.add_argument("--cases", type=shapes, default=[(2, 256, 128)], metavar="IMAGESxROWSxCOLUMNS", help="default: 2x256x128")
    parser.add_argument("--json", metavar="FILE", help="results for programs, written anew after each of them")
    options = parser.parse_args()
    report = Report(options.json, program="compare_checkpoints", format=1, device="cpu", arch=options.arch)
    checks = Checks(report)
    if missing:
        checks.skip("compare_checkpoints", missing)
        return checks.end()
    options.work.mkdir(parents=True, exist_ok=True)
    ours = Ours(options.bench_network)
    writer = Writer(str(options.work / "checkpoints"), options.arch, half=False)
    images, rows, columns = options.cases[0]
    gray = (torch.rand(images, 1, rows, columns, generator=torch.Generator().manual_seed(1)) * 255).round() / 255
    for write in writer.all():
        try:
            written = write()
        except ImportError as error:
            checks.skip(write.__name__, str(error))
            continue
        for found in written:
            try:
                check(found, writer, options.arch, gray, options.mammo, ours, options.work, checks)
            except (Unmeasured, subprocess.CalledProcessError, RuntimeError) as error:
                said = getattr(error, "stderr", None)
                checks.fail(found.path, said.decode().strip() if said else str(error))
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
