"""What became of the mutants, counted and written down; every acceptance is listed with the rule that explains it."""

import os
import platform
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from textwrap import fill

from court import DIED, Verdicts

NO_REASON = "no reason found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A mutant and what became of it. `rule` calls it harmless, `unchecked` says why the second verifier is blind."""

    number: int
    log: str
    kind: str
    operator: str
    paths: tuple[str, ...]
    verdicts: Verdicts
    rule: str | None
    unchecked: str | None

    @property
    def missed(self) -> tuple[bool, bool]:
        """Whether each verifier accepted what no rule calls harmless."""
        if self.rule is not None:
            return False, False
        return not self.verdicts.first, not self.verdicts.second and self.unchecked is None

    @property
    def disagreement(self) -> str | None:
        """Why the verifiers differ, if they do."""
        if bool(self.verdicts.first) == bool(self.verdicts.second):
            return None
        return (None if self.verdicts.second else self.unchecked) or NO_REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class OnApproval:
    """What was done to approvals, and what became of it: `harmless` says why it may pass, None where it must not.

    `is_sure`: what is harmless must pass. `is_plain`: the second verifier must refuse it, too.
    """

    number: int
    way: str
    verdicts: Verdicts
    harmless: str | None
    is_plain: bool
    is_sure: bool

    @property
    def missed(self) -> bool:
        """Whether ours accepted what must not pass."""
        return not self.verdicts.first and self.harmless is None

    @property
    def wrong(self) -> str:
        """What is not as it must be, if anything."""
        first, second = self.verdicts.first, self.verdicts.second
        if self.missed:
            return "missed"
        if first and self.harmless and self.is_sure:
            return "harmless, and refused"
        if (self.is_plain and not second) or (second and not first) or self.verdicts.counts_differ:
            return "the verifiers differ, no reason found"
        return "died" if _dead(self.verdicts) else ""


def _dead(verdicts: Verdicts) -> bool:
    return verdicts.first.startswith(DIED)


def _differ(verdicts: Verdicts) -> bool:
    return bool(verdicts.first) != bool(verdicts.second) or verdicts.counts_differ


def _table(head: str, rows: Iterable[Iterable[object]]) -> str:
    lines = (
        "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) + " |" for row in rows
    )
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *lines])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What all campaigns found; `seconds` is wall time."""

    mutants: list[Judged]
    withheld: list[tuple[str, Verdicts]]
    altered: list[tuple[str, Verdicts]]
    odd: list[tuple[int, str, Verdicts]]
    staff: list[OnApproval]
    seconds: float

    def failures(self) -> list[str]:
        """Return a line for everything that must not be."""
        return [
            *(f"missed: {each}" for each in self.mutants if any(each.missed)),
            *(f"differ, no reason found: {each}" for each in self.mutants if each.disagreement == NO_REASON),
            *(f"differ in their counts: {each}" for each in self.mutants if each.verdicts.counts_differ),
            *(f"died: {each}" for each in self.mutants if _dead(each.verdicts)),
            *(f"withheld and refused: {each}" for each in self.withheld if each[1] != Verdicts("", "")),
            *(f"altered and accepted: {each}" for each in self.altered if not (each[1].first and each[1].second)),
            *(f"differ: {each}" for each in self.odd if _differ(each[2])),
            *(f"died: {each}" for each in self.odd if _dead(each[2])),
            *(f"{each.wrong}: {each}" for each in self.staff if each.wrong),
        ]

    def bars(self) -> list[str]:
        """Return what was to be reached, what was measured, and whether it was."""
        first, second = (sum(each.missed[at] for each in self.mutants) for at in (0, 1))
        unexplained = sum(each.disagreement == NO_REASON for each in self.mutants)
        explained = Counter(each.disagreement for each in self.mutants if each.disagreement)
        whole = sum(verdicts == Verdicts("", "") for _, verdicts in self.withheld)
        refused = sum(bool(verdicts.first and verdicts.second) for _, verdicts in self.altered)
        agreed = sum(not _differ(verdicts) for _, _, verdicts in self.odd)
        approvals, harmless = len(self.staff), sum(each.harmless is not None for each in self.staff if each.is_sure)
        unheard = sum(each.missed for each in self.staff)
        refused_wrongly = sum(each.wrong == "harmless, and refused" for each in self.staff)
        blind = sum(bool(each.verdicts.first) and not each.verdicts.second for each in self.staff)
        unlike = sum(each.wrong.startswith("the verifiers") for each in self.staff)
        dead = sum(_dead(each.verdicts) for each in self.staff)
        dead += sum(_dead(each.verdicts) for each in self.mutants) + sum(_dead(each[2]) for each in self.odd)
        count = len(self.mutants)
        rows = (
            ("`verify.py` misses no mutant", f"{first} of {count:,} missed", first == 0),
            ("the Go verifier misses none but in ML-DSA-44 lines", f"{second} of {count:,} missed", second == 0),
            ("every disagreement has a reason", f"{explained.total():,}, {unexplained} without", unexplained == 0),
            (
                "a log with a field withheld stays good for both",
                f"{whole:,} of {len(self.withheld):,}",
                whole == len(self.withheld),
            ),
            (
                "an altered disclosure is refused by both",
                f"{refused:,} of {len(self.altered):,}",
                refused == len(self.altered),
            ),
            ("both agree on what the log's own key signs", f"{agreed:,} of {len(self.odd):,}", agreed == len(self.odd)),
            (
                "`verify.py` misses nothing that is done to approvals under the log's own key",
                f"{unheard} of {approvals:,} missed",
                unheard == 0,
            ),
            (
                "what is harmless of it passes",
                f"{harmless - refused_wrongly:,} of {harmless:,}",
                refused_wrongly == 0,
            ),
            (
                "the Go verifier, which checks no approvals, refuses what is wrong in its form",
                f"{blind:,} disagreements, {unlike} not for that reason",
                unlike == 0,
            ),
            ("no verifier dies", f"{dead} times", dead == 0),
        )
        return [f"| {bar} | {said} | {'met' if is_met else '**missed**'} |" for bar, said, is_met in rows]

    def _by(self, of: str) -> Iterator[tuple[object, ...]]:
        names = Counter(getattr(each, of) for each in self.mutants)
        for name in sorted(names):
            some = [each for each in self.mutants if getattr(each, of) == name]
            yield (
                name,
                len(some),
                sum(bool(each.verdicts.first and each.verdicts.second) for each in some),
                sum(each.disagreement is not None for each in some),
                sum(not each.verdicts.first and each.rule is not None for each in some),
                sum(any(each.missed) for each in some),
            )

    def _accepted(self) -> Iterator[str]:
        rules = Counter(each.rule or "MISSED" for each in self.mutants if not each.verdicts.first)
        for rule, number in rules.most_common():
            yield f"### {number:,}: {rule}\n\n```"
            for each in self.mutants:
                if not each.verdicts.first and (each.rule or "MISSED") == rule:
                    yield f"{each.number:>6} {each.operator} {' '.join(each.paths)}, {each.log}"
            yield "```\n"

    def _ways(self) -> Iterator[tuple[object, ...]]:
        for way in sorted({each.way for each in self.staff}):
            some = [each for each in self.staff if each.way == way]
            yield (
                way,
                len(some),
                sum(bool(each.verdicts.first and each.verdicts.second) for each in some),
                sum(bool(each.verdicts.first) and not each.verdicts.second for each in some),
                sum(not each.verdicts.first and each.harmless is not None for each in some),
                sum(each.missed for each in some),
            )

    def _harmless(self) -> Iterator[str]:
        passed = [each for each in self.staff if not each.verdicts.first]
        for rule, number in Counter(each.harmless or "MISSED" for each in passed).most_common():
            some = [each for each in passed if (each.harmless or "MISSED") == rule]
            yield f"### {number:,}: {rule}\n"
            for way in sorted({each.way for each in some}):
                numbers = " ".join(str(each.number) for each in some if each.way == way)
                yield f"{way}:\n\n```\n{fill(numbers, 118)}\n```\n"

    def page(self, seed: int, day: str) -> str:
        """Return the page of results."""
        head = "| | mutants | refused by both | refused by one | accepted, harmless | missed |"
        done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
        go = subprocess.run(["go", "version"], capture_output=True, text=True, check=False)
        reasons = Counter(each.disagreement for each in self.mutants if each.disagreement)
        ways = Counter(how for how, _ in self.altered)
        passed = Counter(how for how, verdicts in self.altered if not (verdicts.first and verdicts.second))
        odd = {
            name: [each[2] for each in self.odd if each[1] == name] for name in sorted({each[1] for each in self.odd})
        }
        odd_rows = (
            (
                name,
                len(some),
                sum(v == Verdicts("", "") for v in some),
                sum(bool(v.first and v.second) for v in some),
                sum(map(_differ, some)),
            )
            for name, some in odd.items()
        )
        return PAGE.format(
            day=day,
            commit=done.stdout.strip(),
            python=platform.python_version(),
            cryptography=version("cryptography"),
            go=go.stdout.split()[2] if go.stdout else "not found",
            cores=os.cpu_count(),
            minutes=self.seconds / 60,
            seed=seed,
            bars="\n".join(self.bars()),
            kinds=_table(head, self._by("kind")),
            logs=_table(head, self._by("log")),
            operators=_table(head, self._by("operator")),
            reasons=_table("| reason | mutants |", reasons.most_common()),
            withheld=len(self.withheld),
            ways=_table(
                "| how | altered | accepted by either |", ((how, ways[how], passed[how]) for how in sorted(ways))
            ),
            odd=_table("| what is odd | logs | both accept | both refuse | they differ |", odd_rows),
            accepted="\n".join(self._accepted()),
            ways_of_staff=_table(
                "| what was done | logs | refused by both | refused by ours alone | accepted, harmless | missed |",
                self._ways(),
            ),
            harmless="\n".join(self._harmless()),
        )


PAGE = """# Mutated logs, {day}

Commit {commit}, Python {python}, cryptography {cryptography}, {go} with golang.org/x/mod of Debian 12.

Other work ran on the same {cores} cores: {minutes:.0f} minutes of wall time for everything. Made by `make mutations`,
seed {seed}; a mutant is made again by `python benchmarks/mutations.py --only NUMBER`. Both verifiers had the honest
policy from another hand. The logs are made up: this tests verifiers, and nobody's record.

| bar | measured | |
|---|---|---|
{bars}

What it cannot show: that no mutant outside these operators passes; that a log signed anew by all of its keys is caught
(no verifier of one copy can: compare checkpoints, as mirrors and witnesses do); that what an honest key signs is true.

## By kind of file

Every kind is visited equally often; the log with a third level of tiles, whose full tile of level 1 and tile of level 2
no other log has, once in 250 mutants.

{kinds}

{logs}

## By operator

{operators}

## Where the verifiers differ

{reasons}

## Redaction

Each committed field of a log of 112 entries was withheld alone, with all of its entry, and with all of the log: both
verifiers must accept all {withheld:,}. Then every byte of every disclosure was altered in five ways and every
disclosure made anew in seven: both must refuse all of them. No altered disclosure has the text of the honest one.

{ways}

## What the log's own key signs

One thing of a small log was made odd, and tiles, checkpoint and cosignatures made for it with the honest keys. Not
every oddity is wrong: what counts is that both verifiers say the same, and where they accept find the same number of
signed entries, of shown and withheld fields and of files.

{odd}

## What the staff approved, under the log's own key

Something was done to what passkeys approved, or to who was appointed, in a log of 15 entries with a charter, and tiles,
checkpoint and cosignatures made for it with the honest keys, as by an operator with whom all keepers are in league. The
second verifier checks no approvals, staff or acts: that is why it differs wherever the form of the entries is right.

{ways_of_staff}

Accepted, by the reason why that is harmless, which `benchmarks/approvals.py` works out from who had which passkey
where, and asks no verifier:

{harmless}

## Accepted, one by one

By the rules of `benchmarks/harmless.py`, which asks no verifier.

{accepted}
"""
