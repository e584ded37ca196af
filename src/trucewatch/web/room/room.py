"""The operations room of a running log: its desk, its lists, the drawing of conclusions beside the heart, the bell.

New conclusions are drawn in a thread of their own and said in the book's turn, so that the heart waits for the saying
alone. They are drawn when something came by which they or the report may change, at most every so many seconds, or at
once when an officer asks. When the log is opened again, the newest published ones are drawn again from the entries that
they are of, and not said: they are the same.

The lists are brought up to date after each heartbeat and with new conclusions, in a thread of their own: a heartbeat
waits for that a moment at most.

Whatever fails here is shown red and tried again with the next heartbeat. While the access policy in force cannot be
read, nothing is shown to anybody and nobody says anything: no older text stands in for it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

from trucewatch import live
from trucewatch.db.lists import Store
from trucewatch.ledger.courier import plain
from trucewatch.web.room.access import Access, packaged_policy
from trucewatch.web.room.desk import Desk, concluded
from trucewatch.web.room.events import Bell
from trucewatch.web.room.listing import Listing
from trucewatch.web.room.shelf import Releases
from trucewatch.web.room.signin import SignIn
from trucewatch.web.room.throttle import Throttle
from trucewatch.web.service import Service

ASSESS_EVERY_S = 300.0
LIST_WAIT_S = 1.0  # that a heartbeat waits for the lists; what takes longer goes on beside it
NOTHING = ""  # a policy without rules: what no rule permits is refused


class Room:
    """See the module. On the service's event loop; pages look at `desk` from any thread."""

    def __init__(
        self,
        service: Service,
        clock: Callable[[], datetime],
        store: Store,
        *,
        assess_every_s: float = ASSESS_EVERY_S,
        commands: str = "",
        tell: Callable[[str], None] = lambda _: None,
        is_leaving: Callable[[], bool] = lambda: False,
    ) -> None:
        """`commands` is the folder of a rehearsal's short commands, named on pages; `tell` gets a line per sign-in.

        `is_leaving` says that the server ends: no page may hold it up.
        """
        book = service.counter.book
        self.service = service
        self.desk = Desk()
        self.origin = book.charter.origin
        self.rp_id = book.rp_id
        self.access = Access(NOTHING) if book.access else Access(packaged_policy())
        self.lists = store
        self._listing = Listing(store)
        self._lister = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lists")
        self._listed: asyncio.Task[None] | None = None
        self.sign_in = SignIn(
            staff=lambda: book.staff, origin=self.origin, rp_id=self.rp_id, monotonic=time.monotonic, tell=tell
        )
        self.enrolling = Throttle(time.monotonic)  # of passkeys that anybody may make, by address
        self._is_leaving = is_leaving
        self.bell = Bell()
        self.releases = Releases(book)
        self.clock = clock
        self.assess_every_s = assess_every_s
        self.commands = commands
        self._troubles: dict[str, str] = {}  # what cannot be done, with why; "" where it can again
        self._has_begun = False
        self.drawing_since: datetime | None = None
        self.is_open = True
        self._draughtsman = ThreadPoolExecutor(max_workers=1, thread_name_prefix="conclusions")
        self._task: asyncio.Task[None] | None = None
        self._due = 0.0
        service.came = self.desk.came

    # --- its life ---------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Hear the whole log, in turns, and draw its newest conclusions again."""
        self.service.after_beat = self.after_beat
        await self._catch_up()
        if self.desk.seen.published:
            self._start(self.desk.seen.published)
        self._has_begun = True

    async def stop(self) -> None:
        """Let the pages go; what is being drawn is finished by nobody."""
        self.is_open = False
        self.bell.ring()
        for task in filter(None, (self._task, self._listed)):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._draughtsman.shutdown(wait=False, cancel_futures=True)
        self._lister.submit(self.lists.close)  # after what is being written
        self._lister.shutdown(wait=False)

    async def after_beat(self) -> None:
        """Hear what the heartbeat brought, tell the pages, and draw new conclusions where they are due."""
        await self._catch_up()
        await self._list_beside()
        if self._has_begun and self.desk.has_news and time.monotonic() >= self._due:
            self.assess()

    async def _catch_up(self) -> None:
        await self._try("the log cannot be heard", self._hear)
        await self._try("the access policy in force cannot be relied on, so nothing is shown", self._follow_policy)

    async def _try(self, trouble: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
            self._troubles[trouble] = ""
        except Exception as error:  # noqa: BLE001 - whatever fails here must not stop the heart, and is shown red
            self._troubles[trouble] = plain(str(error)) or type(error).__name__

    @property
    def trouble(self) -> str:
        """What cannot be done, with why; "" where nothing is wrong."""
        return "; ".join(f"{what}: {why}" for what, why in list(self._troubles.items()) if why)

    async def _hear(self) -> None:
        while await self.service.do(self.desk.hear, self.service.counter.book):
            pass
        self.bell.ring()

    @property
    def may_stay(self) -> bool:
        """Whether an open page may go on listening."""
        return self.is_open and not self._is_leaving()

    async def why_red(self) -> str:
        """Return why nobody should rely on what is shown, "" where all is well."""
        return await self.service.do(lambda: self.service.why_red) or self.trouble

    async def _follow_policy(self) -> None:
        """Have the access policy that the newest act of two guarantors names; its text is a file of the log."""
        book = self.service.counter.book
        if not (digest := book.access) or digest == self.access.digest:
            return
        self.access = Access(NOTHING)  # what was in force is not any more, whether or not the new text can be read
        self.access = Access((await self.service.do(book.blob, digest)).decode())

    # --- lists ------------------------------------------------------------------------------------

    async def _list_beside(self) -> None:
        """Bring the lists up to date, unless that goes on already; wait for it a moment."""
        if self._listed is None or self._listed.done():
            self._listed = asyncio.create_task(self._list())
        await asyncio.wait({self._listed}, timeout=LIST_WAIT_S)

    async def _list(self) -> None:
        await self._try("the list of incidents is not up to date", self._bring_up)
        self.bell.ring()

    async def _bring_up(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._lister, self._listing.bring_up, self.desk, self.clock())

    # --- conclusions ------------------------------------------------------------------------------

    def assess(self) -> bool:
        """Begin to draw new conclusions; tell whether that was possible: one at a time."""
        return self._start(None)

    def _start(self, size: int | None) -> bool:
        if self._task is not None and not self._task.done():
            return False
        self._due = time.monotonic() + self.assess_every_s
        self.drawing_since = self.clock()
        self._task = asyncio.create_task(self._draw(size))
        return True

    async def _draw(self, size: int | None) -> None:
        """Draw the conclusions of the first `size` entries again, or, for None, new ones of all, and say these."""
        try:
            await self._try("no new conclusions", lambda: self._draw_and_say(size))
            await self._try("the log cannot be heard", self._hear)
            await self._list()
        finally:
            self.drawing_since = None

    async def _draw_and_say(self, size: int | None) -> None:
        book, loop = self.service.counter.book, asyncio.get_running_loop()
        drawn = await loop.run_in_executor(self._draughtsman, live.draw, book, size)
        if size is None:
            await self.service.do(live.say, book, drawn, self.clock())
        found = concluded(drawn)
        # or whoever opens the map, or the queue, first would wait
        await loop.run_in_executor(self._draughtsman, lambda: (found.overview, found.zones_of("")))
        self.desk.conclusions = found
