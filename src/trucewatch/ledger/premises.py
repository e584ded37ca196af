"""Where a centre keeps what: its folder on the disk, and what is tidied up in it after a cut.

ledger/                      the log (docs/ledger.md, section 1)
received/<number>-<sha256>   submissions that wait, one wire form a line; numbered by arrival
blobs-in/<sha256>            files that came and that no entry of the log names yet
signed                       the newest checkpoint, before it can be read in the log
witnessed                    the newest checkpoint that has the policy's quorum, with its cosignatures
centre.db                    the cache (`database`)
lock                         held by the one process that writes
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from trucewatch.ledger.commitments import disclosure_files
from trucewatch.ledger.disk import Disk
from trucewatch.ledger.growth import read_bundle
from trucewatch.ledger.submission import Submission, parse_submission
from trucewatch.ledger.verify import (
    TILE_WIDTH,
    disclosures_path,
    parse_disclosures,
    read_disclosure,
    tile_path,
    tile_shapes,
)

CHECKPOINT, POLICY, SIGNED, WITNESSED = "ledger/checkpoint", "ledger/policy", "signed", "witnessed"
_RECEIVED = re.compile(r"([0-9]{12})-([0-9a-f]{64})")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class Premises:
    """A centre's folder. Raises OSError where the disk refuses."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.path = folder
        self.disk = disk

    def has(self, name: str) -> bool:
        """Tell whether there is a file of that path within the folder."""
        return self.disk.exists(self.path / name)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file; FileNotFoundError where there is none."""
        return self.disk.read(self.path / name)

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole and durably."""
        self.disk.write(self.path / name, data)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files durably, and with the last file of a folder of the log the folder."""
        gone = [self.path / name for name in names]
        if gone:
            self.disk.remove(*gone)
        log = self.path / "ledger"
        above = {folder for path in gone for folder in path.parents if log in folder.parents}
        for folder in sorted(above, key=lambda folder: len(folder.parts), reverse=True):
            self.disk.prune(folder)

    def names(self, folder: str) -> list[str]:
        """Return the relative paths of the files in a folder of this folder."""
        return self.disk.names(self.path / folder)

    def read_log(self, name: str) -> bytes:
        """Return the bytes of a file of the log."""
        return self.read(f"ledger/{name}")

    # --- submissions that wait --------------------------------------------------------------------

    def keep(self, arrival: int, submissions: Iterable[Submission]) -> str:
        """Write submissions that arrived one after the other into one file, durably, and return its name."""
        data = b"\n".join(submission.wire for submission in submissions)
        name = f"{arrival:012}-{sha256(data)}"
        self.write(f"received/{name}", data)
        return name

    def kept(self, name: str) -> dict[bytes, Submission]:
        """Return the submissions of a file by their digest, in the order of arrival.

        Raises:
            ValueError: where the file is missing or not as it was written.

        """
        match = _RECEIVED.fullmatch(name)
        try:
            data = self.read(f"received/{name}")
        except FileNotFoundError:
            data = b""
        if not match or sha256(data) != match[2]:
            raise ValueError(
                f"received/{name} is missing or was altered on the disk: ask its sender to hand it in again"
            )
        return {bytes.fromhex(found.digest): found for found in map(parse_submission, data.split(b"\n"))}

    def waiting(self) -> list[tuple[int, str]]:
        """Return number and name of the files of submissions, in the order of arrival; ValueError for any other."""
        names = self.names("received")
        if strange := [name for name in names if not _RECEIVED.fullmatch(name)]:
            raise ValueError(f"received/{strange[0]} is no file of this centre: move it elsewhere")
        return [(int(name[:12]), name) for name in names]

    # --- files that entries bring -----------------------------------------------------------------

    def blob(self, digest: str, folder: str = "blobs-in") -> bytes:
        """Return a file that came, by default one that no entry names yet; ValueError where it is not what it was."""
        try:
            data = self.read(f"{folder}/{digest}")
        except FileNotFoundError:
            data = None
        if data is None or sha256(data) != digest:
            raise ValueError(f"{folder}/{digest} is missing or was altered on the disk: ask its sender for it again")
        return data

    def holds(self, name: str, digest: str) -> bool:
        """Tell whether a file is there with these bytes."""
        try:
            return sha256(self.read(name)) == digest
        except FileNotFoundError:
            return False

    def erase(self, index: int, fields: frozenset[str], blobs: Iterable[str], size: int) -> None:
        """Destroy these disclosures of an entry of a log of that size, and these files, durably; again is fine.

        The digest of its submission is kept: whoever handed it in still learns where it stands.
        """
        bundle = index // TILE_WIDTH
        name = f"ledger/{disclosures_path(bundle)}"
        lines = parse_disclosures(self.read(name), bundle * TILE_WIDTH, TILE_WIDTH) if self.has(name) else {}
        there = lines.get(index, [])
        left = [disclosure for disclosure in there if read_disclosure(disclosure)[0] not in fields]
        if left != there:
            self._remember(index, tuple(there), size)
            if data := disclosure_files({**lines, index: left}):
                self.write(name, *data.values())
            else:
                self.remove([name])
        found = (f"{folder}/{digest}" for digest in blobs for folder in ("ledger/blobs", "blobs-in"))
        self.remove([name for name in found if self.has(name)])

    def _remember(self, index: int, disclosures: tuple[str, ...], size: int) -> None:
        name = f"erased/{index:012}"
        if not self.has(name):
            entry = read_bundle(self.read_log, index // TILE_WIDTH, size)[index % TILE_WIDTH]
            self.write(name, Submission(entry=entry, disclosures=disclosures).digest.encode())

    def digest_of_erased(self, index: int) -> str | None:
        """Return the digest that a submission had before something of it was erased; None where nothing was."""
        name = f"erased/{index:012}"
        return self.read(name).decode() if self.has(name) else None

    # --- after a cut ------------------------------------------------------------------------------

    def tidy_tree(self, size: int) -> None:
        """Remove tiles and disclosures that the signed tree does not have: a heartbeat that was cut short.

        Raises:
            ValueError: where a tile is missing: then it is the disk that lost something.

        """
        wanted = {tile_path(*shape) for shape in tile_shapes(size)}
        found = {f"tile/{name}" for name in self.names("ledger/tile")}
        if missing := wanted - found:
            raise ValueError(f"ledger/{min(missing)} is missing: bring it back from a mirror")
        bundles = -(-size // TILE_WIDTH)
        shown = {disclosures_path(index) for index in range(bundles)}
        beyond = {name for name in self._disclosures() if name not in shown}
        self.remove(f"ledger/{name}" for name in (found - wanted) | beyond)
        if bundles:
            self._cut_disclosures(bundles - 1, size)

    def _disclosures(self) -> list[str]:
        return [f"disclosures/{name}" for name in self.names("ledger/disclosures")]

    def _cut_disclosures(self, bundle: int, size: int) -> None:
        name = f"ledger/{disclosures_path(bundle)}"
        if not self.has(name):
            return
        data = self.read(name)
        parse_disclosures(data, bundle * TILE_WIDTH, TILE_WIDTH)
        lines = data.splitlines(keepends=True)
        kept = [line for line in lines if int(line.partition(b"~")[0]) < size]
        if not kept:
            self.remove([name])
        elif kept != lines:
            self.write(name, b"".join(kept))

    def tidy_blobs(self, named: set[str], erased: frozenset[str]) -> None:
        """Take back files that a cut heartbeat put into the log, and drop the copies of those that are in it.

        `named` are those that entries name, `erased` those of them that an act has erased.
        """
        for digest in self.names("ledger/blobs"):
            if digest in named or not _DIGEST.fullmatch(digest):
                continue
            if self.holds(f"ledger/blobs/{digest}", digest) and not self.holds(f"blobs-in/{digest}", digest):
                self.write(f"blobs-in/{digest}", self.read(f"ledger/blobs/{digest}"))
            self.remove([f"ledger/blobs/{digest}"])
        left = [digest for digest in self.names("blobs-in") if digest in named]
        for digest in left:
            there = digest in erased or self.holds(f"ledger/blobs/{digest}", digest)
            if not there and self.holds(f"blobs-in/{digest}", digest):
                self.write(f"ledger/blobs/{digest}", self.read(f"blobs-in/{digest}"))
        self.remove(f"blobs-in/{digest}" for digest in left)

    def entries(self, first: int, size: int) -> Iterable[tuple[int, bytes, tuple[str, ...]]]:
        """Yield index, bytes and disclosures of the entries from an index on, of a log of that size."""
        for bundle in range(first // TILE_WIDTH, -(-size // TILE_WIDTH)):
            name = f"ledger/{disclosures_path(bundle)}"
            start = bundle * TILE_WIDTH
            shown = parse_disclosures(self.read(name), start, TILE_WIDTH) if self.has(name) else {}
            for at, entry in enumerate(read_bundle(self.read_log, bundle, size), start=start):
                if at >= first:
                    yield at, entry, tuple(shown.get(at, ()))
