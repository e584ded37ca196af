"""Words for weapons: a class only where every alternative is of it, calibres only where they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake.weapons import weapon
from trucewatch.vocabulary import WeaponClass


@pytest.mark.parametrize(
    ("words", "found", "calibres"),
    [
        ("MLRS BM-21 122mm", WeaponClass.MLRS, (122,)),
        ("tank T-72", WeaponClass.TANK, ()),
        ("tank T-72 and T-64", WeaponClass.TANK, ()),
        ("towed howitzer 2A65 152mm", WeaponClass.ARTILLERY, (152,)),
        ("self-propelled howitzer 2S1 122mm", WeaponClass.ARTILLERY, (122,)),
        ("artillery 122 or 152 mm", WeaponClass.ARTILLERY, (122, 152)),
        ("mortar 82mm; mortar 120mm", WeaponClass.MORTAR, (82, 120)),
        ("anti-tank guided missile system", WeaponClass.ATGM, ()),
        ("anti-tank gun MT-12 100mm", WeaponClass.ARTILLERY, (100,)),
        ("MT-12 Rapira 100mm", WeaponClass.ARTILLERY, (100,)),
        ("anti-tank gun D-44 85mm", WeaponClass.ARTILLERY, (85,)),
        ("anti-tank mine", WeaponClass.MINE_UXO_IED, ()),
        ("anti-aircraft cannon", WeaponClass.ANTI_AIRCRAFT, ()),
        ("AGL", WeaponClass.GRENADE_LAUNCHER, ()),
        ("HMG", WeaponClass.HEAVY_MACHINE_GUN, ()),
        ("large-calibre machine guns", WeaponClass.HEAVY_MACHINE_GUN, ()),
        ("machine gun 7.62mm", WeaponClass.SMALL_ARMS, (7.62,)),
        ("IFV cannon 30mm", WeaponClass.IFV_CANNON, (30,)),
    ],
)
def test_what_the_sources_write_is_understood(words, found, calibres):
    seen = weapon(words)
    assert (seen.weapon_class.term, seen.weapon_class.verbatim, seen.calibres_mm) == (found, words, calibres)


@pytest.mark.parametrize(
    "words", ["HMG; small arms", "mortar and light weapons", "mortar and artillery", "direct tracer fire"]
)
def test_several_kinds_or_unknown_words_leave_the_class_open_and_keep_the_words(words):
    seen = weapon(words)
    assert seen.weapon_class.term is None
    assert seen.weapon_class.verbatim == words


def test_a_calibre_is_never_filled_in_from_the_type():
    assert weapon("MLRS BM-21").calibres_mm == ()
    assert weapon("T-72").calibres_mm == ()


def test_no_words_name_no_weapon():
    assert weapon("") is None
    assert weapon("  ") is None


@given(st.text(max_size=80))
def test_any_words_are_kept_and_never_break_the_reader(words):
    seen = weapon(words)
    assert (seen is None) == (not words.strip())
    assert seen is None or seen.weapon_class.verbatim == words.strip()
