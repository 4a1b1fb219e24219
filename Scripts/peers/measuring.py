"""Contenders that are timed turn about, within a budget of time, each result on disk before the next is begun."""
from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from ours import Ours, Unmeasured
from report import Report


@dataclass
class Round:
    """The result of a contender's turn: seconds of each run, and memory in MB where it is known."""

    seconds: list[float]
    memory: dict[str, int | None] = field(default_factory=dict)


class Contender(Protocol):
    name: str

    def measure(self) -> Round:
        """Takes a turn; raises Unmeasured."""

    def close(self) -> None:
        """Frees what it holds."""


class Budget:
    """Seconds for all cases together; what one case does not need the next ones have."""

    def __init__(self, seconds: float | None, cases: int):
        self.end = None if seconds is None else time.monotonic() + seconds
        self.cases = cases
        # The longest first turn of each contender, which may include minutes of compiling.
        self.longest: dict[str, float] = {}

    def begin(self) -> None:
        """The next case begins."""
        now = time.monotonic()
        self.case_end = None if self.end is None else now + max(0.0, self.end - now) / max(1, self.cases)
        self.cases -= 1

    def allows(self, name: str, is_first: bool) -> bool:
        """Whether a contender takes its turn: its first in a case where it fits, later ones within the share of the case."""
        if self.end is None:
            return True
        now = time.monotonic()
        return now + self.longest.get(name, 0.0) < self.end if is_first else now < self.case_end

    def took(self, name: str, seconds: float) -> None:
        """Says how long a first turn took."""
        self.longest[name] = max(seconds, self.longest.get(name, 0.0))


class MammoContender:
    """A subcommand of bench-network, a process a turn."""

    name = "mammo"

    def __init__(self, ours: Ours, arguments: list[object], amp: str, memory: Callable[[], MemoryWatch] | None = None):
        self.ours, self.arguments, self.amp, self.memory = ours, arguments, amp, memory

    def measure(self) -> Round:
        watch = self.memory() if self.memory else None
        try:
            lines = self.ours.run(*self.arguments, amp=self.amp)
        finally:
            peak = watch.end() if watch else None
        *seconds, last = lines
        said = last.split()[1]
        return Round([float(line.split()[0]) for line in seconds],
                     {"peak_megabytes": int(said) if said.isdecimal() else peak})

    def close(self) -> None:
        pass


class ProcessContender:
    """A program that prints as bench-network does, a process a turn."""

    def __init__(self, name: str, command: list[object]):
        self.name = name
        self.program = Ours(str(command[0]))
        self.arguments = command[1:]

    def measure(self) -> Round:
        *seconds, last = self.program.run(*self.arguments)
        return Round([float(line) for line in seconds], {"peak_megabytes": int(last.split()[1])})

    def close(self) -> None:
        pass


class MemoryWatch:
    """The most memory of a card that others than this process take, as the driver sees it, from now until `end`; a program's
    context (some hundred MB) and what its pool holds are in it."""

    def __init__(self, where):
        self.where = where
        self.before = self.most = self.used()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def used(self) -> int:
        import torch

        free, total = torch.cuda.mem_get_info(self.where)
        return total - free

    def watch(self) -> None:
        while not self.ended.wait(0.02):
            self.most = max(self.most, self.used())

    def end(self) -> int:
        """In MB."""
        self.ended.set()
        self.thread.join()
        return (self.most - self.before) // 1_000_000


class TorchContender:
    """PyTorch in this process. Between its turns nothing but parameters and moments stays on the card."""

    def __init__(self, name: str, make: Callable[[], object], where, warm_up: int, runs: int):
        self.name, self.make, self.where, self.warm_up, self.runs = name, make, where, warm_up, runs
        self.timed = None
        # Bytes that stay on the card between turns.
        self.idle = 0

    def measure(self) -> Round:
        import torch
        import torch_side

        on_a_card = self.where.type == "cuda"
        # Other contenders' parameters are not this one's memory.
        others = torch.cuda.memory_allocated(self.where) - self.idle if on_a_card else 0
        if on_a_card:
            torch.cuda.reset_peak_memory_stats(self.where)
        failure = None
        try:
            if self.timed is None:
                self.timed = self.make()
            seconds = self.timed.seconds(self.warm_up, self.runs)
        except Exception as error:  # noqa: BLE001 - a compiler's errors are of any kind.
            failure = Unmeasured(torch_side.status_of(error), torch_side.first_line(error))
        if failure is not None:
            self.timed = None
        memory: dict[str, int | None] = {}
        if on_a_card:
            memory = {"peak_megabytes": (torch.cuda.max_memory_allocated(self.where) - others) // 1_000_000,
                      "reserved_megabytes": (torch.cuda.max_memory_reserved(self.where) - others) // 1_000_000}
        torch_side.free(self.where)
        if on_a_card:
            self.idle = torch.cuda.memory_allocated(self.where) - others
        if failure is not None:
            raise failure
        return Round(seconds, memory)

    def close(self) -> None:
        import torch_side

        self.timed = None
        # What torch.compile keeps; without it there is no such module.
        if compiler := sys.modules.get("torch._dynamo"):
            compiler.reset()
        torch_side.free(self.where)


def turn_about(contenders: list[Contender], case: dict[str, object], rounds: int, budget: Budget, report: Report,
               pause: float = 0) -> None:
    """Times contenders, one round after another; results go into the case and the report after each turn.

    A contender that fails takes no further turn.
    """
    budget.begin()
    results = {contender.name: {"name": contender.name, "status": "not measured", "rounds": []} for contender in contenders}
    case["results"] = list(results.values())
    report.values["cases"].append(case)
    report.write()
    for number in range(rounds):
        for contender in contenders:
            result = results[contender.name]
            if number > 0 and result["status"] != "ok":
                continue
            if not budget.allows(contender.name, number == 0):
                if number == 0:
                    result["message"] = "the time of --seconds does not suffice"
                continue
            # Threads of the runtime before have time to fall asleep.
            time.sleep(pause)
            start = time.monotonic()
            try:
                taken = contender.measure()
                result["status"] = "ok"
                result["rounds"].append(statistics.median(taken.seconds))
                for key, value in taken.memory.items():
                    result[key] = value if value is None else max(value, result.get(key) or 0)
            except Unmeasured as error:
                result.update(status=error.status, message=error.message)
            if number == 0:
                budget.took(contender.name, time.monotonic() - start)
            summarise(results, case)
            report.write()
    for contender in contenders:
        contender.close()
    report.write()


def summarise(results: dict[str, dict], case: dict[str, object]) -> None:
    """Medians of rounds, rates, and times beside mammo's."""
    for result in results.values():
        if not result["rounds"]:
            continue
        seconds = statistics.median(result["rounds"])
        result["seconds"] = seconds
        result["images_per_second"] = case["images"] / seconds
        result["gflops_per_second"] = case["operations"] / seconds / 1e9
        mammo = results["mammo"].get("seconds")
        if mammo:
            result["times_mammo"] = seconds / mammo


def show(case: dict[str, object], title: str) -> None:
    """A case's table."""
    print(f"\n{title}, medians of rounds")
    for result in case["results"]:
        if "seconds" not in result:
            print(f"  {result['name']:<24} {result['status']}: {result.get('message', '')}", flush=True)
            continue
        peak = result.get("peak_megabytes")
        ratio = f" {result['times_mammo']:5.2f}x" if result["name"] != "mammo" and "times_mammo" in result else ""
        later = "" if result["status"] == "ok" else f"   then {result['status']}: {result['message']}"
        print(f"  {result['name']:<24}{result['seconds']:10.4f} s {result['images_per_second']:9.2f} images/s "
              f"{result['gflops_per_second']:8.0f} GFLOP/s {'' if peak is None else f'{peak:7} MB'}{ratio}"
              f"  rounds: {len(result['rounds'])}{later}", flush=True)
