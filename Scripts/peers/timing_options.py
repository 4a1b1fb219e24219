"""What bench_network.py and bench_training.py have in common: options, contenders on a card, the end."""
from __future__ import annotations

import argparse
import sys

from measuring import Budget, Contender, MammoContender, MemoryWatch, TorchContender, show, turn_about
from ours import add_options, parse, why_no_torch
from report import Report


class Timing:
    """A program that times one kind of work, forward or train."""

    def __init__(self, work: str, description: str, examples: str):
        self.work = work
        parser = argparse.ArgumentParser(
            description=description, epilog=examples, formatter_class=argparse.RawDescriptionHelpFormatter)
        add_options(parser)
        parser.add_argument("--peers", action="store_true", help="time others too, turn about")
        parser.add_argument("--rounds", type=int, default=3, help="turns that each takes (default: 3)")
        parser.add_argument("--runs", type=int, help="runs of a turn, of which the median counts (default: 3; a card: 10)")
        parser.add_argument("--warm-up", type=int, help="runs before them (default: 1; a card: 3)")
        parser.add_argument("--seconds", type=float, help="begins no further round, and no case, when they are over")
        parser.add_argument("--threads", type=int, default=2, help="on the CPU (default: 2)")
        parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out, on a card")
        parser.add_argument("--no-layers", action="store_true", help="leave out the table of layers at the end")
        self.options, self.ours = parse(parser)
        options = self.options
        self.on_a_card = options.device.startswith("cuda")
        options.runs = options.runs or (10 if self.on_a_card else 3)
        options.warm_up = options.warm_up if options.warm_up is not None else 3 if self.on_a_card else 1
        self.report = Report(
            options.json, program=f"bench_{'network' if work == 'forward' else 'training'}", format=1, device=options.device,
            arch=options.arch, rounds=options.rounds, runs=options.runs, warm_up=options.warm_up, threads=options.threads,
            cases=[])
        self.no_peers = None if options.peers else "without --peers"
        if options.peers:
            self.no_peers = why_no_torch(options)
            if self.no_peers:
                print(f"skipped: PyTorch: {self.no_peers}", flush=True)
        self.report.values["peers_skipped"] = self.no_peers
        if not self.no_peers:
            import torch
            import torch_side

            torch.set_num_threads(options.threads)
            torch_side.full_precision()
            # Each convolution by the fastest algorithm for its size.
            torch.backends.cudnn.benchmark = True
            self.where = torch_side.device(options.device)
            self.report.values.update(torch_side.about(self.where))
        self.report.write()

    def mammo(self, case: tuple[int, int, int], amp: str) -> MammoContender:
        batch, rows, columns = case
        options = self.options
        arguments = [self.work, "--size", f"{rows}x{columns}", "--batch", batch, "--arch", options.arch, "--runs", options.runs,
                     "--warm-up", options.warm_up, "--threads", options.threads]
        watch = (lambda: MemoryWatch(self.where)) if self.on_a_card and not self.no_peers else None
        return MammoContender(self.ours, arguments, amp, watch)

    def on_card(self, case: tuple[int, int, int], amp: str) -> list[Contender]:
        """PyTorch in this process, eager and compiled."""
        from torch_timing import Timed

        options = self.options

        def contender(name: str, compiled: bool) -> TorchContender:
            return TorchContender(name, lambda: Timed(self.work, options.arch, case, self.where, amp, compiled), self.where,
                                  options.warm_up, options.runs)

        found = [contender("PyTorch, eager", False)]
        return found if options.no_compile else [*found, contender("PyTorch, compiled", True)]

    def run(self, cases: list[tuple[int, int, int]], peers, operations) -> int:
        """Times all cases; `peers` makes the contenders of a case and a precision, `operations` counts a run's."""
        options = self.options
        todo = [(case, amp) for case in options.cases or cases for amp in options.amp]
        budget = Budget(options.seconds, len(todo))
        for case, amp in todo:
            batch, rows, columns = case
            entry: dict[str, object] = {"images": batch, "rows": rows, "columns": columns, "amp": amp,
                                        "operations": operations(options.arch, batch, rows, columns)}
            contenders = [self.mammo(case, amp), *([] if self.no_peers else peers(case, amp))]
            turn_about(contenders, entry, options.rounds, budget, self.report, pause=0 if self.on_a_card else 1)
            how = f", {options.threads} threads" if options.device == "cpu" else f", {amp.replace('none', 'fp32')}"
            show(entry, f"{options.arch}, {batch} x {rows}x{columns}{how}")
        return self.end()

    def end(self) -> int:
        """Layers by themselves on the CPU; the exit status: 1 where mammo has failed."""
        options = self.options
        failed = any(result["name"] == "mammo" and result["status"] == "failed"
                     for case in self.report.values["cases"] for result in case["results"])
        self.report.end(failed=failed)
        if options.device == "cpu" and not options.no_layers:
            more = ["--arch", options.arch, "--threads", options.threads]
            more += ["--training", "--size", "512x256", "--batch", 2] if self.work == "train" else []
            print()
            print("\n".join(self.ours.run("layers", *more)).expandtabs(26))
        if failed:
            print("mammo failed in a case; see above", file=sys.stderr)
        return int(failed)
