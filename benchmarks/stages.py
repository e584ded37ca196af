"""One run of `trucewatch assess` with the CPU seconds and the peak memory of each of its stages, as one JSON line.

    python benchmarks/stages.py CASE --out DIR

Attribution and clauses are there for the run and its mirror together; words are made while others wait for them, so
that stages overlap. The stages are timed by wrapping the functions of the path, from outside, so
that the path itself has no clock. Garbage collection is as in a plain run.
"""

import json
import resource
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

STAGES = {
    "reading": ("trucewatch.centre", "read_all"),
    "enrolment": ("trucewatch.pipeline", "enrol"),
    "location, errors": ("trucewatch.pipeline", "located"),
    "association": ("trucewatch.pipeline", "associate"),
    "incidents": ("trucewatch.pipeline", "incidents"),
    "attribution": ("trucewatch.pipeline", "attribute"),
    "ground (within others)": ("trucewatch.assess.ground", "_in_epoch"),
    "coverage": ("trucewatch.pipeline", "cover"),
    "clauses": ("trucewatch.pipeline", "hold"),
    "rates": ("trucewatch.pipeline", "rates"),
    "report and tables": ("trucewatch.pipeline", "publications"),
    "mirror run": ("trucewatch.impartial", "_reordered"),
    "ledger and disk": ("trucewatch.ledger.store", "write"),
}


def cpu_s() -> float:
    """Return user and system seconds of this process and of the workers that it waited for."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(name: str, step: Callable[..., Any], spent: dict[str, list[float]]) -> Callable[..., Any]:
    """Return the step, which notes its CPU seconds and the peak memory at its end."""

    def run(*given: Any, **named: Any) -> Any:
        begun = cpu_s()
        result = step(*given, **named)
        entry = spent.setdefault(name, [0.0, 0.0])
        entry[0] += cpu_s() - begun
        entry[1] = peak_mib()
        return result

    return run


def main() -> None:
    import importlib

    from trucewatch import cli

    spent: dict[str, list[float]] = {}
    for name, (module_name, function) in STAGES.items():
        module = importlib.import_module(module_name)
        if hasattr(module, function):  # a stage that this version does not have is left out
            setattr(module, function, timed(name, getattr(module, function), spent))
    sys.argv = ["trucewatch", "assess", *sys.argv[1:]]
    said, code = StringIO(), 0
    with redirect_stdout(said):
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    if code:
        sys.exit(said.getvalue())
    print(json.dumps({"stages": spent, "all": [cpu_s(), peak_mib()]}))


if __name__ == "__main__":
    main()
