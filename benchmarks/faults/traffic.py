"""What comes over a bad line and at odd hours: twice, out of order, cut short; clocks ten years off; a mirror away."""

import collections
import itertools
import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from faults.medium import Medium
from faults.people import LOG, MIRRORS, Sent, charter, observation, policy
from faults.promises import Scratch, entries_of
from faults.simulated import SimulatedDisk
from faults.workload import CENTRE, MIRROR, START, TEN_YEARS_S, DiskSource
from trucewatch.ledger.book import Book
from trucewatch.ledger.mirror import follow
from trucewatch.ledger.submission import parse_submission
from trucewatch.ledger.verify import parse_checkpoint, parse_entry

LEDGER = CENTRE / "ledger"
FARTHEST = 40  # places by which a submission comes late


def new_centre() -> tuple[Book, SimulatedDisk]:
    """Return a centre in memory; nothing is cut here, so no journal is kept."""
    medium = Medium()
    medium.journal = collections.deque(maxlen=0)  # type: ignore[assignment]
    disk = SimulatedDisk(medium)
    return Book.create(CENTRE, LOG, charter(), disk=disk), disk


@dataclass(slots=True)
class Line:
    """What a bad line did: transmissions, of which so many repeated, late, cut short."""

    sent: int = 0
    repeated: int = 0
    late: int = 0
    cut: int = 0
    refused: int = 0


def over_a_bad_line(number: int, seed: str, scratch: Scratch) -> tuple[Line, list[str]]:
    """Send so many submissions, 30 % twice, 20 % late, 10 % first cut short; return what is not there just once."""
    chance, line = random.Random(seed), Line()
    book, disk = new_centre()
    submissions = [observation(at, chance) for at in range(number)]
    queue: list[tuple[float, int, bool]] = []
    for at in range(number):
        late = chance.random() < 0.2
        line.late += late
        when = at + (chance.random() * FARTHEST if late else 0)
        cut = chance.random() < 0.1
        queue.append((when, at, cut))
        if cut:
            queue.append((when + 0.5, at, False))
        if chance.random() < 0.3:
            line.repeated += 1
            queue.append((when + chance.random() * FARTHEST, at, False))
    for count, (_, at, cut) in enumerate(sorted(queue), start=1):
        line.sent += 1
        line.cut += cut
        line.refused += not handed_in(book, submissions[at], chance if cut else None)
        if count % 300 == 0:
            book.beat(START + timedelta(seconds=count))
    book.beat(START)
    wrong = _not_once(entries_of(disk, LEDGER), submissions)
    scratch.check(disk, LEDGER)
    book.close()
    disk.die()
    return line, wrong


def handed_in(book: Book, sent: Sent, cut: random.Random | None) -> bool:
    """Hand in one submission as the centre's door does; with `cut`, its last file or its wire form breaks off."""
    *whole, last = (*sent.blobs, sent.submission.wire)
    broken = cut.randrange(len(sent.blobs) + 1) if cut else -1
    try:
        for at, data in enumerate((*whole, last)):
            piece = data[: cut.randrange(len(data))] if cut and at == broken else data
            if at < len(sent.blobs):
                book.put_blob(piece)
            else:
                book.receive(parse_submission(piece))
    except ValueError:
        return False
    return True


def _not_once(entries: list[bytes], submissions: list[Sent]) -> list[str]:
    counted = Counter(entry for entry in entries if parse_entry(entry).fields["type"] not in {"charter", "beat"})
    wanted = Counter(sent.submission.entry for sent in submissions)
    differ = [entry for entry in counted | wanted if counted[entry] != wanted[entry]]
    return [f"an entry stands {counted[entry]} times in the log instead of {wanted[entry]}" for entry in differ]


def a_clock_that_jumps(beats: int, seed: str, scratch: Scratch) -> tuple[int, int]:
    """Beat and cosign on clocks that are ten years off two times out of three.

    Returns how many beats stand in the log in their order with the time that their clock showed, and how many entries
    are witnessed: nothing is refused for its time, the index is the order.
    """
    chance = random.Random(seed)
    book, disk = new_centre()
    said = []
    for at in range(beats):
        book.say({"type": "case", "v": "1", "number": at})
        said.append(START + timedelta(seconds=60 * at + chance.choice((0, TEN_YEARS_S, -TEN_YEARS_S))))
        book.beat(said[-1])
        for name in MIRRORS:
            _follow(book, disk, name, 60 * at + chance.choice((0, TEN_YEARS_S, -TEN_YEARS_S)) // 60)
    scratch.check(disk, LEDGER, by_policy=True)
    entries = [parse_entry(entry).fields for entry in entries_of(disk, LEDGER)]
    times = [datetime.fromisoformat(fields["time"]) for fields in entries if fields["type"] == "beat"]
    witnessed = book.status().witnessed or 0
    book.close()
    disk.die()
    return sum(time == now for time, now in zip(times, said, strict=True)), witnessed


def a_mirror_away(minutes: int, scratch: Scratch) -> tuple[int, int, int]:
    """Let the centre beat once a minute while mirror a is away, and then let it follow.

    Returns the log's size, how many entries the mirror took in its one step, and how many are witnessed then.
    """
    book, disk = new_centre()
    chance = random.Random("away")
    for minute in range(minutes):
        if minute % 10 == 0:
            sent = observation(minute, chance)
            for blob in sent.blobs:
                book.put_blob(blob)
            book.receive(sent.submission)
        book.beat(START + timedelta(minutes=minute))
        if minute == 0:
            _follow(book, disk, "a", minute)
        if minute % 60 == 0:
            _follow(book, disk, "b", minute)
    taken = _follow(book, disk, "a", minutes)
    _follow(book, disk, "b", minutes)
    scratch.check(disk, MIRROR["a"], by_policy=False)
    scratch.check(disk, LEDGER, by_policy=True)
    status = book.status()
    book.close()
    disk.die()
    return status.size, taken, status.witnessed or 0


def _follow(book: Book, disk: SimulatedDisk, name: str, minute: int) -> int:
    clock = itertools.repeat(int((START + timedelta(minutes=minute)).timestamp()))
    source = DiskSource(disk, LEDGER)
    followed = follow(source, MIRROR[name], policy(), MIRRORS[name], lambda: next(clock), disk=disk)
    book.accept(disk.read(MIRROR[name] / "checkpoint"))
    assert parse_checkpoint(disk.read(MIRROR[name] / "checkpoint")).size == followed.checkpoint.size
    return followed.entries
