"""PyTorch's side of a comparison: its device, its mixed precision, its memory, what it says of itself."""
from __future__ import annotations

import contextlib
import gc

import networks
import torch

TYPES = {"fp16": torch.float16, "bf16": torch.bfloat16}
# One rounding to nearest, as a share of the value.
ROUNDING = {"fp16": 2.0**-11, "bf16": 2.0**-8}


def device(name: str) -> torch.device:
    """Where PyTorch computes: the card that mammo computes on, or the CPU where that is emulated."""
    return torch.device("cpu" if name == "emulated" else name)


def about(where: torch.device) -> dict[str, object]:
    """For a report: versions, and the card."""
    found = {"torch": torch.__version__, "networks_by": networks.source(), "card": None}
    if where.type == "cuda":
        major, minor = torch.cuda.get_device_capability(where)
        found |= {"card": torch.cuda.get_device_name(where), "capability": f"{major}.{minor}",
                  "cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}
    return found


def full_precision() -> None:
    """No TF32: products and convolutions of fp32 are in fp32, as mammo's are."""
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False


def autocast(where: torch.device, amp: str):
    """torch.autocast, or nothing where amp is none."""
    return contextlib.nullcontext() if amp == "none" else torch.autocast(where.type, dtype=TYPES[amp])


def synchronise(where: torch.device) -> None:
    if where.type == "cuda":
        torch.cuda.synchronize(where)


def free(where: torch.device) -> None:
    """Hands memory that nothing refers to back to the driver, for the next program."""
    gc.collect()
    if where.type == "cuda":
        torch.cuda.empty_cache()


def status_of(error: BaseException) -> str:
    """"out of memory" or "failed"."""
    text = str(error).lower()
    is_memory = isinstance(error, (torch.cuda.OutOfMemoryError, MemoryError)) or any(
        sign in text for sign in ("out of memory", "alloc_failed", "can't allocate memory", "not enough memory"))
    return "out of memory" if is_memory else "failed"


def first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"
