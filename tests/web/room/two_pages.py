"""Acts of two guarantors as two staffs make them: written on a page, approved, carried, approved, in the log."""

import json
import re
from html import unescape

import httpx
from room_visits import Forms, Rooms, key_of

from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.verify import from_base64url
from trucewatch.web.room import guard


def written(rooms: Rooms, who: str, **fields) -> httpx.Response:
    visitor = rooms.visitor(who)
    visitor.page("/room/acts")
    given = {"token": guard.form_token(visitor.cookie, "acts"), "basis": "As both agreed.", **fields}
    return visitor.post("/room/acts", given)


def approved(rooms: Rooms, who: str, page: str, key: SoftwarePasskey) -> httpx.Response:
    form = Forms(page).of("/room/acts/approve")
    asked = json.loads(form["options"])
    assertion = key.assertion(from_base64url(asked["challenge"]), "localhost").decode()
    return rooms.visitor(who).post(
        "/room/acts/approve", {**form["fields"], "act": unescape(form["fields"]["act"]), "assertion": assertion}
    )


def carried(page: str) -> str:
    return unescape(re.search(r'id="carried">([^<]*)<', page)[1])


def by_both(rooms: Rooms, **fields) -> httpx.Response:
    first = written(rooms, "reviewer-n", **fields)
    assert first.status_code == 200, first.text[-800:]
    half = approved(rooms, "reviewer-n", first.text, key_of("north-power"))
    assert "Still needed: <bdi>south-power</bdi>." in half.text
    second = written(rooms, "reviewer-s", act=carried(half.text))
    return approved(rooms, "reviewer-s", second.text, key_of("south-power"))
