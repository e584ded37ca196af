"""Acts that take two guarantors: written, read in words, approved by one, carried to the other, put into the log.

GET  /room/acts           the acts that stand in the log; the forms to write one; where one that was handed over is read
POST /room/acts           an act that somebody writes, or brings -> what it does, in words, and who still has to approve
POST /room/acts/approve   the approval of the reviewer's own guarantor; with both it goes into the log

Nothing is kept between the steps: the act is a text that goes from hand to hand, as its file does (`trucewatch act`).
What counts are the guarantors' own passkeys over all of it, which the book checks as every reader of the log will.
"""

import asyncio
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request, Response

from trucewatch.ledger import acts
from trucewatch.ledger.acts import Appointed
from trucewatch.ledger.law import Shown, check_possible
from trucewatch.ledger.staff import Member, appointing, listed
from trucewatch.ledger.submission import blobs_of, fields_of
from trucewatch.ledger.verify import disclosed
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import pasted, things
from trucewatch.web.room.access import Access
from trucewatch.web.room.areas import area_names, check_zones
from trucewatch.web.room.filling import Data
from trucewatch.web.room.pasted import PastedError
from trucewatch.web.room.room import Room
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.visiting import form, page, room_of, staff_of, visit_of
from trucewatch.web.room.worded import act_words

HERE = "/room/acts"
WRITTEN = ("appoint", "enrol", "access", "redact", "erase")  # of the others the commands write the file (`act new`)


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


def add(router: APIRouter) -> None:
    """Give a router these pages."""
    router.get(HERE)(_acts)
    router.post(HERE)(_read)
    router.post(HERE + "/approve")(_approve)


async def _acts(request: Request) -> Response:
    room, visit = room_of(request), _administers(await visit_of(request))
    return await _page(room, visit, {})


async def _page(room: Room, visit: Visit, given: Data, fault: str = "") -> Response:
    law = await room.service.do(lambda: room.service.counter.book.law)
    done = [(one["act"], [given["guarantor"] for given in one["approvals"]]) for one in law.entries[1:]]
    staff = {name: member for name, member in law.staff.items() if member.passkeys}
    found = {"done": done[::-1], "staff": staff, "given": given, "fault": fault, **_zones(room, staff)}
    return await page(room, visit, "room_acts.html", lambda: found, status=422 if fault else 200, here="/room/staff")


def _zones(room: Room, staff: Mapping[str, Member]) -> Mapping[str, Any]:
    """Return the areas of the case, and each monitor with the zones that may be ticked: also one that it still has."""
    areas = area_names(room.desk.conclusions)
    monitors = {one.id: one for one in staff.values() if one.role == "monitor"}
    offered = {
        name: [(zone, areas.get(zone, zone), zone in one.zones) for zone in sorted({*areas, *one.zones})]
        for name, one in sorted(monitors.items())
    }
    return {"areas": areas, "monitors": offered}


def _administers(visit: Visit) -> Visit:
    if why := staff_of(visit).why_not("administer", things.staff()):
        raise RefusalError(403, why)
    return visit


# --- writing, and reading what somebody brings ----------------------------------------------------


async def _read(request: Request) -> Response:
    room, visit = room_of(request), _administers(await visit_of(request))
    data = await form(request, "acts")
    try:
        # beside the loop: a text of rules takes seconds to read, and the heart must not wait for it
        if _one(data, "act"):
            brought = await asyncio.to_thread(_brought, _one(data, "act"))
        else:
            brought = await asyncio.to_thread(_written, room, data)
        return await _show(room, visit, brought)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return await _page(room, visit, data, str(error))


def _written(room: Room, data: Data) -> Brought:
    kind, text = _one(data, "kind"), _one(data, "text").replace("\r\n", "\n")
    if kind not in WRITTEN:
        raise ValueError(f"here are written acts to {', '.join(WRITTEN)}")
    says = {name: _said(room, name, data) for name in acts.NEEDS[kind] if name != "policy"}
    if kind == "access":
        says["policy"] = Access(text).digest
    nonce = os.urandom(acts.NONCE_BYTES)
    made = acts.new_act(kind, log=room.origin, basis=_one(data, "basis"), nonce=nonce, says=says)
    return Brought(act=made, approvals=(), text=text if kind == "access" else "")


def _said(room: Room, name: str, data: Data) -> Any:
    words = _one(data, name).split()
    match name:
        case "staff":
            return _members(room, data)
        case "passkeys":
            return [json.loads(line) for line in _one(data, "lines").splitlines() if line.strip()]
        case "entry":
            return int(_one(data, "entry"))
        case _:
            return sorted(set(words))


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


def _brought(text: str) -> Brought:
    line, _, rest = text.strip().replace("\r\n", "\n").partition("\n")
    act, approvals = acts.read_act(line.encode())
    if act["kind"] != "access":
        return Brought(act=act, approvals=approvals)
    if hashlib.sha256(rest.encode()).hexdigest() != act["policy"]:
        rest += "\n"  # what a form or a hand left off at the end
    if Access(rest).digest != act["policy"]:
        raise ValueError("the text below this act is not the policy that it names")
    return Brought(act=act, approvals=approvals, text=rest)


async def _show(room: Room, visit: Visit, brought: Brought, *, fault: str = "") -> Response:
    by = await _check(room, brought)
    own = next((one for one in by.guarantors if one.name == visit.person.of and visit.person.role == "reviewer"), None)
    approved = [given["guarantor"] for given in brought.approvals]
    found = {
        "brought": brought,
        "words": act_words(visit, brought.act, room.service.counter.book.staff),
        "approved": approved,
        "awaited": [one.name for one in by.guarantors if one.name not in approved],
        "digest": acts.challenge(brought.act).hex(),
        "fault": fault,
        "options": acts.options(brought.act, own, by.rp_id) if own and own.name not in approved else None,
    }
    status = 422 if fault else 200
    return await page(room, visit, "room_act.html", lambda: found, status=status, here="/room/staff")


async def _check(room: Room, brought: Brought) -> Appointed:
    """Return whose approval counts; ValueError where an approval does not hold, or the act cannot be done."""
    book = room.service.counter.book

    def look(index: int) -> Shown:
        found = book.read(index, 1)
        if not found:
            raise ValueError(f"the log has no entry {index}")
        fields = fields_of(found[0][1])
        return fields, frozenset(disclosed(fields, found[0][2])), frozenset(blobs_of(fields))

    def checked() -> Appointed:
        by = acts.appointed(book.law.entries)
        for given in brought.approvals:
            acts.check_approval(brought.act, given, by)
        check_possible(book.law, brought.act, look)
        check_zones(
            room.desk.conclusions, (zone for one in brought.act.get("staff", ()) for zone in one.get("zones", ()))
        )
        return by

    return await asyncio.to_thread(checked)


# --- approving ------------------------------------------------------------------------------------


async def _approve(request: Request) -> Response:
    room, visit = room_of(request), _administers(await visit_of(request))
    data = await form(request, "acts/approve")
    if visit.person.role != "reviewer":
        raise RefusalError(403, "An act is approved by the guarantors: sign in as a reviewer of one of them.")
    try:
        brought = await asyncio.to_thread(_brought, _one(data, "act"))
        by = await _check(room, brought)
        answer = pasted.answer(_one(data, "assertion"), acts.challenge(brought.act), "the command")
        given = acts.approval(answer, visit.person.of)
        more = Brought(
            act=brought.act, approvals=acts.with_approval(brought.act, brought.approvals, given, by), text=brought.text
        )
        if len(more.approvals) < acts.APPROVALS:
            return await _show(room, visit, more)
        digest = await room.service.do(_say, room, more)
    except PastedError as error:
        return await _show(room, visit, brought, fault=str(error))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return await _page(room, visit, {"act": [_one(data, "act")]}, str(error))
    room.bell.ring()
    return Response(status_code=303, headers={"Location": f"/room/receipts/{digest}", "Cache-Control": "no-store"})


def _say(room: Room, brought: Brought) -> str:
    """Put an approved act into the log, with the text that it puts in force; the book holds it to the charter."""
    book = room.service.counter.book
    if brought.text:
        book.put_blob(brought.text.encode())
    return book.say(acts.act_entry(brought.act, brought.approvals))


def _one(data: Data, name: str) -> str:
    return next(iter(data.get(name, ())), "").strip()
