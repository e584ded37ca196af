"""Acts that take two guarantors: written, read in words, approved by one, carried to the other, put into the log.

GET  /room/acts           the acts that stand in the log; the forms to write one; where one that was handed over is read
POST /room/acts           an act that somebody writes, or brings -> what it does, in words, and who still has to approve
POST /room/acts/approve   the approval of the reviewer's own guarantor; with both it goes into the log

Nothing is kept between the steps: the act is a text that goes from hand to hand, as its file does (`trucewatch act`).
What counts are the guarantors' own passkeys over all of it, which the book checks as every reader of the log will.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from trucewatch.ledger import acts
from trucewatch.ledger.staff import Member
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import pasted, things
from trucewatch.web.room.areas import area_names
from trucewatch.web.room.filling import Data
from trucewatch.web.room.pasted import PastedError
from trucewatch.web.room.room import Room
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.visiting import form, page, room_of, staff_of, visit_of
from trucewatch.web.room.worded import CALLED, act_words
from trucewatch.web.room.writing import Brought, brought_of, check, written

HERE = "/room/acts"


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
    found = {
        "done": done[::-1],
        "called": CALLED,
        "staff": staff,
        "given": given,
        "fault": fault,
        "newest": next(reversed(room.desk.publications.values()), ""),
        "policy": law.charter.text.decode("latin-1"),
        **_zones(room, staff),
    }
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
            brought = await asyncio.to_thread(brought_of, _one(data, "act"))
        else:
            brought = await asyncio.to_thread(written, room, data)
        return await _show(room, visit, brought)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return await _page(room, visit, data, str(error))


async def _show(room: Room, visit: Visit, brought: Brought, *, fault: str = "") -> Response:
    by, about = await asyncio.to_thread(check, room, brought)
    own = next((one for one in by.guarantors if one.name == visit.person.of and visit.person.role == "reviewer"), None)
    approved = [given["guarantor"] for given in brought.approvals]
    found = {
        "brought": brought,
        "about": about,
        "called": CALLED,
        "words": act_words(visit, brought.act, room.service.counter.book.law, about),
        "approved": approved,
        "awaited": [one.name for one in by.guarantors if one.name not in approved],
        "digest": acts.challenge(brought.act).hex(),
        "fault": fault,
        "options": acts.options(brought.act, own, by.rp_id) if own and own.name not in approved else None,
    }
    status = 422 if fault else 200
    return await page(room, visit, "room_act.html", lambda: found, status=status, here="/room/staff")


# --- approving ------------------------------------------------------------------------------------


async def _approve(request: Request) -> Response:
    room, visit = room_of(request), _administers(await visit_of(request))
    data = await form(request, "acts/approve")
    if visit.person.role != "reviewer":
        raise RefusalError(403, "An act is approved by the guarantors: sign in as a reviewer of one of them.")
    try:
        brought = await asyncio.to_thread(brought_of, _one(data, "act"))
        by, _ = await asyncio.to_thread(check, room, brought)
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
