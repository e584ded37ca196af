"""A small log with approvals by the staff, to which something is done before its own key signs it; see `approvals`.

`Draft.harmless` says why a log may pass to which something was done: worked out from who had which passkey where, and
asking no verifier.
"""

import base64
import copy
import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mutants import Files
from rich_logs import (
    AUTHORS,
    LOG,
    PASSKEYS,
    Passkey,
    appointing,
    approved,
    charter,
    cosigned,
    member,
    passkey,
    policy,
    said,
    to_approve,
)

from trucewatch.ledger import signed_files

ORDER = "the order of the log is the centre's to say: whose passkey it is was appointed at the new place, too"
IN_FORCE = "a passkey that was in force there approved just this, once"
ALLOWED = "a form of an assertion that WebAuthn allows, signed by the passkey in force"
OTHER_HALF = (
    "the other of the two ES256 signatures that say the same: anybody can work it out, it approves nothing else"
)
OWN_WORD = "nobody's name is left on it: an observation that the centre says itself, as it may"
NOT_GO = "it is about approvals, staff or acts, which the second verifier does not check"

BLOB = b"a photograph\n"
DIGEST = hashlib.sha256(BLOB).hexdigest()
STAFF_SAYS = ("observation", "record", "statement")
SECOND, NEW, STRANGER = passkey("officer-1, second", eddsa=True), passkey("monitor-1, new"), passkey("stranger")
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(slots=True)
class Said:
    """An entry: its object, the disclosures beside it, and the bytes in place of its own, if any."""

    fields: dict[str, Any]
    shown: tuple[str, ...] = ()
    raw: bytes | None = None
    is_signed: bool = False

    def data(self) -> bytes:
        """Return its bytes."""
        if self.raw is not None:
            return self.raw
        return said(self.fields, AUTHORS[:1]) if self.is_signed else _json(self.fields)


def _json(fields: Mapping[str, Any]) -> bytes:
    """Return canonical JSON, also of what is no entry."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def says(who: str, key: Passkey | None = None, nonce: int = 0, **fields: Any) -> Said:
    """Return what one of the staff says, approved; a statement unless its fields say otherwise."""
    hidden = {"text": f"{who} says so"} if fields.get("type", "statement") == "statement" else {"00:place": "Ağdam"}
    own = {"type": "statement", "v": "1", **fields}
    entry, shown = to_approve(who, own, hidden, hashlib.sha256(f"{who} {nonce}".encode()).digest()[:16])
    return Said(approved(entry, key or PASSKEYS[who]), shown)


@cache
def honest() -> tuple[Said, ...]:
    """Return the entries of the log; the eighth appoints."""
    names = ("liaison-a", "monitor-1", "officer-2", "reviewer-a")
    staff = [*(member(name, PASSKEYS[name]) for name in names), member("officer-1", PASSKEYS["officer-1"], SECOND)]
    new = [member("monitor-1", NEW), member("officer-2"), member("officer-3", PASSKEYS["officer-3"])]
    return (
        Said(charter(policy(), staff)),
        Said({"type": "observation", "v": "1", "n": 1}, is_signed=True),
        says("officer-1", kind="shift", what="begin"),
        says("monitor-1", type="observation", reader="patrol", blobs=[DIGEST]),
        says("officer-2", type="record", reader="hotline"),
        Said({"type": "beat", "v": "1", "n": 5}),
        says("officer-2", kind="call", side="a", nonce=1),
        Said(appointing(new)),
        says("officer-3", kind="shift", what="end"),
        says("monitor-1", NEW, type="observation", reader="patrol", nonce=1),
        says("liaison-a", kind="reply", to=2, stance="explains"),
        says("officer-1", SECOND, kind="message", about="", nonce=1),
        says("reviewer-a", kind="determination", incident="i", of=3, finding="both"),
        Said({"type": "read", "v": "1", "who": "officer-1", "what": "entry 3"}),
        Said({"type": "publication", "v": "1", "files": {}}),
    )


ACT = 7


@dataclass(slots=True)
class Draft:
    """The log before it is signed; `sure` is False where what is harmless may be refused for its form as well."""

    chance: random.Random
    log: list[Said] = field(default_factory=lambda: copy.deepcopy(list(honest())))
    harmless: str | None = None
    plain: bool = False
    sure: bool = True

    def by_staff(self) -> list[int]:
        """Return where what the staff approved stands."""
        return [at for at, each in enumerate(self.log) if "approval" in each.fields]

    def one(self, *types: str) -> Said:
        """Return one of those, of these types."""
        some = [self.log[at] for at in self.by_staff()]
        return self.chance.choice([each for each in some if each.fields["type"] in (types or STAFF_SAYS)])

    def place(self) -> int:
        """Return a place between the charter and the publication."""
        return self.chance.randrange(1, len(self.log))

    def files(self) -> Files:
        """Return all files, signed and cosigned."""
        entries = [each.data()[:65_535] for each in self.log]
        shown = {at: each.shown for at, each in enumerate(self.log)}
        files = signed_files(entries, shown, {DIGEST: BLOB}, LOG)
        files["checkpoint"] = cosigned(files["checkpoint"])
        files["policy"] = policy()
        return {f"ledger/{path}": data for path, data in files.items()}


def in_force(log: Sequence[Said], at: int) -> dict[str, set[str]]:
    """Return the credentials of everybody appointed before this place."""
    staff = {one["id"]: one for one in log[0].fields["staff"]}
    for each in log[:at]:
        if each.fields["type"] == "act":
            staff |= {one["id"]: one for one in each.fields["act"]["staff"]}
    return {name: {key["id"] for key in one["passkeys"]} for name, one in staff.items()}


def holds(draft: Draft, at: int) -> bool:
    """Tell whether who approved the entry there was appointed, with that passkey."""
    fields = draft.log[at].fields
    return fields["approval"]["credential"] in in_force(draft.log, at).get(fields["who"], set())


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def other_than(chance: random.Random, value: Any, others: Sequence[Any]) -> Any:
    return chance.choice([each for each in others if each != value or type(each) is not type(value)])


def bare(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "approval"}
