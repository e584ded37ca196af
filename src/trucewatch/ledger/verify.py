"""Check a log, one entry of it, or a proof that a log was forked, alone and offline: the outsider's program.

    python verify.py DIR [--vkey VKEY] [--policy FILE]
    python verify.py --proof PROOF ENTRY --policy FILE
    python verify.py --equivocation FIRST SECOND --vkey VKEY

This one file needs Python 3.11, and nothing of the centre: copy it, read it, run it on a machine that you trust. With
the package `cryptography` it is faster; without it signatures take milliseconds each, and ML-DSA-44 goes unchecked,
which it says. DIR is the folder of a log, or holds one as `ledger/` and the files published with it beside it. Exit
status 0: everything said below holds (with --equivocation: the fraud is proved); 1: something does not, and one line
says what; 2: the command cannot be read.

The log follows C2SP tlog-tiles, tlog-checkpoint and signed-note; its tree is that of RFC 6962, section 2.1;
its entries are canonical JSON (RFC 8785). The centre's writer takes these primitives from here, so that each
fact of the format stands in one place. Every text that comes from DIR is treated as hostile.
"""

import argparse
import base64
import binascii
import gc
import hashlib
import itertools
import json
import operator
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

try:  # without the package Ed25519 and ES256 are worked out here, slowly; with an old one only ML-DSA-44 goes unchecked
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
except ImportError:  # a lawyer's laptop
    Ed25519PublicKey = None  # type: ignore[assignment,misc]
    InvalidSignature = ValueError  # type: ignore[assignment,misc]
try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:
    MLDSA44PublicKey = None  # type: ignore[assignment,misc]

LEAF_PREFIX = b"\x00"  # RFC 6962, section 2.1
NODE_PREFIX = b"\x01"  # RFC 6962, section 2.1
HASH_BYTES = 32  # SHA-256
TILE_WIDTH = 256  # C2SP tlog-tiles: a full tile holds 256 hashes
MOST_ENTRY_BYTES = 65_535  # C2SP tlog-tiles: entries are prefixed by a uint16 length
_RUN = 32  # bundles that a process takes at once, 8,192 entries: about a tenth of a second
_WORTH_PROCESSES = 16 << 20  # bytes of entries, half a second's work: another process takes a quarter to begin
MOST_ENROLLED = 100_000  # authors of a log; a guess that bounds memory to some tens of MB
MOST_INTEGER = 2**53 - 1  # RFC 8785, section 3.2.2.3: integers that every reader of JSON keeps exactly
MOST_DEPTH = 64  # lists and objects in one another; readers of JSON differ on how deep they go, so the format says it
MOST_BYTES = 16 << 30  # all files of DIR together; a guess that bounds a run to minutes
MOST_FILES = 1_000_000  # files and folders; a guess that bounds memory to a few hundred MB
MOST_DISCLOSED_BYTES = 64 << 20  # one file of disclosures; a guess: 256 entries of 256 kB of shown fields
MOST_TEXT_BYTES = 131_072  # checkpoint and policy: 31 ML-DSA-44 signatures of 3,300 characters each
MOST_PROOF_BYTES = 8 << 20  # of an entry, nearly all of it what is shown of the entry; a guess

ED25519 = b"\x01"  # C2SP signed-note: the signature type Ed25519
COSIGN_ED25519 = b"\x04"  # C2SP tlog-cosignature
COSIGN_ML_DSA_44 = b"\x06"  # C2SP tlog-cosignature; FIPS 204
KEY_BYTES = {ED25519: 32, COSIGN_ED25519: 32, COSIGN_ML_DSA_44: 1312}
SIGNATURE_BYTES = {
    ED25519: 64,
    COSIGN_ED25519: 8 + 64,
    COSIGN_ML_DSA_44: 8 + 2420,
}  # a cosignature begins with its time
MOST_TIME = 253_402_300_799  # seconds since 1970: the end of the year 9999; C2SP tlog-cosignature allows 2^63 - 1
MOST_SIGNATURES = 32  # of a checkpoint: the log's and 31 cosignatures
MOST_AUTHORS = 16  # C2SP signed-note: what every verifier accepts
NAME = r"[!-*,-~]{1,255}"  # signed-note allows more; ours are printable ASCII without space and plus
_BASE64 = r"[A-Za-z0-9+/]+={0,2}"
_VKEY = re.compile(rf"({NAME})\+([0-9a-f]{{8}})\+({_BASE64})")
_SIGNATURE = re.compile(rf"— ({NAME}) ({_BASE64})\n")
_HEAD = re.compile(rf"({NAME})\n(0|[1-9][0-9]{{0,17}})\n([A-Za-z0-9+/]{{43}}=)\n")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HASH = rb"[A-Za-z0-9+/]{43}="
_PROOF = re.compile(
    rb"c2sp\.org/tlog-proof@v1\n(?:extra ([A-Za-z0-9+/]+={0,2})\n)?index (0|[1-9][0-9]{0,17})\n"
    rb"((?:" + _HASH + rb"\n){0,64})\n(.*)",
    re.DOTALL,
)
_FORKED = re.compile(rb"prefix (" + _HASH + rb")\n((?:" + _HASH + rb"\n){0,128})\n(.*)", re.DOTALL)
SALT_BYTES = 16
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")
_SALT = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")  # 16 bytes: the last character has two bits of them and four zeros
_COMMITMENTS = re.compile(r"[A-Za-z0-9_-]{43}(?:,[A-Za-z0-9_-]{43})*")
_DIGESTS = re.compile(r"[0-9a-f]{64}(?:,[0-9a-f]{64})*")
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")

# COSE keys (RFC 9053) in the one form that CTAP2 allows
_COSE_EDDSA = re.compile(rb"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20(.{32})", re.DOTALL)
_COSE_ES256 = re.compile(rb"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20(.{32})\x22\x58\x20(.{32})", re.DOTALL)
_PRESENT, _VERIFIED, _ATTESTED, _EXTENDED = 0x01, 0x04, 0x40, 0x80  # WebAuthn, section 6.1: flags
_ORIGIN = re.compile(r"https://([a-z0-9.-]+)(?::[0-9]{1,5})?")
REHEARSAL_PAGE = "localhost"  # with this domain, and no other, a page without TLS counts: it is on one's own machine
_REHEARSAL_ORIGIN = re.compile(r"http://localhost(?::[0-9]{1,5})?")
_OF_EVERY_ACT = frozenset({"kind", "log", "basis", "nonce"})
_NEEDS = {
    "publish": frozenset({"publication"}),
    "enrol": frozenset({"authors", "passkeys"}),
    "policy": frozenset({"policy"}),
    "unseal": frozenset({"blobs", "entry"}),
    "redact": frozenset({"entry", "fields"}),
    "erase": frozenset({"blobs", "entry", "fields"}),
    "appoint": frozenset({"staff"}),
    "access": frozenset({"policy"}),
}
_OF_AN_ASSERTION = {"credential", "authenticator_data", "client_data", "signature"}
_OF_AN_APPROVAL = {"guarantor"} | _OF_AN_ASSERTION
SAID_BY_STAFF = ("observation", "record", "statement")  # types of entries that a passkey of the staff may approve
ROLES = ("auditor", "investigator", "liaison", "monitor", "officer", "reporter", "reviewer")
_RULED = frozenset({"act", "charter"})  # types of entries that only the rules can judge, beside what the staff says
STAFF_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_MOST_NAMED = 20  # of the staff, in a sentence for a person
_STAMP = re.compile(r"timestamps/[0-9a-f]{64}\.tsr")

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
    """A public key, the name under which it signs, and what kind of signature it makes."""

    name: str
    public: bytes
    kind: bytes = ED25519

    def __str__(self) -> str:
        """Return the text form of signed-note: name+key id+base64."""
        return f"{self.name}+{key_id(self).hex()}+{base64.b64encode(self.kind + self.public).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line of a note: under what name, which key, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A signed note: `text` is what was signed and ends in a newline."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed tree head: `text` is what was signed, the first of the signatures is the log's."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of a policy: so many of these members, each a witness or a group above it."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who signs a log and who must have cosigned it (C2SP tlog-policy, with one log).

    `quorum` is the name of a witness or group, or "none".
    """

    log: VerifierKey
    witnesses: tuple[tuple[str, VerifierKey], ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A cosignature that verified: the policy's name of the witness, and its clock in seconds since 1970."""

    witness: str
    time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as read: its object, and its authors' keys where it is a signed note."""

    fields: dict[str, Any]
    authors: tuple[VerifierKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What holds of a directory.

    `trusted`: the reader brought the key; otherwise it came with the log and shows integrity only.
    `rehearsal`: the key is the published one. `root` is hexadecimal; `files` are (path, SHA-256) as published.
    `witnessed`: the cosignatures are what the policy asks for. `signed` counts entries with authors of their own,
    `shown` and `withheld` committed fields. `chartered`: a charter says whose signatures and approvals count. `acts`
    has the acts of two guarantors, (kind, how many), `erased` how many files and fields they erased; `approved` has who
    of the staff said how many entries with a passkey; `stamps` counts time stamps, which are not checked.
    """

    vkey: str
    trusted: bool
    rehearsal: bool
    size: int
    root: str
    tiles: int
    blobs: int
    files: tuple[tuple[str, str], ...]
    cosigned: tuple[Cosignature, ...]
    witnessed: bool
    signed: int
    shown: int
    withheld: int
    chartered: bool = False
    acts: tuple[tuple[str, int], ...] = ()
    erased: int = 0
    approved: tuple[tuple[str, int], ...] = ()
    stamps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A tlog-proof as read: an entry's index, its audit path, what is shown of it, and the checkpoint's bytes."""

    index: int
    path: tuple[bytes, ...]
    disclosures: tuple[str, ...]
    checkpoint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What a tlog-proof proves: this entry is in the tree that the log signed and the witnesses cosigned."""

    index: int
    entry: Entry
    shown: dict[str, Any]
    withheld: int
    checkpoint: Checkpoint
    cosigned: tuple[Cosignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivocation:
    """Two heads that a log signed and that no one log can both have; `prefix` is what the second says of the first."""

    first: Checkpoint
    second: Checkpoint
    prefix: bytes


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
    row, sha256 = list(hashes), hashlib.sha256
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)
        above = [sha256(NODE_PREFIX + left + right).digest() for left, right in pairs]
        row = above + row[2 * len(above) :]
    return row[0] if row else sha256().digest()


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


# --- proofs about the tree: RFC 6962, section 2.1.1 and 2.1.2; RFC 9162, sections 2.1.3.2 and 2.1.4.2 -----------------


def _odd_or_last(index: int, last: int) -> bool:
    return index % 2 == 1 or index == last


def _up(index: int, last: int) -> tuple[int, int]:
    """Return both indices one level up, or further where `index` is a last node that rises without a sibling."""
    while index % 2 == 0 and index:
        index, last = index // 2, last // 2
    return index // 2, last // 2


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise VerificationError unless the path leads from a leaf hash at an index to the root of that size."""
    if not 0 <= index < size:
        raise VerificationError(f"there is no entry {index} in a tree of {size}")
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise VerificationError("the inclusion proof is too long")
        if _odd_or_last(node, last):
            found = node_hash(sibling, found)
            node, last = _up(node, last)
        else:
            found = node_hash(found, sibling)
            node, last = node // 2, last // 2
    if last or found != root:
        raise VerificationError("the inclusion proof does not lead to the root")


def check_consistency(earlier: int, earlier_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise VerificationError unless the tree of `earlier` entries is the beginning of the tree of `size`."""
    if not 0 < earlier <= size:
        raise VerificationError(f"a tree of {size} entries has no beginning of {earlier}")
    if earlier == size:
        if proof or earlier_root != root:
            raise VerificationError("two trees of one size have different roots, or a proof too many")
        return
    # A beginning that is a whole power of two is itself the first node of the path.
    path = [earlier_root, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    if not path:
        raise VerificationError("the consistency proof is empty")
    _check_path(earlier, earlier_root, size, root, path)


def _check_path(earlier: int, earlier_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    node, last = earlier - 1, size - 1
    while node % 2:
        node, last = node // 2, last // 2
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise VerificationError("the consistency proof is too long")
        if _odd_or_last(node, last):
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            node, last = _up(node, last)
        else:
            new = node_hash(new, sibling)
            node, last = node // 2, last // 2
    if last or old != earlier_root or new != root:
        raise VerificationError("the consistency proof does not lead to both roots")


# --- where tiles lie, and what bundles hold: C2SP tlog-tiles --------------------------------------


def tile_path(level: int | str, index: int, width: int) -> str:
    """Return the path of a tile of that many hashes, or with level "entries" of the bundle of entries."""
    digits = str(index)
    digits = digits.zfill(len(digits) + -len(digits) % 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    folders = "".join(f"x{group}/" for group in groups[:-1])
    return f"tile/{level}/{folders}{groups[-1]}" + ("" if width == TILE_WIDTH else f".p/{width}")


def disclosures_path(index: int) -> str:
    """Return the path of the disclosures of a bundle of entries, whatever its width."""
    return tile_path("entries", index, TILE_WIDTH).replace("tile/entries", "disclosures")


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


def _in_order(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if not "".join(names).isascii():
        raise VerificationError("it holds a name that is not ASCII")
    # RFC 8785, section 3.2.3: sorted by UTF-16 code units, which for ASCII is the order of the characters
    if not all(map(operator.lt, names, names[1:])):
        raise VerificationError("its names are not in canonical order, or one stands twice")
    return dict(pairs)


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MOST_INTEGER:
        raise VerificationError("it holds an integer beyond 2^53 - 1")
    return int(digits)


def _no_float(_: str) -> float:
    raise VerificationError("it holds a number that is not an integer; those are written as strings")


_WRITER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))
_READER = json.JSONDecoder(parse_int=_integer, parse_float=_no_float, parse_constant=_no_float)
_NAMES_READER = json.JSONDecoder(
    object_pairs_hook=_in_order, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
)


def _may_be_deep(data: bytes) -> bool:
    return data.count(b"[") + data.count(b"{") > MOST_DEPTH


def read_json(data: bytes) -> Any:
    """Return the value of canonical JSON, or raise VerificationError unless its bytes are just that.

    The Python encoder escapes strings exactly as RFC 8785, section 3.2.2.2; names are compared on the way in.
    """
    try:
        text = data.decode()
        value = _NAMES_READER.decode(text)
        canonical = _WRITER.encode(value) == text
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
    if _may_be_deep(data) and _is_deep(value):
        raise VerificationError("it is nested too deeply")
    return value


def _is_deep(value: Any) -> bool:
    row = [value]
    for _ in range(MOST_DEPTH):
        inner = (each.values() if isinstance(each, dict) else each for each in row if isinstance(each, dict | list))
        row = list(itertools.chain.from_iterable(inner))
    return any(isinstance(each, dict | list) for each in row)


def _read_at_once(texts: Sequence[bytes]) -> list[Any] | None:
    """Return the values of several canonical objects or lists; None where `read_json` must look at each.

    Each is read by itself, to its own end, and then all are written at once, which is much faster. No object or list is
    the beginning of another, so the whole is canonical if and only if each is. Names are not compared on the way in:
    among ASCII bytes the writer's order is that of RFC 8785, and a name that stood twice is written once.
    """
    whole = b",".join(texts)
    if not whole.isascii() or any(map(_may_be_deep, texts)):
        return None
    text, at, values = whole.decode(), 0, []
    try:
        for part in texts:
            value, end = _READER.raw_decode(text, at)
            if end != at + len(part) or not isinstance(value, (dict, list)):
                return None
            values.append(value)
            at = end + 1
        return values if _WRITER.encode(values)[1:-1] == text else None
    except (ValueError, RecursionError):
        return None


def read_entry(data: bytes) -> dict[str, Any]:
    """Return the JSON object of an entry, or raise VerificationError unless its bytes are canonical."""
    return _typed(read_json(data))


def _typed(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str) or not isinstance(value.get("v"), str):
        raise VerificationError('it is not an object with the strings "type" and "v"')
    return value


def safe_path(path: str) -> str:
    """Return a relative path that stays where it is put, or raise VerificationError."""
    if len(path) > 255 or not _PATH.fullmatch(path):
        raise VerificationError(f"unsafe path {path[:80]!a}")
    return path


# --- Ed25519 without a library: RFC 8032, section 5.1, checking only -------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z


def _add(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c, d = 2 * one[3] * other[3] * _D % _P, 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    total: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point, number = _add(point, point), number >> 1
    return total


def _point(data: bytes) -> _Point:
    """Return the point of 32 bytes, or raise ValueError (section 5.1.3)."""
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if y >= _P or (x * x - square) % _P or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    x = x if x & 1 == sign else _P - x
    return x, y, 1, x * y % _P


def _encoded(point: _Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def slow_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature holds (section 5.1.7, without the cofactor, as OpenSSL and Go do)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        key = _point(public)
    except ValueError:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= _ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    minus = (_P - key[0], key[1], key[2], _P - key[3])
    return _encoded(_add(_times(s, _BASE), _times(k, minus))) == signature[:32]


# --- ES256 without a library: FIPS 186-5, section 6.4.2, on P-256 (SP 800-186, section 3.2.1.3), checking only -----

_Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_Affine = tuple[int, int] | None  # None: the point at infinity


def _sum(one: _Affine, other: _Affine) -> _Affine:
    if one is None or other is None:
        return other if one is None else one
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % _Q == 0:
        return None
    rise, run = (3 * x1 * x1 - 3, 2 * y1) if one == other else (y2 - y1, x2 - x1)
    slope = rise * pow(run, -1, _Q)
    x = (slope * slope - x1 - x2) % _Q
    return x, (slope * (x1 - x) - y1) % _Q


def _multiple(number: int, point: _Affine) -> _Affine:
    total: _Affine = None
    while number:
        if number & 1:
            total = _sum(total, point)
        point, number = _sum(point, point), number >> 1
    return total


def _p256(public: bytes) -> tuple[int, int]:
    """Return the point of 64 bytes, x and y, or raise VerificationError."""
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    if len(public) != 64 or x >= _Q or y >= _Q or (y * y - x * x * x + 3 * x - _B) % _Q:
        raise VerificationError("the key is no point of P-256")
    return x, y


def _der(number: int) -> bytes:
    data = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes([2, len(data)]) + data


def slow_es256(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an ECDSA signature (DER) over SHA-256 holds, by a key of P-256: x and y, 64 bytes."""
    middle = 4 + signature[3] if len(signature) > 8 else 0
    r, s = int.from_bytes(signature[4:middle], "big"), int.from_bytes(signature[middle + 2 :], "big")
    if not (0 < r < _N and 0 < s < _N):
        return False
    inner = _der(r) + _der(s)
    if signature != bytes([0x30, len(inner)]) + inner:
        return False
    inverse, digest = pow(s, -1, _N), int.from_bytes(hashlib.sha256(message).digest(), "big")
    point = _sum(_multiple(digest * inverse % _N, _G), _multiple(r * inverse % _N, _p256(public)))
    return point is not None and point[0] % _N == r


@lru_cache(1024)
def _es256(public: bytes) -> Any:  # without the package there is no name for it
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), b"\x04" + public)


def check_es256(public: bytes, message: bytes, signature: bytes) -> None:
    """Raise VerificationError unless this key of P-256 (x and y, 64 bytes) made this signature over this message."""
    _p256(public)
    if Ed25519PublicKey is None:
        _need(slow_es256(public, message, signature), "the signature is wrong")
        return
    try:
        _es256(public).verify(signature, message, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise VerificationError("the signature is wrong") from None


# --- keys and notes: C2SP signed-note -------------------------------------------------------------


@lru_cache(1024)
def key_id(key: VerifierKey) -> bytes:
    """Return the four bytes by which a signature names its key."""
    return hashlib.sha256(key.name.encode() + b"\n" + key.kind + key.public).digest()[:4]


@lru_cache(1024)
def parse_vkey(text: str) -> VerifierKey:
    """Return the key of a text `name+key id+base64`, or raise VerificationError."""
    match = _VKEY.fullmatch(text)
    if not match:
        raise VerificationError("the key is not of the form name+8 hexadecimal digits+base64")
    payload = _base64(match[3], "key")
    key = VerifierKey(name=match[1], public=payload[1:], kind=payload[:1])
    if KEY_BYTES.get(key.kind) != len(key.public) or key_id(key).hex() != match[2]:
        raise VerificationError("the key is of no known kind, or has not its own key id")
    return key


def is_rehearsal(key: VerifierKey) -> bool:
    """Return whether this is the published key, under whatever name."""
    return key.public == _rehearsal_public()


@lru_cache(1)
def _rehearsal_public() -> bytes:
    # RFC 8032, section 5.1.5
    secret = int.from_bytes(hashlib.sha512(REHEARSAL_SEED).digest()[:32], "little")
    return _encoded(_times(secret & ((1 << 254) - 8) | (1 << 254), _BASE))


def _base64(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if base64.b64encode(data).decode() != text:
        raise VerificationError(f"the {what} is not canonical base64")
    return data


def parse_note(data: bytes, most: int = MOST_SIGNATURES) -> Note:
    """Return the text of a signed note and its signature lines, unverified, or raise VerificationError."""
    try:
        text, blank, lines = data.decode().rpartition("\n\n")
    except UnicodeError:
        raise VerificationError("the note is not UTF-8") from None
    found = list(_SIGNATURE.finditer(lines)) if blank else []
    if not found or "".join(match[0] for match in found) != lines:
        raise VerificationError("the note is not a text, a blank line and signature lines")
    if len(found) > most:
        raise VerificationError(f"the note has {len(found)} signatures, more than {most}")
    signatures = []
    for match in found:
        payload = _base64(match[2], "signature")
        signatures.append(Signature(name=match[1], key_id=payload[:4], signature=payload[4:]))
    return Note(text=text + "\n", signatures=tuple(signatures))


def is_by(signature: Signature, key: VerifierKey) -> bool:
    """Return whether a signature line says that this key made it."""
    return signature.name == key.name and signature.key_id == key_id(key)


@lru_cache(1024)
def _ed25519(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def check_ed25519(key: VerifierKey, message: bytes, signature: bytes) -> None:
    """Raise VerificationError unless this Ed25519 key made this signature (RFC 8032) over this message."""
    try:
        if Ed25519PublicKey is None:
            holds = slow_ed25519(key.public, message, signature)
        else:
            _ed25519(key.public).verify(signature, message)
            holds = True
    except (InvalidSignature, ValueError):
        holds = False
    if not holds:
        raise VerificationError(f"the signature of {key.name} is wrong")


# --- checkpoints: C2SP tlog-checkpoint, tlog-cosignature, tlog-policy ------------------------------


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Return the one canonical reading of a checkpoint, its signatures unverified, or raise VerificationError."""
    note = parse_note(data)
    match = _HEAD.fullmatch(note.text)
    if not match:
        raise VerificationError("the checkpoint is not origin, size and root")
    origin, size, root = match.groups()
    return Checkpoint(
        origin=origin,
        size=int(size),
        root=_base64(root, "root of the checkpoint"),
        text=note.text,
        signatures=note.signatures,
    )


def check_signature(checkpoint: Checkpoint, key: VerifierKey) -> None:
    """Raise VerificationError unless this log key signed this checkpoint, first, for its own log."""
    first = checkpoint.signatures[0]
    if not checkpoint.origin == first.name == key.name:
        raise VerificationError("the origin, the signature and the key do not carry the same name")
    if not is_by(first, key):
        raise VerificationError("the checkpoint is signed by another key")
    if key.kind != ED25519:
        raise VerificationError("a log signs with an Ed25519 key")
    check_ed25519(key, checkpoint.text.encode(), first.signature)


def cosigned_text(key: VerifierKey, checkpoint: Checkpoint, time: int) -> bytes:
    """Return what a cosigner signs at a time in seconds since 1970 (C2SP tlog-cosignature)."""
    if key.kind == COSIGN_ED25519:
        return f"cosignature/v1\ntime {time}\n{checkpoint.text}".encode()
    name, origin = key.name.encode(), checkpoint.origin.encode()
    start, end = (0).to_bytes(8, "big"), checkpoint.size.to_bytes(8, "big")
    named = bytes([len(name)]) + name + time.to_bytes(8, "big") + bytes([len(origin)]) + origin
    return b"subtree/v1\n\0" + named + start + end + checkpoint.root


def check_cosignature(checkpoint: Checkpoint, key: VerifierKey, signature: bytes) -> int:
    """Return the time of a cosignature by this key, in seconds since 1970, or raise VerificationError."""
    if key.kind not in {COSIGN_ED25519, COSIGN_ML_DSA_44} or len(signature) != SIGNATURE_BYTES[key.kind]:
        raise VerificationError(f"the cosignature of {key.name} is of no known form")
    time = int.from_bytes(signature[:8], "big")
    if not 0 < time <= MOST_TIME:
        raise VerificationError(f"the cosignature of {key.name} states no time")
    message = cosigned_text(key, checkpoint, time)
    if key.kind == COSIGN_ED25519:
        check_ed25519(key, message, signature[8:])
        return time
    if MLDSA44PublicKey is None:
        return time  # `check_cosignatures` decides what it counts for
    try:
        MLDSA44PublicKey.from_public_bytes(key.public).verify(signature[8:], message)
    except (InvalidSignature, ValueError):
        raise VerificationError(f"the cosignature of {key.name} is wrong") from None
    return time


def check_cosignatures(checkpoint: Checkpoint, policy: Policy) -> tuple[Cosignature, ...]:
    """Return the cosignatures of a checkpoint; raise VerificationError for any line that the policy cannot place.

    They stand in the policy's order of witnesses, each once. Whether they are enough is `has_quorum`'s to say. Where
    ML-DSA-44 cannot be checked here, such a line counts if its keeper's Ed25519 line verified, and else for nothing.
    """
    found, rest = [], list(checkpoint.signatures[1:])
    checked: set[str] = set()  # names of keepers one of whose lines verified
    unchecked: list[tuple[str, Cosignature]] = []
    for witness, key in policy.witnesses:
        if rest and is_by(rest[0], key):
            time = check_cosignature(checkpoint, key, rest.pop(0).signature)
            cosignature = Cosignature(witness=witness, time=time)
            if key.kind == COSIGN_ML_DSA_44 and MLDSA44PublicKey is None:
                unchecked.append((key.name, cosignature))
            else:
                checked.add(key.name)
                found.append(cosignature)
    if rest:
        raise VerificationError(
            f"the cosignature line of {rest[0].name} is by no witness of the policy, or out of order"
        )
    return (*found, *(cosignature for name, cosignature in unchecked if name in checked))


def has_quorum(policy: Policy, witnesses: Iterable[str]) -> bool:
    """Return whether these witnesses' cosignatures are enough for the policy."""
    reached = {"none", *witnesses}
    for group in policy.groups:  # a group stands after its members
        if sum(member in reached for member in group.members) >= group.least:
            reached.add(group.name)
    return policy.quorum in reached


def parse_policy(data: bytes) -> Policy:
    """Return the policy of a tlog-policy file with one log, or raise VerificationError."""
    logs: list[VerifierKey] = []
    witnesses: dict[str, VerifierKey] = {}
    groups: dict[str, Group] = {}
    quorum: list[str] = []
    if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data) or not data.endswith(b"\n"):
        raise VerificationError("the policy holds a control character, or does not end in a newline")
    for number, line in enumerate(data.decode("latin-1").split("\n"), start=1):
        words = re.split(r"[ \t]+", line.strip(" \t"))
        if words == [""] or words[0].startswith("#"):
            continue
        try:
            _policy_line(words, logs, witnesses, groups, quorum)
        except (ValueError, IndexError) as error:
            said = str(error) if isinstance(error, VerificationError) else "cannot be read"
            raise VerificationError(f"line {number} of the policy: {said}") from None
    if len(logs) != 1 or len(quorum) != 1:
        raise VerificationError("the policy has not just one log and one quorum")
    publics = [key.public for key in (*logs, *witnesses.values())]
    if len(set(publics)) != len(publics):
        raise VerificationError("a key stands twice in the policy")
    return Policy(log=logs[0], witnesses=tuple(witnesses.items()), groups=tuple(groups.values()), quorum=quorum[0])


def _policy_line(
    words: list[str],
    logs: list[VerifierKey],
    witnesses: dict[str, VerifierKey],
    groups: dict[str, Group],
    quorum: list[str],
) -> None:
    known = {"none", *witnesses, *groups}
    used = {member for group in groups.values() for member in group.members}
    match words:
        case ["log", vkey, *url] if len(url) <= 1:
            logs.append(parse_vkey(vkey))
            if logs[-1].kind != ED25519:
                raise VerificationError("a log signs with an Ed25519 key")
        case ["witness", name, vkey, *url] if name not in known and len(url) <= 1:
            witnesses[name] = parse_vkey(vkey)
            if witnesses[name].kind == ED25519:
                raise VerificationError("this key is not one for cosignatures")
        case ["group", name, least, *members] if name not in known and members:
            if not set(members) <= known - {"none"} - used or len(set(members)) != len(members):
                raise VerificationError("a member is not defined above, or stands twice")
            if not re.fullmatch(r"all|any|[1-9][0-9]{0,2}", least):
                raise VerificationError("a group needs all, any or a number of its members")
            needed = {"all": len(members), "any": 1}.get(least) or int(least)
            if needed > len(members):
                raise VerificationError("a group needs more members than it has")
            groups[name] = Group(name=name, least=needed, members=tuple(members))
        case ["quorum", name] if name in known:
            quorum.append(name)
        case _:
            raise VerificationError("cannot be read")


# --- entries: signed or said by the centre; commitments and disclosures ----------------------------


def parse_entry(data: bytes) -> Entry:
    """Return an entry with its authors, their signatures verified, or raise VerificationError.

    Whether these authors may say so is for the log's charter and its acts to tell.
    """
    if not data.endswith(b"\n"):
        fields = read_entry(data)
        if "by" in fields:
            raise VerificationError('it names authors in "by", and nobody signed it')
        return Entry(fields=fields)
    note = parse_note(data, MOST_AUTHORS)
    fields = read_entry(note.text[:-1].encode())
    return Entry(fields=fields, authors=_authors(note, fields))


def _authors(note: Note, fields: dict[str, Any]) -> tuple[VerifierKey, ...]:
    by = fields.get("by")
    if not isinstance(by, list) or not all(isinstance(vkey, str) for vkey in by) or len(set(by)) != len(by):
        raise VerificationError('it is signed, and its "by" is not a list of its authors\' keys')
    authors = tuple(map(parse_vkey, by))
    if len(by) != len(note.signatures) or not all(map(is_by, note.signatures, authors)):
        raise VerificationError("it is not signed by just those whom it names, in their order")
    for signature, key in zip(note.signatures, authors, strict=True):
        if key.kind != ED25519:
            raise VerificationError("an author signs with an Ed25519 key")
        check_ed25519(key, note.text.encode(), signature.signature)
    return authors


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url without padding, or raise VerificationError where it is not their one form."""
    try:
        data = binascii.a2b_base64((text + "=" * (-len(text) % 4)).encode().translate(_FROM_URL))
    except ValueError:
        data = b""
    if to_base64url(data) != text:
        raise VerificationError("base64url that is not canonical")
    return data


def _from_base64url_at_once(texts: Sequence[str]) -> list[bytes] | None:
    """Return what `from_base64url` gives of each; None where it must look at each."""
    whole = "~".join(texts).encode()
    if b"+" in whole or b"/" in whole:
        return None
    parts = whole.translate(_FROM_URL).split(b"~") if texts else []
    try:
        found = [binascii.a2b_base64(part + b"==") for part in parts]
    except ValueError:
        return None
    same = [binascii.b2a_base64(data, newline=False).rstrip(b"=") for data in found] == parts
    return found if same and len(parts) == len(texts) else None


def to_base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 4648, section 5)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode()


def commitment(disclosure: str) -> str:
    """Return the digest by which an entry commits to a disclosure."""
    return to_base64url(hashlib.sha256(disclosure.encode()).digest())


def read_disclosure(disclosure: str) -> tuple[str, Any]:
    """Return the name and value that a disclosure shows, or raise VerificationError unless it is in its one form."""
    return _name_and_value(read_json(from_base64url(disclosure)))


def _name_and_value(parts: Any) -> tuple[str, Any]:
    if not isinstance(parts, list) or len(parts) != 3 or not isinstance(parts[0], str) or not isinstance(parts[1], str):
        raise VerificationError("a disclosure is not a salt, a name and a value")
    salt, name, value = parts
    if not _SALT.fullmatch(salt):
        raise VerificationError("a disclosure has not a salt of 16 bytes in canonical base64url")
    if not name or not name.isascii():
        raise VerificationError("a disclosure has not a name in ASCII")
    return name, value


def _check_rising(what: str, found: Any, digests: re.Pattern[str], length: int) -> None:
    """Raise VerificationError unless this is a list of digests of that length in rising order, each once."""
    if isinstance(found, list) and not found:
        return
    try:
        text = ",".join(found) if isinstance(found, list) else ""
    except TypeError:
        text = ""
    # the length leaves no room for a comma within one of them
    if not digests.fullmatch(text) or len(text) != (length + 1) * len(found) - 1:
        raise VerificationError(f'its "{what}" is not a list of digests')
    if not all(map(operator.lt, found, found[1:])):
        raise VerificationError(f'its "{what}" are not sorted, or one stands twice')


def commitments_of(fields: dict[str, Any]) -> list[str]:
    """Return the commitments of an entry's object, or raise VerificationError where they are not as they should be."""
    found: list[str] = fields.get("commitments", [])
    _check_rising("commitments", found, _COMMITMENTS, 43)
    return found


def disclosed(fields: dict[str, Any], disclosures: Sequence[str]) -> dict[str, Any]:
    """Return name and value of what is shown of an entry, or raise VerificationError.

    Refused: what no commitment stands for, what stands twice or out of order, a name that the entry has itself.
    """
    return _disclosed(fields, disclosures, map(read_disclosure, disclosures))


def _disclosed(fields: dict[str, Any], disclosures: Sequence[str], shows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    commitments = commitments_of(fields)
    shown: dict[str, Any] = {}
    if not disclosures:  # nearly always in a copy for others
        return shown
    committed, read, last = set(commitments), iter(shows), ""
    for disclosure in disclosures:
        digest = commitment(disclosure)
        if digest not in committed:
            raise VerificationError("a disclosure that no commitment of its entry stands for, or that stands twice")
        committed.remove(digest)
        name, value = next(read)
        if name in fields or name <= last:
            # without the name: whoever is told of the error may not be one who is shown the field
            raise VerificationError("a disclosure is out of order, its name stands twice or hides a field")
        shown[name], last = value, name
    return shown


def parse_disclosures(data: bytes, first: int, width: int) -> dict[int, list[str]]:
    """Return the disclosures of each entry of a bundle by its index, or raise VerificationError."""
    found: dict[int, list[str]] = {}
    last = first - 1
    if not data.isascii() or not data.endswith(b"\n"):
        raise VerificationError("not lines of disclosures")
    for line in data[:-1].decode().split("\n"):
        number, *disclosures = line.split("~")
        if not re.fullmatch(r"0|[1-9][0-9]{0,17}", number) or not disclosures:
            raise VerificationError("a line is not an index and its disclosures")
        if not last < int(number) < first + width:
            raise VerificationError(f"a line for entry {number} is out of order, or not of this bundle")
        last = int(number)
        found[last] = disclosures
    return found


# --- who may speak: the charter, and acts of two guarantors (docs/ledger.md, section 3) ----------------------


@dataclass(slots=True, kw_only=True)
class Rules:
    """What a log's charter, and its acts up to some entry, say: who may sign and approve, and what was erased.

    `authors` are vkeys by the index of the entry that enrolled them, `passkeys` COSE keys by guarantor and credential,
    `posts` role and side of everybody who ever was of the staff, `staff` their COSE keys by id and credential, `said`
    how many entries each of them approved. `acts` is how many there are of each kind, `seen` the digests of acts and of
    what the staff said; `erased_fields` are names by the entry's index.
    """

    origin: str
    log: VerifierKey
    policy: str
    rp_id: str
    guarantors: frozenset[str]
    authors: dict[str, int] = field(default_factory=dict)
    passkeys: dict[tuple[str, str], str] = field(default_factory=dict)
    posts: dict[str, tuple[str, str]] = field(default_factory=dict)
    staff: dict[str, dict[str, str]] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)
    acts: dict[str, int] = field(default_factory=dict)
    seen: set[bytes] = field(default_factory=set)
    erased_fields: dict[int, set[str]] = field(default_factory=dict)
    erased_blobs: set[str] = field(default_factory=set)


def _need(holds: object, otherwise: str) -> None:
    if not holds:
        raise VerificationError(otherwise)


def _is_list(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(type(each) is kind for each in value)


def _are_names(value: Any) -> bool:
    return _is_list(value, str) and value == sorted(set(value)) and "" not in value


def parse_charter(fields: dict[str, Any], origin: str) -> Rules:
    """Return the rules of a log of that origin from its first entry, or raise VerificationError."""
    _need(fields["v"] == "1", "the charter is of a version that this program does not know")
    text, rp_id, beat = fields.get("policy"), fields.get("rp_id"), fields.get("heartbeat_s")
    if not isinstance(text, str) or not isinstance(rp_id, str) or type(beat) is not int or beat < 1:
        raise VerificationError("the charter has not a policy, a domain and a heartbeat in seconds")
    log = parse_policy(text.encode()).log
    _need(fields.get("origin") == log.name == origin, "the charter is for another log")
    guarantors: Any = fields.get("guarantors")
    authors: Any = fields.get("authors")
    if not _is_list(guarantors, dict) or not _is_list(authors, str):
        raise VerificationError("the charter has not a list of guarantors and a list of authors")
    names: list[Any] = [each.get("name") for each in guarantors]
    _need(_is_list(names, str) and "" not in names, "a guarantor of the charter has no name")
    _need(len(set(names)) == len(names), "a guarantor stands twice in the charter")
    rules = Rules(origin=origin, log=log, policy=text, rp_id=rp_id, guarantors=frozenset(names))
    for guarantor in guarantors:
        _need(guarantor.keys() == {"name", "passkeys"}, "a guarantor is not a name and passkeys")
        _need(_is_list(guarantor["passkeys"], dict), "the passkeys of a guarantor are not a list")
        for passkey in guarantor["passkeys"]:
            _need("guarantor" not in passkey, "a passkey of the charter is an id and a public key")
            _enrol_passkey(rules, {"guarantor": guarantor["name"], **passkey})
    for vkey in authors:
        _enrol_author(rules, vkey, 0)
    appoint(rules, fields.get("staff", []))
    return rules


def _enrol_author(rules: Rules, vkey: str, index: int) -> None:
    _need(parse_vkey(vkey).kind == ED25519, "an author signs with an Ed25519 key")
    _need(vkey not in rules.authors, "an author is enrolled twice")
    rules.authors[vkey] = index


def _enrol_passkey(rules: Rules, given: dict[str, Any]) -> None:
    _need(given.keys() == {"guarantor", "id", "public"}, "a passkey is not its guarantor, its id and its public key")
    _need(_is_list([*given.values()], str), "a passkey is not its guarantor, its id and its public key")
    guarantor, credential, public = given["guarantor"], given["id"], given["public"]
    _need(from_base64url(credential), "a passkey has no id")
    _passkey(public)
    _need(guarantor in rules.guarantors, "a passkey is enrolled for nobody of the charter")
    _need(rules.rp_id, "the charter has passkeys and no domain for them")
    _need((guarantor, credential) not in rules.passkeys, "a passkey is enrolled twice")
    rules.passkeys[guarantor, credential] = public
    _check_apart(rules)


def _check_apart(rules: Rules) -> None:
    """Raise VerificationError where a passkey is of two, or stands twice: one hand could speak for two."""
    of_staff = [each for keys in rules.staff.values() for each in keys.items()]
    ids = [credential for _, credential in rules.passkeys] + [credential for credential, _ in of_staff]
    keys = [*rules.passkeys.values(), *(public for _, public in of_staff)]
    if len(set(ids)) != len(ids) or len(set(keys)) != len(keys):
        raise VerificationError("a passkey is enrolled twice: one hand could approve for two")


def appoint(rules: Rules, staff: Any) -> None:
    """Let these be of the staff from the next entry on, each in place of the one of that id."""
    _need(_is_list(staff, dict), "the staff is not a list of members")
    for member in staff:
        stated = member.keys() - {"zones"}  # which a monitor may have, and nobody need
        _need(stated == {"id", "role", "of", "passkeys"}, "a member of the staff is not id, role, of, passkeys")
        name, role, of = member["id"], member["role"], member["of"]
        _need(_is_list([name, role, of], str) and STAFF_ID.fullmatch(name), "a member of the staff has no id")
        _need(_is_side(rules, role, of), f"{name}: not a role of the staff, or not with that side")
        _need(rules.posts.setdefault(name, (role, of)) == (role, of), f"{name}: had another role or side before")
        _need(_is_list(member["passkeys"], dict), f"{name}: the passkeys are not a list")
        if "zones" in member:
            _need(role == "monitor", f"{name}: has zones, and is no monitor")
            _need(_are_names(member["zones"]) and member["zones"], f"{name}: the zones are no sorted list of names")
        rules.staff[name] = {}
    _need(len({member["id"] for member in staff}) == len(staff), "a member of the staff stands twice")
    for member in staff:
        for passkey in member["passkeys"]:
            _appoint_passkey(rules, member["id"], passkey)
    _check_apart(rules)


def _is_side(rules: Rules, role: str, of: str) -> bool:
    if role == "reviewer":
        return of in rules.guarantors
    return role in ROLES and (role == "liaison") == (of != "")


def _appoint_passkey(rules: Rules, name: str, given: dict[str, Any]) -> None:
    _need(given.keys() == {"id", "public"} and _is_list([*given.values()], str), f"{name}: no id and public key")
    _need(from_base64url(given["id"]), "a passkey has no id")
    _need(given["id"] not in rules.staff[name], "a passkey is enrolled twice")
    _need(rules.rp_id, "the charter has passkeys and no domain for them")
    _passkey(given["public"])
    rules.staff[name][given["id"]] = given["public"]


@lru_cache(1024)
def _passkey(public: str) -> bytes:
    """Return the public key of a passkey: 32 bytes for EdDSA, 64 for ES256."""
    data = from_base64url(public)
    if match := _COSE_EDDSA.fullmatch(data):
        return match[1]
    if match := _COSE_ES256.fullmatch(data):
        _p256(match[1] + match[2])
        return match[1] + match[2]
    raise VerificationError("a passkey is not a COSE key of ES256 or EdDSA")


def apply_act(
    rules: Rules | None, index: int, fields: dict[str, Any], entry_at: Callable[[int], dict[str, Any]]
) -> None:
    """Let an act, the entry of that index, count in the rules, or raise VerificationError where it must not.

    `entry_at` gives the object of an earlier entry.
    """
    if rules is None:
        raise VerificationError("an act in a log without a charter: there is nobody to approve it")
    _need({"type", "v", "act", "approvals"} <= fields.keys() and fields["v"] == "1", "it is not an act and approvals")
    act, approvals = fields["act"], fields["approvals"]
    kind = act.get("kind") if isinstance(act, dict) else None
    if not isinstance(kind, str) or act.keys() != _NEEDS.get(kind, frozenset()) | _OF_EVERY_ACT:
        raise VerificationError("the act is of no known kind, or does not say just what its kind needs")
    files = {"blobs"} if kind == "access" else set()
    _need(fields.keys() == {"type", "v", "act", "approvals"} | files, "it is not an act and approvals")
    if files:
        _need(fields["blobs"] == [act["policy"]], "the act's entry does not bring just the policy that it names")
    _need(act["log"] == rules.origin, "the act is for another log")
    _need(isinstance(act["basis"], str) and act["basis"].strip(), "the act gives no reason in words")
    _need(isinstance(act["nonce"], str) and _SALT.fullmatch(act["nonce"]), "the act has not a nonce of 16 bytes")
    digest = hashlib.sha256(_WRITER.encode(act).encode()).digest()
    _need(digest not in rules.seen, "the act stands a second time: what was approved once is not approved for ever")
    rules.seen.add(digest)
    _check_approvals(rules, approvals, digest)
    _heed(rules, index, act, entry_at)
    rules.acts[kind] = rules.acts.get(kind, 0) + 1


def _heed(rules: Rules, index: int, act: dict[str, Any], entry_at: Callable[[int], dict[str, Any]]) -> None:
    kind, names, blobs = act["kind"], act.get("fields", []), act.get("blobs", [])
    if "entry" in act:
        _need(type(act["entry"]) is int and 0 <= act["entry"] < index, "the act names an entry that is not before it")
        _need(_are_names(names), 'its "fields" are not a sorted list of names')
        _check_rising("blobs", blobs, _DIGESTS, 64)
        _need(names or blobs, "the act names no field and no file")
        _need({*blobs} <= {*_blobs_of(entry_at(act["entry"]))}, "the act names a file that its entry does not bring")
    if kind == "erase":
        rules.erased_fields.setdefault(act["entry"], set()).update(names)
        rules.erased_blobs.update(blobs)
    elif kind == "publish":
        published = act["publication"]
        _need(isinstance(published, str) and _DIGEST.fullmatch(published), "the act publishes no SHA-256 digest")
    elif kind == "policy":
        _need(isinstance(act["policy"], str), "the act has no text of a policy")
        _need(parse_policy(act["policy"].encode()).log == rules.log, "the act's policy is for another log, or key")
        rules.policy = act["policy"]
    elif kind == "enrol":
        authors, passkeys = act["authors"], act["passkeys"]
        _need(
            _are_names(authors) and _is_list(passkeys, dict), "the act does not enrol a sorted list of vkeys, passkeys"
        )
        _need(authors or passkeys, "the act enrols nobody")
        for vkey in authors:
            _enrol_author(rules, vkey, index)
        for passkey in passkeys:
            _enrol_passkey(rules, passkey)
    elif kind == "appoint":
        staff = act["staff"]
        _need(_is_list(staff, dict) and _are_names([member.get("id") for member in staff]), "no staff, sorted by id")
        _need(staff, "the act appoints nobody")
        appoint(rules, staff)


def _check_approvals(rules: Rules, approvals: Any, challenge: bytes) -> None:
    _need(_is_list(approvals, dict), "the approvals are not a list of objects")
    names = []
    for given in approvals:
        _need(given.keys() == _OF_AN_APPROVAL, "an approval does not say just what it must")
        _need(_is_list([*given.values()], str), "an approval holds something that is no text")
        names.append(given["guarantor"])
        try:
            public = rules.passkeys.get((given["guarantor"], given["credential"]))
            _need(public, "the guarantor has no such passkey")
            _check_assertion(public or "", given, challenge, rules.rp_id)
        except VerificationError as error:
            raise VerificationError(f"the approval of {names[-1][:80]!a}: {error}") from None
    _need(len(set(names)) == len(names), "one guarantor approved twice")
    _need(len(names) >= 2, f"approved by {len(names)} guarantor, and an act needs two")


def check_approved(fields: dict[str, Any], staff: Mapping[str, Mapping[str, str]], origin: str, rp_id: str) -> bytes:
    """Return the digest of what one of the staff said, or raise VerificationError where nobody of them approved it.

    `staff` are COSE keys by id and credential. The digest is that of the entry without its approval.
    """
    _need("approval" in fields, "said by one of the staff, by its own account, and nobody approved it")
    _need(fields["type"] in SAID_BY_STAFF, "an approval of something that the staff does not say")
    _need("by" not in fields, "approved by a passkey and signed by an author: it is said by one of them")
    who, given, nonce = fields.get("who"), fields["approval"], fields.get("nonce")
    _need(isinstance(who, str) and who in staff, "said by somebody who was not appointed before it")
    _need(fields.get("log") == origin, "said for another log")
    _need(isinstance(nonce, str) and _SALT.fullmatch(nonce), "it has not a nonce of 16 bytes")
    _need(isinstance(given, dict) and given.keys() == _OF_AN_ASSERTION, "its approval does not say just what it must")
    _need(_is_list([*given.values()], str), "its approval holds something that is no text")
    public = staff[str(who)].get(given["credential"])
    said = {name: value for name, value in fields.items() if name != "approval"}
    digest = hashlib.sha256(_WRITER.encode(said).encode()).digest()
    try:
        _need(public, "no such passkey, or not any more")
        _check_assertion(public or "", given, digest, rp_id)
    except VerificationError as error:
        raise VerificationError(f"the approval of {who!a}: {error}") from None
    return digest


def is_of_staff(fields: Mapping[str, Any]) -> bool:
    """Return whether an entry's object claims to be what one of the staff says: then a passkey has to stand for it.

    An observation that names who says it claims that too. Without this rule a centre could take the approval off one,
    change its words, and leave the name.
    """
    kind = fields["type"]
    return "approval" in fields or kind == "statement" or ("who" in fields and kind in SAID_BY_STAFF)


def hear_approved(rules: Rules | None, fields: dict[str, Any]) -> None:
    """Let what one of the staff said count in the rules, or raise VerificationError where it must not."""
    if rules is None:
        raise VerificationError("said by staff in a log without a charter: nobody was appointed")
    digest = check_approved(fields, rules.staff, rules.origin, rules.rp_id)
    _need(digest not in rules.seen, "it stands a second time: what was approved once was said once")
    rules.seen.add(digest)
    rules.said[fields["who"]] = rules.said.get(fields["who"], 0) + 1


def _check_assertion(public: str, given: dict[str, str], challenge: bytes, rp_id: str) -> None:
    """Raise VerificationError unless this is a WebAuthn assertion over the challenge (Level 3, section 7.2)."""
    client, data = from_base64url(given["client_data"]), from_base64url(given["authenticator_data"])
    _check_client_data(client, challenge, rp_id)
    _need(data[:32] == hashlib.sha256(rp_id.encode()).digest(), "made for another domain than the charter's")
    flags = data[32] if len(data) >= 37 else 0
    _need(flags & _PRESENT and flags & _VERIFIED, "the person was not present, or not verified")
    _need(not flags & _ATTESTED and (len(data) == 37 or flags & _EXTENDED), "the authenticator data have no known form")
    message, signature = data + hashlib.sha256(client).digest(), from_base64url(given["signature"])
    key = _passkey(public)
    if len(key) == 32:
        check_ed25519(VerifierKey(name="this passkey", public=key), message, signature)
    else:
        check_es256(key, message, signature)


def _check_client_data(data: bytes, challenge: bytes, rp_id: str) -> None:
    try:
        found = json.loads(data.decode(), object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise VerificationError("the client data are not JSON, or a name stands twice in them") from None
    if not isinstance(found, dict) or found.get("type") != "webauthn.get":
        raise VerificationError("the client data are not those of an assertion")
    _need(found.get("challenge") == to_base64url(challenge), "made for another act, or other words")
    _need(found.get("crossOrigin", False) is False, "made on a page inside a page of another origin")
    origin = found.get("origin")
    if rp_id == REHEARSAL_PAGE and isinstance(origin, str) and _REHEARSAL_ORIGIN.fullmatch(origin):
        return
    page = _ORIGIN.fullmatch(origin) if isinstance(origin, str) else None
    _need(page and f".{page[1]}".endswith(f".{rp_id}"), "made on a page of another domain than the charter's")


def follow_rules(
    rules: Rules | None,
    origin: str,
    acts: Iterable[int],
    authors: Mapping[str, int],
    entry_at: Callable[[int], dict[str, Any]],
) -> Rules | None:
    """Return what the charter, the acts and what the staff said come to; None where there is no charter.

    `rules` are those before, which are changed; `acts` the indexes, in order, of entries that `is_ruled`; `authors` has
    for each author's key the first entry that it signed. Raises VerificationError for one that must not stand there.
    """
    for index in acts:
        fields = entry_at(index)
        try:
            if is_of_staff(fields):
                hear_approved(rules, fields)
            elif fields["type"] == "act":
                apply_act(rules, index, fields, entry_at)
            else:
                _need(index == 0, "a charter stands first or not at all")
                rules = parse_charter(fields, origin)
        except VerificationError as error:
            raise VerificationError(f"entry {index}: {error}") from None
    for vkey, index in authors.items() if rules else ():
        if rules and rules.authors.get(vkey, index) >= index:
            raise VerificationError(f"entry {index}: its author was not enrolled before it: {vkey[:80]!a}")
    return rules


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _need(len({name for name, _ in pairs}) == len(pairs), "a name stands twice")
    return dict(pairs)


# --- one entry without its log: C2SP tlog-proof; two heads of a log that cannot both be honest ---------


def parse_proof(data: bytes) -> Proof:
    """Return what a tlog-proof file holds, nothing of it checked, or raise VerificationError.

    Its `extra` is ours to define: the disclosures of the entry, with `~` between them.
    """
    match = _PROOF.fullmatch(data)
    if not match:
        raise VerificationError("the proof is not the lines of a tlog-proof and a checkpoint")
    extra, index, path, checkpoint = match.groups()
    shown = _base64(extra.decode(), "extra line").decode("latin-1").split("~") if extra else []
    if not all(map(_BASE64URL.fullmatch, shown)):
        raise VerificationError("the extra line does not hold disclosures")
    return Proof(index=int(index), path=_hashes(path), disclosures=tuple(shown), checkpoint=checkpoint)


def _hashes(lines: bytes) -> tuple[bytes, ...]:
    return tuple(_base64(line, "hash of a proof") for line in lines.decode().splitlines())


def check_proof(data: bytes, entry: bytes, policy: Policy) -> Proved:
    """Return what a tlog-proof proves of an entry to somebody who trusts this policy, or raise VerificationError.

    Whether the entry's authors are enrolled only the whole log can tell.
    """
    proof = parse_proof(data)
    checkpoint = parse_checkpoint(proof.checkpoint)
    check_signature(checkpoint, policy.log)
    cosigned = check_cosignatures(checkpoint, policy)
    if not has_quorum(policy, (cosignature.witness for cosignature in cosigned)):
        raise VerificationError(_too_few(policy, cosigned))
    if len(entry) > MOST_ENTRY_BYTES:
        raise VerificationError(f"the entry has {len(entry)} bytes, more than {MOST_ENTRY_BYTES}")
    check_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.path, checkpoint.root)
    said = parse_entry(entry)
    shown = disclosed(said.fields, proof.disclosures)
    withheld = len(commitments_of(said.fields)) - len(shown)
    return Proved(
        index=proof.index, entry=said, shown=shown, withheld=withheld, checkpoint=checkpoint, cosigned=cosigned
    )


def check_equivocation(first: bytes, second: bytes, key: VerifierKey) -> Equivocation:
    """Return what two files prove against a log: two heads that it signed and that no one log can both have.

    `first` is the signed checkpoint of the smaller tree, `second` that of the larger; where their sizes differ, it is
    preceded by the root that the larger tree's first entries have, and the proof that they have it.

    Raises:
        VerificationError: where they do not prove it.

    """
    match = _FORKED.fullmatch(second)
    small, large = parse_checkpoint(first), parse_checkpoint(match[3] if match else second)
    check_signature(small, key)
    check_signature(large, key)
    prefix = _base64(match[1].decode(), "prefix") if match else large.root
    if match:
        check_consistency(small.size, prefix, large.size, large.root, _hashes(match[2]))
    if (match is None) != (small.size == large.size):
        raise VerificationError(
            "checkpoints of two sizes need the lines that connect them, those of one size have none"
        )
    if prefix == small.root:
        raise VerificationError("no fraud: the second tree begins with the first one")
    return Equivocation(first=small, second=large, prefix=prefix)


# --- the directory --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A directory and the size in bytes of every file in it, by its path with slashes."""

    path: Path
    sizes: dict[str, int]

    def read(self, name: str, most_bytes: int) -> bytes:
        """Return the bytes of a file, or raise VerificationError where it is missing or larger."""
        if name not in self.sizes:
            raise VerificationError(f"missing: {name!a}")
        return _read_file(self.path, name, most_bytes)

    def check_digest(self, name: str, digest: str) -> None:
        """Raise VerificationError unless the file is there and has that SHA-256."""
        if name not in self.sizes:
            raise VerificationError(f"missing: {name!a}")
        with os.fdopen(_open(self.path, name), "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != digest:
            raise VerificationError(f"{name!a} was altered: its SHA-256 is {found}, the log says {digest}")


# never through a link, never waiting for a pipe, never with other line ends; each where the system has it
_HOW = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


def _open(path: Path, name: str) -> int:
    return os.open(f"{path}/{name}", _HOW)


def _read_file(path: Path, name: str, most_bytes: int) -> bytes:
    handle = _open(path, name)
    try:
        size = os.fstat(handle).st_size
        if size > most_bytes:
            raise VerificationError(f"{name!a} has {size} bytes, more than {most_bytes}")
        data = b""
        while part := os.read(handle, size + 1 - len(data)):
            data += part
        return data
    finally:
        os.close(handle)


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


def _check_tile_names(folder: Folder, log: str, size: int) -> int:
    """Return how many tiles there are, when they are just those of a tree of that size."""
    found = {name for name in folder.sizes if name.startswith(f"{log}tile/")}
    # Before anything is enumerated: a signed size may be any number, and files must back it.
    if -(-size // TILE_WIDTH) > len(found):
        raise VerificationError(f"the checkpoint speaks of {size} entries, and the tiles for them are not there")
    wanted = {f"{log}{tile_path(*shape)}" for shape in tile_shapes(size)}
    if wanted - found:
        raise VerificationError(f"missing: {min(wanted - found)!a}")
    if found - wanted:
        raise VerificationError(f"not part of a log of {size} entries: {min(found - wanted)!a}")
    return len(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A run of bundles of a log, which one process checks."""

    path: Path
    log: str
    size: int
    bundles: range

    def read(self, name: str, most_bytes: int) -> bytes:
        return _read_file(self.path, self.log + name, most_bytes)

    def width(self, index: int) -> int:
        return min(TILE_WIDTH, self.size - index * TILE_WIDTH)


@dataclass(slots=True, kw_only=True)
class _Found:
    """What a run of entries holds.

    `above` are the hashes of its full tiles, `tail` those of the leaves after them. `blobs` and `authors` have the
    index of the first entry that names them; `acts` are the indexes of acts, charters and what the staff says.
    """

    above: list[bytes] = field(default_factory=list)
    tail: list[bytes] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)
    blobs: dict[str, int] = field(default_factory=dict)
    authors: dict[str, int] = field(default_factory=dict)
    acts: list[int] = field(default_factory=list)
    signed: int = 0
    shown: int = 0
    withheld: int = 0

    def add(self, index: int, fields: dict[str, Any], authors: Sequence[VerifierKey], shown: int) -> None:
        for name in _blobs_of(fields) if "blobs" in fields else ():
            self.blobs.setdefault(name, index)
        for vkey in fields["by"] if authors else ():
            self.authors.setdefault(vkey, index)
        if is_ruled(fields):
            self.acts.append(index)
        if len(self.blobs) > MOST_FILES or len(self.authors) > MOST_ENROLLED:
            raise VerificationError(f"more than {MOST_FILES} files or {MOST_ENROLLED} authors: not read")
        self.signed += bool(authors)
        self.shown += shown
        self.withheld += len(fields.get("commitments", ())) - shown

    def join(self, later: "_Found") -> None:
        """Add what the next run holds."""
        self.above += later.above
        self.tail, self.last = later.tail, later.last
        for name, index in later.blobs.items():
            self.blobs.setdefault(name, index)
        for vkey, index in later.authors.items():
            self.authors.setdefault(vkey, index)
        self.acts += later.acts
        self.signed, self.shown = self.signed + later.signed, self.shown + later.shown
        self.withheld += later.withheld


def is_ruled(fields: dict[str, Any]) -> bool:
    """Return whether an entry's object is for the rules to judge or changes them: see `follow_rules`."""
    return fields["type"] in _RULED or is_of_staff(fields)


def _blobs_of(entry: dict[str, Any]) -> list[str]:
    names: list[str] = entry.get("blobs", [])
    _check_rising("blobs", names, _DIGESTS, 64)
    return names


def _entries(run: _Run, index: int) -> list[bytes]:
    name = tile_path("entries", index, run.width(index))
    try:
        return split_bundle(run.read(name, TILE_WIDTH * (2 + MOST_ENTRY_BYTES)), run.width(index))
    except VerificationError as error:
        raise VerificationError(f"{run.log + name!a}: {error}") from None


def _disclosures(run: _Run, index: int) -> dict[int, list[str]]:
    name = disclosures_path(index)
    try:
        return parse_disclosures(run.read(name, MOST_DISCLOSED_BYTES), index * TILE_WIDTH, run.width(index))
    except FileNotFoundError:
        return {}
    except VerificationError as error:
        raise VerificationError(f"{run.log + name!a}: {error}") from None


_Said = list[tuple[dict[str, Any], tuple[VerifierKey, ...], int]]  # an entry's object, its authors, what is shown of it


def _said_at_once(entries: Sequence[bytes], disclosures: Sequence[Sequence[str]]) -> _Said | None:
    """Return what a bundle says, read by `_read_at_once`; None where something is refused or must be looked at singly.

    Whatever is accepted here `_said_singly` accepts too, and says what is wrong with the rest.
    """
    notes = [entry.endswith(b"\n") for entry in entries]
    texts = [entry.partition(b"\n")[0] if note else entry for entry, note in zip(entries, notes, strict=True)]
    objects = _read_at_once(texts)
    try:
        decoded = _from_base64url_at_once([*itertools.chain.from_iterable(disclosures)])
        shows = None if decoded is None else _read_at_once(decoded)
        if objects is None or shows is None:
            return None
        fields = [_typed(each) for each in objects]
        read = map(_name_and_value, shows)
        found: _Said = []
        for entry, is_note, text, said, shown in zip(entries, notes, texts, fields, disclosures, strict=True):
            authors: tuple[VerifierKey, ...] = ()
            if is_note:
                note = parse_note(entry, MOST_AUTHORS)
                authors = _authors(note, said)
            if (is_note and note.text.encode() != text + b"\n") or (not is_note and "by" in said):
                return None
            found.append((said, authors, len(_disclosed(said, shown, read))))
    except VerificationError:
        return None
    return found


def _said_singly(entries: Sequence[bytes], disclosures: Sequence[Sequence[str]], first: int) -> _Said:
    found: _Said = []
    for at, (data, shown) in enumerate(zip(entries, disclosures, strict=True), start=first):
        try:
            entry = parse_entry(data)
            found.append((entry.fields, entry.authors, len(disclosed(entry.fields, shown))))
        except VerificationError as error:
            raise VerificationError(f"entry {at}: {error}") from None
    return found


def _check_tile(run: _Run, level: int, index: int, hashes: Sequence[bytes]) -> None:
    name = tile_path(level, index, len(hashes))
    if run.read(name, TILE_WIDTH * HASH_BYTES) != b"".join(hashes):
        raise VerificationError(f"{run.log + name!a} and what it is worked out from differ: one of them was altered")


def _check_run(run: _Run) -> _Found:
    """Return what a run of bundles holds, when entries, disclosures and lowest tiles agree."""
    found = _Found()
    for index in run.bundles:
        entries, lines, first = _entries(run, index), _disclosures(run, index), index * TILE_WIDTH
        shown = [lines.get(at, ()) for at in range(first, first + len(entries))]
        said = _said_at_once(entries, shown) or _said_singly(entries, shown, first)
        for at, (fields, authors, count) in enumerate(said, start=first):
            try:
                found.add(at, fields, authors, count)
            except VerificationError as error:
                raise VerificationError(f"entry {at}: {error}") from None
        found.last = said[-1][0]
        sha256 = hashlib.sha256
        found.tail = [sha256(LEAF_PREFIX + entry).digest() for entry in entries]
        _check_tile(run, 0, index, found.tail)
        if len(found.tail) == TILE_WIDTH:
            found.above.append(fold(found.tail))
            found.tail = []
    return found


def _check_bounds(parts: Sequence[_Found]) -> None:
    # what runs name, before it is known what they name in common
    blobs, authors = sum(len(part.blobs) for part in parts), sum(len(part.authors) for part in parts)
    if blobs > 4 * MOST_FILES or authors > 4 * MOST_ENROLLED:
        raise VerificationError(f"more than {MOST_FILES} files or {MOST_ENROLLED} authors: not read")


def _check_here(runs: Sequence[_Run]) -> list[_Found]:
    parts: list[_Found] = []
    for run in runs:
        parts.append(_check_run(run))
        _check_bounds(parts)
    return parts


def _check_runs(runs: Sequence[_Run], processes: int) -> list[_Found]:
    """Return what runs of bundles hold, worked out by so many processes; of several refusals the first is raised."""
    if processes < 2:
        return _check_here(runs)
    from concurrent.futures import Future, ProcessPoolExecutor  # fifty milliseconds that a small log need not wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import current_process, get_context

    if current_process().daemon:  # such a process may not have others
        return _check_here(runs)
    # New processes and not copies of this one, which may have threads. Each has one run in hand and one to come; this
    # one takes what is left from the other end.
    asked: dict[int, Future[_Found]] = {}
    left = [*range(len(runs))]
    try:
        with ProcessPoolExecutor(processes - 1, get_context("spawn"), initializer=gc.disable) as pool:
            while left:
                busy = sum(not future.done() for future in asked.values())
                for _ in range(min(2 * (processes - 1) - busy, len(left))):
                    at = left.pop(0)
                    asked[at] = pool.submit(_check_run, runs[at])
                if left:
                    at = left.pop()
                    asked[at] = Future()
                    try:
                        asked[at].set_result(_check_run(runs[at]))
                    except (VerificationError, OSError) as error:
                        asked[at].set_exception(error)
                _check_bounds([each.result() for each in asked.values() if each.done() and not each.exception()])
            return [asked[at].result() for at in range(len(runs))]
    except BrokenProcessPool:  # a process was killed, or could not begin: it is slower alone, and no less sure
        return _check_here(runs)


def _check_entries(run: _Run, checkpoint: Checkpoint, processes: int) -> _Found:
    """Return what the entries hold, when entries, disclosures, tiles and root agree."""
    runs = [replace(run, bundles=run.bundles[at : at + _RUN]) for at in range(0, len(run.bundles), _RUN)]
    found = _Found()
    for part in _check_runs(runs, min(processes, len(runs))):
        found.join(part)
    levels = [found.tail, *levels_from(found.above)]
    for level, hashes in enumerate(levels[1:], start=1):
        for at in range(0, len(hashes), TILE_WIDTH):
            _check_tile(run, level, at // TILE_WIDTH, hashes[at : at + TILE_WIDTH])
    if root_of(levels) != checkpoint.root:
        raise VerificationError("the entries do not give the root that was signed")
    return found


def _rules(run: _Run, found: _Found, origin: str) -> Rules | None:
    """Return what the charter and all acts say; None where there is no charter, and then no act either."""

    @lru_cache(8)  # acts and what they are about lie close together or far apart, a bundle is at most 16 MiB
    def entries(bundle: int) -> list[bytes]:
        return _entries(run, bundle)

    def entry_at(index: int) -> dict[str, Any]:
        return read_entry(entries(index // TILE_WIDTH)[index % TILE_WIDTH].partition(b"\n")[0])

    return follow_rules(None, origin, found.acts, found.authors, entry_at)


def _check_erased(run: _Run, folder: Folder, rules: Rules) -> None:
    for digest in rules.erased_blobs:
        if f"{run.log}blobs/{digest}" in folder.sizes:
            raise VerificationError(f"a file that was erased is still there: {digest}")
    for bundle, indexes in itertools.groupby(sorted(rules.erased_fields), lambda index: index // TILE_WIDTH):
        lines = _disclosures(run, bundle)
        for index in indexes:
            shown = {read_disclosure(each)[0] for each in lines.get(index, ())}
            for name in shown & rules.erased_fields[index]:
                raise VerificationError(f"entry {index}: a field that was erased is still shown: {name[:80]!a}")


def _check_blobs(folder: Folder, log: str, named: dict[str, int]) -> None:
    for digest, index in named.items():
        if f"{log}blobs/{digest}" not in folder.sizes:
            raise VerificationError(f"entry {index}: it names a blob that is missing: {digest}")
        folder.check_digest(f"{log}blobs/{digest}", digest)


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


def _check_nothing_else(folder: Folder, log: str, size: int, named: Iterable[str], files: dict[str, str]) -> int:
    """Return how many time stamps there are, when every file is one that the log knows."""
    disclosures = (disclosures_path(index) for index in range(-(-size // TILE_WIDTH)))
    inside = ("checkpoint", "policy", *(f"blobs/{digest}" for digest in named), *disclosures)
    known = {*files, *(f"{log}{name}" for name in inside)}
    others = {name for name in folder.sizes if name not in known and not name.startswith(f"{log}tile/")}
    stamps = {name for name in others if name.startswith(log) and _STAMP.fullmatch(name, len(log))}
    if others - stamps:
        raise VerificationError(f"the log does not know this file: {min(others - stamps)!a}")
    return len(stamps)


def _policy(folder: Folder, log: str, vkey: str | None, policy: bytes | None) -> Policy:
    """Return the policy by which the log is checked: the reader's own, else the one that it ships."""
    shipped = parse_policy(folder.read(f"{log}policy", MOST_TEXT_BYTES))
    if policy is not None and parse_policy(policy) != shipped:
        raise VerificationError(
            "the log ships another policy than the one that you trust: a forgery, or yours is from before an act that "
            "changed it; ask those who gave it to you"
        )
    if vkey is not None and parse_vkey(vkey.strip()) != shipped.log:
        raise VerificationError("the log is not signed by the key that you trust")
    return shipped


def _silent(_: str) -> None:
    pass


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def verify(
    directory: Path,
    vkey: str | None = None,
    *,
    policy: bytes | None = None,
    say: Callable[[str], None] = _silent,
    processes: int | None = None,
) -> Verified:
    """Return what holds of a log's folder, or of one that holds `ledger/` and what was published with it.

    `vkey` is the log's key that the reader trusts, `policy` the whole policy, from a hand other than the log's; with a
    policy its quorum must be met. `say` gets a sentence per step. `processes`: how many share the work on the entries;
    by default one for each core, where the log is large enough to gain by it.

    Raises:
        VerificationError: with one line on what does not hold.

    """
    try:
        return _verify(directory, vkey, policy, say, processes)
    except OSError as error:
        raise VerificationError(f"cannot read {str(error.filename)[-300:]!a}: {error.strerror}") from None


def _verify(
    directory: Path, vkey: str | None, brought: bytes | None, say: Callable[[str], None], processes: int | None
) -> Verified:
    folder = list_folder(directory)
    log = "" if "checkpoint" in folder.sizes else "ledger/"
    policy = _policy(folder, log, vkey, brought)
    trusted = vkey is not None or brought is not None
    fingerprint = hashlib.sha256(folder.read(f"{log}policy", MOST_TEXT_BYTES)).hexdigest()
    say(f"{_about_key(policy.log, trusted=trusted)} Policy: SHA-256 {fingerprint}.")
    checkpoint = parse_checkpoint(folder.read(f"{log}checkpoint", MOST_TEXT_BYTES))
    check_signature(checkpoint, policy.log)
    cosigned = check_cosignatures(checkpoint, policy)
    witnessed = has_quorum(policy, (cosignature.witness for cosignature in cosigned))
    if brought is not None and not witnessed:
        raise VerificationError(_too_few(policy, cosigned))
    say(f"Checkpoint: signed by that key; {checkpoint.size} entries, root {checkpoint.root.hex()}.")
    say(_about_cosignatures(policy, cosigned, witnessed=witnessed))
    tiles = _check_tile_names(folder, log, checkpoint.size)
    if processes is None:
        bundles = sum(size for name, size in folder.sizes.items() if name.startswith(f"{log}tile/entries/"))
        processes = _cores() if bundles >= _WORTH_PROCESSES else 1
    run = _Run(path=directory, log=log, size=checkpoint.size, bundles=range(-(-checkpoint.size // TILE_WIDTH)))
    found = _check_entries(run, checkpoint, processes)
    say(f"Entries: all {checkpoint.size} are canonical; with them, all {tiles} tiles and the root were recomputed.")
    say(
        f"Fields: {found.shown} shown as committed to, {found.withheld} withheld; {found.signed} of the entries signed."
    )
    rules = _rules(run, found, checkpoint.origin)
    if rules:
        chartered = parse_policy(rules.policy.encode())
        _need(policy == chartered, "the policy beside the log is not that of its charter and its acts")
        _check_erased(run, folder, rules)
        say(_about_rules(rules, found))
        if rules.posts:
            say(_about_staff(rules))
    erased = rules.erased_blobs if rules else set()
    blobs = {digest: index for digest, index in found.blobs.items() if digest not in erased}
    _check_blobs(folder, log, blobs)
    but = ", but for those erased," if erased else ""
    say(f"Evidence: all {len(blobs)} files that entries name{but} are here, unaltered.")
    files = _published(found.last) if log else {}
    stamps = _check_nothing_else(folder, log, checkpoint.size, blobs, files)
    for path, digest in files.items():
        folder.check_digest(path, digest)
    if log:
        say(f"Publication: all {len(files)} published files are as the last entry says; there are no others.")
    if stamps:
        say(f"Time stamps: {stamps} are here, by authorities of RFC 3161. This program does not check them.")
    return Verified(
        vkey=str(policy.log),
        trusted=trusted,
        rehearsal=is_rehearsal(policy.log),
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        tiles=tiles,
        blobs=len(blobs),
        files=tuple(files.items()),
        cosigned=cosigned,
        witnessed=witnessed,
        signed=found.signed,
        shown=found.shown,
        withheld=found.withheld,
        chartered=rules is not None,
        acts=tuple(sorted(rules.acts.items())) if rules else (),
        erased=len(erased) + sum(map(len, rules.erased_fields.values())) if rules else 0,
        approved=tuple(sorted(rules.said.items())) if rules else (),
        stamps=stamps,
    )


# --- the program ----------------------------------------------------------------------------------


def _about_key(key: VerifierKey, *, trusted: bool) -> str:
    if is_rehearsal(key):
        return f"Key: {key}, the rehearsal key: published, anybody can sign with it."
    if trusted:
        return f"Key: {key}, the one that you brought."
    return f"Key: {key}, as shipped with the log: its signature shows integrity, not who signed (use --policy)."


def _about_cosignatures(policy: Policy, cosigned: Sequence[Cosignature], *, witnessed: bool) -> str:
    keys = dict(policy.witnesses)
    unchecked = {name for name, key in keys.items() if key.kind == COSIGN_ML_DSA_44 and MLDSA44PublicKey is None}
    by = ", ".join(
        f"{c.witness} at {datetime.fromtimestamp(c.time, UTC):%Y-%m-%dT%H:%M:%SZ}"
        + (" (NOT CHECKED)" if c.witness in unchecked else "")
        for c in cosigned
    )
    if policy.quorum == "none":
        return f"Witnesses: the policy asks for none; cosigned by {by or 'nobody'}."
    enough = "as the policy asks" if witnessed else f"NOT the quorum that the policy asks for, {policy.quorum}"
    return f"Witnesses: cosigned by {by or 'nobody'}; {enough}."


def _about_rules(rules: Rules, found: _Found) -> str:
    names = ", ".join(sorted(rules.guarantors)) or "none"
    acts = ", ".join(f"{number} to {kind}" for kind, number in sorted(rules.acts.items())) or "none"
    fields, files = sum(map(len, rules.erased_fields.values())), len(rules.erased_blobs)
    gone = f" Erased: {fields} fields and {files} files; they are not here." if fields or files else ""
    page = " Its pages are on this machine itself, localhost: a rehearsal." if rules.rp_id == REHEARSAL_PAGE else ""
    return (
        f"Charter: guarantors {names}; {found.signed} of the entries signed by authors enrolled before. "
        f"Acts, each approved by two different guarantors: {acts}.{gone}{page}"
    )


def _about_staff(rules: Rules) -> str:
    gone = len(rules.posts) - sum(map(bool, rules.staff.values()))
    most = sorted(rules.said, key=lambda who: (-rules.said[who], who))
    shown = [f"{who} {rules.said[who]}" for who in most[:_MOST_NAMED]]
    others = [f"{len(most) - len(shown)} others"] if len(most) > len(shown) else []
    by = ", ".join((*shown, *others)) or "nobody"
    return (
        f"Staff: {len(rules.posts)} were appointed, {gone} of them dismissed since. {sum(rules.said.values())} entries "
        f"are theirs, each approved as a whole and just once by a passkey of who says it, appointed before: {by}."
    )


def _too_few(policy: Policy, cosigned: Sequence[Cosignature]) -> str:
    there = ", ".join(cosignature.witness for cosignature in cosigned) or "none"
    return (
        f"the cosignatures are fewer than your policy asks for: it wants {policy.quorum}, and there are: {there}. In a "
        "copy made right after a heartbeat the others may still be on their way: copy it again, or ask for theirs"
    )


def _unproved(verified: Verified) -> Iterator[str]:
    if verified.rehearsal:
        yield "who signed: the rehearsal key is published, anybody can sign with it;"
    elif not verified.trusted:
        yield "who signed: the key came with the log, and you did not say which key you trust;"
    if not verified.witnessed:
        yield "that anybody but the log holds it: the cosignatures that its policy asks for are not all there;"
    elif not verified.cosigned:
        yield "that anybody but the log holds it: its policy asks for no witness;"
    if verified.cosigned and MLDSA44PublicKey is None:
        yield "that ML-DSA-44 cosignatures are right: this Python cannot check them (`cryptography` 47 can);"
    if verified.signed and not verified.chartered:
        yield "who signed its entries: the signatures hold, and no charter says whose keys these are;"
    if verified.approved:
        yield "that the staff read what their passkeys approved: a page may have shown them other words; ask them;"
    yield from NOT_PROVED


def _print(line: str) -> None:
    sys.stdout.write(line.encode("ascii", errors="backslashreplace").decode() + "\n")


def _read(path: Path, most_bytes: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise VerificationError(f"{path.name!a} has more than {most_bytes} bytes")
    return data


def _directory(options: argparse.Namespace) -> int:
    steps: list[str] = []

    def say(sentence: str) -> None:
        steps.append(sentence)
        _print(f"{len(steps)}. {sentence}")

    try:
        policy = _brought(options)
    except (VerificationError, OSError) as error:
        _print(f"CANNOT CHECK, nothing was looked at: {error}")
        return 1
    try:
        verified = verify(options.directory, options.vkey, policy=policy, say=say)
    except (VerificationError, OSError) as error:
        _print(f"NOT VERIFIED, at step {len(steps) + 1}: {error}")
        return 1
    _print(f"{_verdict(verified)} This does not prove:")
    for line in _unproved(verified):
        _print(f"   - {line}")
    if options.entries:
        return _tell(options, verified.size)
    return 0


def _tell(options: argparse.Namespace, size: int) -> int:
    try:
        options.entries.write_text("\n".join([*_told(options.directory, size), ""]), encoding="utf-8")
    except OSError as error:
        _print(f"What the entries say could not be written: {error}")
        return 1
    _print(f"What its {size} entries say is in {str(options.entries)!a}.")
    return 0


_READABLE = 2_000  # letters of a field that are told; keys of ML-DSA-44 in a charter have more


def _told(directory: Path, size: int) -> Iterator[str]:
    """Yield what each entry of a verified log says, as a person reads it: a line for each field that is shown."""
    log = "" if (directory / "checkpoint").exists() else "ledger/"
    run = _Run(path=directory, log=log, size=size, bundles=range(-(-size // TILE_WIDTH)))
    for index in run.bundles:
        lines = _disclosures(run, index)
        for at, data in enumerate(_entries(run, index), start=index * TILE_WIDTH):
            entry = parse_entry(data)
            fields, shown = entry.fields, disclosed(entry.fields, lines.get(at, ()))
            withheld = len(fields.get("commitments", ())) - len(shown)
            yield f"entry {at}: {fields['type']}, {_said_by(entry)}; {withheld} fields withheld"
            for name, value in (*fields.items(), *shown.items()):
                if name not in {"type", "v", "commitments", "approval"}:
                    said = json.dumps(value, ensure_ascii=False)
                    yield f"  {name}: {said if len(said) <= _READABLE else f'{said[:_READABLE]} … {len(said)} letters'}"


def _said_by(entry: Entry) -> str:
    # said of every entry: a field that is called so may stand in any of them
    if "approval" in entry.fields:
        return f"approved by a passkey of {entry.fields['who']}"
    return "signed by " + ", ".join(key.name for key in entry.authors) if entry.authors else "said by the centre"


def _brought(options: argparse.Namespace) -> bytes | None:
    """Return the policy that the reader brought, None where none; OSError where there is nothing to check, or by."""
    if not options.directory.is_dir():
        raise NotADirectoryError(f"there is no folder {str(options.directory)!a}")
    if not any((options.directory / log / "checkpoint").exists() for log in ("", "ledger")):
        raise FileNotFoundError(f"in {str(options.directory)!a} is no log: neither checkpoint nor ledger/checkpoint")
    if options.entries:
        if options.entries.resolve().is_relative_to(options.directory.resolve()):
            raise OSError(f"{str(options.entries)!a} would lie in what is to be checked, and then not be a part of it")
        options.entries.unlink(missing_ok=True)  # what an older check wrote says nothing of this log
    if options.policy is None:
        return None
    if options.policy.resolve().is_relative_to(options.directory.resolve()):
        raise OSError(f"{str(options.policy)!a} is a part of what is to be checked: get the policy from somebody else")
    policy = _read(options.policy, MOST_TEXT_BYTES)
    try:
        parse_policy(policy)
    except VerificationError as error:
        raise VerificationError(
            f"{str(options.policy)!a} is not a policy as it was sent (mail may change it): {error}"
        ) from None
    return policy


def _verdict(verified: Verified) -> str:
    if not verified.witnessed:
        return "VERIFIED, BUT NOT COSIGNED as the policy asks: line 3 says who vouches for it beside the log itself."
    if verified.cosigned and MLDSA44PublicKey is None:
        return "VERIFIED, BUT NOT EVERY COSIGNATURE: this Python cannot check those of ML-DSA-44."
    return "VERIFIED."


def _one_entry(options: argparse.Namespace) -> int:
    proof, entry = options.proof
    try:
        policy = parse_policy(_read(options.policy, MOST_TEXT_BYTES))
        proved = check_proof(_read(proof, MOST_PROOF_BYTES), _read(entry, MOST_ENTRY_BYTES), policy)
    except (VerificationError, OSError) as error:
        _print(f"NOT PROVED: {error}")
        return 1
    head = proved.checkpoint
    _print(f"PROVED: this is entry {proved.index} of {head.size} of the log {head.origin}.")
    _print(f"1. {_about_key(policy.log, trusted=True)}")
    _print(f"2. {_about_cosignatures(policy, proved.cosigned, witnessed=True)}")
    authors = ", ".join(map(str, proved.entry.authors)) or "the log itself, no author of its own"
    if "approval" in proved.entry.fields:
        authors = f"{str(proved.entry.fields.get('who'))[:80]!a}, by an approval that is not checked here"
    _print(f"3. Said by: {authors}. Whether an author was enrolled, only the whole log can tell.")
    _print(f"4. Fields: {len(proved.shown)} shown as committed to, {proved.withheld} withheld.")
    for name, value in (*proved.entry.fields.items(), *proved.shown.items()):
        _print(f"   {name}: {json.dumps(value)}")
    return 0


def _two_heads(options: argparse.Namespace) -> int:
    try:
        key = parse_vkey(options.vkey.strip())
        first, second = (_read(path, MOST_TEXT_BYTES) for path in options.equivocation)
        fraud = check_equivocation(first, second, key)
    except (VerificationError, OSError) as error:
        _print(f"NOT PROVED: {error}")
        return 1
    one, other = fraud.first, fraud.second
    _print(f"FRAUD PROVED: the holder of the key of {one.origin} signed two histories that exclude each other.")
    _print(f"1. Once it signed that its first {one.size} entries have the root {one.root.hex()}.")
    _print(f"2. Once it signed a log of {other.size} entries, the first {one.size} of which have {fraud.prefix.hex()}.")
    _print(
        "3. Both signatures are by the key that you brought. Nobody else can make them, and no error of a reader can."
    )
    if is_rehearsal(key):
        _print("But this is the rehearsal key: published, anybody can sign with it.")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; return the exit status, 0 or 1 (2: by argparse, with its usage)."""
    parser = argparse.ArgumentParser(description="Check a log and the files published with it, offline.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("directory", metavar="DIR", type=Path, nargs="?", help="a log, or ledger/ and what it publishes")
    what.add_argument("--proof", nargs=2, type=Path, metavar=("PROOF", "ENTRY"), help="check that a log has this entry")
    what.add_argument(
        "--equivocation", nargs=2, type=Path, metavar=("FIRST", "SECOND"), help="check that a log was forked"
    )
    parser.add_argument("--vkey", help="the log's key that you trust: name+key id+base64")
    parser.add_argument("--policy", type=Path, help="a file with the policy that you trust: log, witnesses, quorum")
    parser.add_argument("--entries", type=Path, metavar="FILE", help="write what every entry says, where DIR verifies")
    options = parser.parse_args(arguments)
    if options.proof and not options.policy:
        parser.error("--proof needs --policy: whose signatures do you trust?")
    if options.equivocation and not options.vkey:
        parser.error("--equivocation needs --vkey: which log is accused?")
    gc.disable()  # nothing here refers to itself, and looking for what does takes a third of the time
    try:
        if options.proof:
            return _one_entry(options)
        return _two_heads(options) if options.equivocation else _directory(options)
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
