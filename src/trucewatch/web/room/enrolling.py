"""The page on which somebody makes a passkey, and what has to be handed to the guarantors for it to count.

GET  /room/passkey      for which post; then, with `who`, what the authenticator is asked for
POST /room/passkey      what it answered -> the line for an act of two guarantors

Nothing is kept and nobody is appointed by it: what comes out is a public key in words that an act holds. So the page
asks nobody to sign in: whoever needs a first passkey cannot.
"""

import asyncio
import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from trucewatch.ledger.acts import appointed
from trucewatch.ledger.encoding import canonical
from trucewatch.ledger.passkeys import creation, registered
from trucewatch.ledger.staff import Passkey, PasskeyError
from trucewatch.ledger.verify import ROLES, STAFF_ID
from trucewatch.web.room import guard
from trucewatch.web.room.access import SPEAK_FOR
from trucewatch.web.room.filling import Data, FormError
from trucewatch.web.room.room import Room
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.visiting import fields, page, room_of, visit_of

GUARANTOR = "guarantor"  # not of the staff: its passkeys approve acts, and an act to enrol has them
WITHIN_S = 600.0  # between the page and what the authenticator made; a guess: somebody looks for the key, sets its PIN
SHOWN_DIGITS = (
    32  # hexadecimal, of the digest that two people read to each other: 128 bits, or a state finds another line
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """For whom a passkey is made, with those that the post has already."""

    who: str
    role: str
    of: str
    passkeys: tuple[Passkey, ...] = ()


def add(router: APIRouter) -> None:
    """Give a router this page."""
    router.get("/room/passkey")(_asked)
    router.post("/room/passkey")(_made)


async def _asked(request: Request) -> Response:
    given = {name: [word] for name, word in request.query_params.items()}
    return await _page(request, given)


async def _page(request: Request, given: Data, fault: str = "", status: int = 200) -> Response:
    room, visit = room_of(request), await visit_of(request, is_used=False)
    found: dict[str, Any] = {**_offered(visit), "given": given, "fault": fault, "post": None}
    if _one(given, "who"):
        try:
            post = _post(room, visit, given)
        except FormError as error:
            found, status = {**found, "fault": str(error)}, 422
        else:
            nonce = room.sign_in.nonce()
            # an authenticator that approves acts is of one guarantor, and of no post: whoever is asked for a touch
            # does not see what for, and a page that lies could have an act approved by it
            had = (*post.passkeys, *_of_guarantors(room))
            asked = creation(challenge(room.origin, nonce), post.who, had, room.origin, room.rp_id)
            found |= {"post": post, "nonce": nonce, "options": asked}
    return await page(room, visit, "room_passkey.html", lambda: found, status=status)


def _offered(visit: Visit) -> Mapping[str, Any]:
    """Return what the page offers: roles, and for whom somebody may speak, guarantors and sides in their order."""
    sides = [(name, visit.name(name)) for name in (visit.office.terms.parties if visit.office else ())]
    guarantors = [(name, visit.name(name)) for name in visit.seen.guarantors]
    return {"roles": (*ROLES, GUARANTOR), "ofs": (*guarantors, *sides), "line": ""}


async def _made(request: Request) -> Response:
    room, visit = room_of(request), await visit_of(request, is_used=False)
    headers = {key.lower(): value for key, value in request.headers.items()}
    guard.check_same_origin(request.method, headers, room.rp_id)
    given = await fields(request)
    address = request.client.host if request.client else ""
    if (wait_s := room.enrolling.wait_s(address)) > 0:
        return await _page(request, given, f"too many attempts; try again in {math.ceil(wait_s)} seconds", 429)
    try:
        post = _post(room, visit, given)
        room.sign_in.check_nonce(_one(given, "nonce"), WITHIN_S)
        # beside the loop: whoever sends this is a stranger, and reading it takes the processor's time
        made = await asyncio.to_thread(_registered, room, given)
    except (FormError, PasskeyError) as error:
        return await _page(request, given, str(error), 422)
    return await page(room, visit, "room_passkey.html", lambda: {**_offered(visit), **_enrolled(post, made)})


def _registered(room: Room, given: Data) -> Passkey:
    made = registered(_one(given, "registration"), challenge(room.origin, _one(given, "nonce")), room.rp_id)
    if any(made.public == one.public or made.id == one.id for one in (*_of_staff(room), *_of_guarantors(room))):
        raise PasskeyError("somebody has this passkey already")
    return made


def challenge(origin: str, nonce: str) -> bytes:
    """Return what an authenticator is handed to make a passkey: the SHA-256 of a text that begins as no entry does."""
    return hashlib.sha256(f"trucewatch passkey\n{origin}\n{nonce}\n".encode()).digest()


def _of_staff(room: Room) -> tuple[Passkey, ...]:
    return tuple(key for member in room.service.counter.book.staff.values() for key in member.passkeys)


def _of_guarantors(room: Room) -> tuple[Passkey, ...]:
    return tuple(key for one in appointed(room.service.counter.book.law.entries).guarantors for key in one.passkeys)


def _enrolled(post: Post, made: Passkey) -> Mapping[str, Any]:
    """Return the line that an act holds, the check that two people read to each other, the line without old keys."""
    line = _line(post, (*post.passkeys, made))
    return {
        "given": {},
        "fault": "",
        "post": post,
        "line": line,
        "check": check_words(line),
        "alone": _line(post, (made,)) if post.passkeys else "",
    }


def _line(post: Post, passkeys: tuple[Passkey, ...]) -> str:
    if post.role == GUARANTOR:
        return line_of({"guarantor": post.of, **asdict(passkeys[-1])})
    return line_of({"id": post.who, "role": post.role, "of": post.of, "passkeys": [asdict(key) for key in passkeys]})


def line_of(listed: Mapping[str, Any]) -> str:
    """Return one of the staff, or a guarantor's passkey, in the one form by which all work out the same check."""
    return canonical(dict(listed)).decode()


def check_words(line: str) -> str:
    """Return by what two people tell that they have the same line: digits of its SHA-256, in groups of four."""
    digits = hashlib.sha256(line.encode()).hexdigest()[:SHOWN_DIGITS]
    return " ".join(digits[at : at + 4] for at in range(0, SHOWN_DIGITS, 4))


def _post(room: Room, visit: Visit, given: Data) -> Post:
    """Return the post that is asked for; of one that is appointed, role and side are as they were."""
    who, role, of = (_one(given, name) for name in ("who", "role", "of"))
    if not STAFF_ID.fullmatch(who):
        raise FormError([("who", "a post is called by small letters, digits, dots and dashes, such as officer-2")])
    member = room.service.counter.book.staff.get(who)
    if member is not None:
        return Post(who=who, role=member.role, of=member.of, passkeys=member.passkeys)
    if role not in (*ROLES, GUARANTOR):
        raise FormError([("role", "this log has no such post yet; say which role it is to have")])
    for_whom = {"liaison": visit.office.terms.parties if visit.office else ()}
    named = for_whom.get(role, visit.seen.guarantors) if role in {*SPEAK_FOR, GUARANTOR} else ("",)
    if of not in named:
        raise FormError([("of", _OF.get(role, "only reviewers, liaisons and guarantors speak for somebody"))])
    return Post(who=who, role=role, of=of)


_OF = {
    "liaison": "say for which side the liaison speaks",
    "reviewer": "say of which guarantor the reviewer is",
    GUARANTOR: "say which guarantor it is",
}


def _one(data: Data, name: str) -> str:
    return next(iter(data.get(name, ())), "").strip()
