"""`python -m trucewatch.sandbox`: what confines a parser on this machine and what it may not; exit 1 if too little."""

import sys

from trucewatch.sandbox.confine import suffices
from trucewatch.sandbox.findings import read_facts
from trucewatch.sandbox.run import Answer, Limits, run

ATTEMPTS = (
    "open a file",
    "open a socket",
    "start a program",
    "open a file past Python",
    "make a file past Python",
    "fork past Python",
    "open a socket past Python",
    "start a program past Python",
    "signal the parent",
    "reach the network",
    "make memory executable",
    "name the environment",
    "name the folder",
    "grow",
    "flood",
    "spin",
)
LIMITS = Limits(cpu_s=1, clock_s=3)


def outcome(answer: Answer) -> str:
    """Return in words what became of an attempt."""
    facts = read_facts(answer.said.get("kind"), answer.said.get("facts"))
    if answer.reason is not None:
        return f"stopped: {answer.reason}"
    return "refused" if facts is not None and not getattr(facts, "telemetry", 1) else "NOT REFUSED"


def main() -> int:
    """Try each thing in a child and print what became of it."""
    answers = {attempt: run("probe", attempt.encode(), LIMITS) for attempt in ATTEMPTS}
    layers = answers["open a file"].layers
    outcomes = {attempt: outcome(answer) for attempt, answer in answers.items()}
    enough = suffices(layers) and "NOT REFUSED" not in outcomes.values()
    lines = [f"{attempt}: {words}" for attempt, words in outcomes.items()]
    sys.stdout.write("\n".join([f"layers: {', '.join(layers) or 'none'}", *lines, ""]))
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
