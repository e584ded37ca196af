"""What somebody looks for in the queue: from an address to a question to the lists, and back to an address.

Nothing that is not offered is taken: a filter that is passed over would show what was not asked for.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from trucewatch.db.lines import STALE, Box, Cursor, Sought
from trucewatch.web.counter import RefusalError

READINESS = {"ready": "ready to publish", "published": "published"}  # of what waits, the outcome says for whom
STATUSES = (
    ("", "all incidents"),
    *READINESS.items(),
    ("awaited", "awaiting a guarantor"),
    ("differing", "the guarantors differ"),
    ("agreed", "the guarantors agree"),
    ("abstained", "a guarantor abstains"),
    (STALE, "judged on an older conclusion"),
)
WINDOWS = (
    ("", "of any time"),
    ("1", "of the last hour"),
    ("6", "of the last 6 hours"),
    ("24", "of the last 24 hours"),
    ("168", "of the last week"),
)
_PLACE_IN_LIST = re.compile(r"(-?[0-9]{1,16})~([A-Za-z0-9-]{1,64})")
_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, as the form shows it again: names of what is chosen, "" where nothing is."""

    outcome: str = ""
    hours: str = ""
    awaits: str = ""
    names: str = ""
    box: str = ""
    cursor: Cursor | None = None

    def sought(self, now: datetime) -> Sought:
        """Return the question to the lists. Raises RefusalError for a box that is none."""
        return Sought(
            since=now - timedelta(hours=int(self.hours)) if self.hours else None,
            status=self.outcome,
            awaits=self.awaits,
            names=self.names,
            box=_box(self.box) if self.box else None,
            cursor=self.cursor,
        )

    def address(self, cursor: Cursor | None) -> str:
        """Return the address of the same question at another place of the list, None: at its beginning."""
        fields = {name: getattr(self, name) for name in _FIELDS if getattr(self, name)}
        if cursor is not None:
            fields["newer" if cursor.is_newer else "older"] = f"{cursor.newest_ms}~{cursor.id}"
        return f"/room/?{urlencode(fields)}" if fields else "/room/"


_FIELDS = ("outcome", "hours", "awaits", "names", "box")


def asked_of(
    given: Mapping[str, str], statuses: Sequence[tuple[str, str]], guarantors: Sequence[str], parties: Sequence[str]
) -> Asked:
    """Return what an address asks for. Raises RefusalError for what the form does not offer."""
    offered = {
        "outcome": [name for name, _ in statuses],
        "hours": [name for name, _ in WINDOWS],
        "awaits": ["", *guarantors],
        "names": ["", *parties],
    }
    for name, values in offered.items():
        if given.get(name, "") not in values:
            raise RefusalError(422, "The list has no such filter; choose one on the page.")
    chosen = {name: given.get(name, "") for name in offered}
    return Asked(**chosen, box=given.get("box", "").strip(), cursor=_cursor(given))


def _cursor(given: Mapping[str, str]) -> Cursor | None:
    for name in ("older", "newer"):
        if text := given.get(name, ""):
            if not (found := _PLACE_IN_LIST.fullmatch(text)):
                raise RefusalError(422, "There is no such place in the list.")
            return Cursor(newest_ms=int(found[1]), id=found[2], is_newer=name == "newer")
    return None


def _box(text: str) -> Box:
    parts = re.split(r"[,;\s]+", text)
    try:
        west, south, east, north = (float(part) if _NUMBER.fullmatch(part) else math.nan for part in parts)
        return Box(west=west, south=south, east=east, north=north)
    except ValueError:
        raise RefusalError(422, "A box is west, south, east, north in degrees, the smaller number first.") from None
