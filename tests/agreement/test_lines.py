"""Weapons judged from a deadline on, by the line that a paper names; and access that was refused to monitors."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from papers import (
    CEASEFIRE,
    HOUR,
    MIDNIGHT,
    NOON,
    at,
    attribution,
    case,
    effort,
    incident,
    line,
    parsed,
    sighting,
)

from trucewatch.agreement.hold import hold
from trucewatch.spacetime import destination
from trucewatch.vocabulary import Phenomenon, State, WeaponClass

LATER = datetime(2030, 7, 1, tzinfo=UTC)
WITHDRAW = 'id = "{}"\nkind = "withdraw"\nbearer = ["a"]\n{}[[bands]]\ndistance_km = {}\n'


def gun(lon: float, lat: float, *, time: datetime = LATER - HOUR):
    return incident("i1", sighting(WeaponClass.TANK), time=time, place=at(lon, lat), phenomenon=Phenomenon.WEAPON_SEEN)


def states(paper, seen, places, as_of: datetime = LATER) -> dict[str, State]:
    found, _ = hold(case(paper, places=places), (seen,), (attribution("i1", "a"),), (), as_of)
    return {each.obligation_id: each.state for each in found}


def test_a_withdrawal_is_pending_until_its_day_and_judged_from_then_on():
    paper = parsed(WITHDRAW.format("w", "deadline = 2030-06-20\n", 25))
    early, late = gun(38.0, 48.05, time=datetime(2030, 6, 10, tzinfo=UTC)), gun(38.0, 48.05)
    assert states(paper, early, (line(),), datetime(2030, 6, 12, tzinfo=UTC))["w"] is State.PENDING
    assert states(paper, early, (line(),))["w"] is State.NOT_COVERED  # it had time to go then
    assert states(paper, late, (line(),))["w"] is State.BREACHED


def test_a_deadline_of_which_readings_differ_judges_from_either_day():
    readings = "[[reading]]\nby = []\n[[reading]]\nby = []\ndeadline = 2030-06-25\n"
    paper = parsed(WITHDRAW.format("w", "deadline = 2030-06-20\n", 25) + readings)
    between = gun(38.0, 48.05, time=datetime(2030, 6, 22, tzinfo=UTC))
    assert states(paper, between, (line(),), datetime(2030, 6, 23, tzinfo=UTC))["w"] is State.DISPUTED_READING


COUNTRY, CITY = replace(line(48.0), id="country"), replace(line(48.5), id="city")
GENERAL = WITHDRAW.format("general", 'line = "country"\n', 20)
SPECIAL = WITHDRAW.format("special", 'line = "city"\noverrides = ["general"]\n', 1)


@pytest.mark.parametrize(
    ("of_line", "km", "general", "special"),
    [
        (48.0, 1.5, State.BREACHED, State.NOT_COVERED),
        (48.5, 10.0, State.NOT_COVERED, State.NOT_COVERED),
        (48.5, 0.1, State.NOT_COVERED, State.UNRESOLVED),  # the line itself is good to half a kilometre
    ],
)
def test_a_special_rule_with_a_line_of_its_own_rules_near_that_line_only(of_line, km, general, special):
    seen = gun(*destination(38.0, of_line, 180.0, km))
    given = (COUNTRY, replace(CITY, accuracy_km=1.0))
    assert states(parsed(GENERAL, SPECIAL), seen, given) == {"general": general, "special": special}


def test_a_line_that_is_on_no_map_decides_nothing():
    assert states(parsed(GENERAL), gun(38.0, 48.05), (line(),))["general"] is State.UNRESOLVED


def test_hours_in_which_access_was_refused_are_named_where_they_would_have_made_up_the_coverage():
    half = replace(effort("a", hours=12), refused_hours=12.0)
    for given, state in ((half, State.ACCESS_DENIED), (replace(half, refused_hours=1.0), State.NOT_COVERED)):
        found, _ = hold(case(parsed(CEASEFIRE)), (), (), (given,), MIDNIGHT + 24 * HOUR)
        assert found[0].state is state
        assert "access refused in" in found[0].why
    assert (
        "access for the monitors" in hold(case(parsed(CEASEFIRE)), (), (), (half,), NOON + 12 * HOUR)[0][0].would_change
    )
