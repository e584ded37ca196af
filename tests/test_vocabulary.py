"""The controlled vocabularies: one docstring each, words that can stand in a table, unknown words kept."""

import re
from enum import StrEnum

import pytest

from trucewatch import vocabulary
from trucewatch.intake.cells import coded

ENUMERATIONS = [
    e for e in vars(vocabulary).values() if isinstance(e, type) and issubclass(e, StrEnum) and e is not StrEnum
]


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda e: e.__name__)
def test_each_says_what_it_is_for_in_words_that_fit_a_cell(enumeration):
    assert len((enumeration.__doc__ or "").split()) >= 6
    for word in enumeration:
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", word.value)


def test_the_interchanges_words_are_all_there():
    words = {e.__name__: {w.value for w in e} for e in ENUMERATIONS}
    theirs = "observer camera acoustic seismic drone satellite party notification media interlocutor"
    assert words["SourceClass"] == {*theirs.split(), "radar"}  # which the interchange has no word for
    assert {"hot_spot", "weapon_seen", "announced_training", "announced_demining", "announced_quarry"} <= words[
        "Phenomenon"
    ]
    assert {"movement_restricted", "quiet", "explosion", "burst", "shot", "airburst"} <= words["Phenomenon"]
    assert {"outgoing", "impact", "undetermined"} <= words["Direction"]


def test_a_word_that_nobody_foresaw_is_kept_as_it_was_written():
    assert (coded("Salvo", vocabulary.Phenomenon).term, coded("Salvo", vocabulary.Phenomenon).verbatim) == (
        None,
        "Salvo",
    )
    assert coded(" Explosion ", vocabulary.Phenomenon).term is vocabulary.Phenomenon.EXPLOSION
