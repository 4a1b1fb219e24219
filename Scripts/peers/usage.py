"""The command line of the plain programs here and in ../fixtures: --help, and how many arguments there are."""
from __future__ import annotations

import sys


def arguments(text: str, least: int, most: int | None = None) -> list[str]:
    """The arguments, from `least` to `most` of them (exactly `least` without it). Prints `text`, the program's documentation,
    for -h and --help, with status 0, and for another number of arguments, with status 64. To be called before imports of what
    may not be installed."""
    given = sys.argv[1:]
    if {"-h", "--help"} & set(given):
        print(text.strip())
        sys.exit(0)
    if not least <= len(given) <= (least if most is None else most):
        print(f"{sys.argv[0]}: found {len(given)} arguments\n{text.strip()}", file=sys.stderr)
        sys.exit(64)
    return given
