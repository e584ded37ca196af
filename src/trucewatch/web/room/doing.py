"""The addresses of the room that say something, and those that begin and end a session.

GET, POST /room/sign-in              a passkey's assertion over a nonce -> a session
POST      /room/sign-out
POST      /room/observations/new     the draft of an observation, to be read and approved
POST      /room/say/<kind>           the draft of a statement
POST      /room/approve              the approved draft -> the log, as any submission
POST      /room/assess               new conclusions, now
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from trucewatch.ledger.statements import (
    StatementError,
    approved_entry,
    check_approved,
    statement_challenge,
    statement_options,
)
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import guard, pages, pasted, releases, routes, saying
from trucewatch.web.room.filling import Data, FormError
from trucewatch.web.room.forms import FORMS
from trucewatch.web.room.pasted import PastedError
from trucewatch.web.room.room import Room
from trucewatch.web.room.sentences import sentences
from trucewatch.web.room.signin import SignInError, TooManyError, sign_in_challenge
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.visiting import HEADERS, answer, fields, form, page, room_of, token_of, visit_of


def add(router: APIRouter) -> None:
    """Give a router what says something."""
    router.get("/room/sign-in")(_sign_in_page)
    router.post("/room/sign-in")(_sign_in)
    router.post("/room/sign-out")(_sign_out)
    router.post("/room/observations/new")(_observe)
    router.post("/room/say/{kind}")(_say)
    router.post("/room/approve")(_approve)
    router.post("/room/assess")(_assess)


def _to(address: str, **headers: str) -> Response:
    return RedirectResponse(address, status_code=303, headers={**HEADERS, **headers})


def _one(data: Data, name: str) -> str:
    return next(iter(data.get(name, ())), "")


# --- sessions -------------------------------------------------------------------------------------


async def _sign_in_page(request: Request) -> Response:
    asked = request.query_params
    return await _asked(request, asked.get("who", "")[:64], guard.return_path(asked.get("to", "/room/")))


async def _asked(request: Request, who: str, to: str, fault: str = "", status: int = 200) -> Response:
    room, visit = room_of(request), await visit_of(request, is_used=False)
    nonce = room.sign_in.nonce() if who else ""
    options = room.sign_in.options(nonce, who) if who else None
    html = pages.render("room_sign_in.html", visit, who=who, to=to, nonce=nonce, options=options, fault=fault)
    return answer(html, status)


async def _sign_in(request: Request) -> Response:
    room = room_of(request)
    headers = {key.lower(): value for key, value in request.headers.items()}
    guard.check_same_origin(request.method, headers, room.rp_id)
    data = await fields(request)
    to = guard.return_path(_one(data, "to"))
    address = request.client.host if request.client else ""
    nonce = _one(data, "nonce")
    try:
        given = pasted.answer(_one(data, "assertion"), sign_in_challenge(room.origin, nonce), "the command")
        had = token_of(request)  # ends with the new one
        token = room.sign_in.open(nonce, given, address, instead_of=had)
    except (SignInError, PastedError) as error:
        status = 429 if isinstance(error, TooManyError) else 403
        return await _asked(request, _one(data, "who")[:64], to, str(error), status)
    return _to(to, **{"Set-Cookie": guard.cookie(token)})


async def _sign_out(request: Request) -> Response:
    await form(request, "sign-out")
    room_of(request).sign_in.end(token_of(request))
    return _to("/room/", **{"Set-Cookie": guard.no_cookie()})


# --- saying something -----------------------------------------------------------------------------


async def _observe(request: Request) -> Response:
    room, visit = room_of(request), await visit_of(request)
    data, quiet = await form(request, "observe"), request.query_params.get("quiet") == "1"
    try:
        draft = saying.observation(visit, data, quiet=quiet)
    except FormError as error:
        found = routes.observe_page(quiet=quiet, given=data, faults=saying.first_words(error.faults))
        return await page(room, visit, "room_observe.html", lambda: found, status=422)
    return await _to_approve(room, visit, draft)


async def _say(request: Request, kind: str) -> Response:
    room, visit = room_of(request), await visit_of(request)
    data = await form(request, f"say/{kind}")
    try:
        draft = saying.statement(room.desk, visit, kind, data)
        await asyncio.to_thread(releases.check_draft, room, visit, draft.entry)
    except FormError as error:
        again = _again(kind, data, error)
        return await page(room, visit, "room_say.html", lambda: again, status=422)
    return await _to_approve(room, visit, draft)


def _again(kind: str, data: Data, error: FormError) -> Mapping[str, Any]:
    harm = [(name, words, _one(data, name)) for name, words in saying.HARM] if kind in {"finding", "release"} else []
    return {"form": FORMS[kind], "given": data, "faults": error.faults, "harm": harm}


async def _to_approve(room: Room, visit: Visit, draft: saying.Draft, *, fault: str = "", status: int = 200) -> Response:
    member = room.service.counter.book.staff[visit.person.id]
    look = lambda: {  # noqa: E731 - made in a thread
        "title": draft.title,
        "sentences": sentences(visit, draft.entry, draft.shown),
        "words": pages.own_words(draft.entry, draft.shown),
        "shown": pages.told_fields({**draft.entry, **draft.shown}, visit.names, visit.zone),
        "digest": draft.digest,
        "options": statement_options(draft.entry, member, room.rp_id),
        "said": draft.wire,
        "fault": fault,
        "outside": saying.is_outside(visit, draft),
    }
    return await page(room, visit, "room_approve.html", look, status=status)


async def _approve(request: Request) -> Response:
    room, visit = room_of(request), await visit_of(request)
    data = await form(request, "approve")
    draft = saying.brought_back(_one(data, "said"))
    saying.check(room.desk, visit, draft)
    await asyncio.to_thread(releases.check_draft, room, visit, draft.entry)
    try:
        given = pasted.answer(_one(data, "assertion"), statement_challenge(draft.entry), "the command")
        check_approved(approved_entry(draft.entry, given), room.service.counter.book.staff, room.origin, room.rp_id)
    except (PastedError, StatementError) as error:
        return await _to_approve(room, visit, draft, fault=str(error), status=422)
    submission = saying.approved(draft, given)
    await room.service.submit(submission.wire)
    room.bell.ring()
    return _to(f"/room/receipts/{submission.digest}")


async def _assess(request: Request) -> Response:
    room, visit = room_of(request), await visit_of(request)
    await form(request, "assess")
    if why := visit.why_not(*routes.ASSESS):
        raise RefusalError(403, why)
    began = room.assess()
    return _to("/room/?" + urlencode({"told": "drawing" if began else "busy"}))
