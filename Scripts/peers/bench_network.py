"""Times a network's forward pass by mammo and, with --peers, by others, turn about; prints medians, rates and ratios.

On the CPU beside PyTorch and, where they are installed, ONNX Runtime and OpenVINO, then each kind of layer as a share of the
peak. On a card beside PyTorch with channels last and torch.autocast, eager and compiled; fp32 is without TF32.
"""
from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable

from architectures import operations
from measuring import Contender, Round
from timing_options import Timing

EXAMPLES = """examples:
  bench_network.py .build/release/bench-network --peers
  bench_network.py ./bench-network --peers --device cuda --cuda-plugin ./libmammo_cuda.so --json network.json \\
      --cases 1x2048x1024,8x2048x1024 --amp bf16,fp16 --seconds 120
  bench_network.py ./bench-network --peers --device emulated --cuda-plugin ./libmammo_cuda_emulated.so --runs 1 --rounds 1

exit status: 0; 1 where mammo failed in a case. Out of memory is reported and does not count as a failure.
"""
ON_THE_CPU = [(1, 2048, 1024), (1, 512, 256), (8, 224, 224)]
ON_A_CARD = [(1, 2048, 1024), (8, 2048, 1024), (8, 512, 256)]
REHEARSAL = [(2, 64, 32)]


class FunctionContender:
    """A runtime in this process that is called."""

    def __init__(self, name: str, function: Callable[[], object], warm_up: int, runs: int):
        self.name, self.function, self.warm_up, self.runs = name, function, warm_up, runs

    def measure(self) -> Round:
        seconds = []
        for run in range(self.warm_up + self.runs):
            start = time.perf_counter()
            self.function()
            if run >= self.warm_up:
                seconds.append(time.perf_counter() - start)
        return Round(seconds)

    def close(self) -> None:
        pass


def other_runtimes(model, x, threads: int) -> dict[str, Callable[[], object]]:
    """A network for an input by ONNX Runtime and OpenVINO, as far as they are installed."""
    import numpy
    import torch

    try:
        import onnx  # noqa: F401 - what torch's exporter needs.
    except ImportError:
        print("skipped: ONNX Runtime and OpenVINO: onnx is not here", flush=True)
        return {}
    path = os.path.join(tempfile.mkdtemp(), "network.onnx")
    torch.onnx.export(model, (x,), path, dynamo=False, opset_version=17)
    values, found = numpy.ascontiguousarray(x.numpy()), {}
    try:
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        settings.add_session_config_entry("session.intra_op.allow_spinning", "1")
        session = onnxruntime.InferenceSession(path, settings)
        name = session.get_inputs()[0].name
        found["ONNX Runtime"] = lambda: session.run(None, {name: values})
    except ImportError:
        print("skipped: ONNX Runtime is not here", flush=True)
    try:
        import openvino

        compiled = openvino.Core().compile_model(
            path, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads})
        found["OpenVINO"] = lambda: compiled(values)
    except ImportError:
        print("skipped: OpenVINO is not here", flush=True)
    return found


def main() -> int:
    timing = Timing("forward", __doc__, EXAMPLES)
    options = timing.options

    def on_the_cpu(case: tuple[int, int, int], _amp: str) -> list[Contender]:
        import networks
        import torch

        batch, rows, columns = case
        model = networks.build(options.arch)
        x = torch.randn(batch, 3, rows, columns)
        functions = other_runtimes(model, x, options.threads)
        last = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)

        def pytorch():
            with torch.inference_mode():
                last[0](last[1])

        functions = {"PyTorch, channels last": pytorch, **functions}
        return [FunctionContender(name, function, options.warm_up, options.runs) for name, function in functions.items()]

    if options.device == "cpu":
        return timing.run(ON_THE_CPU, on_the_cpu, operations)
    return timing.run(REHEARSAL if options.emulated else ON_A_CARD, timing.on_card, operations)


if __name__ == "__main__":
    sys.exit(main())
