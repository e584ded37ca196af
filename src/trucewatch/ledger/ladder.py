"""How far a record has come, in the same words everywhere, and when a centre's silence is to be shown red. Pure.

Saved on device: it lies in the outbox of whoever wrote it. Received: the centre has it on its disk, and signed a
receipt. Sequenced: it stands in the log, under a signed checkpoint. Witnessed: those whom the policy asks for have
cosigned a checkpoint that holds it. Only then may the device forget it.
"""

from datetime import datetime, timedelta

SAVED = "saved on device"
RECEIVED = "received"
SEQUENCED = "sequenced"
WITNESSED = "witnessed"
LADDER = (SAVED, RECEIVED, SEQUENCED, WITNESSED)
MARKS = {SAVED: "○", RECEIVED: "◔", SEQUENCED: "◑", WITNESSED: "●"}  # beside the word, never instead of it

MISSED_BEATS = 2  # docs/ledger.md, section 4: a checkpoint older than two heartbeats is shown red

LONGEST_PAUSE_S = 300.0  # a guess: after a day without a line, the first try comes within five minutes of its return


def red(last_beat: datetime | None, now: datetime, heartbeat_s: int) -> str:
    """Return why a centre is shown red at this time of the reader's clock, or nothing where all is well.

    A heartbeat in the future is red too: either clock is wrong, and then nothing says that the state is new.
    """
    if last_beat is None:
        return "there has been no heartbeat yet"
    late = now - last_beat
    allowed = timedelta(seconds=MISSED_BEATS * heartbeat_s)
    if late > allowed:
        return f"the last heartbeat is {span(late)} old; one is due every {span(timedelta(seconds=heartbeat_s))}"
    if -late > allowed:
        return f"the last heartbeat is dated {span(-late)} after this clock: one of the two clocks is wrong"
    return ""


def span(length: timedelta) -> str:
    """Say a length of time in the two largest units that it has: 45 s, 3 min 20 s, 2 h 5 min, 4 d 1 h."""
    seconds = int(length.total_seconds())
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    said: list[tuple[int, str]] = []
    for unit, size in units:
        count, seconds = divmod(seconds, size)
        if count or said:
            said.append((count, unit))
    return " ".join(f"{count} {unit}" for count, unit in said[:2] if count) or "0 s"


def clock(instant: datetime | None) -> str:
    """Return a time in UTC for a person, to the second."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC" if instant else "not known"


def pause_s(failures: int, chance: float) -> float:
    """Return how long to wait after so many failures in a row (from 1): 1 s, 2 s, 4 s, ... at most five minutes.

    `chance`, from 0 to 1, spreads each pause over its upper half, so that devices that lost the line together do not
    come back together.
    """
    longest: float = min(LONGEST_PAUSE_S, 2.0 ** min(failures - 1, 16))
    return longest * (0.5 + chance / 2)
