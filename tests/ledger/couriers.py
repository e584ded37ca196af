"""Doors of a centre without a network: straight to its counter, and through lines that lose, repeat and cut."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from live_books import CENTRE
from straight import asked

from trucewatch.ledger.book import Book
from trucewatch.ledger.courier import MOST_ANSWER_BYTES, Answer, UnreachedError
from trucewatch.ledger.disk import RealDisk
from trucewatch.web.counter import Counter


class Unflushed:
    """The system's calls, without flushing: for tests of what has nothing to do with power cuts."""

    def __getattr__(self, name: str):
        return getattr(os, name)

    def fsync(self, handle: int) -> None:
        pass


def quick_disk() -> RealDisk:
    return RealDisk(Unflushed())


class Straight:
    """A centre whose counter stands in this process; every question is answered as the server answers it."""

    def __init__(self, folder: Path, book: Book, key=CENTRE, inspect=lambda _: None) -> None:
        self.folder, self.book = folder, book
        self.counter = Counter(book, folder, key, inspect)
        self.asked: list[str] = []

    def reopen(self, book: Book) -> None:
        """As after a restart of the server: what was in memory alone is gone."""
        self.book = book
        self.counter = Counter(book, self.folder, CENTRE, lambda _: None)

    def ask(self, method: str, path: str, body: bytes = b"", *, most_bytes: int = MOST_ANSWER_BYTES) -> Answer:
        self.asked.append(f"{method} {path}")
        return asked(self.counter, self.folder, method, path, body, most_bytes)


@dataclass
class Line:
    """A line to a door on which each request meets the next fault that it is told of; then none."""

    door: Straight
    faults: Callable[[], str] = lambda: ""
    before: Callable[[], None] = lambda: None

    def ask(self, method: str, path: str, body: bytes = b"", *, most_bytes: int = MOST_ANSWER_BYTES) -> Answer:
        self.before()
        match self.faults():
            case "no line":
                raise UnreachedError("no line")
            case "lost answer":
                self.door.ask(method, path, body, most_bytes=most_bytes)
                raise UnreachedError("the answer was lost")
            case "cut":
                if body:
                    self.door.ask(method, path, body[: len(body) // 2], most_bytes=most_bytes)
                raise UnreachedError("cut short")
            case "twice":
                self.door.ask(method, path, body, most_bytes=most_bytes)
        return self.door.ask(method, path, body, most_bytes=most_bytes)
