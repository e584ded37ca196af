"""A log at one look, for a person: how far its last entries have come, who cosigned when, whether its heart beats.

From the files that anybody may read, of a folder or of a server; what is shown here is what they say, with the log's
own signature checked. Whether the log is whole is for `verify` and for the mirrors to tell.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from trucewatch.ledger.ladder import MISSED_BEATS, SEQUENCED, WITNESSED, clock, red, span
from trucewatch.ledger.parties import parties, together
from trucewatch.ledger.verify import (
    MOST_ENTRY_BYTES,
    MOST_TEXT_BYTES,
    STAFF_ID,
    TILE_WIDTH,
    Checkpoint,
    Cosignature,
    Entry,
    Policy,
    VerificationError,
    check_cosignatures,
    check_signature,
    has_quorum,
    parse_checkpoint,
    parse_entry,
    parse_policy,
    split_bundle,
    tile_path,
)
from trucewatch.spacetime import utc

Fetch = Callable[[str, int], bytes]  # a path within the log and the most bytes it may have; FileNotFoundError

MOST_SHOWN = 1000  # entries at one look; a guess: nobody reads more, and they lie in five bundles
_DEFAULT_HEARTBEAT_S = 60  # where no charter says otherwise: a log that was written at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A checkpoint, its cosignatures, and whose they are when each keeper's keys are taken together."""

    checkpoint: Checkpoint
    cosigned: tuple[Cosignature, ...]
    by: tuple[Cosignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """A keeper of the policy, and the newest tree that it is seen to have cosigned: its size, the keeper's clock."""

    name: str
    size: int | None = None
    time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry: its index and type, who says it, the heartbeat that sequenced it, and how far it has come.

    `by` are the keepers that are seen to have cosigned a tree that holds it.
    """

    index: int
    type: str
    authors: tuple[str, ...]
    sequenced: datetime | None
    state: str
    by: tuple[Keeper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What is seen of a log at a time of the reader's clock; `red` says in words why it is red, if it is.

    `witnessed` is how many entries the newest tree with the policy's quorum has; None where the policy asks for none.
    """

    origin: str
    now: datetime
    size: int
    witnessed: int | None
    last_beat: datetime | None
    heartbeat_s: int
    red: str
    policy: Policy
    keepers: tuple[Keeper, ...]
    lines: tuple[Line, ...]


def overview(
    fetch: Fetch, now: datetime, last: int, heads: Sequence[bytes] = (), counted: int | None = None
) -> Overview:
    """Return a log at one look with its last entries, the newest first.

    `heads` are other checkpoints of the log, cosigned earlier, such as the newest one that has the quorum; one under a
    former policy is left out. `counted` is how many entries the centre itself counts as witnessed. Raises
    VerificationError where signatures do not hold or files are not what a log has, FileNotFoundError and whatever else
    `fetch` raises.
    """
    policy = parse_policy(fetch("policy", MOST_TEXT_BYTES))
    seen = [_head(fetch("checkpoint", MOST_TEXT_BYTES), policy)]
    for note in heads:
        with suppress(VerificationError):
            seen.append(_head(note, policy))
    size = seen[0].checkpoint.size
    entries = _last(fetch, size, max(1, min(last, MOST_SHOWN)))
    keepers = tuple(_keeper(name, seen) for name in parties(policy))
    reached = [head.checkpoint.size for head in seen if has_quorum(policy, (c.witness for c in head.cosigned))]
    witnessed = None if policy.quorum == "none" else max(reached, default=counted or 0)
    beat = _beat_time(entries[-1][1]) if entries else None
    heartbeat_s = _heartbeat(fetch, size)
    return Overview(
        origin=policy.log.name,
        now=now,
        size=size,
        witnessed=witnessed,
        last_beat=beat,
        heartbeat_s=heartbeat_s,
        red=red(beat, now, heartbeat_s),
        policy=policy,
        keepers=keepers,
        lines=tuple(reversed(_lines(entries, witnessed or 0, keepers)))[:last],
    )


def _head(note: bytes, policy: Policy) -> Head:
    checkpoint = parse_checkpoint(note)
    check_signature(checkpoint, policy.log)
    cosigned = check_cosignatures(checkpoint, policy)
    return Head(checkpoint=checkpoint, cosigned=cosigned, by=together(policy, cosigned))


def _keeper(name: str, seen: Sequence[Head]) -> Keeper:
    found = [
        Keeper(name=name, size=head.checkpoint.size, time=datetime.fromtimestamp(c.time, UTC))
        for head in seen
        for c in head.by
        if c.witness == name
    ]
    return max(found, key=lambda keeper: keeper.size or 0, default=Keeper(name=name))


def _bundle(fetch: Fetch, size: int, number: int) -> list[bytes]:
    width = min(TILE_WIDTH, size - number * TILE_WIDTH)
    return split_bundle(fetch(tile_path("entries", number, width), TILE_WIDTH * (2 + MOST_ENTRY_BYTES)), width)


def _last(fetch: Fetch, size: int, last: int) -> list[tuple[int, Entry]]:
    first = max(0, size - last)
    found: list[tuple[int, Entry]] = []
    for number in range(first // TILE_WIDTH, -(-size // TILE_WIDTH)):
        bundle = _bundle(fetch, size, number)
        found += [(at, parse_entry(data)) for at, data in enumerate(bundle, number * TILE_WIDTH) if at >= first]
    return found


def _heartbeat(fetch: Fetch, size: int) -> int:
    charter = parse_entry(_bundle(fetch, size, 0)[0]).fields if size else {}
    stated = charter.get("heartbeat_s")
    well = charter.get("type") == "charter" and type(stated) is int and 0 < stated <= 86_400
    return stated if well and isinstance(stated, int) else _DEFAULT_HEARTBEAT_S


def _beat_time(entry: Entry) -> datetime | None:
    stated = entry.fields.get("time")
    if entry.fields["type"] != "beat" or entry.authors or not isinstance(stated, str):
        return None
    try:
        return utc(stated)
    except ValueError:
        return None


def _lines(entries: Sequence[tuple[int, Entry]], witnessed: int, keepers: Sequence[Keeper]) -> list[Line]:
    lines: list[Line] = []
    sequenced: datetime | None = None
    for index, entry in reversed(entries):  # a heartbeat closes what it sequenced
        sequenced = _beat_time(entry) or sequenced
        by = tuple(keeper for keeper in keepers if keeper.size is not None and index < keeper.size)
        state = WITNESSED if index < witnessed else SEQUENCED
        names = _speakers(entry)
        line = Line(index=index, type=entry.fields["type"], authors=names, sequenced=sequenced, state=state, by=by)
        lines.append(line)
    return lines[::-1]


def _speakers(entry: Entry) -> tuple[str, ...]:
    """Return the names of the entry's authors, or who of the staff approved it; nobody where the centre says it."""
    if "approval" not in entry.fields:
        return tuple(author.name for author in entry.authors)
    who = str(entry.fields.get("who"))
    return (who if STAFF_ID.fullmatch(who) else "nobody of the staff",)


def keeper_words(keeper: Keeper, seen: Overview) -> str:
    """Say what a keeper is seen to have cosigned, how far behind that is, and whether the keeper is late."""
    if keeper.size is None or keeper.time is None:
        return "has cosigned nothing that is shown here"
    behind = seen.size - keeper.size
    entries = "the newest tree" if behind == 0 else f"a tree of {keeper.size:,} entries, {behind:,} fewer than now,"
    silent = seen.now - keeper.time
    late = silent > timedelta(seconds=MISSED_BEATS * seen.heartbeat_s)
    return f"cosigned {entries} at {clock(keeper.time)}" + (f"; LATE: nothing for {span(silent)}" if late else "")


def beat_words(seen: Overview) -> str:
    """Say when the heart last beat, and how often it should."""
    every = span(timedelta(seconds=seen.heartbeat_s))
    if seen.last_beat is None:
        return f"none is seen; one is due every {every}"
    ago = seen.now - seen.last_beat
    when = f"{span(ago)} ago" if ago >= timedelta() else f"{span(-ago)} after this clock"
    return f"{clock(seen.last_beat)}, {when}; one is due every {every}"


def sequenced_words(line: Line) -> str:
    """Say which heartbeat put an entry into the log."""
    return "the log begins with it" if line.index == 0 else clock(line.sequenced)


def line_words(line: Line) -> str:
    """Say how far an entry has come, by whom and when."""
    at = sequenced_words(line) if line.index == 0 else f"sequenced {sequenced_words(line)}"
    by = ", ".join(f"{keeper.name} {clock(keeper.time)}" for keeper in line.by)
    if line.state == WITNESSED:
        return f"{at}; witnessed by {by}"
    return f"{at}; cosigned so far by {by}" if by else at
