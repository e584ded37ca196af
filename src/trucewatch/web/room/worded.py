"""What an act of two guarantors does, in sentences, for whoever is to approve it. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from trucewatch.ledger.acts import NEEDS
from trucewatch.ledger.staff import Member
from trucewatch.web.room.areas import area_words
from trucewatch.web.room.enrolling import check_words, line_of
from trucewatch.web.room.visit import Visit

Act = Mapping[str, Any]


def act_words(visit: Visit, act: Act, staff: Mapping[str, Member]) -> list[str]:
    """Return what an act does, each thing in a sentence; `staff` are those appointed now."""
    match act["kind"]:
        case "appoint":
            return [_appointed(visit, one, staff.get(one["id"])) for one in act["staff"]]
        case "access":
            return [f"From then on the rules of access are the text below, SHA-256 {act['policy']}, for everybody."]
        case "redact":
            return [f"{_fields(act)} may be left out of copies that are handed on. The log keeps them."]
        case "erase":
            return [f"{_fields(act)} are destroyed, at the centre and at every mirror. Nobody brings them back."]
        case "enrol":
            return list(_enrolled(visit, act))
        case _:
            return [f"{name}: {json.dumps(act[name], ensure_ascii=False)}" for name in NEEDS[act["kind"]]]


def _appointed(visit: Visit, one: Mapping[str, Any], before: Member | None) -> str:
    of = f" of {visit.name(one['of'])}" if one["of"] else ""
    if not one["passkeys"]:
        return f"{one['id']}, {one['role']}{of}, is dismissed: speaks no more, and every session ends."
    # by the key itself too: the name of a passkey is free, and a line may hold another's key under a name that stands
    had = {(key.id, key.public) for key in before.passkeys} if before else set()
    now = {(key["id"], key["public"]) for key in one["passkeys"]}
    news = f"{len(now - had)} new, {len(now & had)} kept, {len(had - now)} taken away"
    what = "is appointed" if before is None else "stays" if before.passkeys else "was dismissed and is again appointed"
    what = f"{what} {one['role']}{of}"
    line = {name: value for name, value in one.items() if name != "zones"}  # the page that made it knows of no zones
    told = f"{one['id']} {what}; passkeys: {news}. The check of this line: {check_words(line_of(line))}."
    return f"{told} {_zones(visit, one, before)}" if one["role"] == "monitor" else told


def _zones(visit: Visit, one: Mapping[str, Any], before: Member | None) -> str:
    """Return where a monitor may look, and where before."""
    now, had = one.get("zones", []), list(before.zones) if before else []
    first, then = (", ".join(area_words(visit.conclusions, zones)) for zones in (now, had))
    told = f"It reads what may have happened in {first}" if now else "It has no zone, and reads of no incident"
    if before is None:
        return f"{told}."
    return f"{told}, as before." if now == had else f"{told}; until now {f'in {then}' if had else 'it had none'}."


def _enrolled(visit: Visit, act: Act) -> Iterator[str]:
    for key in act["passkeys"]:
        yield (
            f"The guarantor {visit.name(key['guarantor'])} may approve acts with one more passkey. The check of this "
            f"line: {check_words(line_of(key))}."
        )
    for author in act["authors"]:
        yield f"What is signed by {author} is taken as a record of an enrolled author."


def _fields(act: Act) -> str:
    named = [f"the field {name}" for name in act["fields"]] + [f"the file {name}" for name in act.get("blobs", ())]
    return f"Of entry {act['entry']:,}: {', '.join(named)}"
