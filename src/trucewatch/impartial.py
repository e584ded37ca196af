"""The mirror run: every production run is computed again with other names in another order, and must not differ.

Exchanging parties is to call them otherwise and to list them otherwise. Each id and display name gets a stand-in that
sorts the other way round (docs/decisions/0008-mirror-run.md), and with the stand-ins

1. *the verdicts* are reached again, the parties listed in the opposite order: what is said of a party must be the same
   to the last bit and in the same words, wherever it stands;
2. *the whole path* is run again from the cells as they were read, the last row first, the parties in their order: with
   the real names put back, every conclusion must be the same to the last bit and every published file to the last byte.

Stand-ins are made of letters that nothing of what is compared holds (no cell, no text of the case, and no published
byte where files are compared), so that putting the real names back is never a guess, whatever the ids are: "a", "the"
and "side" are in every other word. Pure.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache, lru_cache
from itertools import chain, zip_longest
from typing import Any, TypeVar

from trucewatch import pipeline
from trucewatch.alike import Back, alike, identical, unordered
from trucewatch.assess.associate import Spread
from trucewatch.intake import reread
from trucewatch.intake.enrol import Row, enrol, rewriter
from trucewatch.intake.reader import Context
from trucewatch.model import (
    Assessment,
    Attribution,
    Body,
    Case,
    Claim,
    Incident,
    Named,
    Observation,
    Passage,
    Record,
    Rejection,
    Source,
    Statement,
)
from trucewatch.report.staffs import NOBODY, Staffs, renamed

Noun = TypeVar("Noun", bound=Any)
Said = TypeVar("Said", Claim, Source)

WHOLE_PATH = "the whole path"
VERDICTS = "the verdicts"
MOST_ROWS = (
    10_000  # above it the happenings are taken as found and only the verdicts are reached again: a week of a mission
)


class MirrorError(ValueError):
    """The mirror run came out otherwise: the program is not impartial here, and nothing may be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What may be published: the mirror run agreed. `extent` says how much of the path it repeated."""

    assessment: Assessment
    published: Mapping[str, bytes]
    extent: str


def checked(
    case: Case,
    context: Context,
    read: Iterable[Observation | Record],
    rejections: Sequence[Rejection],
    *,
    most: int = MOST_ROWS,
    spread: Spread | None = None,
    pepper: bytes = b"",
    staffs: Staffs = NOBODY,
) -> Checked:
    """Return all conclusions and published files of a run whose mirror run agrees.

    `spread` says where the run resolves the components of association; its mirror resolves them here. `pepper` goes
    into the keys of the rows (`enrol`). `staffs` is what the two staffs said, for the reports.

    Raises:
        MirrorError: when anything differs, in one line that names the first difference.

    """
    gathered = pipeline.gather(case, *pipeline.enrolled(case, read, pepper), spread)
    assessment = pipeline.conclude(case, gathered, rejections)
    words = chain(_texts(case), _cells(gathered.observations), _cells(gathered.records))
    if len(gathered.observations) > most:
        # before anything is written: the files of a large case are hundreds of megabytes
        _reordered(assessment, gathered, stand_ins(case, words))
        return Checked(assessment=assessment, published=pipeline.publications(assessment, staffs), extent=VERDICTS)
    published = pipeline.publications(assessment, staffs)
    other = stand_ins(case, chain(map(_page, published.values()), words))
    _reordered(assessment, gathered, other)
    _renamed(context, assessment, published, other, pepper, staffs=renamed(staffs, other.ids))
    return Checked(assessment=assessment, published=published, extent=WHOLE_PATH)


def _texts(case: Case) -> Iterator[str]:
    yield repr((case.titles, case.parties, case.agreements))
    yield from (name for feature in case.places for _, name in feature.names)


def _cells(rows: Iterable[Observation | Record]) -> Iterator[str]:
    return (cell for row in rows for _, cell in row.raw)


# --- other names ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIns:
    """Other names for the parties, letter by letter: `ids` and `names` to them, `letters` back to the real letter."""

    ids: Mapping[str, str]
    names: Mapping[str, str]
    letters: Mapping[str, str]

    def back(self, text: str) -> str:
        """Return the text with the real names in it, also where ASCII JSON wrote a letter as two escapes."""
        escaped = "\\ud8" in text
        if text.isascii() and not escaped:
            return text
        for old, new in chain(self.ids.items(), self.names.items()):  # whole words first, for speed
            text = text.replace(new, old)
            text = text.replace(_escaped(new), _escaped(old)) if escaped else text
        for letter, sign in self.letters.items() if escaped or not text.isascii() else ():
            text = text.replace(letter, sign)
            text = text.replace(_escaped(letter), _escaped(sign)) if escaped else text
        return text


def _escaped(word: str) -> str:
    return json.dumps(word)[1:-1]


@cache
def _letters() -> tuple[str, ...]:
    """Return letters that no keyboard writes, by code point: outside the basic plane and without upper case."""
    return tuple(chr(n) for n in range(0x10000, 0x2A000) if unicodedata.category(chr(n)) == "Lo")


def stand_ins(case: Case, taken: Iterable[str]) -> StandIns:
    """Return stand-ins of the parties' ids and display names, none of whose letters any text of `taken` holds.

    The word that stands last in the alphabet gets the lowest letters: whatever sorts by name sorts the other way
    round. Equal letters of a word get equal stand-ins, signs and blanks stay; a word keeps its length.
    """
    used = {sign for text in taken if not text.isascii() for sign in set(text) if sign > "\uffff"}
    ids = {party.id for party in case.parties}
    names = {name for party in case.parties for _, name in party.names}
    free = (letter for letter in _letters() if letter not in used)
    letters: dict[str, str] = {}

    def instead(word: str) -> str:
        mine = {sign: next(free) for sign in dict.fromkeys(word) if sign.isalnum() or sign == "_"}
        letters.update((letter, sign) for sign, letter in mine.items())
        return "".join(mine.get(sign, sign) for sign in word)

    made = {(kind, word): instead(word) for word, kind in sorted(_kinds(ids, names), reverse=True)}
    return StandIns(
        ids={word: name for (kind, word), name in made.items() if kind == "id"},
        names={word: name for (kind, word), name in made.items() if kind == "name"},
        letters=letters,
    )


def _kinds(ids: Iterable[str], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from ((word, "id") for word in ids)
    yield from ((word, "name") for word in names)


def _remembered(other: StandIns) -> Back:
    return lru_cache(maxsize=4096)(other.back)  # most words are one of few


@dataclass(frozen=True, slots=True, kw_only=True)
class _Renamed(Context):
    """The readers' context with other ids: a cell that is a real id means the party that now has another one."""

    ids: Mapping[str, str]

    def named(self, verbatim: str) -> Named | None:
        word = verbatim.strip()
        found = Context.named(self, self.ids.get(word, word))
        if found is not None and found.party is None:  # an id in another case
            found = replace(found, party=next((new for old, new in self.ids.items() if _alike(old, word)), None))
        return None if found is None else replace(found, verbatim=word)


def _alike(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _renamed(
    context: Context,
    assessment: Assessment,
    published: Mapping[str, bytes],
    other: StandIns,
    pepper: bytes,
    *,
    staffs: Staffs,
) -> None:
    mirrored = _case(assessment.case, other)
    observations = _read_again(context, mirrored, other, assessment.observations, pepper)
    records = _read_again(context, mirrored, other, assessment.records, pepper)
    again = pipeline.conclude(mirrored, pipeline.gather(mirrored, observations, records), assessment.rejections)
    more = ("a conclusion more or less", "")
    back = _remembered(other)
    for (what, fact), (_, mirror) in zip_longest(_facts(assessment), _facts(again), fillvalue=more):
        if not identical(fact, mirror, back):
            raise _difference("other names", what, repr(fact), back(repr(mirror)))
    written = pipeline.publications(again, staffs)
    if published.keys() != written.keys():
        raise _difference("other names", "published files", " ".join(published), " ".join(written))
    for name, data in written.items():
        page, ours = _page(data), _page(published[name])
        if page != ours and other.back(page) != ours:
            raise _difference("other names", name, ours, other.back(page))


def _page(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _read_again(
    context: Context, mirrored: Case, other: StandIns, enrolled: Sequence[Row], pepper: bytes
) -> tuple[Row, ...]:
    """Return the rows as read and enrolled, the last one first, in the renamed case; keys must be the same."""
    # names and aliases stay words of the sources: only what the centre calls a party is another
    parties = tuple(replace(party, id=other.ids[party.id]) for party in context.parties)
    there = _Renamed(
        parties=parties,
        time_zone=context.time_zone,
        gazetteer=context.gazetteer,
        settlements=context.settlements,
        theatre=context.theatre,
        third_parties=context.third_parties,
        unplaced=context.unplaced,
        ids=other.ids,
    )
    rewrite = rewriter(other.ids)
    read: list[Row] = []
    for row in reversed(enrolled):
        again, expected = _reread(row, there), _relabelled(row, other.ids)
        if not isinstance(again, type(row)) or replace(again, id=row.id, key=row.key) != expected:
            raise _difference("other names", f"reading of record {row.key}", repr(expected), repr(again))
        read.append(replace(again, raw=tuple((rewrite(column), rewrite(cell)) for column, cell in row.raw)))
    keyed = enrol(read, mirrored.parties, pepper)
    for row, mirror in zip_longest(enrolled, keyed):
        if row is None or mirror is None or (row.key, row.id) != (mirror.key, mirror.id):
            raise _difference("other names", "keys of the records", _key(row), _key(mirror))
    return tuple(replace(again, raw=row.raw) for row, again in zip(enrolled, keyed, strict=True))


def _reread(row: Observation | Record, there: Context) -> Observation | Record:
    try:
        return reread(row.reader, row.raw, there)
    except ValueError as error:
        raise _difference("other names", f"reading of record {row.key}", "", str(error)) from error


def _key(row: Observation | Record | None) -> str:
    return "no record" if row is None else f"{row.key} {row.id}"


def _relabelled(row: Row, ids: Mapping[str, str]) -> Row:
    """Return an observation or a record with the new ids where it names a party."""
    changes: dict[str, Any] = {}
    if row.source.side is not None and row.source.side.party is not None:
        changes["source"] = _naming(row.source, "side", ids[row.source.side.party])
    if isinstance(row, Record):
        return replace(row, body=_of_others(row.body, ids), **changes)
    if row.claim is not None and row.claim.accused is not None and row.claim.accused.party is not None:
        changes["claim"] = _naming(row.claim, "accused", ids[row.claim.accused.party])
    for where in ("observer_held_by", "place_held_by"):
        if (holder := getattr(row, where)) is not None:
            changes[where] = _named(holder, ids)
    return replace(row, **changes) if changes else row


@lru_cache(maxsize=4096)  # few sources say most, of few: the same words are the same value
def _naming(value: Said, field: str, party: str) -> Said:
    """Return a source or a claim with another party's id where it names one."""
    return replace(value, **{field: replace(getattr(value, field), party=party)})


def _of_others(body: Body, ids: Mapping[str, str]) -> Body:
    """Return what a record says with the new ids where it names a party."""
    if isinstance(body, Statement):
        return replace(body, actor=_named(body.actor, ids))
    return replace(body, barred_by=_named(body.barred_by, ids)) if isinstance(body, Passage) else body


def _named(named: Named | None, ids: Mapping[str, str]) -> Named | None:
    return named if named is None or named.party is None else replace(named, party=ids[named.party])


def _case(case: Case, other: StandIns) -> Case:
    """Return the case with the parties' other names wherever it means a party."""
    return replace(
        case,
        parties=tuple(
            replace(p, id=other.ids[p.id], names=tuple((tag, other.names[name]) for tag, name in p.names))
            for p in case.parties
        ),
        places=tuple(f if f.party is None else replace(f, party=other.ids[f.party]) for f in case.places),
        agreements=tuple(_paper(paper, other.ids) for paper in case.agreements),
    )


# the fields of a paper's nouns that hold ids of parties (or of actors, which keep theirs)
NAMING = frozenset({"bearers", "toward", "by", "accepted_by"})


def _paper(paper: Noun, ids: Mapping[str, str]) -> Noun:
    """Return a noun of the paper with the parties' other ids wherever it names one."""
    changes: dict[str, Any] = {}
    for field in fields(paper):
        value = getattr(paper, field.name)
        if field.name in NAMING and isinstance(value, tuple):
            changes[field.name] = tuple(ids.get(word, word) for word in value)
        elif is_dataclass(value) and not isinstance(value, type):
            changes[field.name] = _paper(value, ids)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            changes[field.name] = tuple(_paper(part, ids) for part in value)
    return replace(paper, **changes)


RECEIVED = frozenset({"case", "observations", "records", "rejections"})
ATTRIBUTIONS = "attributions"
BY_INCIDENT = frozenset({ATTRIBUTIONS, "standings", "touched"})  # everything else may stand in the parties' order


def _facts(assessment: Assessment) -> Iterator[tuple[str, Any]]:
    """Yield every conclusion as (what it is, it in full), incidents with the keys of their observations."""
    for incident in assessment.incidents:
        keys = tuple(o.key for o in incident.observations)
        yield f"incident {incident.id}", (keys, replace(incident, observations=()))
    for name, conclusions in _concluded(assessment):
        yield from ((f"{name}, number {n}", part) for n, part in enumerate(conclusions, start=1))


def _concluded(assessment: Assessment) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for field in fields(assessment):
        if field.name not in RECEIVED | {"incidents"}:
            value = getattr(assessment, field.name)
            yield field.name, value if isinstance(value, tuple) else (value,)


# --- another order --------------------------------------------------------------------------------


def _reordered(assessment: Assessment, gathered: pipeline.Gathered, other: StandIns) -> None:
    mirrored = _case(assessment.case, other)
    back = _remembered(other)
    turned = replace(mirrored, parties=mirrored.parties[::-1])
    found = _gathered(gathered, other.ids)

    def compare(name: str, one: Any, mirror: Any) -> None:
        if not alike(one, mirror, back):
            raise _difference("other names in another order", name, unordered(one), unordered(mirror, back))

    judged = []
    for one, mirror in zip_longest(assessment.attributions, pipeline.judge(turned, found)):
        compare(ATTRIBUTIONS, one, mirror)
        judged.append(_without_words(mirror))
    again = pipeline.held(turned, found, tuple(judged), assessment.rejections)
    for (name, ours), (_, theirs) in zip(_concluded(assessment), _concluded(again), strict=True):
        pairs = zip_longest(ours, theirs) if name in BY_INCIDENT else ((ours, theirs),)
        for one, mirror in pairs if name != ATTRIBUTIONS else ():
            compare(name, one, mirror)


def _without_words(attribution: Attribution) -> Attribution:
    """Return an attribution without its reasons, which are most of it: no later conclusion is made from a reason."""
    return replace(attribution, weights=(), why="", flips=(), learned=(), first=(), sequence="")


def _gathered(gathered: pipeline.Gathered, ids: Mapping[str, str]) -> pipeline.Gathered:
    observations = {o.key: _relabelled(o, ids) for o in gathered.observations}
    return replace(
        gathered,
        observations=tuple(observations.values()),
        records=tuple(_relabelled(r, ids) for r in gathered.records),
        notices=tuple(_relabelled(o, ids) for o in gathered.notices),
        incidents=tuple(_of_these(incident, observations) for incident in gathered.incidents),
    )


def _of_these(incident: Incident, observations: Mapping[str, Observation]) -> Incident:
    members = tuple(observations[o.key] for o in incident.observations)
    if all(one is other for one, other in zip(members, incident.observations, strict=True)):
        return incident
    return replace(
        incident, observations=members, shots=tuple(_of_these(shot, observations) for shot in incident.shots)
    )


# --- what is said when they differ ----------------------------------------------------------------

_SHOWN = 60  # characters of either side about the first difference


def _difference(run: str, what: str, ours: str, mirror: str) -> MirrorError:
    at = next((n for n, (one, other) in enumerate(zip(ours, mirror, strict=False)) if one != other), None)
    at = min(len(ours), len(mirror)) if at is None else at
    start = max(0, at - _SHOWN // 2)
    return MirrorError(
        f"the mirror run ({run}) differs in {what}: {ours[start : at + _SHOWN]!r} became "
        f"{mirror[start : at + _SHOWN]!r}. The program treats the parties differently here, which is its fault and "
        "not your files'; nothing was published"
    )
