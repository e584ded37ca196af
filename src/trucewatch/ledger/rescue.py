"""A centre's log brought back from any whole copy that is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trucewatch.ledger.disk import Disk, RealDisk
from trucewatch.ledger.heads import compare, read_head
from trucewatch.ledger.mirror import Mirror
from trucewatch.ledger.proof import from_tiles
from trucewatch.ledger.sources import FolderSource, log_folder
from trucewatch.ledger.verify import (
    HASH_BYTES,
    MOST_TEXT_BYTES,
    TILE_WIDTH,
    Checkpoint,
    Policy,
    VerificationError,
    parse_policy,
    verify,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that verifies, and its newest checkpoint."""

    source: FolderSource
    head: Checkpoint


def whole_copies(stores: Sequence[Path], policy: Policy, say: Callable[[str], None]) -> list[Copy]:
    """Return the copies that are whole, the newest first; `say` gets a line on each.

    Raises:
        ForkedError: where two of them exclude each other.
        VerificationError: where none is whole.

    """
    found: list[Copy] = []
    for store in stores:
        folder = log_folder(store)
        try:
            verified = verify(folder, str(policy.log))
            source = FolderSource(folder)
            if parse_policy(source.fetch("policy", MOST_TEXT_BYTES)) != policy:
                raise VerificationError("it ships another policy than yours")  # noqa: TRY301 - one line for one copy
            found.append(Copy(source=source, head=read_head(source.fetch("checkpoint", MOST_TEXT_BYTES), policy)))
            say(f"{store}: whole, {verified.size:,} entries, {verified.blobs:,} files, root {verified.root}")
        except (VerificationError, OSError) as error:
            say(f"{store}: not used: {error}")
    if not found:
        raise VerificationError("no copy is whole: nothing was recovered")
    found.sort(key=lambda copy: copy.head.size, reverse=True)
    for other in found[1:]:
        check_continued(other.head, found[0], policy)
    return found


def check_continued(seen: Checkpoint, newest: Copy, policy: Policy) -> None:
    """Raise ForkedError where a checkpoint that somebody has seen is not a beginning of the newest copy.

    Raises VerificationError where it is larger than that copy: entries were signed that no copy has.
    """
    if seen.size > newest.head.size:
        raise VerificationError(
            f"a tree of {seen.size} entries was signed and seen, and the copies have {newest.head.size}: a log that "
            "goes on from there with its old key would fork itself; begin a new one that names this one"
        )
    tree = from_tiles(lambda path: newest.source.fetch(path, TILE_WIDTH * HASH_BYTES), newest.head.size)
    compare(seen, newest.head, lambda: tree, policy.log)


def restored(copies: Sequence[Copy], centre: Path, policy: Policy, *, disk: Disk | None = None) -> Checkpoint:
    """Write the newest copy as `ledger/` of a centre's folder, with the cosignatures of all; return its checkpoint.

    It is copied as a mirror copies: every hash worked out anew, everything read back.
    """
    target = RealDisk() if disk is None else disk
    with Mirror(centre / "ledger", policy, (), disk=target) as mirror:
        for copy in copies:
            if copy.head.text == copies[0].head.text:
                mirror.follow(copy.source, lambda: 0)  # without keys no time is stated
        head = mirror.head
    target.remove(centre / "ledger.lock")
    assert head is not None
    return head
