"""Which names and words of those who observed stand in a text: looked up as runs of words, whatever signs are between.

A log may hold a million rows. So it is not the rows that are kept but the runs of words of the release, which are few;
the rows pass by once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from trucewatch.vocabulary import SourceClass

LONGEST_NAME = 6  # words
QUOTED = 6  # so many words in a row that a source wrote are a quotation; a guess
NAMING = ("id", "source", "observer", "observer_place")  # columns of a row that say who perceived it, or from where
IN_PUBLIC = frozenset({SourceClass.PARTY, SourceClass.MEDIA, SourceClass.INTERLOCUTOR, SourceClass.SATELLITE})
_WORD = re.compile(r"\w+(?:[-.’']\w+)*")

Gram = tuple[str, ...]
Grams = frozenset[Gram]


def grams_of(texts: Iterable[str]) -> Grams:
    """Return all runs of up to six words that stand in the texts."""
    return frozenset(gram for text in texts for gram in _grams(words_of(text)))


def _grams(words: list[str]) -> Iterator[Gram]:
    for start in range(len(words)):
        for length in range(1, LONGEST_NAME + 1):
            if start + length <= len(words):
                yield tuple(words[start : start + length])


def words_of(text: str) -> list[str]:
    """Return the words of a text, whatever their letters' case."""
    return _WORD.findall(text.casefold())


def hits_of(row: Mapping[str, str], known: Grams, harmless: Grams) -> tuple[set[Gram], set[Gram]]:
    """Return which runs of words are a name in this row, and which are words that its source wrote.

    `known` are the runs that stand in the release, `harmless` the names that the case itself gives to everybody. What
    sides, media, interlocutors and satellites are called is no secret, what observers and posts are called is.
    """
    is_public = row.get("source_class") in IN_PUBLIC
    named = (tuple(words_of(row.get(column, ""))) for column in NAMING if column != "source" or not is_public)
    names = {name for name in named if name in known and name not in harmless and _tells(name)}
    return names, {gram for cell in row.values() for gram in quoted_in(cell, known)}


def _tells(name: Gram) -> bool:
    """Return whether a name can be looked for: a bare number, or one sign, stands everywhere."""
    return any(not word.isdigit() and len(word) > 1 for word in name)


def quoted_in(text: str, known: Grams) -> Iterator[Gram]:
    """Yield each run of six words of a text that stands in the release too."""
    words = words_of(text)
    for start in range(len(words) - QUOTED + 1):
        gram = tuple(words[start : start + QUOTED])
        if gram in known:
            yield gram
