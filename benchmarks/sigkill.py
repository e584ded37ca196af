"""Kill a centre and a mirror, real processes on a real disk, at random moments; nothing that was promised may be lost.

    python benchmarks/sigkill.py --kills 10000
    python benchmarks/sigkill.py --kills 2000 --folder /dev/shm    the second variant: in memory, thus more kills

Each kill: a process that receives submissions with files and beats, and one that follows its folder as a mirror and
cosigns, both forked from this one. They tell of each promise through a pipe, and one or both get SIGKILL within some
milliseconds. Then the folders are opened and every promise since the folder was new is looked for; what was begun is
sent again, and the next two processes go on there. After some kills the mirror follows to the end, `verify` is asked
under the policy, and a new folder begins.

SIGKILL leaves what the system was told in its cache: this is the test of order, and of what is acknowledged when. That
it is on the disk, `power_cuts.py` shows. Controls: acknowledged before it is kept; files written in place.
"""

import argparse
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from faults.life import Life, Say, as_found, at_start, forked, heard
from faults.people import LOG, MIRRORS, charter, policy
from faults.promises import Scratch, entries_of
from faults.workload import START

from trucewatch.ledger.book import Book
from trucewatch.ledger.disk import RealDisk
from trucewatch.ledger.mirror import Mirror
from trucewatch.ledger.sources import FolderSource

LIFE = 40  # kills of one folder
LONGEST_S = (0.1, 0.4, 1.5)  # from the centre's first word, or from the fork, to the kill: one of these at most
LONGEST_WAIT_S = 5.0  # for that word
EARLY, IN_PLACE = "acknowledged before it is kept", "files are written in place"
CONTROL_KILLS = 400


class InPlace(RealDisk):
    """A control: no temporary name, the file grows under its own."""

    def write(self, path: Path, data: bytes) -> None:
        """Write in two parts, as a file that is larger than one buffer is."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb", buffering=0) as file:
            file.write(data[: len(data) // 2])
            file.write(data[len(data) // 2 :])
            os.fsync(file.fileno())


def centre(life: Life, say: Say, *, early: bool = False) -> None:
    """Receive, beat, take cosignatures in, for ever: a process that will be killed."""
    book = Book.open(life.centre, LOG, disk=life.open_disk())
    say("opened")
    for number in range(len(life.sent), sys.maxsize):
        say("begun", number)
        sent = life.begun(number)
        for blob in sent.blobs:
            say("blob", book.put_blob(blob))
        if early:
            say("received", sent.submission.digest)
        say("received", book.receive(sent.submission))
        if number % 4 == 0:
            left = book.beat(START + timedelta(seconds=60 * number))
            say("left", left.size, left.root)
        with suppress(FileNotFoundError):
            book.accept((life.log("a") / "checkpoint").read_bytes())


def mirror(life: Life, name: str, say: Say) -> None:
    """Follow the centre's folder, for ever: another one."""
    source = FolderSource(life.centre / "ledger")
    with Mirror(life.log(name), policy(), MIRRORS[name], disk=life.open_disk()) as copy:
        while True:
            head = copy.follow(source, at_start).checkpoint
            say("cosigned", name, head.size, head.root)


def kill_both(life: Life, chance: random.Random, *, early: bool) -> list[str]:
    """Let centre and mirror work, kill them one soon after the other, note their promises; return what failed."""
    started = [forked(lambda say: centre(life, say, early=early)), forked(lambda say: mirror(life, "a", say))]
    if chance.random() < 0.7:  # the others are killed while they may still be opening their folders
        select.select([started[0][1]], [], [], LONGEST_WAIT_S)
    time.sleep(chance.random() * chance.choice(LONGEST_S))
    chance.shuffle(started)
    for child, _ in started:
        os.kill(child, signal.SIGKILL)
        time.sleep(chance.choice((0, 0, 0.005, 0.02)))
    failed = []
    for child, pipe in started:
        for kind, *rest in heard(pipe):
            if kind == "begun":
                life.sent.append(life.begun(*rest))
            elif kind == "failed":
                failed.append(f"process failed: {rest[0]}")
            elif kind != "opened":
                life.promises.append((kind, *rest))
        os.waitpid(child, 0)
    return failed


@dataclass(slots=True)
class Tally:
    """What was counted."""

    kills: int = 0
    promises: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    broken: list[str] = field(default_factory=list)


def one_life(seed: str, kills: int, where: str, control: str = "") -> Tally:
    """Live one folder's life of so many kills."""
    folder = Path(tempfile.mkdtemp(prefix="sigkill-", dir=where))
    life, tally, scratch = Life(seed=seed, folder=folder), Tally(), Scratch()
    if control == IN_PLACE:
        life.open_disk = InPlace
    chance = random.Random(seed)
    Book.create(life.centre, LOG, charter(), disk=life.open_disk()).close()
    try:
        for number in range(1, kills + 1):
            failed = kill_both(life, chance, early=control == EARLY)
            tally.kills += 1
            broken = [*failed, *as_found(life, scratch, thorough=number == kills)]
            tally.broken += [f"{seed}, kill {number}: {line}" for line in broken]
        tally.entries = len(entries_of(RealDisk(), life.centre / "ledger"))
    except (ValueError, OSError) as error:
        tally.broken.append(f"{seed}, kill {tally.kills}: cannot open: {type(error).__name__}: {error}")
    finally:
        tally.promises.update(kind for kind, *_ in life.promises)
        shutil.rmtree(folder)
        scratch.close()
    return tally


def campaign(pool: ProcessPoolExecutor, kills: int, where: str, control: str = "") -> Tally:
    """Do so many kills and print what came of them."""
    begun, whole = time.monotonic(), Tally()
    lives = [f"{control}{number}" for number in range(-(-kills // LIFE))]
    for done, tally in enumerate(pool.map(partial(one_life, kills=LIFE, where=where, control=control), lives), start=1):
        whole.kills += tally.kills
        whole.entries += tally.entries
        whole.promises.update(tally.promises)
        whole.broken += tally.broken
        for line in tally.broken[:3] if not control else ():
            print(f"BROKEN {line}", flush=True)
        if done % 10 == 0:
            said = f"{whole.promises.total():,} promises looked for, {len(whole.broken):,} broken"
            print(f"  {whole.kills:,} kills, {said}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    said = ", ".join(f"{kind} {count:,}" for kind, count in sorted(whole.promises.items()))
    kinds = Counter(line.split(": ", 2)[1] for line in whole.broken)
    print(f"\n{control or 'As it is'}, in {where}, {time.monotonic() - begun:.0f} s:")
    print(f"folders {len(lives):,}; kills {whole.kills:,}; entries in the logs at the end {whole.entries:,}")
    print(f"promises: {said}")
    print(f"broken: {', '.join(f'{kind} {count:,}' for kind, count in kinds.items()) or 'none'}", flush=True)
    return whole


def main() -> int:
    """Do the campaign and its controls; 0 where nothing is lost but by the controls, each of which loses."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--controls", type=int, default=CONTROL_KILLS, help="kills of each control; 0 for none")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="a folder on the disk that is meant")
    options = parser.parse_args()
    os.nice(10)
    with ProcessPoolExecutor(max_workers=2 * (os.cpu_count() or 1)) as pool:
        tally = campaign(pool, options.kills, options.folder)
        controls = [campaign(pool, options.controls, options.folder, name) for name in (EARLY, IN_PLACE)]
    idle = bool(options.controls) and not all(control.broken for control in controls)
    if idle:
        print("A CONTROL LOSES NOTHING")
    return bool(tally.broken or idle)


if __name__ == "__main__":
    sys.exit(main())
