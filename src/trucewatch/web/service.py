"""A running log: the counter, the one worker thread that has the book, the sessions, the heart.

The heart's rhythm is the monotonic clock's; the wall clock is only written down. What takes its time (parsers in their
sandbox, a time stamping authority) has a thread of its own, so that no stranger's file stops the heart.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from trucewatch.ledger.courier import plain
from trucewatch.ledger.earlier import read_now_or_before
from trucewatch.ledger.ladder import red
from trucewatch.ledger.overview import Overview, overview
from trucewatch.ledger.stamps import Asks, Stamps, stamp_words
from trucewatch.ledger.submission import Submission
from trucewatch.spacetime import stamp
from trucewatch.web.counter import Counter, Inspect, Reply, said
from trucewatch.web.ladderpage import LAST, page
from trucewatch.web.sessions import Sessions

STAMP_AGAIN_S = 600.0  # between two looks whether the day has its time stamp; a guess
MOST_UPLOADS = 4  # at once: each is in memory once at its end

_T = TypeVar("_T")


async def _nobody() -> None:
    """Do nothing: nobody wants to know of each heartbeat."""


def now_utc() -> datetime:
    """Return the centre's clock. It enters here, and in nothing that this module calls."""
    return datetime.fromtimestamp(time.time_ns() / 1e9, UTC)


def look_at(data: bytes) -> dict[str, Any] | None:
    """Let the sandbox look at a stranger's file; return what the log is to say of it, None where nothing is wrong."""
    from trucewatch.sandbox import Quarantined, inspect, quarantine_entry

    found = inspect(data)
    return quarantine_entry(found) if isinstance(found, Quarantined) else None


class Service:
    """A running log: the counter, the one worker, the sessions, the heart. Used on one event loop.

    `after_beat` is awaited after each heartbeat, `came` called in the worker with each submission that was taken; the
    room sets them. What fails in them is theirs to catch.
    """

    def __init__(
        self,
        counter: Counter,
        folder: Path,
        *,
        inspect: Inspect,
        clock: Callable[[], datetime],
        heartbeat_s: float,
        tell: Callable[[str], None],
        gone: Callable[[], None],
        authority: Asks | None,
    ) -> None:
        self.counter = counter
        self.folder = folder
        self.heartbeat_s = heartbeat_s
        self.sessions = Sessions(time.monotonic)
        self.after_beat: Callable[[], Awaitable[None]] = _nobody
        self.came: Callable[[Submission], None] = lambda _: None
        self.uploads = asyncio.Semaphore(MOST_UPLOADS)
        self._inspect = inspect
        self._clock = clock
        self._say = tell
        self._gone = gone
        self._authority = authority
        self._stamps = Stamps(folder)
        self._stamping: asyncio.Future[None] | None = None
        self._stamp_next = 0.0
        self._trouble = ""
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="book")
        self._looker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox")

    async def do(self, work: Callable[..., _T], *arguments: Any) -> _T:
        """Do something with the book, in its turn."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work, *arguments)

    def _tell(self, line: str) -> None:
        # whoever reads our lines may have gone; the heart beats on
        with suppress(OSError):
            self._say(line)

    # --- the heart --------------------------------------------------------------------------------

    async def beat_on(self) -> None:
        """Beat at once and then at every heartbeat, until cancelled. The rhythm is the monotonic clock's."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await self._beat()
            await self.after_beat()
            await self._stamp_in_time()
            due = max(due + self.heartbeat_s, loop.time())  # after a long stop one beat, not all that were missed
            await asyncio.sleep(due - loop.time())

    async def _beat(self) -> None:
        try:
            self._tell(await self.do(self._beat_once))
            self._trouble = ""
        except (OSError, ValueError) as error:
            self._trouble = plain(str(error))
            self._tell(f"NO HEARTBEAT: {self._trouble}")
            with suppress(OSError):
                await self.do(self.counter.book.status)
                return  # a full disk, say: the book goes on as soon as there is room
            self._gone()

    async def _stamp_in_time(self) -> None:
        """Have the day's checkpoint stamped where an authority is configured; it takes its time beside the heart."""
        loop = asyncio.get_running_loop()
        if self._authority is None or loop.time() < self._stamp_next:
            return
        self._stamp_next = loop.time() + STAMP_AGAIN_S
        checkpoint = await self.do(lambda: self.counter.book.checkpoint)
        self._stamping = loop.run_in_executor(self._looker, self._stamp, checkpoint)

    def _stamp(self, checkpoint: bytes) -> None:
        now = self._clock()
        assert self._authority is not None
        try:
            if self._stamps.is_due(now):
                self._tell(stamp_words(self._stamps.stamp(self._authority, checkpoint, now)))
        except (OSError, ValueError) as error:
            self._tell(f"no time stamp: {plain(str(error))}")

    def _beat_once(self) -> str:
        before = self.counter.book.status()
        head = self.counter.book.beat(self._clock())
        after = self.counter.book.status()
        return (
            f"{stamp(after.last_beat)}  beat: {head.size:,} entries, {before.received:,} of them new; "
            f"witnessed {after.witnessed:,}"
        )

    def stop(self) -> None:
        """Finish what is being written and let the book go."""
        self._looker.shutdown(cancel_futures=True)
        self._worker.shutdown()
        self.counter.book.close()

    # --- what is done in a turn -------------------------------------------------------------------

    async def submit(self, wire: bytes) -> Reply:
        """See `Counter.submit`; the sandbox takes its time beside the book, not in its turn."""
        submission, read = await self.do(self.counter.read, wire)
        for digest in await self.do(self.counter.unseen, read):
            entry = await asyncio.get_running_loop().run_in_executor(self._looker, self._look, digest)
            await self.do(self.counter.judge, digest, entry)
        return await self.do(self._take, submission)

    def _take(self, submission: Submission) -> Reply:
        reply = self.counter.take(submission)
        self.came(submission)
        return reply

    def _look(self, digest: str) -> Any:
        return self._inspect(self.counter.file(digest))

    @property
    def why_red(self) -> str:
        """Why nobody should rely on what is shown, "" where the heart beats."""
        found = self.counter.book.status()
        return self._trouble or red(found.last_beat, self._clock(), found.heartbeat_s)

    def status(self) -> Reply:
        """Return the counts: each entry once, on the highest rung that it has reached; `why` says why it is red."""
        found, why = self.counter.book.status(), self.why_red
        return said({
            "size": found.size,
            "received": found.received,
            "sequenced": found.size - found.witnessed,
            "witnessed": found.witnessed,
            "last_beat": stamp(found.last_beat) or None,
            "heartbeat_s": found.heartbeat_s,
            "red": bool(why),
            "why": why,
            "time_stamp": self._stamps.words(),
        })  # fmt: skip

    def page(self) -> bytes:
        """Return the page for people."""
        notes = filter(None, [self._trouble, self._stamps.words()])
        return page(self.seen(LAST), self.counter.book.status().received, tuple(notes))

    def seen(self, last: int) -> Overview:
        """Return the log at one look."""
        witnessed = self.folder / "witnessed"
        heads = [witnessed.read_bytes()] if witnessed.exists() else []
        return overview(self._fetch, self._clock(), last, heads, self.counter.book.status().witnessed)

    def _fetch(self, path: str, most_bytes: int) -> bytes:
        held = self.folder / "ledger" / path
        data = self.counter.book.checkpoint if path == "checkpoint" else read_now_or_before(held)
        if len(data) > most_bytes:
            raise OSError(f"{path} has more than {most_bytes} bytes")
        return data
