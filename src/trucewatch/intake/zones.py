"""The words for a time zone to its name in the IANA database; the same names on every machine."""

import re
from functools import cache
from importlib.resources import files

# "Factory" is the database's own word for a clock that nobody has set; "localtime" and "posixrules", which many
# machines have beside it, are whatever that machine was set to, and are not in the list of `tzdata`.
NOT_A_PLACE = frozenset({"Factory"})

_OFFSET = re.compile(r"(?:UTC\s*)?([+\N{MINUS SIGN}-])(\d{1,2})(?::?(\d\d))?|UTC|Z", re.ASCII | re.IGNORECASE)


def time_zone(word: str) -> str:
    """Return the name of the zone: of the database in any case of letters, or of whole hours as "+04:00" or "UTC+4".

    Raises:
        ValueError: when no zone of the same rules on every machine is meant.

    """
    offset = _OFFSET.fullmatch(word)
    if offset:
        return _fixed(word, offset)
    name = _names().get(word.casefold())
    if name is None:
        raise ValueError(f"there is no time zone {word[:60]!r}; write one such as 'Europe/Kyiv' or '+04:00'")
    return name


def _fixed(word: str, offset: re.Match[str]) -> str:
    """Return the zone of a fixed offset; the database's own signs are those of POSIX: Etc/GMT-4 is ahead of UTC."""
    hours = int(offset[2] or 0) * (1 if offset[1] == "+" else -1)
    if int(offset[3] or 0) or not -12 <= hours <= 14:  # the zones that the database has
        raise ValueError(f"time_zone {word!r} is no whole number of hours from -12 to +14; write 'Asia/Kolkata' or so")
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


@cache
def _names() -> dict[str, str]:
    listed = files("tzdata").joinpath("zones").read_text("ascii").split()
    return {name.casefold(): name for name in listed if name not in NOT_A_PLACE}
