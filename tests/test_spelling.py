"""One source under two spellings is one line of evidence, and another name is another one."""

import pytest
from tests.build import EAST, WEST, assessed, at, observation

from trucewatch.agreement.voices import voice_of
from trucewatch.evidence import UNDETERMINED
from trucewatch.model import Coded, Source
from trucewatch.paper import Agreement
from trucewatch.spelling import name_key
from trucewatch.vocabulary import Direction, Phenomenon, SourceClass


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Camera 7", "CAMERA  7 "),
        ("Camera 7", "C\u0430mera 7"),  # one Cyrillic letter
        ("Camera A", "Camera \u0410"),  # one letter shows no script
        ("Post A1", "Post \u04101"),
        ("Nadir", "\u039dadir"),  # a Greek capital
        ("Post Sona", "Post \u054fona"),  # an Armenian capital
        ("Patrol Şuşa", "Patrol Susa"),
        ("Ağdam ışıq", "Agdam isiq"),
        ("Łódź øst", "Lodz ost"),
        ("Пост Ёлка", "пост елка"),
        ("Camera-7", "Camera 7."),
        ("Кам'янка", "Камʼянка"),
        ("Post 1/2", "Post 1-2"),
        ("Camera 7", "Camera\u200b 7\u202e"),
        ("Camera 7", "Camera ٧"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_are_one(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("СОВА", "COBA"),  # an owl in Cyrillic letters
        ("Post 1/2", "Post 12"),
        ("Camera 7", "Camera 77"),
        ("Camera 7", "Camera"),
        ("Ağdərə", "Agdere"),  # a letter of its own
        ("Пост", "Noct"),
        ("??", "!!"),
        ("OSCE", "ОБСЕ"),
    ],
)
def test_other_names_are_others(one, other):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("name", ["", "??", "C\u0430mera 7", "Şuşa", "İstanbul", "ﬁeld ½", "Հայաստան", "\u0410 1"])
def test_a_key_is_its_own_key(name):
    assert name_key(name_key(name)) == name_key(name)


def flash(key, source):
    return observation(
        key,
        place=at(3, 0, 0.1),
        source=source,
        phenomenon=Phenomenon.MUZZLE_FLASH,
        direction=Direction.OUTGOING,
        count=3,
    )


@pytest.mark.parametrize("second", ["C\u0430mera 7", "Cámera 7", "Camera-7.", "Camera\u200b 7"])
def test_one_camera_spelt_twice_is_one_line_and_names_nobody(second):
    _, (found,) = assessed([flash("a", "Camera 7"), flash("b", second)])
    assert found.lines == 1
    assert found.determination == UNDETERMINED


def test_two_cameras_are_two_lines_and_name_a_side():
    _, (found,) = assessed([flash("a", "Camera 7"), flash("b", "Camera 8")])
    assert found.lines == 2
    assert found.determination in (WEST, EAST)


@pytest.mark.parametrize(
    "source_class", [SourceClass.OBSERVER, SourceClass.CAMERA, SourceClass.PARTY, SourceClass.MEDIA]
)
def test_one_source_spelt_twice_is_one_voice_on_an_obligation(source_class):
    one, again = (
        Source(name=name, source_class=Coded(term=source_class, verbatim="")) for name in ("Post Şuşa-1", "post Susa 1")
    )
    paper = Agreement(id="p", title="A paper", digest="0" * 64, signed=None, clauses=())
    assert voice_of(one, paper) == voice_of(again, paper)
