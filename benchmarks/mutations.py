"""A hundred thousand mutated logs, judged by both verifiers: nothing may pass that no stated rule calls harmless.

    make mutations        all of it, half an hour to two hours on two cores; writes results/DAY-mutations.md
    python benchmarks/mutations.py [--count N] [--seed S] [--only NUMBER]

Four campaigns. *Mutants* (`mutants.py`): every kind of file equally often; a mutant has chance of its own from the
seed and its number, so that `--only` makes it again. *Redaction* (`altered.py`): every committed field is withheld, and
every byte of every disclosure altered. *Signed* (`resigned.py`): entries that the log's own key signs, well-formed or
not, on which the two verifiers must agree. *Approvals* (`approvals.py`): what the staff approved, changed by an
operator who has the log's own key. Both have the honest policy from another hand. `harmless.py` has the rules.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from pathlib import Path

import altered
import approvals
import harmless
import resigned
from court import Court, Log, Verdicts, court, together
from mutants import Change, Special, mutant, targets
from outcome import Judged, OnApproval, Outcome
from rich_logs import large, rich

COUNT, SEED = 100_000, 20261122
LARGE_EVERY = 250  # the log with a third level of tiles costs fifty times another one's time


@cache
def small_logs() -> tuple[Log, ...]:
    """Return three honest logs of two bundles each."""
    one, two, three = rich(300), rich(258, 1, "either"), rich(290, 2)
    return (
        Log("300 entries", one, "both", two),
        Log("258 entries, either guarantor is enough", two, "either", three),
        Log("290 entries", three, "both", one),
    )


@cache
def honest_logs() -> tuple[Log, ...]:
    """Return the logs that are mutated; the last one has three levels of tiles."""
    return (*small_logs(), Log("65,836 entries", large(65_836), "both", small_logs()[0].files))


def draw(logs: Sequence[Log], seed: int, number: int) -> tuple[int, str, str, Change]:
    """Return which log, what kind of target, which operator and what change the mutant of this number is."""
    chance = random.Random(f"{seed} {number}")
    small = len(small_logs())
    at = small if number % LARGE_EVERY == 0 and len(logs) > small else number % small
    kinds = targets(logs[at].files)
    names = list(kinds)
    if at == small and number % (2 * LARGE_EVERY) == 0:  # what no other log has
        names = [name for name in names if name not in targets(logs[0].files)]
    kind = names[number // small % len(names)]
    operator, change = mutant(chance, logs[at].files, chance.choice(kinds[kind]), logs[at].other)
    return at, kind, operator, change


def judged(court: Court, job: tuple[int, int]) -> Judged:
    """Judge the mutant of a seed and a number."""
    seed, number = job
    at, kind, operator, change = draw(court.logs, seed, number)
    log = court.logs[at]
    return Judged(
        number=number,
        log=log.name,
        kind=kind,
        operator=operator,
        paths=tuple(change),
        verdicts=court.verdicts(at, change),
        rule=harmless.rule(log.files, change, either=log.quorum == "either"),
        unchecked=harmless.unchecked(log.files, change),
    )


# --- redaction: what is withheld, what is altered ---------------------------------------------------


@cache
def redacted_log() -> Log:
    """Return the log whose fields are withheld and altered."""
    return Log("112 entries", rich(112, 3), "both")


@cache
def redactions() -> tuple[tuple[tuple[str, Change], ...], tuple[tuple[str, Change], ...]]:
    """Return what is withheld from that log, and how it is altered: a name and the change of each."""
    files = redacted_log().files
    return tuple(altered.withheld(files)), tuple(altered.altered(files, SEED))


def redacted(court: Court, job: tuple[int, int]) -> tuple[str, Verdicts]:
    """Judge one of both."""
    which, number = job
    how, change = redactions()[which][number]
    return how, court.verdicts(0, change)


# --- what the log's own key signs --------------------------------------------------------------------


@cache
def odd_log() -> Log:
    """Return the small log of which one thing is made odd."""
    return Log("5 entries", resigned.base(), None)


def odd(court: Court, job: tuple[int, int]) -> tuple[int, str, Verdicts]:
    """Judge the odd log of a seed and a number."""
    name, change = resigned.resigned(*job, odd_log().files)
    return job[1], name, court.verdicts(0, change)


# --- what the staff approved ---------------------------------------------------------------------------


@cache
def approved_log() -> Log:
    """Return the small log with approvals to which something is done."""
    return Log("15 entries", approvals.base(), "both")


def on_approval(court: Court, job: tuple[int, int]) -> OnApproval:
    """Judge what was done to approvals, of a seed and a number."""
    way, change, draft = approvals.altered(*job, approved_log().files)
    return OnApproval(
        number=job[1],
        way=way,
        verdicts=court.verdicts(0, change),
        harmless=draft.harmless,
        is_plain=draft.plain,
        is_sure=draft.sure,
    )


# --- all of it ----------------------------------------------------------------------------------------


def one(seed: int, number: int) -> None:
    """Make one mutant again and print what it is and what both verifiers say of it."""
    with court(honest_logs()) as sitting:
        print(judged(sitting, (seed, number)))
    for path, new in draw(honest_logs(), seed, number)[-1].items():
        print(path, new if isinstance(new, Special) or new is None else f"{len(new)} bytes: {new[:2000]!r}")


def main() -> int:
    """Run what the command line asks for; return 1 where anything was missed."""
    parser = argparse.ArgumentParser(description="Mutate logs and have both verifiers judge them.")
    parser.add_argument(
        "--count", type=int, default=COUNT, help="how many mutants (100,000); a fifth odd logs, half on approvals"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="make this mutant again and print it")
    parser.add_argument("--page", type=Path, help="where the page goes; without it only the counts are printed")
    options = parser.parse_args()
    if options.only is not None:
        one(options.seed, options.only)
        return 0
    begun = time.monotonic()
    numbers = [(options.seed, number) for number in range(1, options.count + 1)]
    by_number = attrgetter("number")
    mutants = sorted(together(honest_logs(), judged, numbers, "mutants"), key=by_number)
    logs = [redacted_log()]
    withheld, changed = (
        list(together(logs, redacted, [(which, n) for n in range(len(redactions()[which]))], title))
        for which, title in enumerate(("withheld", "altered"))
    )
    odds = sorted(together([odd_log()], odd, numbers[: options.count // 5], "odd logs"), key=lambda each: each[0])
    staff = sorted(together([approved_log()], on_approval, numbers[: options.count // 2], "approvals"), key=by_number)
    seconds = time.monotonic() - begun
    found = Outcome(mutants=mutants, withheld=withheld, altered=changed, odd=odds, staff=staff, seconds=seconds)
    print("\n".join(found.bars()))
    if options.page:
        options.page.write_text(found.page(options.seed, options.page.stem[:10]), encoding="utf-8")
    for line in found.failures():
        print(line, file=sys.stderr)
    return 1 if found.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
