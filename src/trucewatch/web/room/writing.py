"""Acts of two guarantors as a form asks for them, as a text brings them, and what is found out before anybody signs."""

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trucewatch.ledger import acts
from trucewatch.ledger.acts import Appointed
from trucewatch.ledger.law import Shown, check_possible
from trucewatch.ledger.staff import appointing, listed
from trucewatch.ledger.submission import blobs_of, fields_of, sealed_in
from trucewatch.ledger.verify import disclosed
from trucewatch.web.room.access import Access
from trucewatch.web.room.areas import check_zones
from trucewatch.web.room.filling import Data
from trucewatch.web.room.room import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """An act with its approvals, not yet checked; `text` is that of an access policy, which the log has to keep."""

    act: Mapping[str, Any]
    approvals: Sequence[Mapping[str, str]]
    text: str = ""

    @property
    def file(self) -> str:
        """What goes from hand to hand: the act's file, and below it the text of a policy."""
        line = acts.write_act(acts.act_entry(self.act, self.approvals)).decode()
        return f"{line}\n{self.text}" if self.text else line


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The entry that an act is about."""

    index: int
    fields: Mapping[str, Any]


def written(room: Room, data: Data) -> Brought:
    """Return the act that a form asks for; ValueError for what is none."""
    kind, text = _one(data, "kind"), _one(data, "text").replace("\r\n", "\n")
    if kind not in acts.NEEDS:
        raise ValueError(f"an act is to {', '.join(acts.NEEDS)}")
    says = {name: _said(room, kind, name, data) for name in acts.NEEDS[kind] if name != "policy"}
    if kind == "access":
        says["policy"] = Access(text).digest
    if kind == "policy":
        says["policy"] = _ascii(f"{text}\n")
    nonce = os.urandom(acts.NONCE_BYTES)
    made = acts.new_act(kind, log=room.origin, basis=_one(data, "basis"), nonce=nonce, says=says)
    return Brought(act=made, approvals=(), text=text if kind == "access" else "")


def _ascii(text: str) -> str:
    if not text.isascii():
        raise ValueError("the log's policy is written in ASCII: letters without accents")
    return text


def _said(room: Room, kind: str, name: str, data: Data) -> Any:
    words = _one(data, name).split()
    match name:
        case "publication":
            return _publication(room, _index(data))
        case "blobs" if kind == "unseal" and not words:
            return sorted(sealed_in(_looked(room, _index(data))[0]))
        case "staff":
            return _members(room, data)
        case "passkeys":
            return [json.loads(line) for line in _one(data, "lines").splitlines() if line.strip()]
        case "entry":
            return _index(data)
        case _:
            return sorted(set(words))


def _index(data: Data) -> int:
    word = _one(data, "entry")
    if not re.fullmatch(r"[0-9]{1,15}", word):
        raise ValueError("the entry is given by its number, in digits alone, such as 12")
    return int(word)


def _publication(room: Room, index: int) -> str:
    """Return the digest of the publication in that entry; ValueError where it is none of the centre's own."""
    digest = next((digest for digest, at in room.desk.publications.items() if at == index), None)
    if digest is None:
        raise ValueError(f"entry {index} is no publication of the centre's own")
    return digest


def _members(room: Room, data: Data) -> list[dict[str, Any]]:
    """Return whom an act appoints: by the lines, those dismissed, and those whose zones are others than they were."""
    staff = room.service.counter.book.staff
    lines = [json.loads(line) for line in _one(data, "lines").splitlines() if line.strip()]
    gone = [replace(staff[name], passkeys=()) for name in data.get("dismiss", ()) if name in staff]
    ticked = [word.partition(" ") for word in data.get("zones", ())]
    zones = {post: [zone for of, _, zone in ticked if of == post] for post in data.get("zoned", ())}
    there = {member.id for member in staff.values() if member.passkeys}
    new = [one["id"] for one in lines if one["role"] == "monitor" and one["id"] not in there and "zones" not in one]
    zones |= {name: data.get("new_zones", ()) for name in new}
    return appointing([*lines, *map(listed, gone)], zones, staff)


def brought_of(text: str) -> Brought:
    """Return the act that a text holds, below it the text of the rules of access that it names; ValueError for none."""
    line, _, rest = text.strip().replace("\r\n", "\n").partition("\n")
    act, approvals = acts.read_act(line.encode())
    if act["kind"] != "access":
        return Brought(act=act, approvals=approvals)
    if hashlib.sha256(rest.encode()).hexdigest() != act["policy"]:
        rest += "\n"  # what a form or a hand left off at the end
    if Access(rest).digest != act["policy"]:
        raise ValueError("the text below this act is not the policy that it names")
    return Brought(act=act, approvals=approvals, text=rest)


# --- before anybody signs it ------------------------------------------------------------------------


def check(room: Room, brought: Brought) -> tuple[Appointed, About | None]:
    """Return whose approval counts, and the entry that the act is about, None where it is about none.

    Raises ValueError where an approval does not hold, or the act cannot be done.
    """
    law, act = room.service.counter.book.law, brought.act
    by = acts.appointed(law.entries)
    for given in brought.approvals:
        acts.check_approval(act, given, by)
    check_possible(law, act, lambda index: _looked(room, index))
    check_zones(room.desk.conclusions, (zone for one in act.get("staff", ()) for zone in one.get("zones", ())))
    index = act.get("entry")
    if act["kind"] == "publish":
        index = room.desk.publications.get(act["publication"])
        if index is None:
            raise ValueError("no entry of this log is a publication of the centre's own with this SHA-256")
    return by, None if index is None else About(index=index, fields=_looked(room, index)[0])


def _looked(room: Room, index: int) -> Shown:
    found = room.service.counter.book.read(index, 1)
    if not found:
        raise ValueError(f"the log has no entry {index}")
    fields = fields_of(found[0][1])
    return fields, frozenset(disclosed(fields, found[0][2])), frozenset(blobs_of(fields))


def _one(data: Data, name: str) -> str:
    return next(iter(data.get(name, ())), "").strip()
