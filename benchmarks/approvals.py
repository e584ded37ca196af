"""What an operator can do to what the staff approved: change it, or whose it is, and sign the whole log anew.

A mutant of a signed log is refused by its hashes, so it never tells whether an approval is looked at. Here something is
done to what passkeys approved, or to who was appointed, in a small log with a charter; then tiles, checkpoint and
cosignatures are made for it with the honest keys.

`approved_log.py` has that log, `approval_ways.py` what is done to an approval itself, this file all else. The second
verifier does not check approvals, staff or acts; `Draft.plain` marks what it must refuse all the same.
"""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from approval_ways import (
    a_part_of_the_approval,
    approval_of_another,
    approvals_exchanged,
    parts_of_the_approval,
    the_other_signature,
    what_a_lying_page_gets,
)
from approved_log import (
    ACT,
    IN_FORCE,
    NEW,
    ORDER,
    OWN_WORD,
    SECOND,
    STAFF_SAYS,
    STRANGER,
    Draft,
    Said,
    b64,
    bare,
    holds,
    other_than,
    says,
)
from mutants import PART_OPERATORS, Change, Files, Target
from rich_logs import APPROVERS, AUTHORS, ORIGIN, PASSKEYS, appointing, approved, member, said


def _edited(chance: random.Random, data: bytes) -> bytes:
    """Return bytes as an operator of `mutants` changes them: never what they were."""
    edited = data
    while edited == data:
        change = chance.choice(PART_OPERATORS)(chance, {"": data}, Target("", "", 0, len(data)), {})
        edited = bytes(change.get("", data))  # type: ignore[arg-type]
    return edited


# --- what was approved ----------------------------------------------------------------------------


def another_who(draft: Draft) -> None:
    names = (*PASSKEYS, "officer-9", "a", "b", "", "OFFICER-1", None, 1, ["officer-1"], {"id": "officer-1"}, True)
    entry = draft.one()
    entry.fields["who"] = other_than(draft.chance, entry.fields["who"], names)


def another_nonce_or_log(draft: Draft) -> None:
    chance, fields = draft.chance, draft.one().fields
    nonce = fields["nonce"]
    nonces = (b64(bytes(16)), b64(bytes(15)), b64(bytes(17)), nonce + "=", nonce[:-1] + "_", "", None, 1, [nonce])
    logs = ("other.example/log", ORIGIN.upper(), ORIGIN + "/", ORIGIN + " ", "", None, 1, [ORIGIN])
    name, values = chance.choice((("nonce", nonces), ("log", logs)))
    if chance.random() < 0.2:
        del fields[name]
    else:
        fields[name] = other_than(chance, fields[name], values)
    if chance.random() < 0.3:  # the passkey signs that, too
        entry = next(each for each in draft.log if each.fields is fields)
        keys = {each.public().id: each for each in (*PASSKEYS.values(), SECOND, NEW)}
        key = keys[fields["approval"]["credential"]]
        entry.fields = approved(bare(fields), key)
        if (entry.fields.get("nonce"), entry.fields.get("log")) == (b64(bytes(16)), ORIGIN):
            draft.harmless = IN_FORCE


def another_field(draft: Draft) -> None:
    chance, entry = draft.chance, draft.one()
    fields = entry.fields
    names = sorted(fields.keys() - {"approval", "who", "nonce", "log"})
    match chance.randrange(3):
        case 0:
            name = chance.choice(names)
            values = (
                "2",
                "",
                "observation",
                "record",
                "statement",
                "incident",
                "beat",
                1,
                None,
                [],
                ["0" * 64],
                {},
                "x",
            )
            fields[name] = other_than(chance, fields[name], values)
        case 1:
            del fields[chance.choice([name for name in names if name not in {"type", "v"}])]
        case 2:
            more = (("by", []), ("by", ["x"]), ("key", "x"), ("blobs", []), ("zz", 1), ("A", None), ("commitments", []))
            name, value = chance.choice([each for each in more if fields.get(each[0]) != each[1]])
            fields[name] = value


def bytes_of_it(draft: Draft) -> None:
    entry = draft.one()
    entry.raw = _edited(draft.chance, entry.data())
    try:
        found = json.loads(entry.raw)
    except ValueError:
        return
    is_own = isinstance(found, dict) and isinstance(kind := found.get("type"), str)
    if is_own and "approval" not in found and kind != "statement" and not ("who" in found and kind in STAFF_SAYS):
        draft.harmless, draft.sure = OWN_WORD, False


def written_otherwise(draft: Draft) -> None:
    entry = draft.one()
    data, text = entry.data(), json.dumps(entry.fields, ensure_ascii=False, indent=1).encode()
    members = data[1:-1].split(b',"kind"' if b',"kind"' in data else b',"log"')
    forms = (
        text, data + b" ", b" " + data, data + b"\0", data.replace(b'":"', b'": "', 1), b'{"zz":1,' + data[1:],
        data.replace(b"who", b"\\u0077ho"), data[:-1] + b',"approval":{}}', data[:-1] + b',"who":"officer-1"}',
        data.replace(b'"v":"1"', b'"v":"1","v":"1"'), data.replace(b"/", b"\\/", 1), b"\xef\xbb\xbf" + data,
        data[:-1] + b",}", data + data, data + b"\n", data.decode().encode("utf-16-le"),
        b"{" + b'"kind"' + members[1] + b"," + members[0] + b"}", data.replace(b'":"', b'":\t"', 2),
    )  # fmt: skip
    entry.raw = draft.chance.choice([form for form in forms if form != data])
    draft.plain = True


def taken_off(draft: Draft) -> None:
    """Leave the words and take the approval off, and with it the name, or not."""
    chance, entry = draft.chance, draft.one()
    entry.fields = bare(entry.fields)
    if chance.random() < 0.5:
        entry.fields["type"] = chance.choice(("observation", "record"))
    for name in ("who", "nonce", "log"):
        if chance.random() < 0.5:
            del entry.fields[name]
    entry.is_signed = chance.random() < 0.3
    if entry.fields["type"] != "statement" and "who" not in entry.fields:
        draft.harmless = OWN_WORD


def approved_what_nobody_may(draft: Draft) -> None:
    """Let a passkey approve what the staff does not say, or what an author signs."""
    chance = draft.chance
    at = chance.choice([0, 1, 5, ACT, 13, 14])
    entry = draft.log[at]
    own = {**entry.fields, "who": "officer-1", "log": ORIGIN, "nonce": b64(chance.randbytes(16))}
    if not entry.is_signed:
        entry.fields = approved(own, PASSKEYS["officer-1"])
        return
    signed = said(own, AUTHORS[:1])
    found = json.loads(signed.partition(b"\n")[0])
    entry.fields = {name: value for name, value in approved(found, PASSKEYS["officer-1"]).items() if name != "by"}


# --- where it stands, and how often -------------------------------------------------------------------


def twice(draft: Draft) -> None:
    """Say again what was said, as it is or approved once more."""
    chance, entry = draft.chance, draft.one()
    again = Said(copy.deepcopy(entry.fields), entry.shown)
    keys = {"officer-1": [PASSKEYS["officer-1"], SECOND], "monitor-1": [PASSKEYS["monitor-1"], NEW]}
    if chance.random() < 0.7:
        key = chance.choice(keys.get(entry.fields["who"], [PASSKEYS[entry.fields["who"]]]))
        again.fields = approved(bare(entry.fields), key, counter=chance.randrange(2, 9))
    draft.log.insert(draft.place(), again)


def elsewhere(draft: Draft) -> None:
    """Let it stand somewhere else; also what the passkeys are by, the act."""
    old = draft.chance.choice([*draft.by_staff(), ACT, ACT])
    entry = draft.log.pop(old)
    new = other_than(draft.chance, old, range(1, len(draft.log)))
    draft.log.insert(new, entry)
    draft.harmless = ORDER if all(holds(draft, at) for at in draft.by_staff()) else None


def one_more(draft: Draft) -> None:
    """Say something new: by somebody who is not there yet, or any more, or with an old passkey, or rightly so."""
    chance = draft.chance
    pairs = [*PASSKEYS.items(), ("officer-1", SECOND), ("monitor-1", NEW), ("officer-9", STRANGER)]
    pairs += [("officer-2", PASSKEYS["officer-2"]), ("officer-3", PASSKEYS["officer-3"])] * 3
    pairs += [("monitor-1", PASSKEYS["monitor-1"]), ("monitor-1", NEW), ("officer-1", APPROVERS["a"])] * 2
    who, key = chance.choice(pairs)
    kind = chance.choice(STAFF_SAYS)
    at = draft.place()
    draft.log.insert(at, says(who, key, nonce=chance.randrange(100, 10**9), type=kind))
    draft.harmless = IN_FORCE if holds(draft, at) else None


# --- who was appointed ----------------------------------------------------------------------------


def odd_charter(draft: Draft) -> None:
    """Appoint from the start whom nobody may appoint so."""
    chance, fields = draft.chance, draft.log[0].fields
    if chance.random() < 0.1:
        draft.log[0].fields = {"type": "beat", "v": "1"}
        return
    staff: list[Any] = fields["staff"]
    key, other = (
        {"id": made.public().id, "public": made.public().public} for made in (STRANGER, PASSKEYS["officer-1"])
    )
    fields["staff"] = chance.choice((
        None, {}, "x", [1], [*staff, staff[0]], [*staff, {**staff[0], "id": "officer-9"}],
        [*staff, {"id": "officer-9", "role": "officer", "of": "", "passkeys": [other]}],
        [*staff, {"id": "officer-9", "role": "officer", "of": "", "passkeys": [key, key]}],
        [*staff, {"id": "officer-9", "role": "officer", "of": "", "passkeys": fields["guarantors"][0]["passkeys"]}],
        [*staff, {"id": "officer-9", "role": "officer", "of": "a", "passkeys": [key]}],
        [*staff, {"id": "reviewer-c", "role": "reviewer", "of": "c", "passkeys": [key]}],
        [*staff, {"id": "liaison-c", "role": "liaison", "of": "", "passkeys": [key]}],
        [*staff, {"id": "king", "role": "king", "of": "", "passkeys": [key]}],
        [*staff, {"id": "Officer 9", "role": "officer", "of": "", "passkeys": [key]}],
        [*staff, {"id": "officer-9", "role": "officer", "of": "", "passkeys": [key], "name": "x"}],
        [*staff, {"id": "officer-9", "role": "officer", "of": "", "passkeys": [{"id": key["id"], "public": "AAAA"}]}],
        [*staff, {"id": "officer-9", "role": "officer", "of": "", "passkeys": [{**key, "guarantor": "a"}]}],
        [each for each in staff if each["id"] != "liaison-a"], staff[:-1], [],
        [{**each, "passkeys": [key]} if each["id"] == "reviewer-a" else each for each in staff],
    ))  # fmt: skip


def odd_act(draft: Draft) -> None:
    """Appoint later whom nobody may appoint so, or without the word of both guarantors."""
    chance, entry = draft.chance, draft.log[ACT]
    act, new = entry.fields["act"], entry.fields["act"]["staff"]
    other_post = {"id": "officer-2", "role": "monitor", "of": "", "passkeys": []}
    match chance.randrange(8):
        case 0:
            entry.fields["approvals"] = chance.choice(
                ([], entry.fields["approvals"][:1], entry.fields["approvals"][1:])
            )
        case 1:
            entry.fields["approvals"] = [entry.fields["approvals"][0]] * 2
        case 2:
            act["staff"] = [{**each, "passkeys": []} if each["id"] == "monitor-1" else each for each in new]
        case 3:
            act[chance.choice(("basis", "nonce", "log", "kind"))] = "another"
        case 4:
            draft.log.insert(chance.randrange(ACT + 1, len(draft.log)), copy.deepcopy(entry))
        case 5:
            entry.fields = appointing([other_post if each["id"] == "officer-2" else each for each in new])
        case 6:
            shared = member("officer-3", PASSKEYS[chance.choice(("officer-1", "liaison-a"))])
            entry.fields = appointing([*new[:-1], shared])
        case 7:
            entry.fields["approvals"][0]["guarantor"] = chance.choice(("b", "c", "officer-1"))


WAYS: tuple[Callable[[Draft], None], ...] = (
    a_part_of_the_approval, a_part_of_the_approval, parts_of_the_approval, approvals_exchanged, approval_of_another,
    the_other_signature, what_a_lying_page_gets, what_a_lying_page_gets, another_who, another_nonce_or_log,
    another_field, bytes_of_it, bytes_of_it, written_otherwise, taken_off, approved_what_nobody_may, twice, elsewhere,
    one_more, one_more, odd_charter, odd_act,
)  # fmt: skip


def base() -> Files:
    """Return the files of the log to which nothing was done."""
    return Draft(random.Random(0)).files()


def altered(seed: int, number: int, before: Files) -> tuple[str, Change, Draft]:
    """Return what was done to the log of a seed and a number, the files that differ, and what it was made from."""
    draft = Draft(random.Random(f"approvals {seed} {number}"))
    way = WAYS[number % len(WAYS)]
    way(draft)
    files = draft.files()
    change: Change = dict.fromkeys(before.keys() - files.keys())
    change |= {path: data for path, data in files.items() if before.get(path) != data}
    return way.__name__, change, draft
