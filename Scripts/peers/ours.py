"""Runs bench-network, and the options that say on what and how: shared by the programs that compare and time."""
from __future__ import annotations

import argparse
import subprocess
from dataclasses import dataclass, field

from architectures import ARCHITECTURES, EFFICIENTNETS

AMP = ("none", "fp16", "bf16")


class Unmeasured(Exception):
    """Why there is no result: `status` is "out of memory", "unavailable" or "failed"."""

    def __init__(self, status: str, message: str):
        super().__init__(f"{status}: {message}")
        self.status, self.message = status, message


@dataclass
class Ours:
    """bench-network on one device."""

    program: str
    device: str = "cpu"
    more: list[str] = field(default_factory=list)

    def run(self, *arguments: object, amp: str = "none", timeout: float = 600) -> list[str]:
        """The lines that a subcommand prints; raises Unmeasured."""
        command = [self.program, *map(str, arguments)]
        if self.device != "cpu":
            command += ["--device", self.device, "--amp", amp, *self.more]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
        except OSError as error:
            raise Unmeasured("failed", f"{self.program}: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise Unmeasured("failed", f"no result after {timeout:.0f} s: {' '.join(command)}") from None
        if done.returncode == 0:
            return done.stdout.splitlines()
        status = {69: "unavailable", 71: "out of memory"}.get(done.returncode, "failed")
        said = done.stderr.strip().splitlines()
        raise Unmeasured(status, said[-1] if said else f"bench-network ended with status {done.returncode}")


def shapes(text: str) -> list[tuple[int, int, int]]:
    """8x2048x1024,1x512x256 as (images, rows, columns)."""
    found = []
    for part in text.split(","):
        fields = part.split("x")
        if len(fields) != 3 or not all(f.isdecimal() and int(f) > 0 for f in fields):
            raise argparse.ArgumentTypeError(f"'{part}' is not IMAGESxROWSxCOLUMNS, as in 8x2048x1024")
        found.append(tuple(map(int, fields)))
    return found


def precisions(text: str) -> list[str]:
    """none,fp16,bf16."""
    found = text.split(",")
    for name in found:
        if name not in AMP:
            raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(AMP)}")
    return found


def add_options(parser: argparse.ArgumentParser) -> None:
    """--device, --amp, --cuda-plugin, --cuda-libraries, --cases, --arch, --json."""
    parser.add_argument("bench_network", metavar="BENCH_NETWORK", help="the executable bench-network")
    parser.add_argument("--device", default="cpu", metavar="DEVICE",
                        help="cpu, cuda, cuda:N, or emulated: ours on the emulated plugin and PyTorch on the CPU, a rehearsal")
    parser.add_argument("--amp", type=precisions, metavar="LIST",
                        help="of none,fp16,bf16: how values are stored on a card (default: all three, on a card)")
    parser.add_argument("--cuda-plugin", metavar="FILE", help="the plugin, handed on to bench-network")
    parser.add_argument("--cuda-libraries", metavar="DIR", help="where cuBLASLt is, handed on to bench-network")
    parser.add_argument("--cases", type=shapes, metavar="LIST", help="IMAGESxROWSxCOLUMNS, commas between")
    parser.add_argument("--arch", choices=ARCHITECTURES, metavar="NAME",
                        help=f"{', '.join(ARCHITECTURES)} (default: tiny; emulated: micro)")
    parser.add_argument("--json", metavar="FILE", help="results for programs, written anew after each of them")


def parse(parser: argparse.ArgumentParser) -> tuple[argparse.Namespace, Ours]:
    """Options with their defaults, and bench-network as they ask for it."""
    options = parser.parse_args()
    options.emulated = options.device == "emulated"
    if options.emulated and not options.cuda_plugin:
        parser.error("--device emulated needs --cuda-plugin .../libmammo_cuda_emulated.so")
    if not (options.device in ("cpu", "cuda", "emulated") or options.device.removeprefix("cuda:").isdecimal()):
        parser.error(f"--device is {options.device}, expected cpu, cuda, cuda:N or emulated")
    if options.device == "cpu" and options.amp not in (None, ["none"]):
        parser.error("--amp is for a card")
    options.amp = options.amp or (["none"] if options.device == "cpu" else list(AMP))
    options.arch = options.arch or ("micro" if options.emulated else "tiny")
    more = [word for name in ("cuda-plugin", "cuda-libraries")
            if (value := getattr(options, name.replace("-", "_"))) for word in (f"--{name}", value)]
    return options, Ours(options.bench_network, "cuda" if options.emulated else options.device, more)


def why_no_torch(options: argparse.Namespace) -> str | None:
    """Why there is nothing to compare with here; None where there is."""
    try:
        import networks
        import torch
    except ImportError as error:
        return f"PyTorch is not here ({error})"
    if networks.source() is None:
        return "neither torchvision nor timm is here"
    if options.arch in EFFICIENTNETS and networks.source() != "torchvision":
        return f"torchvision is not here, which alone has {options.arch}"
    if options.device.startswith("cuda") and not torch.cuda.is_available():
        return f"PyTorch {torch.__version__} sees no card"
    return None
