"""What happens, told to open pages as it happens: server-sent events, with everything that a cut line missed.

HTML Living Standard, section 9.2. The `id` of an event is how many entries the log has with it; a browser that comes
back sends the last one it saw (`Last-Event-ID`), and gets what came since. Names: `entry`, `statement`, `conclusions`,
`beat`; and `missed` where more happened than is kept: then the page is to be read anew. Nothing here says more than the
log shows to everybody; of what is said, and of which incident, those alone are told who see the work of the room.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace

from trucewatch.web.room.desk import Desk, Event, after

LOOK_S = 1.0  # between two looks whether the server stops or the visitor may still listen
STILL_HERE_S = 15.0  # between two signs of life, so that no box between us takes the line for dead
RETRY_MS = 3000
MOST_STREAMS = 100  # of the 200 connections that the server takes (post/log.py): pages and devices need the others
MOST_OF_ONE = 4  # of one member of staff: open pages, of which a browser keeps six lines at most; a guess


class Bell:
    """Rings for everybody who listens, whenever the desk has heard something. On one event loop."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Event, str] = {}

    def is_full_for(self, who: str) -> bool:
        """Tell whether nobody more, or not this member of staff once more, may listen."""
        own = sum(listener == who for listener in self._listeners.values())
        return own >= MOST_OF_ONE or len(self._listeners) >= MOST_STREAMS

    def ring(self) -> None:
        """Wake everybody who listens."""
        for listener in self._listeners:
            listener.set()

    def join(self, who: str) -> asyncio.Event:
        """Return what is set at each ring, until it leaves; it rings at once."""
        listener = asyncio.Event()
        listener.set()
        self._listeners[listener] = who
        return listener

    def leave(self, listener: asyncio.Event) -> None:
        """Forget a listener."""
        self._listeners.pop(listener, None)


def last_seen(header: str | None, size: int) -> int:
    """Return after how many entries somebody wants to hear: what a browser says, else from now on."""
    return int(header) if header and header.isascii() and header.isdigit() and len(header) < 16 else size


async def stream(
    desk: Desk, bell: Bell, who: str, last: int, may_listen: Callable[[], bool], *, is_whole: bool = False
) -> AsyncIterator[bytes]:
    """Yield the events after so many entries, and then each as it comes, as long as the visitor may listen.

    `is_whole`: with what kind of statement it is, and of which incident.
    """
    if bell.is_full_for(who):  # many asked at the same moment
        return
    ringing, silent_s = bell.join(who), 0.0
    try:
        yield f"retry: {RETRY_MS}\n\n".encode()
        while may_listen():
            rang = ringing.is_set()
            ringing.clear()
            for each in _new(desk, last) if rang else ():
                yield written(each if is_whole else _without_what_is_said(each))
                last, silent_s = each.after, 0.0
            if silent_s >= STILL_HERE_S:
                yield b": still here\n\n"
                silent_s = 0.0
            silent_s += LOOK_S
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await ringing.wait()
    finally:
        bell.leave(ringing)


def _new(desk: Desk, last: int) -> list[Event]:
    """Return what happened since so many entries; first that something is missing, where it is not kept any more."""
    kept = list(desk.events)
    is_cut = bool(kept) and last < kept[0].after - 1
    missed = [Event(after=kept[0].after - 1, name="missed", data={})] if is_cut else []
    return [*missed, *after(kept, last)]


def _without_what_is_said(event: Event) -> Event:
    return replace(event, data={name: value for name, value in event.data.items() if name not in {"kind", "incident"}})


def written(event: Event) -> bytes:
    """Return an event in the bytes of the stream; JSON has no line feed of its own."""
    data = json.dumps(event.data, separators=(",", ":"))
    return f"id: {event.after}\nevent: {event.name}\ndata: {data}\n\n".encode()
