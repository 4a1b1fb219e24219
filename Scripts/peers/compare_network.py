"""Compares mammo's networks with torchvision's (or, of ConvNeXts, timm's): every stage's output and the logits.

On the CPU by all kernels, with Grad-CAM, timm's weights, and mammo infer on real mammograms (--mammo, --real-pngs):
the distance from the network in double precision, below 1e-4, or below twice that of PyTorch's own single precision where that
is more.
On a card, for fresh random inputs: in fp32, without TF32, the distance from PyTorch's on the same card, below 1e-4; in 16 bits
the distance of both from PyTorch's fp32, where mammo's has to be below twice that of torch.autocast (or below two roundings,
where autocast's own is less than one).
"""
from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import defaultdict
from pathlib import Path

from architectures import EFFICIENTNETS
from ours import Ours, Unmeasured, add_options, parse, why_no_torch
from report import Checks, Report, worst_of

try:
    import efficientnets
    import networks
    import tensors
    import torch
    import torch_side
except ImportError:
    torch = None

EXAMPLES = """examples:
  compare_network.py .build/release/bench-network /tmp/work --mammo .build/release/mammo --real-pngs png
  compare_network.py ./bench-network work --device cuda --cuda-plugin ./libmammo_cuda.so --json network.json
  compare_network.py ./bench-network work --device emulated --cuda-plugin ./libmammo_cuda_emulated.so
  compare_network.py ./bench-network work --device cuda --amp none,fp16 --cases 1x2048x1024,4x97x33 --arch small

exit status: 0 all below their limits, or nothing to compare with (a line says so); 1 otherwise.
"""
LIMIT = 1e-4
FACTOR = 2.0
# Images, rows, columns.
ON_A_CARD = [(2, 2048, 1024), (3, 511, 257)]
REHEARSAL = [(2, 64, 32), (3, 65, 39)]
ON_THE_CPU = [("micro", (2, 64, 32)), ("tiny", (2, 256, 128)), ("tiny", (1, 255, 127)), ("tiny", (3, 224, 224)),
              ("tiny", (1, 2048, 1024)), ("small", (1, 512, 256)), ("small", (2, 97, 33)), ("base", (1, 224, 224))]
TIMM_HAS = tuple(f"efficientnet_b{number}" for number in range(5))
# Of each EfficientNet that --arch names.
EFFICIENTNET_ON_THE_CPU = [(2, 33, 33), (1, 97, 65), (2, 256, 128)]


class Comparison:
    def __init__(self, ours: Ours, work: Path, checks: Checks):
        self.ours, self.work, self.checks = ours, work, checks
        work.mkdir(parents=True, exist_ok=True)

    def values(self, weights: Path, x: torch.Tensor, amp: str = "none", more: tuple[str, ...] = ()) -> dict[str, torch.Tensor]:
        """What mammo computes."""
        tensors.save({"input": x}, self.work / "input.safetensors")
        output = self.work / "output.safetensors"
        output.unlink(missing_ok=True)
        self.ours.run("features", weights, self.work / "input.safetensors", output, *more, amp=amp)
        # A stage that is missing compares as not a number.
        return defaultdict(lambda: torch.empty(0), tensors.load(output))

    def write_weights(self, model: torch.nn.Module, name: str) -> Path:
        path = self.work / f"{name}.safetensors"
        tensors.save(networks.state(model), path)
        return path

    # On a card.

    def card_case(self, arch: str, case: tuple[int, int, int], amps: list[str], where: torch.device, seed: int) -> None:
        torch.manual_seed(seed)
        batch, rows, columns = case
        name = f"{arch} {batch}x{rows}x{columns}"
        model = networks.build(arch, seed)
        weights = self.write_weights(model, arch)
        x = torch.randn(batch, 3, rows, columns)
        model, on_device = model.to(where), x.to(where)
        reference = networks.stages(model, on_device)
        for amp in amps:
            try:
                found = self.values(weights, x, amp)
                if amp == "none":
                    self.in_fp32(f"{name}, fp32", found, reference)
                else:
                    with torch_side.autocast(where, amp):
                        theirs = networks.stages(model, on_device)
                    self.in_16_bits(f"{name}, {amp}", found, theirs, reference, torch_side.ROUNDING[amp])
            except Unmeasured as error:
                if error.status == "failed":
                    self.checks.fail(f"{name}, {amp}", error.message)
                else:
                    self.checks.skip(f"{name}, {amp}", str(error))

    def in_fp32(self, name: str, found: dict, reference: dict) -> None:
        errors = {stage: tensors.distance(found[stage], value) for stage, value in reference.items()}
        worst = worst_of(errors)
        self.checks.tell(f"{name}: the worst of {len(errors)} is {worst}", errors[worst], LIMIT)
        self.checks.tell(f"{name}: logits", errors["logits"], LIMIT)

    def in_16_bits(self, name: str, found: dict, theirs: dict, reference: dict, rounding: float) -> None:
        ours = {stage: tensors.distance(found[stage], value) for stage, value in reference.items()}
        peers = {stage: tensors.distance(theirs[stage], value) for stage, value in reference.items()}
        limits = {stage: FACTOR * max(error, rounding) for stage, error in peers.items()}
        worst = worst_of({stage: error / limits[stage] for stage, error in ours.items()})
        for stage in dict.fromkeys([worst, "logits"]):
            which = f"the worst of {len(ours)} is {stage}" if stage == worst else stage
            self.checks.tell(f"{name} from fp32: {which}, autocast's {peers[stage]:.1e}", ours[stage], limits[stage],
                             autocast=peers[stage])

    # On the CPU.

    def cpu_case(self, arch: str, case: tuple[int, int, int]) -> None:
        batch, rows, columns = case
        model = networks.build(arch, rows=rows, columns=columns)
        torch.save(networks.state(model), self.work / f"{arch}.pth")
        written = {"safetensors": self.write_weights(model, arch), "pth": self.work / f"{arch}.pth"}
        x = torch.randn(batch, 3, rows, columns)
        single = self.everything(model, x)
        theirs = self.everything(model.double(), x.double())
        own = {stage: tensors.distance(single[stage], value) for stage, value in theirs.items()}
        limits = {stage: max(LIMIT, FACTOR * error) for stage, error in own.items()}
        for kernels in ("avx-512", "avx2", "openblas", "portable"):
            kind = "pth" if kernels == "avx2" else "safetensors"
            try:
                mine = self.values(written[kind], x, more=("--kernels", kernels))
            except Unmeasured as error:
                if "--kernels out" not in error.message and "of their instructions" not in error.message:
                    raise
                self.checks.skip(f"{arch} by {kernels}", error.message)
                continue
            errors = {stage: tensors.distance(mine[stage], value) for stage, value in theirs.items()}
            worst = worst_of({stage: error / limits[stage] for stage, error in errors.items()})
            self.checks.tell(f"{arch} {batch}x{rows}x{columns}, {kernels}, .{kind}: the worst is {worst}, "
                             f"PyTorch's own {own[worst]:.1e}", errors[worst], limits[worst], own=own[worst])

    def everything(self, model: torch.nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor]:
        """Stages and logits, and of one image the Grad-CAM."""
        found = networks.stages(model, x)
        return {**found, "gradcam": networks.gradcam(model, x)[0].float()} if len(x) == 1 else found

    def timms_names(self, arch: str) -> None:
        """A model of timm's, with its names and a thousand classes, as timm saves it for Hugging Face's hub and as its training
        program does: an EfficientNet where that is compared."""
        # The others' norms have an epsilon of 1e-5 in timm.
        if arch in EFFICIENTNETS and arch not in TIMM_HAS:
            return
        try:
            import timm
            from timm.models._hub import save_config_for_hf
            from timm.utils.checkpoint_saver import CheckpointSaver
        except ImportError:
            self.checks.skip("timm's names", "timm is not here; the tests compare them")
            return
        name = arch if arch in TIMM_HAS else "convnext_tiny.fb_in1k"
        model = timm.create_model(name, pretrained=False).eval()
        if arch in TIMM_HAS:
            drawn = networks.state(efficientnets.draw(efficientnets.build(arch, outputs=1000), 1, 256, 128))
            model.load_state_dict({key: drawn[efficientnets.torchvision_name(key, arch)] for key in model.state_dict()})
        x, folder = torch.randn(1, 3, 256, 128), self.work / f"timm-{arch}"
        folder.mkdir(exist_ok=True)
        tensors.save(model.state_dict(), folder / "model.safetensors")
        save_config_for_hf(model, folder / "config.json")
        options = argparse.Namespace(model=name.partition(".")[0], mean=None, std=None, gp=None, bn_eps=None, bn_tf=False, lr=0.1)
        checkpoints = folder / "checkpoints"
        checkpoints.mkdir(exist_ok=True)
        CheckpointSaver(model, torch.optim.AdamW(model.parameters()), args=options, checkpoint_dir=checkpoints,
                        recovery_dir=checkpoints).save_checkpoint(0, metric=0.5)
        for kind, path in {"model.safetensors and config.json": folder / "model.safetensors",
                           "checkpoint": checkpoints / "last.pth.tar"}.items():
            with torch.no_grad():
                self.checks.tell(f"timm's {name}, {kind}, logits of 1000 classes",
                                 tensors.distance(self.values(path, x)["logits"], model(x)), LIMIT)

    def infer(self, mammo: str, pngs: Path) -> None:
        """mammo infer on real mammograms, against torch, which reads the same PNGs as the reference pipeline does."""
        import subprocess

        import torchvision

        model = networks.build("tiny", seed=7)
        weights = self.write_weights(model, "trained")
        names = sorted(path.stem for path in pngs.glob("*.png"))
        rows = [",".join([*name.rsplit("_", 1), "L"]) for name in names]
        (self.work / "test.csv").write_text("\n".join(["patient_id,image_id,laterality", *rows]) + "\n")
        subprocess.run(
            [mammo, "infer", "--weights", weights, "--png-dir", pngs, "--csv", self.work / "test.csv", "--out",
             self.work / "submission.csv", "--per-image", self.work / "images.csv", "--force", "--tta", "hflip", "--quiet"],
            check=True)
        normalise = torchvision.transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
        mine, theirs = [], []
        with open(self.work / "images.csv", newline="") as file:
            for row in csv.DictReader(file):
                path = pngs / f"{row['patient_id']}_{row['image_id']}.png"
                image = torchvision.io.read_image(str(path), torchvision.io.ImageReadMode.RGB)
                x = normalise(image.float().div(255))[None]
                with torch.no_grad():
                    theirs.append(((model(x) + model(torch.flip(x, dims=[3]))) / 2).item())
                mine.append(float(row["logit"]))
        self.checks.tell(f"mammo infer --tta hflip on {len(mine)} real mammograms of 2048x1024, logits",
                         tensors.distance(torch.tensor(mine), torch.tensor(theirs)), LIMIT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("work", type=Path, metavar="WORK", help="a folder for weights, inputs and outputs")
    parser.add_argument("--seed", type=int, help="of weights and inputs (default on a card: a fresh one, which is printed)")
    parser.add_argument("--mammo", metavar="FILE", help="the executable mammo, for real mammograms on the CPU")
    parser.add_argument("--real-pngs", type=Path, metavar="DIR", help="their PNGs")
    options, ours = parse(parser)
    report = Report(options.json, program="compare_network", format=1, device=options.device, arch=options.arch)
    checks = Checks(report)
    if reason := why_no_torch(options):
        checks.skip("compare_network", reason)
        return checks.end()
    where = torch_side.device(options.device)
    torch_side.full_precision()
    report.values.update(torch_side.about(where))
    comparison = Comparison(ours, options.work, checks)
    if options.device == "cpu":
        torch.manual_seed(options.seed or 1)
        shapes = options.cases or (EFFICIENTNET_ON_THE_CPU if options.arch in EFFICIENTNETS else [])
        cases = [(options.arch, case) for case in shapes] or ON_THE_CPU
        for arch, case in cases:
            comparison.cpu_case(arch, case)
        comparison.timms_names(options.arch)
        if options.mammo and options.real_pngs:
            comparison.infer(options.mammo, options.real_pngs)
        return checks.end()
    seed = int.from_bytes(os.urandom(4), "big") if options.seed is None else options.seed
    report.values["seed"] = seed
    print(f"{options.device}, {report.values['card'] or 'PyTorch on the CPU'}, networks by {networks.source()}, --seed {seed}")
    for case in options.cases or (REHEARSAL if options.emulated else ON_A_CARD):
        try:
            comparison.card_case(options.arch, case, options.amp, where, seed)
        except RuntimeError as error:
            text = f"{options.arch} {'x'.join(map(str, case))}"
            if torch_side.status_of(error) == "out of memory":
                checks.skip(text, f"PyTorch: {torch_side.first_line(error)}")
            else:
                checks.fail(text, f"PyTorch: {torch_side.first_line(error)}")
        torch_side.free(where)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
