"""Prints what a benchmark runs on, the processor's measured peak included, and writes it as JSON.

usage: machine.py BENCH_NETWORK JSON
"""
from __future__ import annotations

import datetime
import json
import os
import re
import subprocess

import usage

# What kernels are chosen by, as /proc/cpuinfo calls it, and its usual name.
INSTRUCTIONS = {"avx2": "AVX2", "avx512f": "AVX-512", "avx512_vnni": "AVX-512 VNNI", "avx_vnni": "AVX-VNNI", "asimd": "NEON"}


def text_of(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def processor() -> dict[str, object]:
    """Name, cores and instructions of the processor that this process may use."""
    about = text_of("/proc/cpuinfo")

    def field(*names: str) -> str | None:
        found = re.search(rf"^(?:{'|'.join(names)})\s*:\s*(.+)$", about, re.M)
        return found[1].strip() if found else None

    usable = sorted(os.sched_getaffinity(0))
    topology = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    siblings = {text_of(topology.format(cpu)).strip() or str(cpu) for cpu in usable}
    flags = (field("flags", "Features") or "").split()
    return {
        "processor": field("model name", "CPU implementer") or "unknown",
        "family": field("cpu family", "CPU architecture"), "model": field("model", "CPU part"),
        "cores": len(siblings), "threads_per_core": len(usable) / len(siblings),
        "instructions": [name for flag, name in INSTRUCTIONS.items() if flag in flags],
    }


def peak(bench_network: str, threads: int) -> dict[str, object]:
    """What bench-network measures before it times layers: here of a small network, for its first line alone."""
    command = [bench_network, "layers", "--arch", "micro", "--size", "64x64", "--runs", "3", "--threads", str(threads)]
    first = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[0]
    found = re.fullmatch(r"CPU, (?P<threads>\d+) threads?, (?P<kernels>.+): peak (?P<peak>[\d.]+) GFLOP/s .*", first)
    if found is None:
        raise SystemExit(f"machine.py: '{first}' of bench-network layers is not its peak")
    return {"kernels": found["kernels"], "peak_threads": int(found["threads"]), "peak_gflops_per_second": float(found["peak"])}


def main() -> None:
    bench_network, path = usage.arguments(__doc__, 2)
    facts = processor()
    threads = round(facts["cores"] * facts["threads_per_core"])
    facts.update(peak(bench_network, threads), date=datetime.date.today().isoformat())
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=1)
        file.write("\n")
    print(f"processor         {facts['processor']}, family {facts['family']}, model {facts['model']}")
    print(f"cores             {facts['cores']}, threads per core {facts['threads_per_core']:g}")
    print(f"instruction sets  {', '.join(facts['instructions']) or 'none that kernels are chosen by'}")
    print(f"kernels           {facts['kernels']}")
    print(f"measured peak     {facts['peak_gflops_per_second']:.0f} GFLOP/s on {facts['peak_threads']} threads "
          "(a product whose weights stay in the first level cache)", flush=True)


if __name__ == "__main__":
    main()
