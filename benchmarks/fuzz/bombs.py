"""Files made to bring a parser down, and what each costs: `python -m benchmarks.fuzz.bombs` prints the table."""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.fuzz import files

from trucewatch.sandbox import Inspected, Reason, inspect

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bomb:
    """A file by what it is, how it is made, and why it is to be quarantined (None: it is harmless to look into)."""

    name: str
    make: Callable[[], bytes]
    reason: Reason | None


def _bomb(name: str, make: Callable[[], bytes], reason: Reason | None) -> Bomb:
    return Bomb(name=name, make=make, reason=reason)


BOMBS = (
    _bomb("a PNG of 4.3 gigapixels", files.png_of_gigapixels, Reason.TOO_MUCH),
    _bomb("a PNG with 512 MiB of packed text", files.png_of_text, Reason.BROKEN),
    _bomb("a GIF of a million frames", lambda: files.gif_of_frames(1_000_000), Reason.TOO_MUCH),
    _bomb("a ZIP of 1 GiB", lambda: files.zip_of(1024 * MIB), Reason.TOO_MUCH),
    _bomb("a ZIP whose 1,000 members are one", lambda: files.zip_of_overlaps(1_000, 16 * MIB), Reason.TOO_MUCH),
    _bomb("gzip of 1 GiB", lambda: files.zeros(1024 * MIB, "gzip"), Reason.TOO_MUCH),
    _bomb("a billion laughs", lambda: files.LAUGHS, Reason.ENTITIES),
    _bomb("XML that asks for another file", lambda: files.OUTSIDE, Reason.ENTITIES),
    _bomb("XML of a hundred thousand levels", lambda: b"<a>" * 100_000, Reason.TOO_MUCH),
    _bomb("XML of a million elements", lambda: b"<a>" + b"<b/>" * 1_000_000 + b"</a>", Reason.TOO_MUCH),
    _bomb("ZIPs in ZIPs, 1 GiB in the end", lambda: files.zip_in_zips(3, 4), None),
    _bomb("a PDF with a stream of 300 MiB", lambda: files.pdf_of_stream(300 * MIB), None),
    _bomb("a PDF whose objects unfold to 300 MiB", lambda: files.pdf_of_stream(300 * MIB, of_objects=True), None),
    _bomb("JSON of ten million levels", lambda: b"[" * 10_000_000, None),
    _bomb("a tar that leads upwards, with links", files.tarred, None),
)


def _used_s() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def table() -> Iterator[str]:
    """Yield the lines of a table of each bomb, what became of it and what it took."""
    yield "| bomb | bytes | what became of it | processor s | s by the clock |"
    yield "|---|---:|---|---:|---:|"
    for bomb in BOMBS:
        data = bomb.make()
        before, begun = _used_s(), time.monotonic()
        found = inspect(data)
        said = "looked into" if isinstance(found, Inspected) else f"quarantined: {found.reason}"
        used, took = _used_s() - before, time.monotonic() - begun
        yield f"| {bomb.name} | {len(data):,} | {said} | {used:.1f} | {took:.1f} |"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in table())
