"""The pages of the room's work.

`doing` has the addresses that say something, `tracing` those that show what became of it, `watching` what is live.

GET  /room/                          the queue; to the public the published findings
GET  /room/incidents/<id>            the machine's proposal, both voices, the forms
GET  /room/findings/<index>          a published finding
GET  /room/observations/new          the form for an observation, or for a watch in which nothing was noticed
GET  /room/{counts,cases,messages,meetings,shift,staff,help}
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from trucewatch.report.staffs import OUTCOMES
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import judging, looks, observing, pages, things
from trucewatch.web.room.areas import area_words
from trucewatch.web.room.glossary import STANDS, WORDS
from trucewatch.web.room.outlook import SEES
from trucewatch.web.room.seeking import STATUSES
from trucewatch.web.room.visiting import number_of, page, room_of, staff_of, visit_of

ASSESS = ("shift", things.room())  # what it is to the policy to have new conclusions drawn at once


def add(router: APIRouter) -> None:
    """Give a router the pages."""
    for address, handler in _PAGES.items():
        router.get(address)(handler)


# --- the pages ------------------------------------------------------------------------------------


async def _queue(request: Request) -> Response:
    room, visit = room_of(request), await visit_of(request)
    given = dict(request.query_params)
    more: dict[str, Any] = {
        "drawing_since": room.drawing_since,
        "trouble": room.trouble,
        "fresh": visit.conclusions is not None and room.desk.has_news,
        "may_assess": not visit.why_not(*ASSESS),
        "is_live": True,
    }
    look = lambda: looks.queue(visit, room.lists, given)  # noqa: E731 - made in a thread
    return await page(
        room, visit, "room_queue.html", look, here="/room/", told=_TOLD.get(given.get("told", ""), ()), **more
    )


_TOLD = {
    "drawing": ("New conclusions are being drawn; this page will say when they are there.",),
    "busy": ("Conclusions are being drawn already.",),
}


async def _incident(request: Request, name: str) -> Response:
    visit = await visit_of(request)
    look = lambda: judging.incident(visit, name)  # noqa: E731 - made in a thread
    return await page(room_of(request), visit, "room_incident.html", look, is_live=True)


async def _finding(request: Request, index: str) -> Response:
    visit, number = await visit_of(request), number_of(index)
    return await page(room_of(request), visit, "room_finding.html", lambda: judging.finding(visit, number))


async def _counts(request: Request) -> Response:
    visit = await visit_of(request)
    return await page(
        room_of(request), visit, "room_counts.html", lambda: looks.count(visit), here="/room/counts", is_live=True
    )


async def _cases(request: Request) -> Response:
    visit = staff_of(await visit_of(request))
    return await page(room_of(request), visit, "room_cases.html", lambda: looks.cases(visit), here="/room/cases")


async def _case(request: Request, name: str) -> Response:
    visit = staff_of(await visit_of(request))
    return await page(room_of(request), visit, "room_case.html", lambda: looks.case(visit, name), is_live=True)


async def _messages(request: Request) -> Response:
    visit = staff_of(await visit_of(request))
    return await page(
        room_of(request),
        visit,
        "room_messages.html",
        lambda: looks.messages(visit),
        here="/room/messages",
        is_live=True,
    )


async def _meetings(request: Request) -> Response:
    visit = staff_of(await visit_of(request))
    return await page(
        room_of(request), visit, "room_meetings.html", lambda: looks.meetings(visit), here="/room/meetings"
    )


async def _shift(request: Request) -> Response:
    visit = staff_of(await visit_of(request))
    return await page(room_of(request), visit, "room_shift.html", lambda: looks.shifts(visit), here="/room/shift")


async def _staff(request: Request) -> Response:
    room, visit = room_of(request), staff_of(await visit_of(request))
    if why := visit.why_not("administer", things.staff()):
        raise RefusalError(403, why)
    members = sorted(room.service.counter.book.staff.values(), key=lambda member: (member.role, member.id))
    zones = {member.id: area_words(visit.conclusions, member.zones) for member in members}
    found = {
        "members": members,
        "zones": zones,
        "policy": room.access.digest,
        "rules": list(room.access.rules.values()),
    }
    return await page(room, visit, "room_staff.html", lambda: found, here="/room/staff")


async def _help(request: Request) -> Response:
    visit = await visit_of(request)
    found = {"sees": SEES.get(visit.person.role, ()), "stands": _stands(), "meanings": WORDS}
    return await page(room_of(request), visit, "room_help.html", lambda: found, here="/room/help")


def _stands() -> list[tuple[str, str]]:
    """Return what a page prints of where an incident stands, and what it means."""
    printed = {**dict(STATUSES), **OUTCOMES}
    return [(printed[name], words) for name, words in STANDS.items()]


async def _observe(request: Request) -> Response:
    room, visit = room_of(request), staff_of(await visit_of(request))
    person = visit.person
    if why := visit.why_not("submit", things.submission(person.id, person.role, person.of)):
        raise RefusalError(403, why)
    quiet = request.query_params.get("quiet") == "1"
    now = {"end" if quiet else "time": [pages.local_input(visit.now, visit.zone)]}
    return await page(room, visit, "room_observe.html", lambda: observe_page(quiet=quiet, given=now))


def observe_page(
    *, quiet: bool, given: Mapping[str, Any] | None = None, faults: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what the submission page offers, with what was filled in and what is wrong with it."""
    return {
        "quiet": quiet,
        "given": given or {},
        "faults": faults or {},
        "phenomena": observing.PHENOMENA,
        "means": observing.MEANS,
        "directions": observing.DIRECTIONS,
        "weapons": observing.WEAPONS,
        "precisions": observing.PRECISIONS,
        "in_words": observing.in_words,
        "here": "/room/observations/new",
    }


_PAGES: Mapping[str, Callable[..., Awaitable[Response]]] = {
    "/room/": _queue,
    "/room/incidents/{name}": _incident,
    "/room/findings/{index}": _finding,
    "/room/observations/new": _observe,
    "/room/counts": _counts,
    "/room/cases": _cases,
    "/room/cases/{name}": _case,
    "/room/messages": _messages,
    "/room/meetings": _meetings,
    "/room/shift": _shift,
    "/room/staff": _staff,
    "/room/help": _help,
}
