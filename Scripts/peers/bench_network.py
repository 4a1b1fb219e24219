"""Times ConvNeXt-tiny's forward pass by mammo and, with --peers, by PyTorch, ONNX Runtime and OpenVINO, turn about, on
two threads each; prints medians, GFLOP/s and ratios, then each kind of layer as a share of the peak.

usage: bench_network.py BENCH_NETWORK ROUNDS [--peers]
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

bench, rounds, peers = sys.argv[1], int(sys.argv[2]), "--peers" in sys.argv
CASES = [(1, 2048, 1024), (1, 512, 256), (8, 224, 224)]
THREADS = 2


def flops(batch, rows, columns):
    """Two for each multiply-add; 4.4548e9 multiply-adds for an image of 224x224."""
    return 2 * 4.4548e9 * batch * rows * columns / 224 / 224


def ours(batch, rows, columns):
    text = subprocess.run([bench, "forward", "--size", f"{rows}x{columns}", "--batch", str(batch), "--runs", "3"],
                          check=True, capture_output=True, text=True).stdout.splitlines()
    return statistics.median(map(float, text[:-1])), int(text[-1].split()[1])


def timed(function):
    """The median of three after one to warm up; the threads of the runtime before have had time to fall asleep."""
    time.sleep(1)
    function()
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def sessions(batch, rows, columns):
    import numpy as np
    import onnxruntime
    import openvino
    import torch
    import torchvision

    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    model = torchvision.models.convnext_tiny(weights=None)
    model.classifier[2] = torch.nn.Linear(768, 1)
    model.eval()
    path = os.path.join(tempfile.mkdtemp(), "tiny.onnx")
    x = torch.randn(batch, 3, rows, columns)
    torch.onnx.export(model, (x,), path, dynamo=False, opset_version=17)
    values = x.numpy()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    session = onnxruntime.InferenceSession(path, options)
    name = session.get_inputs()[0].name
    compiled = openvino.Core().compile_model(
        path, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": THREADS})
    last = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)

    def pytorch():
        with torch.inference_mode():
            last[0](last[1])

    return {"PyTorch, channels last": pytorch, "ONNX Runtime": lambda: session.run(None, {name: values}),
            "OpenVINO": lambda: compiled(values)}


for case in CASES:
    runs, memory = {"mammo": []}, 0
    others = sessions(*case) if peers else {}
    for _ in range(rounds):
        seconds, memory = ours(*case)
        runs["mammo"].append(seconds)
        for name, function in others.items():
            runs.setdefault(name, []).append(timed(function))
    median = {name: statistics.median(seconds) for name, seconds in runs.items()}
    print(f"\n{case[0]} x {case[1]}x{case[2]}, {THREADS} threads, medians of {rounds}; mammo's peak of memory {memory} MB")
    for name, seconds in median.items():
        ratio = f"   {seconds / median['mammo']:5.2f}x" if name != "mammo" else ""
        print(f"  {name:<24}{seconds:8.3f} s {flops(*case) / seconds / 1e9:7.0f} GFLOP/s{ratio}", flush=True)

print()
print(subprocess.run([bench, "layers"], check=True, capture_output=True, text=True).stdout.expandtabs(26), end="")
