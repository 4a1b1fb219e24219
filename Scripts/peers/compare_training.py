"""Compares training with PyTorch's, step for step, AdamW on the reference pipeline's loss.

In single precision: gradients of every parameter at the first step, losses, learning rates, final weights, running statistics.
On the CPU the reference is PyTorch in double precision, on a card PyTorch in single precision without TF32. Limits grow to twice
PyTorch's own error: on the CPU that of its run in single precision, on a card the difference of its two memory layouts.
In 16 bits on a card: the distance of both from PyTorch's run in fp32, where mammo's has to be below twice that of
torch.autocast, with torch.amp.GradScaler for fp16 (or below two roundings, where autocast's own is less than one).
"""
from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
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
    from torch.optim import lr_scheduler
except ImportError:
    torch = None

EXAMPLES = """examples:
  compare_training.py .build/release/bench-network /tmp/work
  compare_training.py ./bench-network work --device cuda --cuda-plugin ./libmammo_cuda.so --json training.json
  compare_training.py ./bench-network work --device emulated --cuda-plugin ./libmammo_cuda_emulated.so
  compare_training.py ./bench-network work --device cuda --amp bf16 --cases 8x512x256 --steps 10

exit status: 0 all below their limits, or nothing to compare with (a line says so); 1 otherwise.
"""
FACTOR = 2.0
LIMIT_GRADIENT = 1e-3
LIMIT_LOSS = 1e-4
LIMIT_WEIGHTS = 1e-3
# As a share of the distance travelled. What AdamW makes of the rounding of biases that norms take out is in the means behind
# them: PyTorch's own error is larger than this in networks of real size.
LIMIT_STATISTICS = 1e-5
RUNNING = ("running_mean", "running_var")
# With more, autocast's gradients of the classifier can overflow, which PyTorch has in 16 bits and mammo in 32: one would skip
# a step that the other makes.
LOSS_SCALE = 256.0
ON_A_CARD = [(4, 512, 256), (2, 511, 257), (1, 2048, 1024)]
REHEARSAL = [(2, 64, 32), (1, 33, 47)]


@dataclass
class Plan:
    """What is trained, and how."""

    arch: str
    case: tuple[int, int, int]
    steps: int
    schedule: str = "cosine"
    freeze: int = 0
    lr: float = 5e-5
    t0: int = 5
    # Batch norms with frozen weights use and keep their running statistics.
    freeze_norm: bool = False

    def __str__(self) -> str:
        frozen = f", {self.freeze} frozen{' with their norms' if self.freeze_norm else ''}" if self.freeze else ""
        return f"{self.arch} {'x'.join(map(str, self.case))}, {self.schedule}{frozen}"


ON_THE_CPU = [
    Plan("micro", (4, 64, 32), 20), Plan("micro", (4, 64, 32), 20, "restarts", freeze=20), Plan("tiny", (2, 64, 64), 20),
    Plan("tiny", (2, 97, 65), 20, "restarts", freeze=80), Plan("tiny", (2, 256, 128), 20, freeze=60),
]


def efficientnet_on_the_cpu(arch: str, steps: int) -> list[Plan]:
    return [Plan(arch, (4, 64, 48), steps), Plan(arch, (3, 97, 65), steps, "restarts", freeze=40),
            Plan(arch, (4, 64, 48), steps, freeze=40, freeze_norm=True)]


@dataclass
class Trained:
    """The result of a run: learning rate, loss and (with fp16) loss scale of each step; tensors by torchvision's names."""

    rates: list[float]
    losses: list[float]
    scales: list[float]
    gradients: dict[str, torch.Tensor]
    weights: dict[str, torch.Tensor]


class Comparison:
    def __init__(self, ours: Ours, work: Path, checks: Checks, where: torch.device, seed: int):
        self.ours, self.work, self.checks, self.where, self.seed = ours, work, checks, where, seed
        work.mkdir(parents=True, exist_ok=True)

    def run(self, plan: Plan, amps: list[str]) -> None:
        torch.manual_seed(self.seed)
        batch, rows, columns = plan.case
        images = torch.randn(plan.steps, batch, 3, rows, columns)
        labels = (torch.rand(plan.steps, batch) < 0.3).float()
        initial = {name: value.detach().clone() for name, value in networks.state(networks.build(plan.arch, self.seed)).items()}
        tensors.save(initial, self.work / "initial.safetensors")
        tensors.save({"images": images, "labels": labels}, self.work / "batches.safetensors")
        on_the_cpu = self.where.type == "cpu" and self.ours.device == "cpu"
        reference = self.by_torch(plan, images, labels, "none", double=on_the_cpu)
        for amp in amps:
            name = f"{plan}" + ("" if self.where.type == "cpu" and amps == ["none"] else f", {amp.replace('none', 'fp32')}")
            try:
                found = self.by_mammo(plan, amp)
            except Unmeasured as error:
                if error.status == "failed":
                    self.checks.fail(name, error.message)
                else:
                    self.checks.skip(name, str(error))
                continue
            if amp == "none":
                again = self.by_torch(plan, images, labels, amp, channels_last=True)
                self.in_fp32(name, plan, found, reference, initial, again, "PyTorch's" if on_the_cpu else "PyTorch's layouts'")
            else:
                self.in_16_bits(name, plan, found, self.by_torch(plan, images, labels, amp), reference, initial,
                                torch_side.ROUNDING[amp])

    def by_mammo(self, plan: Plan, amp: str) -> Trained:
        final, gradients = self.work / "final.safetensors", self.work / "gradients.safetensors"
        for path in (final, gradients):
            path.unlink(missing_ok=True)
        lines = self.ours.run(
            "follow", self.work / "initial.safetensors", self.work / "batches.safetensors", final, "--schedule", plan.schedule,
            "--freeze", plan.freeze, *(["--freeze-norm"] if plan.freeze_norm else []), "--lr", plan.lr, "--t0", plan.t0,
            "--gradients", gradients, "--loss-scale", LOSS_SCALE, amp=amp)
        columns = list(zip(*(map(float, line.split()) for line in lines)))
        return Trained(*map(list, columns[:2]), list(columns[2]) if len(columns) > 2 else [], tensors.load(gradients),
                       tensors.load(final))

    def by_torch(self, plan: Plan, images: torch.Tensor, labels: torch.Tensor, amp: str, channels_last: bool = False,
                 double: bool = False) -> Trained:
        dtype = torch.float64 if double else torch.float32
        layout = torch.channels_last if channels_last else torch.contiguous_format
        model = networks.build(plan.arch, self.seed).to(self.where, dtype, memory_format=layout).train()
        parameters = networks.named_parameters(model)
        for number, parameter in enumerate(parameters.values()):
            parameter.requires_grad = number >= plan.freeze
        for module in model.modules():
            if plan.freeze_norm and isinstance(module, torch.nn.BatchNorm2d) and not module.weight.requires_grad:
                module.eval()
        optimizer = torch.optim.AdamW([p for p in parameters.values() if p.requires_grad], lr=plan.lr, weight_decay=1e-2)
        scheduler = (lr_scheduler.CosineAnnealingLR(optimizer, T_max=plan.steps) if plan.schedule == "cosine"
                     else lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=plan.t0))
        scaler = torch.amp.GradScaler(self.where.type, init_scale=LOSS_SCALE, enabled=amp == "fp16")
        loss_of = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(20.0, dtype=dtype, device=self.where))
        done = Trained([], [], [], {}, {})
        for step in range(plan.steps):
            optimizer.zero_grad()
            with torch_side.autocast(self.where, amp):
                logits = model(images[step].to(self.where, dtype, memory_format=layout))[:, 0].to(dtype)
            loss = loss_of(logits, labels[step].to(self.where, dtype))
            done.rates.append(optimizer.param_groups[0]["lr"])
            done.losses.append(loss.item())
            if amp == "fp16":
                done.scales.append(scaler.get_scale())
            scaler.scale(loss).backward()
            scaler.unscale_(optimizer)
            if step == 0:
                done.gradients = {n: p.grad.to(dtype).cpu() for n, p in parameters.items() if p.requires_grad}
            scaler.step(optimizer)
            scaler.update()
            scheduler.step()
        done.weights = {name: value.detach().cpu() for name, value in networks.state(model).items()}
        return done

    def in_fp32(self, name: str, plan: Plan, found: Trained, reference: Trained, initial: dict[str, torch.Tensor],
                again: Trained, whose: str) -> None:
        """`again`: PyTorch's run in single precision with channels last, called `whose`. Where it is further off than half of a
        limit, rounding is all that is seen, and the limit is twice as far."""
        def tell(what: str, ours: float, limit: float, own: float | None) -> None:
            if own is None:
                self.checks.tell(f"{name}: {what}", ours, limit)
            else:
                self.checks.tell(f"{name}: {what}, {whose} {own:.1e}", ours, max(limit, FACTOR * own), own=own)

        unseen = efficientnets.unseen(plan.arch) if plan.arch in EFFICIENTNETS else set()
        errors = gradient_errors(found, reference, unseen)
        own = gradient_errors(again, reference, unseen)
        worst = worst_of(errors)
        tell(f"gradients, the worst of {len(errors)} is {worst}", errors[worst], LIMIT_GRADIENT, own[worst])
        tell(f"losses of {plan.steps} steps", largest(relative(found.losses, reference.losses)), LIMIT_LOSS,
             largest(relative(again.losses, reference.losses)))
        tell("learning rates", largest([abs(a - b) for a, b in zip(found.rates, reference.rates)]), 1e-300, None)
        kinds = {"final weights": [n for n in reference.gradients if n not in unseen],
                 "running statistics": [n for n in initial if n.endswith(RUNNING)]}
        for what, names in kinds.items():
            if names:
                tell(f"{what}, as a share of the distance travelled", share(found, reference, initial, names),
                     LIMIT_STATISTICS if what == "running statistics" else LIMIT_WEIGHTS,
                     share(again, reference, initial, names))
        counters = [n for n in initial if n.endswith("num_batches_tracked")]
        if counters:
            equal = all(torch.equal(found.weights[n].flatten(), reference.weights[n].flatten()) for n in counters)
            tell("counters of batches equal", 0.0 if equal else 1.0, 0.5, None)
        if plan.freeze:
            frozen = [n for n in initial if n not in counters and not n.endswith(RUNNING)][:plan.freeze]
            equal = all(torch.equal(found.weights[n].flatten(), initial[n].flatten()) for n in frozen)
            tell("frozen parameters unchanged", 0.0 if equal else 1.0, 0.5, None)

    def in_16_bits(self, name: str, plan: Plan, found: Trained, theirs: Trained, reference: Trained,
                   initial: dict[str, torch.Tensor], rounding: float) -> None:
        def tell(what: str, ours: float, peers: float) -> None:
            self.checks.tell(f"{name} from fp32: {what}, autocast's {peers:.1e}", ours, FACTOR * max(peers, rounding),
                             autocast=peers)

        unseen = efficientnets.unseen(plan.arch) if plan.arch in EFFICIENTNETS else set()
        names = [n for n in reference.gradients if n not in unseen]
        ours, peers = ({n: tensors.distance(run.gradients[n], reference.gradients[n]) for n in names} for run in (found, theirs))
        worst = worst_of({n: error / max(peers[n], rounding) for n, error in ours.items()})
        tell(f"gradients, the worst of {len(ours)} is {worst}", ours[worst], peers[worst])
        tell(f"losses of {len(found.losses)} steps", root_mean_square(relative(found.losses, reference.losses)),
             root_mean_square(relative(theirs.losses, reference.losses)))
        tell("final weights, as a share of the distance travelled", share(found, reference, initial, names),
             share(theirs, reference, initial, names))
        if theirs.scales or found.scales:
            equal = found.scales == theirs.scales
            self.checks.tell(f"{name}: loss scales of all steps equal", 0.0 if equal else 1.0, 0.5)


def gradient_errors(found: Trained, reference: Trained, unseen: set[str]) -> dict[str, float]:
    """As shares of each parameter's largest: some of its values may be nothing but rounding."""
    return {name: ((found.gradients[name].flatten() - gradient.flatten()).abs().max() / gradient.abs().max()).item()
            for name, gradient in reference.gradients.items() if name not in unseen}


def relative(values: list[float], reference: list[float]) -> list[float]:
    if len(values) != len(reference):
        return [float("nan")]
    return [abs(value - other) / abs(other) for value, other in zip(values, reference)]


def largest(values: list[float]) -> float:
    """Not a number where one of them is not."""
    return float("nan") if any(value != value for value in values) else max(values)


def root_mean_square(values: list[float]) -> float:
    return (sum(value * value for value in values) / len(values)) ** 0.5


def share(found: Trained, reference: Trained, initial: dict[str, torch.Tensor], names: list[str]) -> float:
    """How far the final values are off, as a share of the distance that the reference's have travelled."""
    off = travelled = 0.0
    for name in names:
        value = reference.weights[name].double()
        off += (found.weights[name].double().flatten() - value.flatten()).square().sum().item()
        travelled += (value - initial[name].double()).square().sum().item()
    return (off / travelled) ** 0.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("work", type=Path, metavar="WORK", help="a folder for weights, batches and gradients")
    parser.add_argument("--steps", type=int, default=10, help="of each case that --cases or a card has (default: 10)")
    parser.add_argument("--seed", type=int, help="of weights and inputs (default on a card: a fresh one, which is printed)")
    options, ours = parse(parser)
    report = Report(options.json, program="compare_training", format=1, device=options.device, arch=options.arch)
    checks = Checks(report)
    if reason := why_no_torch(options):
        checks.skip("compare_training", reason)
        return checks.end()
    where = torch_side.device(options.device)
    torch_side.full_precision()
    report.values.update(torch_side.about(where))
    on_the_cpu = options.device == "cpu"
    seed = options.seed if options.seed is not None else 1 if on_the_cpu else int.from_bytes(os.urandom(4), "big")
    report.values["seed"] = seed
    if not on_the_cpu:
        print(f"{options.device}, {report.values['card'] or 'PyTorch on the CPU'}, networks by {networks.source()}, "
              f"--seed {seed}")
    cases = options.cases or (None if on_the_cpu else REHEARSAL if options.emulated else ON_A_CARD)
    comparison = Comparison(ours, options.work, checks, where, seed)
    plans = [Plan(options.arch, case, options.steps) for case in cases or ()]
    if not plans:
        plans = efficientnet_on_the_cpu(options.arch, options.steps) if options.arch in EFFICIENTNETS else ON_THE_CPU
    for plan in plans:
        try:
            comparison.run(plan, options.amp)
        except RuntimeError as error:
            if torch_side.status_of(error) == "out of memory":
                checks.skip(str(plan), f"PyTorch: {torch_side.first_line(error)}")
            else:
                checks.fail(str(plan), f"PyTorch: {torch_side.first_line(error)}")
        torch_side.free(where)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
