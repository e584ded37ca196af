"""The processes of the campaign `equivocations`: an operator with the log's key, two mirrors, a liaison's witness.

Each is forked from a warmed parent and speaks to the others over HTTP on loopback; what it is told by the campaign, and
what it says back, goes through a pipe. The mirrors and the witness are the product's own, with its own disk on a folder
in memory: power cuts are another campaign's business. One process has many logs, each with a store of its own.
"""

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
from benchmarks import deceit
from benchmarks.deceit import KEEPERS, OPERATOR, PARTIES, POLICY, Attack

from trucewatch.ledger.equivocation import FILES
from trucewatch.ledger.heads import proof_folder, read_head
from trucewatch.ledger.mirror import Mirror
from trucewatch.ledger.rounds import RED, Following, Witnessing
from trucewatch.ledger.sources import HttpSource, Source
from trucewatch.ledger.verify import MOST_TEXT_BYTES, parse_checkpoint
from trucewatch.ledger.witness import Seen, Witness
from trucewatch.web.copies import create, serving

COSIGNED_AT = 1_800_000_000  # the mirrors' clocks stand still: nothing here depends on them


# --- the operator -----------------------------------------------------------------------------------------


class Operator:
    """The adversary's server: what it answers depends on who asks, and on the phase."""

    def __init__(self) -> None:
        self.attacks: dict[int, Attack] = {}
        self.phase = 0
        self.cosigned: dict[tuple[int, str], list[str]] = {}
        self.requests = 0

    def respond(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Answer one request for /<number>/<party>/<path>."""
        self.requests += 1
        number, party, rest = path.removeprefix("/").split("/", 2)
        attacked = self.attacks[int(number)]
        if method == "POST":
            # a keeper's cosignatures come back: what left the keeper is held against it at the end
            self.cosigned.setdefault((int(number), party), []).append(parse_checkpoint(body).text)
            return 200, b'{"accepted":[]}'
        found = deceit.answer(attacked, party, self.phase, rest)
        return (404, b"") if found is None else (200, found)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it ends."""
        with _closing(writer):
            while line := await reader.readline():
                method, path, _ = line.decode().split()
                length = 0
                while (header := await reader.readline()).strip():
                    name, _, value = header.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                status, body = self.respond(method, path, await reader.readexactly(length))
                writer.write(b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)

    def told(self, message: tuple[str, Any]) -> object:
        """Do what the campaign says."""
        what, value = message
        if what == "batch":
            self.attacks = {attacked.number: attacked for attacked in value}
            self.cosigned, self.phase = {}, 0
        elif what == "phase":
            self.phase = value
        return self.cosigned if what == "cosigned" else self.requests


@contextmanager
def _closing(writer: asyncio.StreamWriter) -> Iterator[None]:
    try:
        yield
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
        pass  # the other side, or the whole process, has ended
    finally:
        writer.close()


async def _operate(pipe: Connection) -> None:
    operator = Operator()
    server = await asyncio.start_server(operator.serve, "127.0.0.1", 0)
    pipe.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def heard() -> None:
        message = pipe.recv()
        if message is None:
            over.set()
        else:
            pipe.send(operator.told(message))

    loop.add_reader(pipe.fileno(), heard)
    await over.wait()


def operate(pipe: Connection) -> None:
    """Be the operator until told to stop."""
    asyncio.run(_operate(pipe))


# --- the keepers ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Kept:
    """One log at one keeper."""

    store: Path
    keeper: Any
    look: Any
    red: list[str] = field(default_factory=list)


class BlindWitness(Witness):
    """A control: it looks, and compares nothing."""

    def look(self, source: Source) -> Seen:
        """Believe the source."""
        return Seen(size=read_head(source.fetch("checkpoint", MOST_TEXT_BYTES), self.policy).size, new=True)


class Keeper:
    """A mirror's or the liaison's process: many logs, each followed by the product's own round."""

    def __init__(self, party: str, root: Path, urls: dict[str, str], *, exchange: bool, blind: bool) -> None:
        self._party, self._root, self._urls = party, root, urls
        self._exchange, self._blind = exchange, blind
        self._now: float | None = 0.0
        self._line = httpx.HTTPTransport(verify=False)  # shared: a context of TLS for each source would cost the most
        self.kept: dict[int, Kept] = {}
        self.apps: dict[int, Any] = {}

    def monotonic(self) -> float:
        """Return the simulated clock, or the real one where none is set."""
        return time.monotonic() if self._now is None else self._now

    def look(self, value: tuple[list[int], float | None]) -> list[tuple[int, int, list[str]]]:
        """Look once at each of these logs; return its exit code and the red lines."""
        numbers, self._now = value
        found = []
        for number in numbers:
            if self._blind and self._party != "l" and number in self.kept:
                self._forget(number)
            if number not in self.kept:
                self.kept[number] = self._begun(number)
            kept = self.kept[number]
            kept.red.clear()
            kept.look()
            found.append((number, kept.look.code, list(kept.red)))
        return found

    def end(self, numbers: list[int]) -> list[tuple[int, tuple[bytes, ...]]]:
        """Forget these logs; return for each the files of the proof against it, if there is one."""
        return [(number, self._forget(number)) for number in numbers]

    def _forget(self, number: int) -> tuple[bytes, ...]:
        kept = self.kept.pop(number)
        self.apps.pop(number, None)
        kept.keeper.close()
        folder = proof_folder(kept.store)
        proof = tuple((folder / name).read_bytes() for name in FILES) if folder.exists() else ()
        for path in (kept.store, folder, kept.store.with_name(f"{kept.store.name}.suspects")):
            shutil.rmtree(path, ignore_errors=True)
        kept.store.with_name(f"{kept.store.name}.lock").unlink()
        return proof

    def _begun(self, number: int) -> Kept:
        store, red = self._root / str(number), list[str]()

        def tell(how: str, line: str) -> None:
            if how == RED:
                red.append(line)

        def clock() -> int:
            return COSIGNED_AT

        keys = KEEPERS[self._party]
        shared = {"store": store, "tell": tell, "clock": clock, "monotonic": self.monotonic}
        centre = self._source(f"{self._urls['operator']}/{number}/{self._party}")
        if self._party == "l":
            eyes = (BlindWitness if self._blind else Witness)(store, POLICY, keys)
            others = [self._source(f"{self._urls[each]}/{number}") for each in ("a", "b") if self._exchange]
            return Kept(store, eyes, Witnessing(eyes, [centre, *others], **shared), red)
        mirror = Mirror(store, POLICY, keys)
        self.apps[number] = create(store, OPERATOR.name, None, clock)
        return Kept(store, mirror, Following(mirror, centre, policy=POLICY, keys=keys, **shared), red)

    def _source(self, url: str) -> HttpSource:
        return HttpSource(url, transport=self._line)


def keep(pipe: Connection, party: str, root: Path, *, exchange: bool, blind: bool) -> None:
    """Be a mirror or the liaison until told to stop."""
    os.nice(1)  # the operator answers first: what is waited for is the parties' own work
    urls = pipe.recv()
    keeper = Keeper(party, root, urls, exchange=exchange, blind=blind)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        # /<number>/<path> by the product's application over the store of that log
        _, number, path = scope["path"].split("/", 2)
        await keeper.apps[int(number)]({**scope, "path": f"/{path}"}, receive, send)

    with serving(application, 0) as url:
        pipe.send(url)
        does: dict[str, Callable[[Any], object]] = {"look": keeper.look, "end": keeper.end, "urls": urls.update}
        while (message := pipe.recv()) is not None:
            pipe.send(does[message[0]](message[1]))


__all__ = ["PARTIES", "keep", "operate"]
