"""Check a ledger and the files published with it, alone and offline: the outsider's program.

    python verify.py DIR [--vkey VKEY]

This one file needs Python 3.11 and the package `cryptography` (for Ed25519), and nothing of the centre: copy
it, read it, run it on a machine that you trust. DIR holds `ledger/` and, beside it, the published files. Exit
status 0: everything below holds; 1: something does not, and one line says what.

The log follows C2SP tlog-tiles, tlog-checkpoint and signed-note; its tree is that of RFC 6962, section 2.1;
its entries are canonical JSON (RFC 8785). The centre's writer takes these primitives from here, so that each
fact of the format stands in one place. Every text that comes from DIR is treated as hostile.
"""

import argparse
import base64
import hashlib
import itertools
import json
import operator
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LEAF_PREFIX = b"\x00"  # RFC 6962, section 2.1
NODE_PREFIX = b"\x01"  # RFC 6962, section 2.1
HASH_BYTES = 32  # SHA-256
TILE_WIDTH = 256  # C2SP tlog-tiles: a full tile holds 256 hashes
MOST_ENTRY_BYTES = 65_535  # C2SP tlog-tiles: entries are prefixed by a uint16 length
MOST_INTEGER = 2**53 - 1  # RFC 8785, section 3.2.2.3: integers that every reader of JSON keeps exactly
MOST_BYTES = 16 << 30  # all files of DIR together; a guess that bounds a run to minutes
MOST_FILES = 1_000_000  # files and folders; a guess that bounds memory to a few hundred MB
MOST_TEXT_BYTES = 4_096  # checkpoint and key; a guess, five times what they need

ED25519 = b"\x01"  # C2SP signed-note: the signature type Ed25519
NAME = r"[!-*,-~]{1,255}"  # signed-note allows more; ours are printable ASCII without space and plus
_VKEY = re.compile(rf"({NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]{{44}})")
_CHECKPOINT = re.compile(
    rf"(({NAME})\n(0|[1-9][0-9]{{0,17}})\n([A-Za-z0-9+/]{{43}}=)\n)\n— ({NAME}) ([A-Za-z0-9+/]{{91}}=)\n"
)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")

REHEARSAL_SENTENCE = (
    "This key is published in the source of Trucewatch, anybody can sign with it, "
    "and a signature by it proves nothing about who signed."
)
REHEARSAL_SEED = hashlib.sha256(REHEARSAL_SENTENCE.encode()).digest()

NOT_PROVED = (
    "that an observation is true: the log shows what was recorded, not what happened;",
    "that the record is complete: what never reached the log leaves no trace in it;",
    "that this is the newest state: an older, honest copy of the log verifies as well;",
    "that others were shown the same log: compare checkpoints with the other side;",
    "that the conclusions follow from the records: recompute the report from them.",
)


class VerificationError(ValueError):
    """Something in the directory is not as its log says; the message is one line for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public Ed25519 key (32 bytes) and the name under which it signs."""

    name: str
    public: bytes

    def __str__(self) -> str:
        """Return the text form of signed-note: name+key id+base64."""
        return f"{self.name}+{key_id(self).hex()}+{base64.b64encode(ED25519 + self.public).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed tree head: `text` is what was signed, `key_id` and `signature` by whom and how."""

    origin: str
    size: int
    root: bytes
    text: str
    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What holds of a directory.

    `trusted`: the reader brought the key; otherwise it came with the log and shows integrity only.
    `rehearsal`: the key is the published one. `root` is hexadecimal; `files` are (path, SHA-256) as published.
    """

    vkey: str
    trusted: bool
    rehearsal: bool
    size: int
    root: str
    tiles: int
    blobs: int
    files: tuple[tuple[str, str], ...]


# --- the tree: RFC 6962, section 2.1 --------------------------------------------------------------


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(LEAF_PREFIX + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the tree hash over consecutive subtrees of one size (the last may be smaller).

    Pairing from the left and carrying an odd last hash upwards gives the tree of section 2.1.
    """
    row = list(hashes)
    while len(row) > 1:
        pairs = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        row = pairs + row[2 * len(pairs) :]
    return row[0] if row else hashlib.sha256().digest()


def levels_from(hashes: list[bytes]) -> Iterator[list[bytes]]:
    """Yield this level of tile hashes and all above it; only full tiles rise to the next level."""
    while hashes:
        yield hashes
        full = len(hashes) - len(hashes) % TILE_WIDTH
        hashes = [fold(hashes[i : i + TILE_WIDTH]) for i in range(0, full, TILE_WIDTH)]


def root_of(levels: Iterable[Sequence[bytes]]) -> bytes:
    """Return the root from the levels, lowest first; of a level, only its last, partial tile is read."""
    carried: list[bytes] = []
    for hashes in levels:
        tail = [*hashes[len(hashes) - len(hashes) % TILE_WIDTH :], *carried]
        carried = [fold(tail)] if tail else []
    return fold(carried)


# --- where tiles lie, and what bundles hold: C2SP tlog-tiles --------------------------------------


def tile_path(level: int | str, index: int, width: int) -> str:
    """Return the path of a tile of that many hashes, or with level "entries" of the bundle of entries."""
    digits = str(index)
    digits = digits.zfill(len(digits) + -len(digits) % 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    folders = "".join(f"x{group}/" for group in groups[:-1])
    return f"tile/{level}/{folders}{groups[-1]}" + ("" if width == TILE_WIDTH else f".p/{width}")


def tile_shapes(size: int) -> Iterator[tuple[int | str, int, int]]:
    """Yield (level, index, width) of every bundle and tile of a tree of that size, full and partial."""
    level, hashes = 0, size
    while hashes:
        for index in range(-(-hashes // TILE_WIDTH)):
            width = min(TILE_WIDTH, hashes - index * TILE_WIDTH)
            if level == 0:
                yield "entries", index, width
            yield level, index, width
        level, hashes = level + 1, hashes // TILE_WIDTH


def split_bundle(bundle: bytes, width: int) -> list[bytes]:
    """Return exactly `width` entries that fill the bundle, or raise VerificationError."""
    entries, at = [], 0
    for _ in range(width):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        entries.append(bundle[start:at])
    if at != len(bundle):
        raise VerificationError(f"a bundle of {width} entries should have {at} bytes and has {len(bundle)}")
    return entries


# --- what an entry is: RFC 8785 -------------------------------------------------------------------


def _rising(names: list[str]) -> bool:
    # RFC 8785, section 3.2.3: sorted by UTF-16 code units, which for ASCII is the order of the characters.
    if "".join(names).isascii():
        return all(map(operator.lt, names, names[1:]))
    units = [name.encode("utf-16-be") for name in names]
    return all(map(operator.lt, units, units[1:]))


def _in_order(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if not _rising([name for name, _ in pairs]):
        raise VerificationError("its names are not in canonical order, or one stands twice")
    return dict(pairs)


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MOST_INTEGER:
        raise VerificationError("it holds an integer beyond 2^53 - 1")
    return int(digits)


def _no_float(_: str) -> float:
    raise VerificationError("it holds a number that is not an integer; those are written as strings")


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_READER = json.JSONDecoder(
    object_pairs_hook=_in_order, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
)


def read_entry(data: bytes) -> dict[str, Any]:
    """Return the JSON object of an entry, or raise VerificationError unless its bytes are canonical.

    The Python encoder escapes strings exactly as RFC 8785, section 3.2.2.2; names are compared on the way in.
    """
    try:
        value = _READER.decode(data.decode())
        canonical = _WRITER.encode(value).encode() == data
    except VerificationError:
        raise
    except UnicodeError:
        raise VerificationError("it is not UTF-8") from None
    except RecursionError:
        raise VerificationError("it is nested too deeply") from None
    except ValueError:
        raise VerificationError("it is not JSON") from None
    if not canonical:
        raise VerificationError("it is not in canonical form")
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise VerificationError('it is not an object with a string "type"')
    return value


def safe_path(path: str) -> str:
    """Return a relative path that stays where it is put, or raise VerificationError."""
    if len(path) > 255 or not _PATH.fullmatch(path):
        raise VerificationError(f"unsafe path {path[:80]!a}")
    return path


# --- keys and checkpoints: C2SP signed-note, tlog-checkpoint --------------------------------------


def key_id(key: VerifierKey) -> bytes:
    """Return the four bytes by which a signature names its key."""
    return hashlib.sha256(key.name.encode() + b"\n" + ED25519 + key.public).digest()[:4]


def parse_vkey(text: str) -> VerifierKey:
    """Return the key of a text `name+key id+base64`, or raise VerificationError."""
    match = _VKEY.fullmatch(text)
    if not match:
        raise VerificationError("the key is not of the form name+8 hexadecimal digits+base64")
    payload = base64.b64decode(match[3])
    key = VerifierKey(name=match[1], public=payload[1:])
    if payload[:1] != ED25519 or key_id(key).hex() != match[2]:
        raise VerificationError("the key is not an Ed25519 key with its own key id")
    return key


def is_rehearsal(key: VerifierKey) -> bool:
    """Return whether this is the published key, under whatever name."""
    return key.public == Ed25519PrivateKey.from_private_bytes(REHEARSAL_SEED).public_key().public_bytes_raw()


def _base64(text: str, what: str) -> bytes:
    data = base64.b64decode(text)
    if base64.b64encode(data).decode() != text:
        raise VerificationError(f"the checkpoint's {what} is not canonical base64")
    return data


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Return the one canonical reading of a checkpoint with one signature, or raise VerificationError."""
    try:
        match = _CHECKPOINT.fullmatch(data.decode())
    except UnicodeError:
        match = None
    if not match:
        raise VerificationError("the checkpoint is not origin, size, root, blank line and one signature")
    text, origin, size, root, name, signature = match.groups()
    signed = _base64(signature, "signature")
    return Checkpoint(
        origin=origin,
        size=int(size),
        root=_base64(root, "root"),
        text=text,
        name=name,
        key_id=signed[:4],
        signature=signed[4:],
    )


def check_signature(checkpoint: Checkpoint, key: VerifierKey) -> None:
    """Raise VerificationError unless this key signed this checkpoint for its own log."""
    if not checkpoint.origin == checkpoint.name == key.name:
        raise VerificationError("the origin, the signature and the key do not carry the same name")
    if checkpoint.key_id != key_id(key):
        raise VerificationError("the checkpoint is signed by another key")
    try:
        public = Ed25519PublicKey.from_public_bytes(key.public)
        public.verify(checkpoint.signature, checkpoint.text.encode())
    except (InvalidSignature, ValueError):
        raise VerificationError("the signature of the checkpoint is wrong") from None


# --- the directory --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A directory and the size in bytes of every file in it, by its path with slashes."""

    path: Path
    sizes: dict[str, int]

    def open(self, name: str) -> BufferedReader:
        """Open a listed file; never through a link, never waiting for a pipe."""
        flags = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")  # each where the system has it
        mode = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in flags)
        return os.fdopen(os.open(self.path / name, mode), "rb")

    def read(self, name: str, most_bytes: int) -> bytes:
        """Return the bytes of a file, or raise VerificationError where it is missing or larger."""
        if name not in self.sizes:
            raise VerificationError(f"missing: {name!a}")
        if self.sizes[name] > most_bytes:
            raise VerificationError(f"{name!a} has {self.sizes[name]} bytes, more than {most_bytes}")
        with self.open(name) as file:
            return file.read(most_bytes)

    def check_digest(self, name: str, digest: str) -> None:
        """Raise VerificationError unless the file is there and has that SHA-256."""
        if name not in self.sizes:
            raise VerificationError(f"missing: {name!a}")
        with self.open(name) as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != digest:
            raise VerificationError(f"{name!a} was altered: its SHA-256 is {found}, the log says {digest}")


def _entries_of(path: Path, prefix: str) -> list[os.DirEntry[str]]:
    with os.scandir(path / prefix) as found:
        items = list(itertools.islice(found, MOST_FILES + 1))
    if not items:
        raise VerificationError(f"empty folder: {prefix or '.'!a}")
    return items


def list_folder(path: Path) -> Folder:
    """Return what lies under a directory; raise VerificationError for links, devices and too much of anything."""
    sizes: dict[str, int] = {}
    waiting, seen, total = [""], 0, 0
    while waiting:
        prefix = waiting.pop()
        for item in _entries_of(path, prefix):
            name, seen = prefix + item.name, seen + 1
            if item.is_dir(follow_symlinks=False):
                waiting.append(name + "/")
            elif item.is_file(follow_symlinks=False):
                sizes[name] = item.stat(follow_symlinks=False).st_size
                total += sizes[name]
            else:
                raise VerificationError(f"{name!a} is neither a plain file nor a folder")
            if seen > MOST_FILES or total > MOST_BYTES:
                raise VerificationError(f"more than {MOST_FILES} files or {MOST_BYTES} bytes: not read")
    return Folder(path=path, sizes=sizes)


# --- the check, step by step ----------------------------------------------------------------------


def _check_tile_names(folder: Folder, size: int) -> int:
    """Return how many tiles there are, when they are just those of a tree of that size."""
    found = {name for name in folder.sizes if name.startswith("ledger/tile/")}
    # Before anything is enumerated: a signed size may be any number, and files must back it.
    if -(-size // TILE_WIDTH) > len(found):
        raise VerificationError(f"the checkpoint speaks of {size} entries, and the tiles for them are not there")
    wanted = {f"ledger/{tile_path(*shape)}" for shape in tile_shapes(size)}
    if wanted - found:
        raise VerificationError(f"missing: {min(wanted - found)!a}")
    if found - wanted:
        raise VerificationError(f"not part of a log of {size} entries: {min(found - wanted)!a}")
    return len(wanted)


def _check_tile(folder: Folder, level: int, index: int, hashes: Sequence[bytes]) -> None:
    name = f"ledger/{tile_path(level, index, len(hashes))}"
    if folder.read(name, TILE_WIDTH * HASH_BYTES) != b"".join(hashes):
        raise VerificationError(f"{name!a} does not hold the hashes of what lies below it")


def _bundles(folder: Folder, size: int) -> Iterator[list[bytes]]:
    for index in range(-(-size // TILE_WIDTH)):
        width = min(TILE_WIDTH, size - index * TILE_WIDTH)
        name = f"ledger/{tile_path('entries', index, width)}"
        try:
            yield split_bundle(folder.read(name, TILE_WIDTH * (2 + MOST_ENTRY_BYTES)), width)
        except VerificationError as error:
            raise VerificationError(f"{name!a}: {error}") from None


def _blobs_of(entry: dict[str, Any], folder: Folder) -> list[str]:
    names = entry.get("blobs", [])
    if not isinstance(names, list) or not all(isinstance(n, str) and _DIGEST.fullmatch(n) for n in names):
        raise VerificationError('its "blobs" is not a list of SHA-256 digests')
    if names != sorted(set(names)):
        raise VerificationError('its "blobs" are not sorted, or one stands twice')
    for name in names:
        if f"ledger/blobs/{name}" not in folder.sizes:
            raise VerificationError(f"it names a blob that is missing: {name}")
    return names


def _check_entries(folder: Folder, checkpoint: Checkpoint) -> tuple[dict[str, Any], set[str]]:
    """Return the last entry and the names of all blobs, when entries, tiles and root agree."""
    entry: dict[str, Any] = {}
    blobs: set[str] = set()
    tail: list[bytes] = []
    above: list[bytes] = []
    for index, bundle in enumerate(_bundles(folder, checkpoint.size)):
        for offset, data in enumerate(bundle):
            try:
                entry = read_entry(data)
                blobs.update(_blobs_of(entry, folder))
            except VerificationError as error:
                raise VerificationError(f"entry {index * TILE_WIDTH + offset}: {error}") from None
        tail = [leaf_hash(data) for data in bundle]
        _check_tile(folder, 0, index, tail)
        if len(tail) == TILE_WIDTH:
            above.append(fold(tail))
            tail = []
    _check_root(folder, checkpoint, [tail, *levels_from(above)])
    return entry, blobs


def _check_root(folder: Folder, checkpoint: Checkpoint, levels: list[list[bytes]]) -> None:
    for level, hashes in enumerate(levels[1:], start=1):
        for at in range(0, len(hashes), TILE_WIDTH):
            _check_tile(folder, level, at // TILE_WIDTH, hashes[at : at + TILE_WIDTH])
    if root_of(levels) != checkpoint.root:
        raise VerificationError("the entries do not give the root that was signed")


def _check_blobs(folder: Folder, named: set[str]) -> None:
    for digest in sorted(named):
        folder.check_digest(f"ledger/blobs/{digest}", digest)


def _published(entry: dict[str, Any]) -> dict[str, str]:
    """Return path to digest of every published file, from the last entry."""
    files = entry.get("files")
    if entry.get("type") != "publication" or not isinstance(files, dict):
        raise VerificationError('the last entry is not a "publication" with its "files"')
    for path, digest in files.items():
        if safe_path(path).split("/")[0] == "ledger":
            raise VerificationError(f"the log publishes a file inside itself: {path!a}")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise VerificationError(f"the digest of {path!a} is not a SHA-256 digest")
    return files


def _check_nothing_else(folder: Folder, named: set[str], files: dict[str, str]) -> None:
    known = {"ledger/checkpoint", "ledger/vkey", *files, *(f"ledger/blobs/{digest}" for digest in named)}
    others = {name for name in folder.sizes if name not in known and not name.startswith("ledger/tile/")}
    if others:
        raise VerificationError(f"the log does not know this file: {min(others)!a}")


def _key(folder: Folder, vkey: str | None) -> VerifierKey:
    text = folder.read("ledger/vkey", MOST_TEXT_BYTES).decode("ascii", errors="replace")
    key = parse_vkey(text.removesuffix("\n"))
    if text != f"{key}\n":
        raise VerificationError("ledger/vkey is not one line")
    if vkey is not None and parse_vkey(vkey.strip()) != key:
        raise VerificationError("the log is not signed by the key that you trust")
    return key


def _silent(_: str) -> None:
    pass


def verify(directory: Path, vkey: str | None = None, *, say: Callable[[str], None] = _silent) -> Verified:
    """Return what holds of an output directory, or raise VerificationError with one line on what does not.

    `vkey` is the key that the reader trusts, from a hand other than the log's. `say` gets a sentence per step.
    """
    try:
        return _verify(directory, vkey, say)
    except OSError as error:
        raise VerificationError(f"cannot read {str(error.filename)[-300:]!a}: {error.strerror}") from None


def _verify(directory: Path, vkey: str | None, say: Callable[[str], None]) -> Verified:
    folder = list_folder(directory)
    key = _key(folder, vkey)
    say(_about_key(key, trusted=vkey is not None))
    checkpoint = parse_checkpoint(folder.read("ledger/checkpoint", MOST_TEXT_BYTES))
    check_signature(checkpoint, key)
    say(f"Checkpoint: signed by that key; {checkpoint.size} entries, root {checkpoint.root.hex()}.")
    tiles = _check_tile_names(folder, checkpoint.size)
    last, blobs = _check_entries(folder, checkpoint)
    say(f"Entries: all {checkpoint.size} are canonical; with them, all {tiles} tiles and the root were recomputed.")
    _check_blobs(folder, blobs)
    say(f"Evidence: all {len(blobs)} files that entries name are here, unaltered.")
    files = _published(last)
    _check_nothing_else(folder, blobs, files)
    for path, digest in files.items():
        folder.check_digest(path, digest)
    say(f"Publication: all {len(files)} published files are as the last entry says; there are no others.")
    return Verified(
        vkey=str(key),
        trusted=vkey is not None,
        rehearsal=is_rehearsal(key),
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        tiles=tiles,
        blobs=len(blobs),
        files=tuple(files.items()),
    )


# --- the program ----------------------------------------------------------------------------------


def _about_key(key: VerifierKey, *, trusted: bool) -> str:
    if is_rehearsal(key):
        return f"Key: {key}, the rehearsal key: published, anybody can sign with it."
    if trusted:
        return f"Key: {key}, the one that you brought."
    return f"Key: {key}, as shipped with the log: its signature shows integrity, not who signed (use --vkey)."


def _unproved(verified: Verified) -> Iterator[str]:
    if verified.rehearsal:
        yield "who signed: the rehearsal key is published, anybody can sign with it;"
    elif not verified.trusted:
        yield "who signed: the key came with the log, and you did not say which key you trust;"
    yield from NOT_PROVED


def _print(line: str) -> None:
    sys.stdout.write(line.encode("ascii", errors="backslashreplace").decode() + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the directory that the command line names; return the exit status, 0 or 1."""
    parser = argparse.ArgumentParser(description="Check a ledger and the files published with it, offline.")
    parser.add_argument("directory", metavar="DIR", type=Path, help="holds ledger/ and the published files")
    parser.add_argument("--vkey", help="the key that you trust: name+key id+base64")
    options = parser.parse_args(arguments)
    steps: list[str] = []

    def say(sentence: str) -> None:
        steps.append(sentence)
        _print(f"{len(steps)}. {sentence}")

    try:
        verified = verify(options.directory, options.vkey, say=say)
    except VerificationError as error:
        _print(f"NOT VERIFIED, at step {len(steps) + 1}: {error}")
        return 1
    _print("VERIFIED. This does not prove:")
    for line in _unproved(verified):
        _print(f"   - {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
