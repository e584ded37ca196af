"""Equivocations with real processes: an operator who holds the log's key, two mirrors, a liaison's witness, over HTTP.

    python -m benchmarks.equivocations [--number 10000] [--seed 1]     (make equivocations)

Each attack is a log of its own, shown to the parties in up to three phases (`deceit`). After each phase both mirrors
look at the operator once, then the liaison looks once at the operator and at what the mirrors serve: one exchange.
Whether two heads exclude each other is known from what was shown. Where they do, some party must have a proof by the
end of that very phase, and each proof is checked by `verify.check_equivocation` and by the second verifier, in Go.
Where they do not, there must be no proof; a party whose view stood still must be red just after two heartbeats, by a
simulated clock, and nobody else. What was cosigned is held against the truth as well: nobody may have cosigned two
heads that exclude each other.

Controls that must fail do fail: a liaison who does not ask the mirrors, and parties that compare nothing.
"""

import argparse
import multiprocessing
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from benchmarks import deceit, second
from benchmarks.deceit import BEAT, OPERATOR, PARTIES, PHASES, Attack
from benchmarks.parties import keep, operate

from trucewatch.ledger.note import verifier_key
from trucewatch.ledger.verify import VerificationError, check_equivocation, parse_checkpoint

ROOT = Path(__file__).parents[1]
BATCH = 40  # logs that are open at once at every party
TIMES_S = (0.0, 60.0, 120.1)  # of the looks, on the simulated clock: heartbeats of 60 s, the last just after two
VKEY = verifier_key(OPERATOR)


class Parties:
    """The four processes; a context manager. `exchange`: the liaison asks the mirrors too; `blind`: nobody compares."""

    def __init__(self, *, exchange: bool = True, blind: bool = False) -> None:
        fork = multiprocessing.get_context("fork")
        self._root = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.pipes: dict[str, Connection] = {}
        self._processes = []
        for name in ("operator", *PARTIES):
            self.pipes[name], theirs = fork.Pipe()
            arguments = (theirs,) if name == "operator" else (theirs, name, self._root / name)
            settings = {} if name == "operator" else {"exchange": exchange, "blind": blind}
            process = fork.Process(target=operate if name == "operator" else keep, args=arguments, kwargs=settings)
            process.start()
            self._processes.append(process)
        urls = {"operator": self.pipes["operator"].recv()}
        for party in PARTIES:
            self.pipes[party].send(urls)
            urls[party] = self.pipes[party].recv()
        self.tell(PARTIES, "urls", urls)
        self.mirrors = {urls[party]: party for party in ("a", "b")}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in self.pipes.values():
            pipe.send(None)
        for process in self._processes:
            process.join()
        shutil.rmtree(self._root, ignore_errors=True)

    def tell(self, names: Iterable[str], what: str, value: object) -> dict:
        """Tell some of them the same, let them work side by side, and return what each says."""
        names = list(names)
        for name in names:
            self.pipes[name].send((what, value))
        return {name: self.pipes[name].recv() for name in names}

    def look(self, numbers: Sequence[int], at: float | None) -> dict[int, dict[str, tuple[int, list[str]]]]:
        """Let the mirrors look, then the liaison; return for each log and party its exit code and red lines."""
        found: dict[int, dict[str, tuple[int, list[str]]]] = {number: {} for number in numbers}
        for names in (("a", "b"), ("l",)):
            for party, said in self.tell(names, "look", (list(numbers), at)).items():
                for number, code, red in said:
                    found[number][party] = (code, red)
        return found

    def end(self, numbers: Sequence[int]) -> dict[int, dict[str, tuple[bytes, bytes]]]:
        """Let everybody forget these logs; return the proofs that each party had."""
        found: dict[int, dict[str, tuple[bytes, bytes]]] = {number: {} for number in numbers}
        for party, said in self.tell(PARTIES, "end", list(numbers)).items():
            for number, proof in said:
                if proof:
                    found[number][party] = proof
        return found


@dataclass(slots=True)
class Tally:
    """What was counted; `wrong` has a line for everything that is not as it must be."""

    attacks: Counter[str] = field(default_factory=Counter)
    lies: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    proofs: int = 0
    python: int = 0
    go: int = 0
    stale: int = 0
    red: int = 0
    refused: int = 0
    unbacked: int = 0
    looks: int = 0
    cosigned: int = 0
    wrong: list[str] = field(default_factory=list)

    def joined(self, other: "Tally") -> "Tally":
        """Return what both counted."""
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})

    @property
    def missed(self) -> int:
        """How many lies no party could prove."""
        return self.lies.total() - self.caught.total()


def campaign(parties: Parties, attacks: Iterable[Attack], *, go: bool = True, name: str = "") -> Tally:
    """Run these attacks and return what was counted."""
    tally, waiting = Tally(), iter(attacks)
    while batch := list(islice(waiting, BATCH)):
        parties.tell(["operator"], "batch", batch)
        left = {attacked.number: attacked for attacked in batch}
        for phase in range(PHASES):
            parties.tell(["operator"], "phase", phase)
            said = parties.look(list(left), TIMES_S[phase])
            tally.looks += sum(map(len, said.values()))
            ending = [n for n, attacked in left.items() if phase == PHASES - 1 or deceit.first_lie(attacked) == phase]
            proofs = parties.end(ending)
            for number in ending:
                _judge(tally, left.pop(number), said[number], proofs[number], parties.mirrors, go=go)
            _quiet(tally, left.values(), said)
        _cosigned(tally, batch, parties.tell(["operator"], "cosigned", None)["operator"])
        if name and tally.attacks.total() % (BATCH * 10) == 0:
            print(
                f"{name}: {tally.attacks.total():,} logs, missed {tally.missed}, wrong {len(tally.wrong)}", flush=True
            )
    return tally


def sharded(options: argparse.Namespace, settings: dict[str, bool], number: int, others: int, *, go: bool) -> Tally:
    """Run a plan in several lots side by side, each with parties of its own; return what all counted."""
    with ProcessPoolExecutor(options.lots, multiprocessing.get_context("fork")) as pool:
        what = (options.seed, options.lots, settings, number, others, go)
        running = [pool.submit(_lot, lot, *what) for lot in range(options.lots)]
        return reduce(Tally.joined, (done.result() for done in running))


def _lot(lot: int, seed: int, of: int, settings: dict[str, bool], number: int, others: int, go: bool) -> Tally:  # noqa: FBT001
    attacks = islice(deceit.plan(seed, number, others), lot, None, of)
    with Parties(**settings) as parties:
        return campaign(parties, attacks, go=go, name=f"lot {lot}")


def _judge(
    tally: Tally,
    attacked: Attack,
    said: dict[str, tuple[int, list[str]]],
    proofs: dict[str, tuple[bytes, bytes]],
    mirrors: dict[str, str],
    *,
    go: bool,
) -> None:
    lie = deceit.first_lie(attacked)
    tally.attacks[attacked.kind] += 1
    sound = {party: proof for party, proof in proofs.items() if _holds(tally, attacked, proof, go=go)}
    if lie is not None:
        tally.lies[attacked.kind] += 1
        tally.withheld[", ".join(attacked.withheld)] += 1
        if sound:
            tally.caught[attacked.kind] += 1
            tally.by["".join(sorted(sound))] += 1
        else:
            tally.wrong.append(f"{attacked.number} ({attacked.kind}): missed, without {attacked.withheld}: {said}")
        return
    if proofs:
        tally.wrong.append(f"{attacked.number} ({attacked.kind}): a proof, and no two heads exclude each other")
    late = {party for party in ("a", "b") if any("no new entry" in line for line in said[party][1])}
    for line in said["l"][1]:
        if "no new entry" in line:
            late.add(next((name for url, name in mirrors.items() if line.startswith(url)), "l"))
    expected = deceit.stale(attacked)
    tally.stale += len(expected)
    tally.red += len(expected & late)
    if late != expected:
        tally.wrong.append(f"{attacked.number} ({attacked.kind}): red {sorted(late)}, stale {sorted(expected)}")
    for party in attacked.unbacked:
        tally.unbacked += 1
        tally.refused += said[party][0] == 1
    if attacked.kind == "honest" and any(code or red for code, red in said.values()):
        tally.wrong.append(f"{attacked.number} (honest): {said}")


def _quiet(tally: Tally, attacks: Iterable[Attack], said: dict[int, dict[str, tuple[int, list[str]]]]) -> None:
    """Note every red line where nothing has gone wrong yet."""
    for attacked in attacks:
        if attacked.kind in {"honest", "stall"} and any(red for _, red in said[attacked.number].values()):
            tally.wrong.append(f"{attacked.number} ({attacked.kind}): red too early: {said[attacked.number]}")


def _holds(tally: Tally, attacked: Attack, proof: tuple[bytes, bytes], *, go: bool) -> bool:
    tally.proofs += 1
    try:
        check_equivocation(*proof, VKEY)
    except VerificationError as error:
        tally.wrong.append(f"{attacked.number} ({attacked.kind}): a proof that does not hold: {error}")
        return False
    tally.python += 1
    if go and not _go_accepts(proof):
        tally.wrong.append(f"{attacked.number} ({attacked.kind}): a proof that the second verifier refuses")
        return False
    tally.go += go
    return True


def _go_accepts(proof: tuple[bytes, bytes]) -> bool:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        paths = [Path(folder, name) for name in ("first.note", "second.note")]
        for path, data in zip(paths, proof, strict=True):
            path.write_bytes(data)
        return second.ask("-equivocation", *paths, str(VKEY)).returncode == 0


def _cosigned(tally: Tally, batch: Sequence[Attack], cosigned: dict[tuple[int, str], list[str]]) -> None:
    """Hold what left the keepers against the truth: no two heads of one keeper may exclude each other."""
    for attacked in batch:
        views = {_text(view): view for party in attacked.shown.values() for view in party}
        for party in PARTIES:
            texts = cosigned.get((attacked.number, party), [])
            tally.cosigned += len(texts)
            if not all(text in views for text in texts):
                tally.wrong.append(f"{attacked.number}: {party} cosigned a head that no tree is behind")
            elif any(deceit.exclude(views[one], views[other]) for one, other in combinations(texts, 2)):
                tally.wrong.append(f"{attacked.number}: {party} cosigned two heads that exclude each other")


def _text(view: deceit.View) -> str:
    return parse_checkpoint(deceit.files(view)["checkpoint"]).text


# --- stale views by the real clock ------------------------------------------------------------------------


def real_time(parties: Parties, number: int, every_s: float = 0.25) -> tuple[list[float], int, float]:
    """Let logs with a heartbeat of a second stall, after every party has seen them.

    Returns the seconds from then to red, how many never turned red, and the longest time between two looks: on a busy
    machine a party is late to look, and then late to see.
    """
    view = (BEAT, *map(str, range(9)))
    stalls = [Attack(number=n, kind="stall", shown=dict.fromkeys(PARTIES, (view,) * PHASES)) for n in range(number)]
    parties.tell(["operator"], "batch", stalls)
    parties.look(range(number), None)
    begun = last = time.monotonic()
    longest, red = 0.0, dict[tuple[int, str], float]()
    while time.monotonic() - begun < 60 and len(red) < 3 * number:
        time.sleep(every_s)
        for n, said in parties.look(range(number), None).items():
            for party, (_, lines) in said.items():
                if any("no new entry" in line for line in lines):
                    red.setdefault((n, party), time.monotonic() - begun)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    parties.end(range(number))
    return sorted(red.values()), 3 * number - len(red), longest


# --- the run ------------------------------------------------------------------------------------------------


@contextmanager
def timed(times: dict[str, float], name: str) -> Iterator[None]:
    """Note the wall seconds of a part."""
    begun = time.monotonic()
    yield
    times[name] = time.monotonic() - begun
    print(f"{name}: {times[name]:.0f} s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=10_000, help="attacks with two heads that exclude each other")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--others", type=int, default=500, help="of each: stalls, heads without a tree, honest logs")
    parser.add_argument("--control", type=int, default=500, help="attacks of each control")
    parser.add_argument("--lots", type=int, default=2, help="run side by side, each with four processes of its own")
    parser.add_argument("--commit", default="", help="whose code this is, where it is not a checkout")
    parser.add_argument("--page", type=Path, help="where to write what was counted")
    options = parser.parse_args()
    times: dict[str, float] = {}
    second.program()
    with timed(times, "the campaign"):
        tally = sharded(options, {}, options.number, options.others, go=True)
    with timed(times, "stalls by the real clock"), Parties() as parties:
        real = real_time(parties, 8)
    with timed(times, "control: the liaison does not ask the mirrors"):
        alone = sharded(options, {"exchange": False}, options.control, 0, go=False)
    with timed(times, "control: nobody compares"):
        blind = sharded(options, {"blind": True}, options.control, 0, go=False)
    page = _page(options, tally, alone, blind, real, times)
    print(page)
    if options.page:
        options.page.write_text(page)
    failed = tally.missed or tally.wrong or real[1] or not alone.missed or not blind.missed
    return 1 if failed else 0


def _page(
    options: argparse.Namespace,
    tally: Tally,
    alone: Tally,
    blind: Tally,
    real: tuple[list[float], int, float],
    times: dict[str, float],
) -> str:
    head = ["git", "rev-parse", "--short", "HEAD"]
    commit = options.commit or subprocess.run(head, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    seconds, never, longest = real
    go = subprocess.run(["go", "version"], capture_output=True, text=True, check=False).stdout.split()[2:3]
    by = {"a": "mirror A", "b": "mirror B", "l": "the liaison"}
    honest = tally.attacks["honest"]
    alarmed = sum("(honest)" in line for line in tally.wrong)
    both = sum("cosigned two heads" in line for line in tally.wrong)
    held = (
        (
            "two heads that exclude each other, shown to anybody: a proof after one exchange",
            f"{tally.caught.total():,} of {tally.lies.total():,}; missed {tally.missed:,}",
        ),
        ("the proof holds for `verify.check_equivocation`", f"{tally.python:,} of {tally.proofs:,}"),
        ("the proof holds for the second verifier, in Go", f"{tally.go:,} of {tally.proofs:,}"),
        (
            "a stale view, consistent: red just after two heartbeats, by a simulated clock",
            f"{tally.red:,} of {tally.stale:,}",
        ),
        (
            f"the same by the real clock, heartbeat 1 s, looks at most {longest:.2f} s apart",
            f"{len(seconds):,} of {len(seconds) + never:,}, after {seconds[0]:.2f} to {seconds[-1]:.2f} s",
        ),
        ("a signed head without a tree: refused (nothing can be proved)", f"{tally.refused:,} of {tally.unbacked:,}"),
        ("an honest log: no alarm of any kind", f"{honest - alarmed:,} of {honest:,}"),
        ("no keeper cosigned two heads that exclude each other", f"{both:,} of {tally.cosigned:,} cosigned heads"),
        ("anything that was not as it must be", f"{len(tally.wrong):,}"),
    )
    controls = (
        ("the liaison does not ask the mirrors: two mirrors and a witness, each alone", alone),
        ("nobody compares: mirrors with an empty store each time, a witness that believes", blind),
    )
    lines = [
        f"# Equivocations, {time.strftime('%F', time.gmtime())}",
        "",
        f"Commit {commit.strip()}, Python {platform.python_version()}, {' '.join(go)}, {os.cpu_count()} cores",
        f"shared with other work. Seed {options.seed}. Made by `make equivocations`; the heads of",
        "`benchmarks/equivocations.py` and `deceit.py` say what is shown to whom, and what is counted.",
        "",
        "| what must hold | counted |",
        "|---|---|",
        *(f"| {what} | {counted} |" for what, counted in held),
        "",
        "Controls, which must miss:",
        "",
        "| control | proved | missed |",
        "|---|---|---|",
        *(f"| {what} | {control.caught.total():,} | {control.missed:,} |" for what, control in controls),
        "",
        "| attack | logs | with heads that exclude each other | proved |",
        "|---|---|---|---|",
        *(f"| {k} | {n:,} | {tally.lies[k]:,} | {tally.caught[k]:,} |" for k, n in sorted(tally.attacks.items())),
        "",
        "Who had a proof: "
        + "; ".join(f"{' and '.join(by[p] for p in names)} {count:,}" for names, count in tally.by.most_common())
        + ".",
        "Withheld by the operator from the second phase on, of the logs with such heads: "
        + "; ".join(f"{what or 'nothing'} {count:,}" for what, count in tally.withheld.most_common())
        + ".",
        "",
        f"{tally.looks:,} looks over HTTP on loopback. Wall seconds: "
        + "; ".join(f"{name} {taken:.0f}" for name, taken in times.items())
        + ".",
        *(["", "Not as it must be:", "", *(f"- {line}" for line in tally.wrong[:50])] if tally.wrong else []),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
