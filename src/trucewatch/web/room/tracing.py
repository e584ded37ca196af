"""What became of something that was said: its receipt, its entry, and from both the way to where it stands now.

GET  /room/receipts/<digest>         how far something has come
GET  /room/entries/<index>           one entry with what is shown of it
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from trucewatch import received
from trucewatch.ledger.book import SEQUENCED, WITNESSED_STATE, UnknownError
from trucewatch.ledger.commitments import row
from trucewatch.ledger.ladder import MARKS
from trucewatch.ledger.submission import fields_of
from trucewatch.ledger.verify import commitments_of, disclosed, parse_entry
from trucewatch.web.ladderpage import MEANINGS
from trucewatch.web.room import pages, things
from trucewatch.web.room.access import Thing
from trucewatch.web.room.forms import FORMS
from trucewatch.web.room.room import Room
from trucewatch.web.room.sentences import incident_words, sentences
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.visiting import NOTHING, number_of, page, room_of, staff_of, visit_of

_DIGEST = re.compile(r"[0-9a-f]{64}")
Logged = tuple[int, bytes, Sequence[str]]  # index, bytes and disclosures of an entry
Place = tuple[str, str]  # an address of the room, and what stands there in words


def add(router: APIRouter) -> None:
    """Give a router these pages."""
    router.get("/room/receipts/{digest}")(_receipt)
    router.get("/room/entries/{index}")(_entry)


# --- a receipt ------------------------------------------------------------------------------------


async def _receipt(request: Request, digest: str) -> Response:
    room, visit = room_of(request), staff_of(await visit_of(request))
    book = room.service.counter.book
    if not _DIGEST.fullmatch(digest):
        raise NOTHING
    try:
        standing = await room.service.do(book.standing, digest)
    except UnknownError:
        raise NOTHING from None
    logged = None if standing.index is None else await _logged(room, standing.index)
    # a digest is known to whoever handed it in; how far it has come is no secret of the log
    found = {
        "digest": digest,
        "state": standing.state,
        "index": standing.index,
        "by": standing.by,
        "rungs": list(MEANINGS.items()),
        "marks": MARKS,
        "last_rung": SEQUENCED if book.charter.policy.quorum == "none" else WITNESSED_STATE,
        "may_observe": not visit.why_not(
            "submit", things.submission(visit.person.id, visit.person.role, visit.person.of)
        ),
    }
    return await page(room, visit, "room_receipt.html", lambda: {**found, **_became(visit, logged)})


async def _logged(room: Room, index: int) -> Logged | None:
    found = await room.service.do(room.service.counter.book.read, index, 1)
    return found[0] if found else None


def _became(visit: Visit, logged: Logged | None) -> Mapping[str, Any]:
    """Return what became of an entry, as far as whoever asks may see it."""
    nothing: dict[str, Any] = {"is_row": False, "is_drawn": False, "outside": False, "place": None}
    if logged is None:
        return nothing
    index, entry, disclosures = logged
    fields = fields_of(entry)
    if fields["type"] not in received.ROWS:
        return {**nothing, "place": place_of(visit, index, fields)}
    shown = disclosed(fields, disclosures)
    held = _incident_of(visit, fields, shown)
    may_see = bool(held) and visit.sees(visit.incident(held))
    return {
        "is_row": True,
        "is_drawn": visit.conclusions is not None and index < visit.conclusions.of,
        "outside": _is_outside(visit, fields, shown) and fields.get("who") == visit.person.id,
        "place": (f"/room/incidents/{held}", incident_words(visit, held)) if may_see else None,
    }


def _incident_of(visit: Visit, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """Return the incident of the newest conclusions that a row belongs to; "" where none is known."""
    c, known = visit.conclusions, _read(visit, fields, shown)
    return c.held.get(known, "") if c and known else ""


def _is_outside(visit: Visit, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Tell whether a row was observed from outside the zones that its observer had, by the newest conclusions."""
    return visit.conclusions is not None and _read(visit, fields, shown) in visit.conclusions.outside


def _read(visit: Visit, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> tuple[str, received.Cells] | None:
    """Return a row as its reader reads it; None of what is none, or before there is anything to read it by."""
    if visit.conclusions is None or fields["type"] not in received.ROWS:
        return None
    try:
        read = received.read_row(str(fields.get("reader")), row(shown), visit.conclusions.context)
    except ValueError:
        return None
    return read.reader, read.raw


# --- where a statement stands ---------------------------------------------------------------------


def place_of(visit: Visit, index: int, fields: Mapping[str, Any]) -> Place | None:
    """Return the page on which a statement stands, None where it has none or whoever asks may not see it."""
    said = visit.seen.statement(index)
    if said is None or visit.things.why_odd(said) or not visit.sees(visit.things.statement(said)):
        return None
    find = _PLACES.get(str(fields.get("kind")))
    return find(visit, index, fields) if find else None


def _of_incident(visit: Visit, index: int, fields: Mapping[str, Any]) -> Place | None:
    del index
    name = str(fields.get("incident"))
    is_seen = visit.sees(visit.incident(name))
    return (f"/room/incidents/{name}", incident_words(visit, name)) if is_seen else None


def _of_case(visit: Visit, index: int, fields: Mapping[str, Any]) -> Place | None:
    del visit, index
    return f"/room/cases/{fields.get('case')}", f"the case {fields.get('case')}"


def _beside(visit: Visit, index: int, fields: Mapping[str, Any]) -> Place | None:
    """Return where that stands which a statement answers or follows up."""
    first = next((fields[name] for name in things.LEADS if type(fields.get(name)) is int), None)
    about = None if first is None or first >= index else visit.seen.statement(first)
    return None if about is None else place_of(visit, about.index, about.fields)


def _at(address: str, words: str) -> Callable[[Visit, int, Mapping[str, Any]], Place | None]:
    return lambda _, index, __: (address.format(index), words)


_PLACES: Mapping[str, Callable[[Visit, int, Mapping[str, Any]], Place | None]] = {
    "determination": _of_incident,
    "finding": _at("/room/findings/{}", "the published finding"),
    "release": _at("/room/release", "the releases"),
    "message": _at("/room/messages#m-{}", "the messages"),
    "call": _at("/room/messages", "the messages and calls"),
    "meeting": _at("/room/meetings", "the meetings"),
    "measure": _at("/room/meetings", "the meetings and measures"),
    "shift": _at("/room/shift", "the shift log"),
    **dict.fromkeys(("case", "task", "evidence", "heard", "case_finding", "remedy"), _of_case),
    **dict.fromkeys(("reply", "receipt", "measure_done", "task_done", "remedied", "correction"), _beside),
}


# --- an entry -------------------------------------------------------------------------------------


async def _entry(request: Request, index: str) -> Response:
    room, visit, number = room_of(request), await visit_of(request), number_of(index)
    logged = await _logged(room, number)
    if logged is None:
        raise NOTHING
    witnessed = (await room.service.do(room.service.counter.book.status)).witnessed
    look = lambda: _entry_page(visit, *logged, is_witnessed=number < witnessed)  # noqa: E731 - made in a thread
    return await page(room, visit, "room_entry.html", look)


def _entry_page(
    visit: Visit, index: int, entry: bytes, disclosures: Sequence[str], *, is_witnessed: bool
) -> Mapping[str, Any] | None:
    fields = fields_of(entry)
    said = visit.seen.statement(index)
    shown = disclosed(fields, disclosures)
    if not visit.sees(_thing_of(visit, index, fields, shown)):
        return None
    kind = str(fields.get("kind", ""))
    if kind in {"finding", "release"} and not visit.sees(
        things.room()
    ):  # the harm check says what could be done to whom
        shown.pop("text", None)
    return {
        "index": index,
        "title": FORMS[kind].title if said and kind in FORMS else str(fields["type"]),
        "who": str(fields["who"]) if "approval" in fields else "",  # the centre, too, names people in its entries
        "authors": [author.name for author in parse_entry(entry).authors],
        "state": "witnessed" if is_witnessed else "sequenced",
        "protected": bool(visit.readings),
        "outside": _is_outside(visit, fields, shown),
        "sentences": sentences(visit, fields, shown),
        "words": pages.own_words(fields, shown),
        "place": _became(visit, (index, entry, disclosures))["place"],
        "shown": pages.told_fields({**fields, **shown}, visit.names, visit.zone),
        "withheld": len(commitments_of(fields)) - len(shown),
        "said": said,
        "odd": visit.things.why_odd(said) if said else "",
    }


def _thing_of(visit: Visit, index: int, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> Thing:
    said = visit.seen.statement(index)
    if said:
        return visit.things.statement(said)
    return things.entry(index, fields, visit.zones_of(_incident_of(visit, fields, shown)))
