"""Disks that refuse, lines that break, clocks that jump, a mirror that is away: what else may not lose a promise.

    python benchmarks/other_faults.py              all of it (minutes; the real disks need root, to mount a tmpfs)

Simulated: the disk is full, fails to flush or is read-only from each of a run's effects on, for one or several of them;
then the power is cut. Real: a tmpfs fills up and is made larger; it is read-only when the centre starts, and writable
again; a limit on the size of files (RLIMIT_FSIZE) stops a process. And: submissions that come twice, out of order and
cut short are in the log once; clocks ten years off are no reason to refuse; a mirror that was away for a day follows in
one step.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.life import Life, Say, as_found, forked, heard
from faults.people import LOG, charter
from faults.promises import Scratch
from faults.refusals import FAILING, FULL, READ_ONLY, TriesAgain, at_every_act
from faults.simulated import SimulatedDisk
from faults.traffic import a_clock_that_jumps, a_mirror_away, over_a_bad_line
from faults.workload import START, OpenDisk

from trucewatch.ledger.book import Book

SEEDS = ("0", "6", "15", "19", "37")
ENOUGH_REFUSALS = 10  # after so many the real disk gets better


def simulated(scratch: Scratch, every: int) -> bool:
    """Refuse at every act of some runs, and with the control that tries a failed flush again."""
    fine = True
    disks: list[tuple[str, OpenDisk]] = [("", SimulatedDisk), (" (control: fsync is tried again)", TriesAgain)]
    for refusal, (control, disk) in [*((r, disks[0]) for r in (FULL, FAILING, READ_ONLY)), (FAILING, disks[1])]:
        cases, counts, broken = 0, Counter[str](), Counter[str]()
        for seed in SEEDS:
            for refused, promised, lines in at_every_act(seed, refusal, scratch, every, disk):
                cases += 1
                counts.update(refused=refused, promised=promised)
                broken.update(line.partition(":")[0] for line in lines)
        said = ", ".join(f"{kind} {count:,}" for kind, count in broken.items()) or "none"
        print(f"{refusal.name}{control}: {cases:,} runs, {counts['refused']:,} acts refused,", end=" ")
        print(f"{counts['promised']:,} promises looked for; broken: {said}", flush=True)
        fine &= bool(broken) == bool(control)
    return fine


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """Mount a tmpfs of that size; the folder of it goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True, capture_output=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def remount(folder: Path, options: str) -> None:
    """Change the disk under a running centre."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def until_refused(life: Life, book: Book, most: int) -> tuple[Book, int]:
    """Receive and beat until the disk has refused so often; a book that has to be opened anew is, when it can be."""
    refused, number = 0, len(life.sent)
    while refused < most:
        sent = life.begun(number)
        try:
            for blob in sent.blobs:
                life.promises.append(("blob", book.put_blob(blob)))
            life.promises.append(("received", book.receive(sent.submission)))
            life.sent.append(sent)
            number += 1
            if number % 5 == 0:
                left = book.beat(START)
                life.promises.append(("left", left.size, left.root))
        except OSError:
            refused += 1
            book = reopened(life, book)
    return book, refused


def reopened(life: Life, book: Book) -> Book:
    """Return the book, or one opened anew where it says that it has to be and the disk allows it."""
    try:
        book.status()
    except OSError:
        book.close()
        try:
            return Book.open(life.centre, LOG, disk=life.open_disk())
        except OSError:
            return book
    return book


def real_disk(cases: int, scratch: Scratch, *, fills: bool) -> bool:
    """Fill a small disk, or make it read-only, under a running centre; then make it better and look for promises."""
    counts, broken = Counter[str](), Counter[str]()
    for case in range(cases):
        chance = random.Random(f"{case} {fills}")
        with small_disk(f"{chance.randrange(250, 900)}k" if fills else "64m") as folder:
            life = Life(seed=f"small {case}", folder=folder)
            book = Book.create(life.centre, LOG, charter(), disk=life.open_disk())
            if fills:
                book, refused = until_refused(life, book, ENOUGH_REFUSALS)
                book.close()
                remount(folder, "size=256m")
            else:
                grow(life, book, chance.randrange(1, 12))
                book.close()
                remount(folder, "ro")  # the system allows it only while nobody writes there
                refused = sum(map(refuses_to_open, [life] * ENOUGH_REFUSALS))
                remount(folder, "rw")
            counts.update(refused=refused, promised=len(life.promises))
            broken.update(line.partition(":")[0] for line in found(life, scratch))
    print(f"real, {'full' if fills else 'read-only'}: {cases} disks, {counts['refused']:,} refusals,", end=" ")
    print(f"{counts['promised']:,} promises looked for; broken: {dict(broken) or 'none'}", flush=True)
    return not broken


def refuses_to_open(life: Life) -> bool:
    """Tell whether a centre on this disk says that it cannot work here."""
    try:
        Book.open(life.centre, LOG, disk=life.open_disk()).close()
    except OSError:
        return True
    return False


def grow(life: Life, book: Book, number: int) -> None:
    """Receive so many, and let the heart beat."""
    for at in range(number):
        life.sent.append(life.begun(at))
        for blob in life.sent[-1].blobs:
            life.promises.append(("blob", book.put_blob(blob)))
        life.promises.append(("received", book.receive(life.sent[-1].submission)))
    left = book.beat(START)
    life.promises.append(("left", left.size, left.root))


def found(life: Life, scratch: Scratch) -> list[str]:
    """Return what is broken, a centre that cannot be opened too."""
    try:
        return list(as_found(life, scratch, thorough=True))
    except (ValueError, OSError) as error:
        return [f"cannot open: {error}"]


def limited(cases: int, scratch: Scratch) -> bool:
    """Let processes work under a limit on the size of files, until it has refused them enough."""
    counts, broken = Counter[str](), Counter[str]()
    for case in range(cases):
        limit = random.Random(f"limit {case}").randrange(20_000, 300_000)
        with tempfile.TemporaryDirectory(prefix="limited-") as folder:
            life = Life(seed=f"limited {case}", folder=Path(folder))
            Book.create(life.centre, LOG, charter(), disk=life.open_disk()).close()
            child, pipe = forked(lambda say, life=life, limit=limit: under_limit(life, limit, say))
            for kind, *rest in heard(pipe):
                if kind == "begun":
                    life.sent.append(life.begun(*rest))
                elif kind in {"failed", "refused"}:
                    counts[kind] += 1
                else:
                    life.promises.append((kind, *rest))
            os.waitpid(child, 0)
            counts.update(promised=len(life.promises))
            broken.update(line.partition(":")[0] for line in found(life, scratch))
    print(f"real, RLIMIT_FSIZE: {cases} processes, {counts['refused']:,} refusals,", end=" ")
    print(f"{counts['promised']:,} promises looked for; broken: {dict(broken) or 'none'}", flush=True)
    return not broken and not counts["failed"]


def under_limit(life: Life, limit: int, say: Say) -> None:
    """Work until the limit has refused enough, in a process of its own."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    book = Book.open(life.centre, LOG, disk=life.open_disk())
    refused = 0
    for number in range(120):
        say("begun", number)
        try:
            for blob in life.begun(number).blobs:
                say("blob", book.put_blob(blob))
            say("received", book.receive(life.begun(number).submission))
            if number % 5 == 0:
                left = book.beat(START)
                say("left", left.size, left.root)
        except (OSError, ValueError) as error:
            say("refused", str(error))
            refused += 1
            if refused == ENOUGH_REFUSALS:
                return
            book = reopened(life, book)


def traffic(scratch: Scratch, submissions: int, beats: int, minutes: int) -> bool:
    """Send over a bad line, jump with the clock, let a mirror be away."""
    line, wrong = over_a_bad_line(submissions, "line", scratch)
    print(
        f"{submissions:,} submissions in {line.sent:,} transmissions, {line.repeated:,} repeated, {line.late:,} late,",
        end=" ",
    )
    print(f"{line.cut:,} cut short, {line.refused:,} refused; not in the log just once: {len(wrong)}", flush=True)
    ordered, witnessed = a_clock_that_jumps(beats, "clock", scratch)
    print(f"clocks ten years off: {beats} beats, {ordered} in order, {witnessed} of {2 * beats + 1} witnessed")
    begun = time.perf_counter()
    size, taken, held = a_mirror_away(minutes, scratch)
    print(
        f"a mirror away for {minutes:,} minutes: it took {taken:,} entries in one step; {held:,} of {size:,} witnessed",
        end=" ",
    )
    print(f"({time.perf_counter() - begun:.0f} s)", flush=True)
    return not wrong and line.refused == line.cut and ordered == beats and witnessed == 2 * beats + 1 and held == size


def main() -> int:
    """Do all of it; 0 where nothing is broken but by the control."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="refuse at one act in so many")
    parser.add_argument("--disks", type=int, default=100, help="real disks of each kind; 0 for none")
    parser.add_argument("--submissions", type=int, default=20_000)
    options = parser.parse_args()
    os.nice(10)
    scratch = Scratch()
    fine = simulated(scratch, options.every)
    if options.disks and os.geteuid() == 0:
        fine &= real_disk(options.disks, scratch, fills=True)
        fine &= real_disk(options.disks, scratch, fills=False)
    elif options.disks:
        print("no real disks: mounting a tmpfs needs root")
    fine &= limited(options.disks, scratch) if options.disks else True
    fine &= traffic(scratch, options.submissions, 200, 1440)
    scratch.close()
    return not fine


if __name__ == "__main__":
    sys.exit(main())
