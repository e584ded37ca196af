"""The release itself: from what the folds made of a log to plain values, each with the entries that it rests on.

Nothing is quoted in part: words are there whole, or it is said why they are not. A finding that cannot be shown yet is
listed with the reason, never left out in silence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trucewatch.cases import Finding, Office, Reply, Review, Said
from trucewatch.cases.reviews import Determination
from trucewatch.release.coverage import coverage
from trucewatch.release.facts import Facts, Happening
from trucewatch.release.grid import cell_of, coarse_words
from trucewatch.release.names import QUOTED, Grams, grams_of, words_of
from trucewatch.report.words import local_words

SCHEMA = "trucewatch.release/1"
DELAY = timedelta(days=3)  # from the end of a happening's last day on; as long as a side has for its reply, a guess

# a place in words that is finer than a cell: degrees, three decimals or more, a distance below ten kilometres
FINE = re.compile(
    r"(?<![\d.,])\d{1,3}\.\d{3}|(?<![\d.,])\d{1,3},\d{4}|\d\s*°"
    r"|(?<![\d.,])\d(?:[.,]\d+)?\s?(?:km|kilomet)|\d\s?(?:m|met(?:re|er)s?)\b",
    re.IGNORECASE,
)

ERASED, NAMES, QUOTES, PLACE = "erased", "names", "quotes", "place"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """The map that was published from the first `of` entries, and the entry that published it."""

    entry: int
    of: int
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a release is made of: the first `size` entries of a log, whose last heartbeat was at `time`.

    `root` is their hash in hexadecimal, `office` what the folds made of them, `conclusions` the published maps that
    are asked for, oldest first.
    """

    origin: str
    size: int
    root: str
    time: datetime
    office: Office
    conclusions: tuple[Conclusion, ...]

    def judged(self, of: int) -> Conclusion | None:
        """Return the newest conclusion drawn from no more than so many entries."""
        return next((one for one in reversed(self.conclusions) if one.of <= of), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is released, as the values of release.json; `texts` are all strings in it that people wrote."""

    value: Json
    texts: tuple[str, ...]


def sizes_asked(office: Office) -> frozenset[int]:
    """Return from how many entries the conclusions were drawn that the findings speak of."""
    return frozenset(finding.of for finding in office.findings)


def drafted(source: Source) -> tuple[Grams, Grams]:
    """Return the runs of words that the release might show, and those of them that are for everybody in any case.

    These are what the case itself calls things: sides, guarantors, settlements, findings. What people wrote is not.
    """
    draft = released(source, frozenset(), frozenset())
    own = {tuple(words_of(text)) for text in strings_of(without_words(draft.value))}
    named = source.conclusions[-1].facts.settlements.names
    settled = {tuple(words_of(name)) for both in named for name in both.split(" / ")}
    return grams_of(strings_of(draft.value)), frozenset(own | settled)


def without_words(value: Any) -> Any:
    """Return a value without what people wrote, at any depth; words of a place are our own."""
    if isinstance(value, Mapping):
        return {name: without_words(inner) for name, inner in value.items() if name != "words" or "cell" in value}
    return [without_words(inner) for inner in value] if isinstance(value, list) else value


def strings_of(value: Any) -> Iterator[str]:
    """Yield every text in a value, at any depth; names of fields are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings_of(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from strings_of(inner)


def released(source: Source, names: Grams, quotes: Grams) -> Release:
    """Return the release. Words in which one of these `names` stands, or one of these `quotes`, are held back."""
    newest = source.conclusions[-1]
    said = _Saying(source.office, names, quotes)
    due = [one for one in source.office.findings if one.said.index >= 0]
    held = {one.said.index: why for one in due if (why := _why_held(one, source))}
    shown = [_finding(one, source, said) for one in due if one.said.index not in held]
    value = {
        "schema": SCHEMA,
        "log": {"origin": source.origin, "size": source.size, "root": source.root, "time": _time(source.time)},
        "case": {"id": newest.facts.case_id, "title": newest.facts.title, "time_zone": newest.facts.zone},
        "sides": [{"id": name, "name": words} for name, words in newest.facts.parties],
        "guarantors": list(source.office.terms.guarantors),
        "rule": str(source.office.terms.rule),
        "delay_days": DELAY.days,
        "coverage": coverage(newest.facts, newest.entry, source.time - DELAY, _months(shown)),
        "counts": _counts(shown, source.office),
        "findings": shown,
        "held_back": [{"entry": index, "because": why} for index, why in held.items()],
    }
    return Release(value=value, texts=tuple(said.shown))


def _months(shown: Sequence[Json]) -> set[str]:
    return {one["happening"]["day"][:7] for one in shown} - {""}


def _time(instant: datetime) -> str:
    return instant.replace(microsecond=0).isoformat().replace("+00:00", "Z")


# --- what waits -----------------------------------------------------------------------------------


def _why_held(finding: Finding, source: Source) -> str:
    """Return why a finding is not released yet, "" where it is."""
    if finding.reply_by >= source.time:
        return "the time to reply is not over"
    found = _happened(finding, source)
    if found is None:
        return "the published map of its conclusion does not show the incident"
    conclusion, happening = found
    if conclusion.facts.ended(happening) + DELAY > source.time:
        return f"the happening is not {DELAY.days} days old"
    return "" if happening.place else "no place is known, so none can be shown coarsely"


def _happened(finding: Finding, source: Source) -> tuple[Conclusion, Happening] | None:
    judged = source.judged(finding.of)
    happening = judged.facts.happenings.get(finding.incident) if judged else None
    return (judged, happening) if judged and happening else None


# --- one finding ----------------------------------------------------------------------------------


class _Saying:
    """What people said, as the release shows it: whole, or with the reason why not."""

    def __init__(self, office: Office, names: Grams, quotes: Grams) -> None:
        self._office, self._names, self._quotes = office, names, quotes
        self.shown: list[str] = []

    def words(self, said: Said) -> Json:
        text = said.text
        why = ERASED if text is None else self._why_not(text)
        if text is None or why:
            return {"words": None, "withheld": why, "entry": said.index}
        self.shown.append(text)
        return {"words": text, "withheld": "", "entry": said.index}

    def _why_not(self, text: str) -> str:
        grams = grams_of([text])
        if grams & self._names:
            return NAMES
        if {gram for gram in grams if len(gram) == QUOTED} & self._quotes:
            return QUOTES
        return PLACE if FINE.search(text) else ""

    def corrections(self, said: Said) -> list[Json]:
        return [
            {**self.words(one), "corrects": said.index}
            for one in self._office.corrections.get(said.index, ())
            if one.index >= 0
        ]


def _finding(finding: Finding, source: Source, saying: _Saying) -> Json:
    review = source.office.reviews[finding.incident]
    found = _happened(finding, source)
    assert found is not None  # or it is held back
    conclusion, happening = found
    proposal = review.judged(finding.of)
    return {
        "entry": finding.said.index,
        "incident": finding.incident,
        **_standing(finding, review, source.office),
        "published": _day(finding.said.time, conclusion.facts.zone),
        "reply_by": _day(finding.reply_by, conclusion.facts.zone),
        "happening": {
            "day": conclusion.facts.day(happening),
            "what": happening.what,
            "only_claimed": happening.is_only_claimed,
            "place": _place(happening, conclusion.facts),
            "of": conclusion.of,
            "entry": conclusion.entry,
        },
        "proposal": None
        if proposal is None
        else {"finding": proposal.determination, "of": finding.of, "entry": proposal.said.index},
        "outcome": str(finding.outcome),
        "finding": finding.finding,
        "determinations": [_voice(name, one, saying) for name, one in _rested_on(finding, review)],
        "replies": [_reply(reply, saying) for reply in finding.replies if reply.said.index >= 0],
        "silent": [side for side in finding.concerned if side not in {reply.side for reply in finding.replies}],
        "corrections": saying.corrections(finding.said),
    }


def _standing(finding: Finding, review: Review, office: Office) -> Json:
    """Return whether it stands: a newer finding on its incident withdraws it; an incident may be another by now."""
    later = (one for one in office.findings if one.incident == finding.incident)
    newer = [one.said.index for one in later if one.said.index > finding.said.index]
    return {
        "standing": "withdrawn" if finding.is_superseded else "stands",
        "withdrawn_by": newer[-1] if finding.is_superseded and newer else None,
        "incident_is_gone": review.is_gone,
        "incident_became": list(review.became),
    }


def _place(happening: Happening, facts: Facts) -> Json:
    assert happening.place is not None  # or it is held back
    lon, lat, radius_km = happening.place
    cell = cell_of(lon, lat, radius_km, happening.place_of)
    return {
        "words": coarse_words(cell, radius_km, facts.settlements),
        "cell": cell.name,
        "cell_km": cell.km,
        "edges": {"west": cell.west, "south": cell.south, "east": cell.east, "north": cell.north},
        "of": happening.place_of,
    }


def _rested_on(finding: Finding, review: Review) -> Iterator[tuple[str, Determination | None]]:
    for voice in review.voices:
        every = (*voice.earlier, *((voice.newest,) if voice.newest else ()))
        yield voice.guarantor, next((one for one in every if one.said.index in finding.determinations), None)


def _voice(guarantor: str, one: Determination | None, saying: _Saying) -> Json:
    if one is None:
        return {"guarantor": guarantor, "position": "not_spoken"}
    return {
        "guarantor": guarantor,
        "position": str(one.position),
        "finding": one.finding,
        "clause": one.clause,
        **saying.words(one.said),
        "corrections": saying.corrections(one.said),
    }


def _reply(reply: Reply, saying: _Saying) -> Json:
    return {
        "side": reply.side,
        "stance": str(reply.stance),
        "is_late": reply.is_late,
        **saying.words(reply.said),
        "corrections": saying.corrections(reply.said),
    }


def _day(instant: datetime | None, zone: str) -> str:
    return "" if instant is None else local_words(instant, zone)[:10]


# --- counts ---------------------------------------------------------------------------------------


def _counts(shown: Sequence[Json], office: Office) -> list[Json]:
    """Return the numbers of findings, each with the entries that it counts; withdrawn ones are counted apart."""
    standing = [one for one in shown if one["standing"] == "stands"]
    asked: list[tuple[str, str, Iterable[Json]]] = [
        ("released", "", shown),
        ("withdrawn", "", [one for one in shown if one["standing"] != "stands"]),
    ]
    for finding in (*office.terms.parties, *sorted(office.terms.findings - {*office.terms.parties})):
        asked.append(("finding", finding, [one for one in standing if one["finding"] == finding]))
        asked += [(name, finding, _by(name, finding, standing)) for name in office.terms.guarantors]
    asked += [(name, "", _by(name, "", standing)) for name in office.terms.guarantors]
    return [_counted(by, finding, [one["entry"] for one in found]) for by, finding, found in asked]


def _by(guarantor: str, finding: str, standing: Sequence[Json]) -> list[Json]:
    """Return the findings of which a guarantor itself found this; "" where it found nothing."""
    return [
        one
        for one in standing
        for voice in one["determinations"]
        if voice["guarantor"] == guarantor and voice.get("finding", "") == finding
    ]


def _counted(by: str, finding: str, entries: list[int]) -> Json:
    return {"by": by, "finding": finding, "number": len(entries), "entries": entries}
