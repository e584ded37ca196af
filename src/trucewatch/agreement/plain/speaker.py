"""What plain words need besides the obligation: who and what is called how, the paper's clock, its anchors."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from trucewatch.model import Feature, Party
from trucewatch.paper import EVERY_PARTY, Agreement, Anchor

_WORD = re.compile(r"(?<![\w./@-])[^\W\d_]+(?![\w/@]|[.-]\w)")
# what stands before a word that begins no sentence and is no later part of a longer name ("Defence Army")
_INSIDE = re.compile(r"(?:[,;()–-] ?|(?<![^\W\d_])(?:[^\W\d_A-Z][^\W\d_]*|\d+) )$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """What the words are said with.

    `names` are those of parties and actors by id, `places` those of the case's features; both may be empty. `spelt`
    are words as the paper itself mostly writes them, by their small letters: ids are written without capitals.
    """

    tz: str
    in_force: datetime | None
    names: Mapping[str, str]
    places: Mapping[str, str]
    anchors: Mapping[str, Anchor]
    spelt: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One setting of an obligation in plain words; `what` names the setting."""

    what: str
    words: str


def speaker(paper: Agreement, parties: Sequence[Party] = (), places: Iterable[Feature] = ()) -> Speaker:
    """Return the speaker for a paper; without a case parties are called by their ids."""
    named = {feature.id: _chosen(feature.names) for feature in places if feature.id}
    names = {actor.id: actor.name for actor in paper.actors}
    names |= {party.id: _chosen(party.names) or party.id for party in parties}
    return Speaker(
        tz=paper.time_zone,
        in_force=paper.in_force,
        names=names,
        places=named,
        anchors={anchor.id: anchor for anchor in paper.anchors},
        spelt=_spelt(_texts(paper), (*names.values(), *named.values())),
    )


def _texts(paper: Agreement) -> Iterator[str]:
    """Yield every word for the reader that the file holds, so that no side's names are spelt better than another's."""
    yield from (paper.title, paper.note, *paper.notes)
    for clause in paper.clauses:
        yield from (*(quotation.text for quotation in clause.quotations), *clause.notes, clause.not_verifiable)
        for duty in clause.obligations:
            yield from (duty.note, duty.method_missing, duty.source, *duty.doubts)
            yield from (f"{each.note}; {each.source}" for each in duty.readings)
            yield from (f"{each.note}; {each.source}" for each in duty.amendments)
            yield from (f"{each.text} {each.source}" for each in duty.practices)


def _spelt(texts: Iterable[str], names: Iterable[str]) -> Mapping[str, str]:
    """Return the words that stand with a capital inside a sentence, more often than without one: names, as a rule.

    A name of one word is one always. Parts of addresses ("ukraine" in a page's) are no words.
    """
    seen: dict[str, Counter[str]] = {}
    for text in texts:
        for match in _WORD.finditer(text):
            word = match.group()
            if word.islower() or word.isupper() or _INSIDE.search(text, 0, match.start()):
                seen.setdefault(word.casefold(), Counter())[word] += 1
    usual = {word: max(found, key=lambda each: (found[each], each)) for word, found in seen.items()}
    return usual | {name.casefold(): name for name in names if name.isalpha()}


def _chosen(names: Sequence[tuple[str, str]]) -> str:
    """Return the English name, else the first."""
    return dict(names).get("en") or next((name for _, name in names), "")


def joined(parts: Iterable[str], last: str = "and") -> str:
    """Return parts as a list in a sentence: 'a, b and c'."""
    *before, end = (*parts,) or ("",)
    return f"{', '.join(before)} {last} {end}" if before else end


def called(ids: Iterable[str], by: Speaker, every: str = "every party") -> str:
    """Return who they are, in the order of the file."""
    return joined(every if each == EVERY_PARTY else by.names.get(each, each) for each in ids)


def subject(ids: Sequence[str], by: Speaker) -> str:
    """Return who is bound, as the beginning of a sentence: 'Armenia must', 'Every party must'."""
    return f"{called(ids, by, every='Every party')} must"


def unhyphened(word: str, by: Speaker) -> str:
    """Return a word of the records for the reader, its names with the paper's capitals: 'entry of other side'."""
    return " ".join(by.spelt.get(part, part) for part in word.replace("-", " ").replace("_", " ").split(" "))


def act_words(act: str, by: Speaker) -> str:
    """Return an act as an order for the reader: 'transfer: Agdam'."""
    verb, _, what = act.partition(":")
    return f"{spaced(verb)}: {unhyphened(what, by)}" if what else spaced(verb)


def act_named(act: str, by: Speaker) -> str:
    """Return an act in a list: 'leave positions (Armenian forces)'."""
    verb, _, what = act.partition(":")
    return f"{spaced(verb)} ({unhyphened(what, by)})" if what else spaced(verb)


def spaced(word: str) -> str:
    """Return a word of a vocabulary for the reader: 'projectile in flight'."""
    return word.replace("-", " ").replace("_", " ")


def place_words(place: str, by: Speaker) -> str:
    """Return a place of the case by its id, with its name where the case has one."""
    name = by.places.get(place, "")
    return f"“{place}” ({name})" if name else f"“{place}”"
