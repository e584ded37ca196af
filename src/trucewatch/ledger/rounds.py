"""What a mirror and a witness do again and again, and what there is to say of it each time.

A round never stops because of what a source shows or does: it says so and looks again. It stops where its own disk
fails. Clocks are handed in: one that states times, and a monotonic one that alone decides what is late.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from trucewatch.ledger.copies import fields_of
from trucewatch.ledger.heads import HEARTBEAT_S, ForkedError, Watch, has_line, heartbeat_s, note_of, proof_folder
from trucewatch.ledger.mirror import Clock, Followed, Mirror
from trucewatch.ledger.note import Key
from trucewatch.ledger.sources import HttpSource, Source, UnreachableError
from trucewatch.ledger.verify import Checkpoint, Policy, VerificationError, check_cosignatures, has_quorum
from trucewatch.ledger.witness import Witness

DONE, WRONG, UNREACHED = 0, 1, 2  # the exit codes of one look
Tell = Callable[[str, str], None]  # how it stands (NEWS, LATER or RED) and a line
NEWS, LATER, RED = "", "not now", "RED"


class _Round:
    """What both have in common: one line for what went wrong, and no signature handed in twice."""

    def __init__(self, store: Path, tell: Tell, monotonic: Callable[[], float]) -> None:
        self._proof = proof_folder(store)
        self._tell = tell
        self._monotonic = monotonic
        self._handed = ""
        self.code = DONE

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Say what a source did wrong and note the exit code."""
        try:
            yield
        except ForkedError as error:
            self.code = WRONG
            self._tell(RED, f"{error}; the proof: {self._proof}/first.note and second.note")
        except VerificationError as error:
            self.code = WRONG
            self._tell(RED, str(error))
        except UnreachableError as error:
            self.code = self.code or UNREACHED
            self._tell(LATER, str(error))

    def _watched(self, watch: Watch, size: int, name: str) -> Watch:
        now = self._monotonic()
        seen = watch.seen(size, now)
        if seen.is_red(now):
            late = f"no new entry for more than two heartbeats of {watch.heartbeat_s} s"
            self._tell(RED, f"{name} shows {late}: it stalls, or is cut off from the log")
        return seen

    def _hand_in(self, sources: Sequence[Source], head: Checkpoint) -> None:
        """Bring our cosignatures of a tree to every source that takes any, until one has."""
        for source in sources:
            if self._handed != head.text and isinstance(source, HttpSource):
                with suppress(UnreachableError):  # a mirror takes none; the centre is asked again in the next round
                    accepted = source.hand_in(note_of(head))
                    self._handed = head.text
                    self._tell(NEWS, f"{source} took the cosignatures of {', '.join(accepted) or 'nobody'}")


class Following(_Round):
    """A mirror and its source; a call is one look. `code` is its exit code."""

    def __init__(
        self,
        mirror: Mirror,
        source: Source,
        *,
        policy: Policy,
        keys: Sequence[Key],
        store: Path,
        tell: Tell,
        clock: Clock,
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__(store, tell, monotonic)
        self._mirror, self._source, self._policy, self._keys, self._clock = mirror, source, policy, keys, clock
        self._watch: Watch | None = None

    def __call__(self) -> None:
        """Follow the source once, and hand in what was cosigned."""
        self.code = DONE
        with self._asking():
            self._say(self._mirror.follow(self._source, self._clock))
        head = self._mirror.head
        self._watch = self._watched(self._watch or self._begun(), head.size if head else 0, str(self._source))
        if head is not None and self._keys and all(has_line(head, key) for key in self._keys):
            self._hand_in([self._source], head)

    def _begun(self) -> Watch:
        first = self._mirror.first_entry()
        beat_s = heartbeat_s(fields_of(first)) if first else HEARTBEAT_S
        return Watch(heartbeat_s=beat_s, since=self._monotonic())

    def _say(self, followed: Followed) -> None:
        head = followed.checkpoint
        if followed.entries:
            by = [found.witness for found in check_cosignatures(head, self._policy)]
            enough = "witnessed" if has_quorum(self._policy, by) else "not witnessed yet"
            came = f"{head.size:,} entries (+{followed.entries:,}), +{followed.files:,} files"
            self._tell(NEWS, f"{came}; cosigned by {', '.join(by) or 'nobody'}; {enough}")
        if followed.behind:
            self._tell(
                LATER, f"{self._source} shows {followed.behind:,} entries fewer than this copy has: an older view"
            )


class Witnessing(_Round):
    """A witness and all its sources; a call is one look at each. `code` is its exit code."""

    def __init__(
        self,
        witness: Witness,
        sources: Sequence[Source],
        *,
        store: Path,
        tell: Tell,
        clock: Clock,
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__(store, tell, monotonic)
        self._witness, self._sources, self._clock = witness, sources, clock
        self._watches: dict[str, Watch] = {}
        self._heartbeat_s: int | None = None

    def __call__(self) -> None:
        """Look at each source, then cosign the newest tree, unless one of them showed another history."""
        codes = [self._look(source) for source in self._sources]
        self.code = WRONG if WRONG in codes else UNREACHED if all(codes) else DONE
        head = self._witness.cosign(self._clock)
        if head is not None and len(head.signatures) > 1:
            self._hand_in(self._sources, head)

    def _look(self, source: Source) -> int:
        self.code, size, name = DONE, 0, str(source)
        with self._asking():
            seen = self._witness.look(source)
            size = seen.size
            if seen.new:
                self._tell(NEWS, f"{name}: {seen.size:,} entries, continuing all that was seen")
        watch = self._watches.get(name) or Watch(heartbeat_s=self._beat_s(source), since=self._monotonic())
        self._watches[name] = self._watched(watch, size, name)
        return self.code

    def _beat_s(self, source: Source) -> int:
        if self._heartbeat_s is None:
            with suppress(ValueError, OSError):
                first = self._witness.charter(source)
                self._heartbeat_s = heartbeat_s(fields_of(first)) if first else None
        return self._heartbeat_s or HEARTBEAT_S
