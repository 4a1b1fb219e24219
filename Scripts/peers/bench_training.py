"""Times a step of training ConvNeXt-tiny (forward, backward, AdamW) by mammo and, with --peers, by PyTorch, turn about, on
two threads each; prints medians, GFLOP/s, ratios and peaks of memory, then each kind of layer as a share of the peak.

usage: bench_training.py BENCH_NETWORK ROUNDS [--peers]
"""
import statistics
import subprocess
import sys

bench, rounds, peers = sys.argv[1], int(sys.argv[2]), "--peers" in sys.argv
CASES = [(2, 512, 256), (1, 1024, 512)]
THREADS = 2
PYTORCH = """
import resource, sys, time, torch, torchvision
batch, rows, columns, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(0)
model = torchvision.models.convnext_tiny(weights=None)
model.classifier[2] = torch.nn.Linear(768, 1)
model = model.train().to(memory_format=torch.channels_last)
x = torch.randn(batch, 3, rows, columns).to(memory_format=torch.channels_last)
y = torch.ones(batch)
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5)
for run in range(4):
    start = time.perf_counter()
    optimizer.zero_grad()
    torch.nn.functional.binary_cross_entropy_with_logits(model(x)[:, 0], y).backward()
    optimizer.step()
    if run:
        print(time.perf_counter() - start)
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1000000)
"""


def flops(batch, rows, columns):
    """Two for each multiply-add; backward counted as twice forward."""
    return 3 * 2 * 4.4548e9 * batch * rows * columns / 224 / 224


def measured(command):
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return statistics.median(float(line.split()[0]) for line in lines[:-1]), int(lines[-1].split()[1])


for batch, rows, columns in CASES:
    commands = {"mammo": [bench, "train", "--size", f"{rows}x{columns}", "--batch", str(batch), "--runs", "3"]}
    if peers:
        commands["PyTorch, channels last"] = [sys.executable, "-c", PYTORCH, *map(str, (batch, rows, columns, THREADS))]
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(measured(command))
    median = {name: statistics.median(seconds for seconds, _ in values) for name, values in runs.items()}
    print(f"\na step of {batch} x {rows}x{columns}, {THREADS} threads, medians of {rounds}")
    for name, seconds in median.items():
        ratio = f"   {seconds / median['mammo']:5.2f}x" if name != "mammo" else ""
        peak = max(peak for _, peak in runs[name])
        rate = flops(batch, rows, columns) / seconds / 1e9
        print(f"  {name:<24}{seconds:8.3f} s {rate:7.0f} GFLOP/s {peak:6} MB{ratio}", flush=True)

print()
layers = [bench, "layers", "--training", "--size", "512x256", "--batch", "2"]
print(subprocess.run(layers, check=True, capture_output=True, text=True).stdout.expandtabs(26), end="")
