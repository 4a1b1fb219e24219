"""Results as JSON that is whole at any time: what a time limit ends has lost nothing."""
from __future__ import annotations

import json
import os


def worst_of(errors: dict[str, float]) -> str:
    """The name of the largest; not a number is larger than any."""
    return max(errors, key=lambda name: errors[name] if errors[name] == errors[name] else float("inf"))


class Report:
    """A file that is written anew, and renamed into place, whenever something is added."""

    def __init__(self, path: str | None, **head: object):
        self.path = path
        self.values = {**head, "complete": False}
        if path:
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        self.write()

    def write(self) -> None:
        if self.path:
            with open(f"{self.path}.part", "w", encoding="utf-8") as file:
                json.dump(self.values, file, indent=1, sort_keys=True, allow_nan=False, default=str)
                file.write("\n")
            os.replace(f"{self.path}.part", self.path)

    def end(self, **more: object) -> None:
        self.values.update(more, complete=True)
        self.write()


class Checks:
    """Comparisons that pass where a value is below its limit; not a number never is."""

    def __init__(self, report: Report):
        self.report = report
        self.failed = False
        report.values.update(checks=[], skipped=[])

    def tell(self, text: str, error: float, limit: float, **more: float) -> None:
        passed = error < limit
        self.failed |= not passed
        print(f"{text:<115} {error:.1e}{'' if passed else f'   NOT BELOW {limit:.1e}'}", flush=True)
        numbers = {"error": error, "limit": limit, **more}
        # JSON has neither infinities nor NaN.
        numbers = {name: value if value - value == 0 else str(value) for name, value in numbers.items()}
        self.report.values["checks"].append({"check": text, "passed": passed, **numbers})
        self.report.write()

    def fail(self, text: str, reason: str) -> None:
        self.failed = True
        print(f"{text}: FAILED: {reason}", flush=True)
        self.report.values["checks"].append({"check": text, "error": None, "limit": None, "passed": False, "message": reason})
        self.report.write()

    def skip(self, text: str, reason: str) -> None:
        print(f"skipped: {text}: {reason}", flush=True)
        self.report.values["skipped"].append({"check": text, "reason": reason})
        self.report.write()

    def end(self) -> int:
        """The exit status."""
        self.report.end(passed=not self.failed)
        return int(self.failed)
