"""What everybody may have of the findings as files: the releases that were signed, and the next one to sign.

GET  /room/release                   the newest release, the earlier ones; to officers what the next one would be
GET  /room/release/<index>/<file>    a file of the release that was signed in that entry
GET  /room/release/draft-<of>/<file> a file of the next one, for who may sign it: nobody signs what cannot be read

Nothing is kept but in memory: what was signed is made again from the entries of which it was, and handed out only where
it is what was signed and every named check still holds.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from trucewatch.cases import Signed
from trucewatch.release import FILES, SIGNED
from trucewatch.releasing import NoReleaseError, handed_out
from trucewatch.web.counter import RefusalError
from trucewatch.web.room import saying, things
from trucewatch.web.room.filling import FormError
from trucewatch.web.room.room import Room
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.visiting import HEADERS, page, room_of, visit_of

HERE = "/room/release"
_DRAFT = re.compile(r"draft-([0-9]{1,15})")
_TYPES = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}


def add(router: APIRouter) -> None:
    """Give a router the pages."""
    router.get(HERE)(_page)
    router.get(HERE + "/{index}/{name}")(_file)


def check_draft(room: Room, visit: Visit, fields: Mapping[str, Any]) -> None:
    """Raise FormError where a release would be signed that is not what the log makes, or fails a check."""
    if fields.get("kind") != "release":
        return
    try:
        made = room.releases.prepared(int(fields["of"]), visit.seen)
    except (NoReleaseError, OSError, ValueError, KeyError) as error:
        raise FormError([("", f"There is nothing to sign: {error}")]) from None
    if made.digest != fields.get("digest"):
        raise FormError([("digest", "These are not the files that the log makes: open the page of releases again.")])
    if failed := [one for one in made.checks if one.found]:
        raise FormError([("", f"The harm check does not hold: {one.name}: {one.found[0]}") for one in failed])


# --- the pages ------------------------------------------------------------------------------------


async def _page(request: Request) -> Response:
    room, visit = room_of(request), await visit_of(request)
    return await page(room, visit, "room_release.html", lambda: _look(room, visit), here=HERE)


def _look(room: Room, visit: Visit) -> Mapping[str, Any] | None:
    if not visit.sees(things.release()):
        return None
    every = _signed(visit)
    newest = _newest(room, visit, every[-1]) if every else {}
    return {
        "signed": every[::-1],
        "newest": newest,
        "files": (*FILES, SIGNED),
        "harm": saying.HARM,
        "next": _next(room, visit) if _may_sign(visit) else None,
    }


def _may_sign(visit: Visit) -> bool:
    return bool(visit.person.id) and not visit.why_not(*visit.saying("release", {}))


def _signed(visit: Visit) -> list[Signed]:
    every = visit.office.releases if visit.office else ()
    return visit.visible([one for one in every if one.said.index >= 0])


def _newest(room: Room, visit: Visit, signed: Signed) -> Mapping[str, Any]:
    try:
        made = room.releases.prepared(signed.of, visit.seen)
        handed_out(made, signed)
    except (OSError, ValueError, KeyError) as error:
        return {"made": None, "why": str(error)}
    return {"made": made, "why": ""}


def _next(room: Room, visit: Visit) -> Mapping[str, Any]:
    """Return what the next release would be, and why there is none."""
    try:
        return {"made": room.releases.prepared(visit.seen.size, visit.seen), "why": ""}
    except (OSError, ValueError, KeyError) as error:
        return {"made": None, "why": str(error)}


async def _file(request: Request, index: str, name: str) -> Response:
    room, visit = room_of(request), await visit_of(request)
    data = await asyncio.to_thread(_bytes, room, visit, index, name)
    return Response(data, media_type=_TYPES[name.rsplit(".", 1)[-1]], headers=HEADERS)


def _bytes(room: Room, visit: Visit, index: str, name: str) -> bytes:
    if (draft := _DRAFT.fullmatch(index)) and name in FILES and _may_sign(visit):
        return room.releases.prepared(int(draft[1]), visit.seen).files[name]
    found = [one for one in _signed(visit) if str(one.said.index) == index]
    if name not in {*FILES, SIGNED} or not found or not visit.sees(things.release()):
        raise RefusalError(404, "There is nothing under this address, or nothing that you may see.")
    try:
        return handed_out(room.releases.prepared(found[0].of, visit.seen), found[0])[name]
    except (OSError, ValueError, KeyError) as error:
        raise RefusalError(410, f"This release is not handed out any more: {error}.") from None
