"""Compares training with PyTorch's, step for step: gradients of every parameter, losses, learning rates, final weights.

usage: compare_training.py BENCH_NETWORK WORK
"""
import os
import subprocess
import sys

import torch
from networks import build
from safetensors.torch import load_file, save_file
from torch.optim import lr_scheduler

bench, work = sys.argv[1:3]
os.makedirs(work, exist_ok=True)
failed = False


def tell(text, error, limit):
    global failed
    failed |= not error < limit
    print(f"{text:<78} {error:.1e}{'' if error < limit else '   MORE THAN ' + str(limit)}", flush=True)


def run(arch, size, batch, steps, schedule, freeze=0, lr=5e-5, t0=5):
    name = f"{arch} {batch}x{size[0]}x{size[1]}, {schedule}, {freeze} frozen"
    model = build(arch)
    torch.manual_seed(2)
    images, labels = torch.randn(steps, batch, 3, *size), (torch.rand(steps, batch) < 0.3).float()
    initial = {k: t.clone().contiguous() for k, t in model.state_dict().items()}
    save_file(initial, f"{work}/initial.safetensors")
    save_file({"images": images, "labels": labels}, f"{work}/batches.safetensors")
    lines = subprocess.run(
        [bench, "follow", f"{work}/initial.safetensors", f"{work}/batches.safetensors", f"{work}/final.safetensors",
         "--schedule", schedule, "--freeze", str(freeze), "--lr", str(lr), "--t0", str(t0),
         "--gradients", f"{work}/gradients.safetensors"], check=True, capture_output=True, text=True).stdout.split("\n")
    ours = [tuple(map(float, line.split())) for line in lines if line]
    for number, (_, parameter) in enumerate(model.named_parameters()):
        parameter.requires_grad = number >= freeze
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=lr, weight_decay=1e-2)
    scheduler = (lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps) if schedule == "cosine"
                 else lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=t0))
    loss_of = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(20.0))
    worst_loss, rates = 0, 0
    for step in range(steps):
        rates = max(rates, abs(optimizer.param_groups[0]["lr"] - ours[step][0]))
        loss = loss_of(model(images[step])[:, 0], labels[step])
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            mine = load_file(f"{work}/gradients.safetensors")
            # A parameter alone, or as a share of the largest where its own gradient is nothing but rounding.
            errors = {n: ((mine[n] - p.grad).abs().max() / p.grad.abs().max()).item()
                      for n, p in model.named_parameters() if p.requires_grad}
            worst = max(errors, key=errors.get)
            tell(f"{name}: gradients, the worst is {worst}", errors[worst], 1e-3)
        optimizer.step()
        scheduler.step()
        worst_loss = max(worst_loss, abs(loss.item() - ours[step][1]) / abs(loss.item()))
    tell(f"{name}: losses of {steps} steps", worst_loss, 1e-4)
    tell(f"{name}: learning rates", rates, 1e-300)
    final = load_file(f"{work}/final.safetensors")
    off = travelled = 0.0
    frozen_equal = True
    for number, (key, value) in enumerate(model.state_dict().items()):
        off += (final[key].double() - value.double()).square().sum().item()
        travelled += (value.double() - initial[key].double()).square().sum().item()
        frozen_equal &= number >= freeze or torch.equal(final[key], initial[key])
    tell(f"{name}: final weights, as a share of the distance travelled", (off / travelled) ** 0.5, 1e-3)
    tell(f"{name}: frozen parameters unchanged", 0.0 if frozen_equal else 1.0, 0.5)


run("micro", (64, 32), 4, 20, "cosine")
run("micro", (64, 32), 4, 20, "restarts", freeze=20)
run("tiny", (64, 64), 2, 20, "cosine")
run("tiny", (97, 65), 2, 20, "restarts", freeze=80)
run("tiny", (256, 128), 2, 20, "cosine", freeze=60)
sys.exit(failed)
