"""Times a network's forward pass or training step by PyTorch, channels last, in mixed precision where asked for.

usage: torch_timing.py forward|train ARCH IMAGES ROWS COLUMNS THREADS WARM_UP RUNS
prints the seconds of each run on the CPU, then the process's peak of memory, as bench-network does.
"""
from __future__ import annotations

import sys
import time
from pathlib import Path

import usage

given = usage.arguments(__doc__, 8) if __name__ == "__main__" else []

import networks
import torch
import torch_side


class Timed:
    """A network, its input, and what is timed: `work` is forward or train."""

    def __init__(self, work: str, arch: str, case: tuple[int, int, int], where: torch.device, amp: str = "none",
                 compiled: bool = False):
        self.where, self.amp, self.work, self.case = where, amp, work, case
        self.model = networks.build(arch).to(where, memory_format=torch.channels_last)
        self.x = None
        self.call = torch.compile(self.model, dynamic=False) if compiled else self.model
        if work == "train":
            self.model.train()
            self.labels = torch.arange(1, case[0] + 1, device=where).remainder(2).float()
            self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=5e-5, fused=where.type == "cuda")
            self.scaler = torch.amp.GradScaler(where.type, enabled=amp == "fp16")

    def forward(self) -> bool:
        with torch.inference_mode(), torch_side.autocast(self.where, self.amp):
            self.call(self.x)
        return True

    def train(self) -> bool:
        """A step; whether it was made: GradScaler skips those whose gradients overflow."""
        scale = self.scaler.get_scale()
        self.optimizer.zero_grad(set_to_none=True)
        with torch_side.autocast(self.where, self.amp):
            logits = self.call(self.x)[:, 0].float()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, self.labels)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return self.scaler.get_scale() >= scale

    def seconds(self, warm_up: int, runs: int) -> list[float]:
        """Of each run, from an idle device to an idle device; steps that were skipped are not among them. Afterwards
        nothing but parameters and the optimizer's moments is left in memory."""
        batch, rows, columns = self.case
        self.x = torch.randn(batch, 3, rows, columns, device=self.where).to(memory_format=torch.channels_last)
        try:
            return self.time(warm_up, runs)
        finally:
            self.x = None
            self.model.zero_grad(set_to_none=True)

    def time(self, warm_up: int, runs: int) -> list[float]:
        step = self.train if self.work == "train" else self.forward
        found: list[float] = []
        done = skipped = 0
        while done < warm_up + runs:
            torch_side.synchronise(self.where)
            start = time.perf_counter()
            made = step()
            torch_side.synchronise(self.where)
            seconds = time.perf_counter() - start
            if not made:
                skipped += 1
                if skipped > 64:
                    raise RuntimeError("64 steps skipped: gradients overflow with any loss scale")
                continue
            if done >= warm_up:
                found.append(seconds)
            done += 1
        return found


def main() -> int:
    work, arch, *rest = given
    if work not in ("forward", "train"):
        print(__doc__, file=sys.stderr)
        return 64
    batch, rows, columns, threads, warm_up, runs = map(int, rest)
    torch.set_num_threads(threads)
    timed = Timed(work, arch, (batch, rows, columns), torch.device("cpu"))
    for seconds in timed.seconds(warm_up, runs):
        print(seconds)
    # Of this program alone; getrusage counts what the process was before.
    status = Path("/proc/self/status").read_text()
    print("peak", next(int(line.split()[1]) * 1024 // 1_000_000 for line in status.splitlines() if line.startswith("VmHWM:")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
