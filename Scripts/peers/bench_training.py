"""Times a step of training a network (forward, backward, AdamW) by mammo and, with --peers, by PyTorch, turn about; prints
medians, rates, ratios and peaks of memory.

On the CPU beside PyTorch with channels last, then each kind of layer as a share of the peak. On a card beside PyTorch with
channels last and torch.autocast (torch.amp.GradScaler for fp16, fused AdamW), eager and compiled; fp32 is without TF32.
Memory on a card: PyTorch's is torch.cuda.max_memory_allocated; mammo's is what the driver has less while it runs, its context
(some hundred MB) included.
"""
from __future__ import annotations

import sys
from pathlib import Path

from architectures import operations
from measuring import Contender, ProcessContender
from timing_options import Timing

EXAMPLES = """examples:
  bench_training.py .build/release/bench-network --peers
  bench_training.py ./bench-network --peers --device cuda --cuda-plugin ./libmammo_cuda.so --json training.json \\
      --cases 8x2048x1024,26x2048x1024,26x512x256 --amp bf16,fp16,none --seconds 240
  bench_training.py ./bench-network --peers --device emulated --cuda-plugin ./libmammo_cuda_emulated.so --runs 1 --rounds 1

exit status: 0; 1 where mammo failed in a case. Out of memory is reported and does not count as a failure.
"""
ON_THE_CPU = [(2, 512, 256), (1, 1024, 512)]
ON_A_CARD = [(8, 2048, 1024), (26, 2048, 1024), (26, 512, 256)]
REHEARSAL = [(2, 64, 32)]


def step_operations(arch: str, batch: int, rows: int, columns: int) -> int:
    """Backward counted as twice forward."""
    return 3 * operations(arch, batch, rows, columns)


def main() -> int:
    timing = Timing("train", __doc__, EXAMPLES)
    options = timing.options

    def on_the_cpu(case: tuple[int, int, int], _amp: str) -> list[Contender]:
        # A process of its own, so that its peak of memory can be told.
        program = Path(__file__).with_name("torch_timing.py")
        command = [sys.executable, program, "train", options.arch, *case, options.threads, options.warm_up, options.runs]
        return [ProcessContender("PyTorch, channels last", command)]

    if options.device == "cpu":
        return timing.run(ON_THE_CPU, on_the_cpu, step_operations)
    return timing.run(REHEARSAL if options.emulated else ON_A_CARD, timing.on_card, step_operations)


if __name__ == "__main__":
    sys.exit(main())
