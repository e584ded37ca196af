"""`case.toml` to a value: the parties, the clock, the standard of proof, and which files belong to the case.

Other missions write this file from a one-line description, so several spellings of a thing are read. What
would decide something about a party (a doubtful standard, an ambiguous name) is refused, never guessed.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from typing import Any

from trucewatch.intake.actors import party_of
from trucewatch.intake.zones import time_zone
from trucewatch.model import CENTRE, Guarantor, Party, ReviewTerms, StandardOfProof
from trucewatch.vocabulary import DecisionRule

Table = Mapping[str, Any]
Texts = tuple[tuple[str, str], ...]

CUT_OFF = time(19, 30)  # of the OSCE SMM's daily reports: "based on information as of 19:30"
# the other columns and answers, and the centre, which may bear a measure as a side may
RESERVED = frozenset({"both", "other", "no_violation", "undetermined", CENTRE})
NO_REVIEW = ReviewTerms()  # what stands where the case says nothing
NO_LANGUAGE = "und"  # ISO 639-3: undetermined

# The words of ICD 203 (US Intelligence Community Directive 203, Analytic Standards) count from the lower end
# of their range. The two of courts have no number in law: ours is a convention. "Reasonable grounds" is for
# the mandate to put in numbers, and has none here.
STANDARDS = {
    "almost_certain": 0.95,
    "very_likely": 0.80,
    "likely": 0.55,
    "beyond_reasonable_doubt": 0.95,
    "clear_and_convincing": 0.80,
}

LINES = ("lines", "independent_lines", "lines_of_evidence", "minimum_lines")
PROBABILITY = ("probability", "threshold", "posterior", "level")

_ID = re.compile(r"\w(?:[\w .-]{0,62}\w)?")
_NAME = re.compile(r"(?:display_)?(?:name|title|label)s?(?:[_:-]([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*))?")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,17})?)\s*(%?)", re.ASCII)


_KNOWN_KEYS = re.compile(
    r"id|(title|name|display_name)s?(_\w+)?|part(y|ies)|time_?zone|tz|standard(_of_proof)?|cut_?off|agreements?|days?|relief|review|claims"
)


class CaseError(ValueError):
    """The case folder cannot be used; the message is one line for the person who wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefFile:
    """Where the terrain picture is, relative to the case folder, and its edges in degrees."""

    file: str
    west: float
    south: float
    east: float
    north: float
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a case says of the words of its tables of claims (`intake.claims`).

    `third_parties` speak there for no side; `unplaced` are names of districts that are villages elsewhere too.
    """

    third_parties: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()


NO_CLAIMS = Claims()  # what stands where the case says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """What `case.toml` says. `agreements` are files or ids as written; None where it names none (all in the folder)."""

    id: str
    titles: Texts
    parties: tuple[Party, ...]
    time_zone: str
    standard: StandardOfProof
    cut_off: time
    agreements: tuple[str, ...] | None = None
    days: tuple[date, ...] = ()
    relief: ReliefFile | None = None
    review: ReviewTerms = NO_REVIEW
    claims: Claims = NO_CLAIMS
    ignored: tuple[str, ...] = ()


def parse_case(toml: bytes, folder: str) -> CaseFile:
    """Return what a `case.toml` says; `folder` is the name of its folder, the default id.

    Raises:
        CaseError: when it is not TOML, or does not say what a case needs.

    """
    try:
        return _case(_table(toml), folder)
    except ValueError as error:
        raise CaseError(f"case.toml: {error}") from error


def texts(table: Table, whose: str) -> Texts:
    """Return (language, name) of names in the ways that people write them, in their order.

    One text or a list of them, `[name] en = "…"`, `name_en = "…"`, `names = [{lang = "en", text = "…"}]`.
    """
    matches = ((_NAME.fullmatch(key), value) for key, value in table.items())
    named = (_named(value, m[1] or NO_LANGUAGE, f"{m[0]} of {whose}") for m, value in matches if m)
    return tuple(dict.fromkeys(chain.from_iterable(named)))


def _named(given: Any, language: str, what: str) -> Iterator[tuple[str, str]]:
    for item in _listed(given):
        by_language = _by_language(item, language, what) if isinstance(item, Mapping) else {language: item}
        for tag, names in by_language.items():
            yield from ((_text(tag, f"a language in {what}"), _text(name, what)) for name in _listed(names) if name)


def _by_language(item: Table, language: str, what: str) -> Table:
    """Return language to name(s) of `{en = "…"}` or of `{lang = "en", text = "…"}`."""
    if not {"text", "name"} & item.keys():
        return item
    _check_keys(item, ("lang", "language", "text", "name"), what)
    return {_only(item, "lang", "language") or language: _only(item, "text", "name")}


# --- the parts ------------------------------------------------------------------------------------


def _case(table: Table, folder: str) -> CaseFile:
    given = table.get("id")
    name = _word(_cleaned(folder) if given is None or given == "" else given, "id")
    parties = _parties(_first(table, "parties", "party"))
    return CaseFile(
        id=_id(name, "the case"),
        titles=texts(table, "the case") or ((NO_LANGUAGE, name),),
        parties=parties,
        time_zone=_time_zone(_first(table, "time_zone", "timezone", "tz")),
        standard=_standard(_only(table, "standard_of_proof", "standard")),
        cut_off=_cut_off(_first(table, "cut_off", "cutoff")),
        agreements=_agreements(_first(table, "agreements", "agreement")),
        days=_days(_first(table, "days", "day")),
        relief=_relief(_first(table, "relief")),
        review=_review(table.get("review", {}), {party.id for party in parties}),
        claims=_claims(table.get("claims", {}), parties),
        ignored=tuple(key for key in table if not _KNOWN_KEYS.fullmatch(key)),
    )


def _cleaned(folder: str) -> str:
    return re.sub(r"[^\w.-]+", "-", folder)[:64].strip("-.") or "case"


def _table(toml: bytes) -> dict[str, Any]:
    try:
        table = tomllib.loads(toml.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CaseError(f"is not UTF-8 (byte {error.start + 1})") from error
    except RecursionError as error:
        raise CaseError("nests too deeply") from error
    except ValueError as error:
        raise CaseError(f"is not TOML: {error}") from error
    inner = table.get("case")
    return {**inner, **table} if isinstance(inner, dict) else table


def _first(table: Table, *keys: str) -> Any:
    return next((table[key] for key in keys if key in table), None)


def _only(table: Table, *keys: str) -> Any:
    """Return the value of the one of these keys that is there; two that mean the same are a doubt."""
    found = [key for key in keys if key in table]
    if len(found) > 1:
        raise CaseError(f"{' and '.join(found)} mean the same; write one of them")
    return table[found[0]] if found else None


def _check_keys(table: Table, known: Iterable[str], what: str) -> None:
    unknown = [key for key in table if key not in set(known)]
    if unknown:
        raise CaseError(f"{what} has {unknown[0][:40]!r}, which is none of: {', '.join(known)}")


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _word(value: object, what: str) -> str:
    """Return a text, or a whole number as one: an id may be written 5."""
    return _text(str(value) if type(value) is int and 0 <= value < 10**18 else value, what)


def _text(value: object, what: str) -> str:
    word = value.strip() if isinstance(value, str) else ""
    if not word or not word.isprintable():
        raise CaseError(f"{what} is not a line of text: {value!r:.60}")
    return word


def _id(word: str, whose: str) -> str:
    if not _ID.fullmatch(word):
        raise CaseError(f"the id of {whose}, {word[:60]!r}, may hold letters, digits, '_', '-', '.' and blanks")
    return word


def _parties(given: Any) -> tuple[Party, ...]:
    parties = tuple(_party(name, table, at) for at, (name, table) in enumerate(_party_tables(given), start=1))
    if len(parties) < 2:
        raise CaseError(f"a case has two parties or more, this one has {len(parties)}")
    _check_distinct(parties)
    return parties


def _party_tables(given: Any) -> Iterator[tuple[str | None, Table]]:
    """Yield (id by key, table) of `[[party]]`, `[parties.<id>]`, `parties = ["…"]` or a single table."""
    if isinstance(given, Mapping) and not isinstance(given.get("id"), (str, int)):
        for key, value in given.items():
            yield key, value if isinstance(value, Mapping) else {"name": value}
    elif isinstance(given, list):
        for value in given:
            yield (None, value) if isinstance(value, Mapping) else (_word(value, "a party"), {})
    elif given is not None:
        yield from _party_tables([given])


def _party(key: str | None, table: Table, at: int) -> Party:
    given = table.get("id", key)
    if given is None:
        raise CaseError(f"party {at} has no id")
    name = _id(_word(given, f"the id of party {at}"), f"party {at}")
    if name.casefold() in RESERVED:
        raise CaseError(f"a party cannot be called {name!r}: the word is one of the answers, or the centre itself")
    aliases = _strings(_first(table, "aliases", "alias"), f"aliases of {name}")
    return Party(id=name, names=texts(table, name) or ((NO_LANGUAGE, name),), aliases=aliases)


def _check_distinct(parties: Iterable[Party]) -> None:
    """Refuse a word that means two parties: the first in the file would get what is said of the other.

    Ids are a matter of their own: written exactly they go before every name (`actors.party_of`), so that a party's
    id may be the other's name, as it is when somebody exchanges the ids to see whether anything else changes.
    """
    ids: dict[str, int] = {}
    names: dict[str, int] = {}
    for at, party in enumerate(parties, start=1):
        _own(ids, party.id, at)
        for word in chain(party.aliases, (name for _, name in party.names)):
            _own(names, word.casefold(), at)


def _own(owner: dict[str, int], word: str, at: int) -> None:
    if owner.setdefault(word, at) != at:
        raise CaseError(f"{word!r} means both party {owner[word]} and party {at}")


def _strings(given: Any, what: str) -> tuple[str, ...]:
    if given is None:
        return ()
    return tuple(_text(value, what) for value in _listed(given))


def _time_zone(given: Any) -> str:
    return "UTC" if given is None else time_zone(_text(given, "time_zone"))


def _agreements(given: Any) -> tuple[str, ...] | None:
    if given is None:
        return None
    named = (_agreement(item) for item in _listed(given) if not _says_none(item))
    return tuple(_inside(item, "agreements") for item in named)


def _says_none(item: Any) -> bool:
    return isinstance(item, str) and item.strip().lower() in {"", "none"}


def _agreement(item: Any) -> Any:
    return _first(item, "file", "path", "id") if isinstance(item, Mapping) else item


def _inside(given: Any, what: str) -> str:
    """Return a path that stays in the case folder; a case comes from strangers."""
    path = _text(given, what)
    if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
        raise CaseError(f"{what} names {path[:60]!r}, which is not a file inside the case folder")
    return path


# --- the standard of proof ------------------------------------------------------------------------


def _standard(given: Any) -> StandardOfProof:
    default = StandardOfProof()
    if not isinstance(given, Mapping):
        return StandardOfProof(probability=_probability(given, default.probability))
    _check_keys(given, (*PROBABILITY, *LINES, "calibrated_on"), "standard_of_proof")
    stated = _only(given, *LINES)
    lines = default.lines if stated is None else stated
    if type(lines) is not int or not default.lines <= lines <= 100:
        raise CaseError(f"standard_of_proof asks for {lines!r:.20} lines of evidence; it is two or more")
    record = _inside(given["calibrated_on"], "calibrated_on") if "calibrated_on" in given else ""
    probability = _probability(_only(given, *PROBABILITY), default.probability)
    return StandardOfProof(probability=probability, lines=lines, calibrated_on=record)


def _probability(given: Any, default: float) -> float:
    value = default if given is None else _number_or_word(given)
    if not 0.5 < value < 1:
        raise CaseError(f"standard_of_proof {given!r:.40} is not between 0.5 and 1, both excluded")
    return value


def _number_or_word(given: Any) -> float:
    """Return a probability written as 0.95, 95, "95 %" or one of the words."""
    word = str(given).strip().lower()
    if isinstance(given, str):
        term = re.sub(r"[\s-]+", "_", word)
        if term in STANDARDS:
            return STANDARDS[term]
    match = _PERCENT.fullmatch(word) if isinstance(given, (str, int, float)) else None
    if match is None:
        known = ", ".join(STANDARDS)
        raise CaseError(f"standard_of_proof {given!r:.40} is neither a probability nor one of: {known}")
    value = float(match[1])
    return value / 100 if match[2] or value > 1 else value


# --- the procedure by which people decide ---------------------------------------------------------


def _review(given: Any, parties: Collection[str]) -> ReviewTerms:
    if not isinstance(given, Mapping):
        raise CaseError("review is a table of rule, reply_days, remedy_days and guarantor")
    _check_keys(given, ("rule", "reply_days", "remedy_days", "guarantor", "guarantors"), "review")
    return ReviewTerms(
        rule=_rule(given.get("rule", NO_REVIEW.rule)),
        reply_days=_term_days(given.get("reply_days", NO_REVIEW.reply_days), "reply_days"),
        remedy_days=_term_days(given.get("remedy_days", NO_REVIEW.remedy_days), "remedy_days"),
        guarantors=_guarantors(_only(given, "guarantor", "guarantors"), parties),
    )


def _rule(given: Any) -> DecisionRule:
    try:
        return DecisionRule(given)
    except ValueError:
        known = ", ".join(DecisionRule)
        raise CaseError(f"the rule of review is one of: {known}; not {given!r:.40}") from None


def _term_days(given: Any, what: str) -> int:
    # a year is a guess at the longest term that anybody would still call one
    if type(given) is not int or not 1 <= given <= 366:
        raise CaseError(f"{what} of review is a whole number of days, 1 to 366; not {given!r:.20}")
    return given


def _guarantors(given: Any, parties: Collection[str]) -> tuple[Guarantor, ...]:
    named = tuple(_guarantor(table) for table in ([] if given is None else _listed(given)))
    ids = [guarantor.id for guarantor in named]
    if shared := [name for name in ids if name in parties or name == CENTRE]:
        raise CaseError(f"{shared[0]!r} is a guarantor of review, and also a party or the centre")
    if twice := [name for name in ids if ids.count(name) > 1]:
        raise CaseError(f"the guarantor {twice[0]!r} stands twice")
    return named


def _guarantor(given: Any) -> Guarantor:
    table = given if isinstance(given, Mapping) else {"id": given}
    name = _text(table.get("id"), "the id of a guarantor")
    return Guarantor(id=name, names=texts(table, name) or ((NO_LANGUAGE, name),))


# --- the words of tables of claims ----------------------------------------------------------------


def _claims(given: Any, parties: tuple[Party, ...]) -> Claims:
    if not isinstance(given, Mapping):
        raise CaseError("claims is a table of third_parties and unplaced")
    _check_keys(given, ("third_parties", "unplaced"), "claims")
    third = _strings(given.get("third_parties"), "third_parties of claims")
    if sides := [word for word in third if party_of(word, parties) is not None]:
        raise CaseError(f"{sides[0]!r} is a third party of claims, and also a party")
    return Claims(third_parties=third, unplaced=_strings(given.get("unplaced"), "unplaced of claims"))


# --- clocks and the picture -----------------------------------------------------------------------


def _cut_off(given: Any) -> time:
    if given is None:
        return CUT_OFF
    try:
        clock = given if isinstance(given, time) else time.fromisoformat(_text(given, "cut_off"))
    except ValueError as error:
        raise CaseError(f"cut_off {given!r:.40} is not a local time such as 19:30") from error
    if clock.tzinfo is not None:
        raise CaseError("cut_off is in the case's time zone and has no offset of its own")
    return clock


def _days(given: Any) -> tuple[date, ...]:
    return () if given is None else tuple(sorted({_day(item) for item in _listed(given)}))


def _day(given: Any) -> date:
    try:
        day = given if isinstance(given, date) else date.fromisoformat(_text(given, "days"))
    except ValueError as error:
        raise CaseError(f"{given!r:.40} in days is not a date such as 2021-12-15") from error
    if isinstance(day, datetime) or not 1900 <= day.year < 2200:
        raise CaseError(f"{day} in days is not a day of the years 1900 to 2199")
    return day


def _relief(given: Any) -> ReliefFile | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise CaseError("relief is a table of file, west, south, east, north and credit")
    west, south, east, north = (_edge(given.get(edge), edge) for edge in ("west", "south", "east", "north"))
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise CaseError("the edges of relief are degrees, west below east and south below north")
    credit = _text(given["credit"], "relief credit") if "credit" in given else ""
    return ReliefFile(
        file=_inside(given.get("file"), "relief"), west=west, south=south, east=east, north=north, credit=credit
    )


def _edge(given: Any, edge: str) -> float:
    if type(given) not in (int, float) or not -180 <= given <= 180:
        raise CaseError(f"relief has no {edge} in degrees")
    return float(given)
