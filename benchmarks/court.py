"""Both verifiers at once, and honest logs laid where they are changed and put back."""

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mutants import Change, Files, Laid
from rich_logs import policy
from second import Second, program

from trucewatch.ledger.verify import VerificationError, Verified, verify

WORKERS = 2
DIED = "died:"  # how the answer begins of a verifier that did not answer


@dataclass(frozen=True, slots=True)
class Log:
    """An honest log; `other` is another honest one by the same keys.

    `quorum` is what its policy asks for; with None the verifiers have no policy but what the directory ships.
    """

    name: str
    files: Files
    quorum: str | None = "both"
    other: Files = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What each verifier says against a directory: "" where it accepts it. The first is Python's, the second Go's.

    `counts_differ`: both accept it and do not find the same in it.
    """

    first: str
    second: str
    counts_differ: bool = False


def _counts(verified: Verified) -> tuple[str, str]:
    """Return how the second verifier's sentence begins and ends where it finds the same."""
    return f"ok {verified.size} {verified.root}; ", (
        f"; {verified.signed} entries signed; {verified.shown} fields shown, {verified.withheld} withheld; "
        f"{verified.blobs} blobs"
    )


class Court:
    """Two verifiers with the honest policy from another hand, and the logs."""

    def __init__(self, logs: Sequence[Log], folder: Path) -> None:
        self.logs = logs
        self._laid = [Laid(folder / str(at), log.files) for at, log in enumerate(logs)]
        self._brought: dict[str | None, bytes | None] = {None: None}
        self._seconds = {None: Second()} if any(log.quorum is None for log in logs) else {}
        for quorum in {log.quorum for log in logs if log.quorum is not None}:
            self._brought[quorum] = policy(quorum=quorum)
            (folder / quorum).write_bytes(policy(quorum=quorum))
            self._seconds[quorum] = Second("-policy", folder / quorum)

    def verdicts(self, at: int, change: Change) -> Verdicts:
        """Return what both say of a change of a log."""
        quorum = self.logs[at].quorum
        with self._laid[at].changed(change) as directory:
            answer = self._seconds[quorum].asked(directory)
            try:
                first, (start, end) = "", _counts(verify(directory, policy=self._brought[quorum]))
            except VerificationError as error:
                first, start, end = str(error), "", ""
            except Exception as error:  # noqa: BLE001 - whatever it is, a verifier must not die of a directory
                first, start, end = f"{DIED} {error!r}", "", ""
            said = answer()
        second = "" if said.startswith("ok ") else said
        same = said.startswith(start) and said.endswith(end)
        return Verdicts(first, second, counts_differ=not (first or second or same))

    def close(self) -> None:
        """End the second verifiers."""
        for second in self._seconds.values():
            second.__exit__()


_sitting: list[tuple[Court, Callable[[Court, Any], Any]]] = []  # of a worker: its court, and what it does there


def _begin(logs: Sequence[Log], folder: Path, work: Callable[[Court, Any], Any]) -> None:
    own = folder / multiprocessing.current_process().name
    own.mkdir()
    _sitting.append((Court(logs, own), work))


def _do(job: object) -> object:
    sitting, work = _sitting[0]
    return work(sitting, job)


def together(
    logs: Sequence[Log], work: Callable[[Court, Any], Any], jobs: Sequence[object], title: str
) -> Iterator[Any]:
    """Yield what `work` makes of each job in a court of these logs, in any order, on two cores; say how far it is."""
    memory = Path("/dev/shm")
    program()  # built before two processes would
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="trucewatch-") as folder:
        settings = (logs, Path(folder), work)
        with multiprocessing.get_context("fork").Pool(WORKERS, _begin, settings) as pool:
            for number, result in enumerate(pool.imap_unordered(_do, jobs, chunksize=20), start=1):
                yield result
                if number % 1000 == 0 or number == len(jobs):
                    seconds = time.monotonic() - begun
                    print(f"{title}: {number:,} of {len(jobs):,} in {seconds:,.0f} s", file=sys.stderr, flush=True)
            pool.close()
            pool.join()


@contextmanager
def court(logs: Sequence[Log]) -> Iterator[Court]:
    """Hold court in this process alone."""
    with tempfile.TemporaryDirectory(prefix="trucewatch-") as folder:
        sitting = Court(logs, Path(folder))
        try:
            yield sitting
        finally:
            sitting.close()
