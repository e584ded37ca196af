"""From a device to the centre: hand in what is saved, ask how far it has come, and believe only what is proved.

Everything that comes back is hostile until a signature or a proof says otherwise: a receipt is one when the log's key
signed it over this very digest; an entry is witnessed when this device has led it, tile by tile, to a root that those
whom the policy asks for have cosigned. Whatever the centre says of itself is shown as its word, no more.
"""

import base64
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from trucewatch.ledger.ladder import RECEIVED, SEQUENCED, WITNESSED
from trucewatch.ledger.proof import Tree, from_tiles, inclusion, tlog_proof
from trucewatch.ledger.verify import (
    HASH_BYTES,
    MOST_ENTRY_BYTES,
    MOST_TEXT_BYTES,
    TILE_WIDTH,
    Checkpoint,
    Cosignature,
    Policy,
    Signature,
    VerificationError,
    VerifierKey,
    check_cosignature,
    check_ed25519,
    check_inclusion,
    check_signature,
    has_quorum,
    is_by,
    leaf_hash,
    parse_checkpoint,
    parse_note,
    parse_policy,
    read_entry,
    split_bundle,
    tile_path,
)

MOST_ANSWER_BYTES = 65_536  # of a receipt, a state or an error; a guess: the longest names 600 missing files
MOST_BUNDLE_BYTES = TILE_WIDTH * (2 + MOST_ENTRY_BYTES)
LONGEST_WORDS = 300  # characters of another machine's words that are shown to a person

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TRIES = 3  # a partial tile may give way to a longer one while it is asked for; a guess


class UnreachedError(OSError):
    """No whole answer came: no line, a line that broke, or an answer longer than any honest one."""


class RefusedError(ValueError):
    """The centre does not take it, in its own words, which are not to be believed further than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: an HTTP status and a body."""

    status: int
    body: bytes


class Door(Protocol):
    """The way to a centre's log."""

    def ask(self, method: str, path: str, body: bytes = b"", *, most_bytes: int = MOST_ANSWER_BYTES) -> Answer:
        """Return the answer to one request for a path without a leading slash; raise UnreachedError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How far a submission has come by the centre's word: its state, its index in the log, the names of witnesses."""

    state: str
    index: int | None
    by: tuple[str, ...]


def receipt_text(origin: str, digest: str) -> bytes:
    """Return what a receipt signs: this log has these bytes, by their SHA-256 in hexadecimal, safe on its disk."""
    return f"trucewatch receipt\n{origin}\n{digest}\n".encode()


def check_receipt(note: bytes, policy: Policy, digest: str) -> None:
    """Raise VerificationError unless this is the log's own receipt for these bytes."""
    receipt = parse_note(note, most=1)
    if receipt.text.encode() != receipt_text(policy.log.name, digest):
        raise VerificationError("the receipt is for something else")
    if not is_by(receipt.signatures[0], policy.log):
        raise VerificationError("the receipt is signed by another key than the log's")
    check_ed25519(policy.log, receipt.text.encode(), receipt.signatures[0].signature)


def hand_in(door: Door, policy: Policy, digest: str, wire: bytes, read_file: Callable[[str], bytes]) -> bytes:
    """Hand in a submission, and first those of its files that the centre lacks; return the receipt.

    The same again does no harm: the digest is the key. A form is never taken without its files.

    Raises:
        UnreachedError: where the line breaks; what has arrived by then need not be sent again.
        RefusedError: where the centre does not take it.
        VerificationError: where the centre says that it took it, and its receipt does not hold.

    """
    answer = door.ask("POST", "submissions", wire)
    if answer.status == 409:
        for name in _missing(answer.body):
            sent = door.ask("PUT", f"blobs/{name}", read_file(name))
            _expect(sent, "file")
        answer = door.ask("POST", "submissions", wire)
    _expect(answer, "submission")
    check_receipt(answer.body, policy, digest)
    return answer.body


def ask_state(door: Door, digest: str) -> Said | None:
    """Return how far the centre says that a submission has come; None where it says that it has none of that digest."""
    answer = door.ask("GET", f"submissions/{digest}")
    if answer.status == 404:
        return None
    _expect(answer, "question")
    said = _object(answer.body)
    state, index, by = said.get("state"), said.get("index"), said.get("by", [])
    well = state in {RECEIVED, SEQUENCED, WITNESSED} and isinstance(by, list) and all(isinstance(b, str) for b in by)
    if not well or (state != RECEIVED and not _is_index(index)):
        raise UnreachedError("the answer cannot be read")
    return Said(state=str(state), index=index if _is_index(index) else None, by=tuple(map(plain, by[:32])))


def fetch_policy(door: Door) -> bytes:
    """Return the policy that the centre shows, which proves nothing by itself; raise UnreachedError, RefusedError."""
    answer = door.ask("GET", "policy", most_bytes=MOST_TEXT_BYTES)
    _expect(answer, "policy")
    parse_policy(answer.body)
    return answer.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A checkpoint of the log as far as the policy knows its signers: its note without any other lines."""

    checkpoint: Checkpoint
    cosigned: tuple[Cosignature, ...]
    note: bytes
    witnessed: bool


@lru_cache(16)  # records that wait together ask about the same few checkpoints
def head_of(note: bytes, policy: Policy) -> Head:
    """Return a checkpoint that the policy's log signed, with those cosignatures of the policy that verify.

    Other lines are left out: they prove nothing to this device, and after an act of two guarantors there may be keepers
    whom its policy does not know. Raises VerificationError where it is no checkpoint of this log.
    """
    checkpoint = parse_checkpoint(note)
    check_signature(checkpoint, policy.log)
    known = {witness: _valid(checkpoint, witness, key) for witness, key in policy.witnesses}
    signatures = [line for line, _ in filter(None, known.values())]
    cosigned = tuple(cosignature for _, cosignature in filter(None, known.values()))
    lines = (_line(signature) for signature in (checkpoint.signatures[0], *signatures))
    return Head(
        checkpoint=checkpoint,
        cosigned=cosigned,
        note=f"{checkpoint.text}\n{''.join(lines)}".encode(),
        witnessed=has_quorum(policy, (c.witness for c in cosigned)),
    )


def _valid(checkpoint: Checkpoint, witness: str, key: VerifierKey) -> tuple[Signature, Cosignature] | None:
    for signature in checkpoint.signatures[1:]:
        if is_by(signature, key):
            with suppress(VerificationError):
                time = check_cosignature(checkpoint, key, signature.signature)
                return signature, Cosignature(witness=witness, time=time)
    return None


def _line(signature: Signature) -> str:
    return f"— {signature.name} {base64.b64encode(signature.key_id + signature.signature).decode()}\n"


def fetch_head(door: Door, policy: Policy) -> Head:
    """Return the newest checkpoint, which the policy's log signed."""
    answer = door.ask("GET", "checkpoint", most_bytes=MOST_TEXT_BYTES)
    _expect(answer, "checkpoint")
    return head_of(answer.body, policy)


def prove(door: Door, policy: Policy, entry: bytes, index: int) -> bytes | None:
    """Return a tlog-proof that this entry stands in the log and that the policy's quorum has cosigned it.

    None where no checkpoint that the centre shows has both the entry and the cosignatures yet.

    Raises:
        UnreachedError: where the tiles cannot be had.
        VerificationError: where something else stands at that index, or the tiles do not lead to the signed root:
            what the centre shows contradicts itself.

    """
    for left in reversed(range(_TRIES)):
        newest = fetch_head(door, policy)
        head = newest if newest.witnessed else _fetch_witnessed(door, policy)
        if head is None or index >= head.checkpoint.size:
            return None
        size, root = head.checkpoint.size, head.checkpoint.root
        if size > newest.checkpoint.size:
            raise VerificationError(f"{size} entries were cosigned, and the centre now shows {newest.checkpoint.size}")
        try:
            found = _bundle(door, newest.checkpoint.size, index // TILE_WIDTH)[index % TILE_WIDTH]
            # a smaller tree is made of the same tiles as the one that it grew into
            tiles = from_tiles(lambda name: _tile(door, name), newest.checkpoint.size)
            path = inclusion(Tree(size=size, subtree=tiles.subtree), index)
        except RefusedError as error:
            if left:
                continue
            raise UnreachedError(str(error)) from None
        if found != entry:
            raise VerificationError(f"the centre says that this is entry {index}, and its log has another entry there")
        check_inclusion(leaf_hash(entry), index, size, path, root)
        return tlog_proof(index, path, head.note)
    raise AssertionError  # the last try returns or raises


def _fetch_witnessed(door: Door, policy: Policy) -> Head | None:
    """Return the newest checkpoint with the quorum, which may be some heartbeats old; None where none is shown."""
    answer = door.ask("GET", "witnessed", most_bytes=MOST_TEXT_BYTES)
    if answer.status == 404:
        return None
    _expect(answer, "checkpoint")
    head = head_of(answer.body, policy)
    return head if head.witnessed else None


def beats_after(door: Door, policy: Policy, size: int) -> int:
    """Return how many heartbeats stand in the log from this index on, counted up to two.

    It counts what the log itself holds, so that no clock, neither the device's nor the centre's, has a say.
    """
    checkpoint = fetch_head(door, policy).checkpoint
    beats = 0
    for bundle in range(size // TILE_WIDTH, min(-(-checkpoint.size // TILE_WIDTH), size // TILE_WIDTH + 4)):
        entries = _bundle(door, checkpoint.size, bundle)
        late = entries[max(0, size - bundle * TILE_WIDTH) :]
        beats += sum(_is_beat(entry) for entry in late)
        if beats >= 2:
            break
    return beats


def plain(text: str) -> str:
    """Return another machine's words so that a terminal shows them and does nothing else: ASCII, one line, short."""
    short = " ".join(text.split())[:LONGEST_WORDS]
    return "".join(sign if " " <= sign <= "~" else "?" for sign in short)


def _tile(door: Door, name: str) -> bytes:
    answer = door.ask("GET", name, most_bytes=TILE_WIDTH * HASH_BYTES)
    _expect(answer, "tile")
    return answer.body


def _bundle(door: Door, size: int, number: int) -> list[bytes]:
    width = min(TILE_WIDTH, size - number * TILE_WIDTH)
    answer = door.ask("GET", tile_path("entries", number, width), most_bytes=MOST_BUNDLE_BYTES)
    _expect(answer, "bundle of entries")
    return split_bundle(answer.body, width)


def _is_beat(entry: bytes) -> bool:
    return not entry.endswith(b"\n") and read_entry(entry)["type"] == "beat"  # the centre's own word, by nobody else


def _missing(body: bytes) -> list[str]:
    names = _object(body).get("missing")
    if not isinstance(names, list) or not names or not all(isinstance(n, str) and _DIGEST.fullmatch(n) for n in names):
        raise UnreachedError("the answer cannot be read")
    return names


def _expect(answer: Answer, what: str) -> None:
    if answer.status == 200:
        return
    try:
        words = plain(str(_object(answer.body).get("error", "")))
    except UnreachedError:
        words = ""
    said = f"the centre answered {answer.status} to a {what}" + (f": {words}" if words else "")
    # 5xx and 429: it may be otherwise in a while; the rest will not be
    raise UnreachedError(said) if answer.status >= 500 or answer.status == 429 else RefusedError(said)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UnreachedError("the answer cannot be read")
    return found


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
