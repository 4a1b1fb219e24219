"""Checks ONNX files that mammo weights writes, against torchvision's networks in double precision on the same gray images.

Each file goes through onnx.checker with shape inference; its contract is compared with the weights (operator set, format
version, names and extents, metadata); then ONNX Runtime, OpenVINO and mammo itself compute logits. The largest difference has to
be below 1e-5 of the logit, or of 1 where that is larger. The weights are those of Fixtures for the smallest networks, which are
checked with every pooling, and otherwise at random so that every layer has a share in the logits.
"""
from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from architectures import ARCHITECTURES, EFFICIENTNETS
from ours import Ours, Unmeasured, shapes
from report import Checks, Report

try:
    import efficientnets
    import networks
    import numpy
    import onnx
    import tensors
    import torch
except ImportError as error:
    missing = str(error)
else:
    missing = None if networks.source() == "torchvision" else "torchvision is not here"

EXAMPLES = """examples:
  check_onnx.py .build/release/mammo .build/release/bench-network /tmp/work --json onnx.json
  check_onnx.py .build/release/mammo .build/release/bench-network /tmp/work --arch efficientnet_b5 --cases 1x456x456

exit status: 0 all as expected, or nothing to compare with (a line says so); 1 otherwise.
"""
LIMIT = 1e-5
FIXTURES = Path(__file__).resolve().parent.parent.parent / "Fixtures"
SMALL = ("micro", "efficientnet_micro", "efficientnet_v2_micro")
LARGE = ("tiny", "efficientnet_b0", "efficientnet_v2_s")
# Images, rows, columns.
SMALL_CASES = [(2, 64, 64), (3, 97, 65), (1, 33, 40)]
LARGE_CASES = [(1, 512, 256), (2, 333, 171)]
SETTLING = (4, 256, 128)
POOLS, EXPONENT = ("avg", "max", "gem"), 2.625
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def draw(name: str, pool: str, work: Path) -> Path:
    """A weights file."""
    fixture = FIXTURES / name / "weights.safetensors"
    if fixture.exists():
        if pool == "avg":
            return fixture
        path = work / f"{name}-{pool}.safetensors"
        exponent = {"avgpool.p": torch.tensor([EXPONENT])} if pool == "gem" else {}
        tensors.save({**tensors.load(fixture), **exponent}, path, {"pool": pool})
        return path
    path = work / f"{name}.safetensors"
    model = networks.build(name)
    norms = [module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    if norms:
        # Statistics of such images: with those of others the values of a deep network grow from layer to layer, and with them
        # the differences by rounding.
        for norm in norms:
            norm.momentum = 1.0
        with torch.no_grad():
            model.train()(normalised(gray_images(SETTLING)))
    tensors.save(networks.state(model), path)
    return path


def reference(name: str, pool: str, weights: Path) -> torch.nn.Module:
    """torchvision's network with the values of a file."""
    model = efficientnets.build(name) if name in EFFICIENTNETS else networks.build(name)
    networks.pool(model, pool, EXPONENT).load_state_dict(tensors.load(weights))
    return model.eval().double()


def gray_images(case: tuple[int, int, int]) -> torch.Tensor:
    """Whole numbers from 0 to 255 that vary over the image as tissue does, with noise."""
    images, rows, columns = case
    generator = torch.Generator().manual_seed(rows * columns)
    coarse = torch.rand(images, 1, rows // 16 + 2, columns // 16 + 2, generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, (rows, columns), mode="bicubic") * 255
    return (smooth + 20 * torch.randn(images, 1, rows, columns, generator=generator)).round().clamp(0, 255)


def normalised(gray: torch.Tensor) -> torch.Tensor:
    """As torchvision's ToTensor and Normalize, in single precision."""
    return (gray / 255 - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)


def runtimes(model: Path) -> dict[str, Callable[[numpy.ndarray], numpy.ndarray]]:
    """Those that are installed, with the model."""
    found = {}
    try:
        import onnxruntime

        session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        found["ONNX Runtime"] = lambda pixels: session.run(["logits"], {"pixels": pixels})[0]
    except ImportError:
        pass
    try:
        import openvino

        compiled = openvino.Core().compile_model(str(model), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        found["OpenVINO"] = lambda pixels: compiled({"pixels": pixels})["logits"]
    except ImportError:
        pass
    return found


def faults(path: Path, name: str, pool: str, weights: Path, size: str) -> list[str]:
    """What is not as documented."""
    model = onnx.load(str(path))
    onnx.checker.check_model(str(path), full_check=True)

    def extents(value: onnx.ValueInfoProto) -> list[object]:
        return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]

    properties = {p.key: p.value for p in model.metadata_props}
    expected = [
        ("IR version", model.ir_version, 9),
        ("operator sets", [(s.domain, s.version) for s in model.opset_import], [("", 20)]),
        ("inputs", [(v.name, extents(v)) for v in model.graph.input], [("pixels", ["N", 1, "rows", "columns"])]),
        ("outputs", [(v.name, extents(v)) for v in model.graph.output], [("logits", ["N", 1])]),
        ("architecture", properties.get("architecture"), name),
        ("pool", properties.get("pool"), pool),
        ("size", properties.get("size"), size),
        ("weights_sha256", properties.get("weights_sha256"), hashlib.sha256(weights.read_bytes()).hexdigest()),
        ("batch normalisations", sum(n.op_type == "BatchNormalization" for n in model.graph.node), 0),
    ]
    return [f"{what} {found}, expected {wanted}" for what, found, wanted in expected if found != wanted]


def check(name: str, pool: str, cases: list[tuple[int, int, int]], mammo: str, ours: Ours, work: Path, checks: Checks) -> None:
    weights, path, size = draw(name, pool, work), work / f"{name}-{pool}.onnx", "512x256"
    subprocess.run([mammo, "weights", weights, "--size", size, "--out", path], check=True, capture_output=True)
    if found := faults(path, name, pool, weights, size):
        checks.fail(f"{name}: {path}", "; ".join(found))
    else:
        print(f"{name}: onnx.checker finds no fault, and the contract holds", flush=True)
    model, others = reference(name, pool, weights), runtimes(path)
    name = f"{name}, {pool}"
    for missing_one in {"ONNX Runtime", "OpenVINO"} - set(others):
        checks.skip(f"{name} by {missing_one}", "it is not here")
    for case in cases:
        pixels = gray_images(case)
        x = normalised(pixels)
        with torch.no_grad():
            logits = model(x.double())
        tensors.save({"input": x}, work / "input.safetensors")
        ours.run("features", weights, work / "input.safetensors", work / "output.safetensors")
        values = {who: torch.from_numpy(numpy.array(run(pixels.numpy()))) for who, run in others.items()}
        values["mammo"] = tensors.load(work / "output.safetensors")["logits"].flatten(1)
        for who, found in values.items():
            error = float("nan")
            if found.shape == logits.shape:
                error = ((found.double() - logits).abs() / logits.abs().clamp(min=1)).max().item()
            text = f"{name} {'x'.join(map(str, case))}, {who}: logits of {logits.min():.3f} to {logits.max():.3f}"
            checks.tell(text, error, LIMIT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mammo", metavar="MAMMO", help="the executable mammo")
    parser.add_argument("bench_network", metavar="BENCH_NETWORK", help="the executable bench-network")
    parser.add_argument("work", type=Path, metavar="WORK", help="a folder for weights, models, inputs and outputs")
    parser.add_argument("--arch", choices=ARCHITECTURES, metavar="NAME", help=f"default: {', '.join(SMALL + LARGE)}")
    parser.add_argument("--cases", type=shapes, metavar="LIST", help="IMAGESxROWSxCOLUMNS, commas between")
    parser.add_argument("--json", metavar="FILE", help="results for programs, written anew after each of them")
    options = parser.parse_args()
    report = Report(options.json, program="check_onnx", format=1, device="cpu", arch=options.arch)
    checks = Checks(report)
    if missing:
        checks.skip("check_onnx", missing)
        return checks.end()
    options.work.mkdir(parents=True, exist_ok=True)
    ours = Ours(options.bench_network)
    for name in [options.arch] if options.arch else SMALL + LARGE:
        cases = options.cases or (SMALL_CASES if name in SMALL else LARGE_CASES)
        for pool in POOLS if name in SMALL else POOLS[:1]:
            try:
                check(name, pool, cases, options.mammo, ours, options.work, checks)
            except (Unmeasured, subprocess.CalledProcessError, onnx.checker.ValidationError, RuntimeError) as error:
                said = getattr(error, "stderr", None)
                checks.fail(f"{name}, {pool}", said.decode().strip() if said else str(error))
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
