"""What a reader of the incidents does not meet there is counted for him, alike for every party."""

from dataclasses import replace

import handmade

from trucewatch.intake.aside import aside, nameless
from trucewatch.model import Guarantor, Named, Point, ReviewTerms

SAMPLE = handmade.assessment()


def test_what_stands_in_no_incident_is_counted_by_its_reason() -> None:
    in_one = {o.key for incident in SAMPLE.incidents for o in incident.observations}
    alone = [o for o in SAMPLE.observations if o.key not in in_one]
    (said,) = aside(SAMPLE)
    assert said.startswith(f"observations of no incident {len(alone):,}: ")
    assert "quiet times 1" in said


def test_nothing_is_said_where_every_observation_is_of_an_incident() -> None:
    in_one = tuple(o for incident in SAMPLE.incidents for o in incident.observations)
    assert not list(aside(replace(SAMPLE, observations=in_one)))


def test_a_place_on_another_continent_is_noticed() -> None:
    first, *others = SAMPLE.observations
    far = replace(first, place=Point(lon=0, lat=0))
    assert any("1 observation lies" in said for said in aside(replace(SAMPLE, observations=(far, *others))))
    case = replace(SAMPLE.case, places=())
    assert not any("degree" in said for said in aside(replace(SAMPLE, case=case, observations=(far, *others))))


def test_a_name_that_is_no_party_is_said_but_not_that_of_a_guarantor() -> None:
    first, *others = SAMPLE.observations
    strange = replace(first, source=replace(first.source, side=Named(party=None, verbatim="Charlie")))
    told = replace(SAMPLE, observations=(strange, *others))
    assert any("called 'Charlie' (1 row)" in said for said in nameless(told))
    guarantor = ReviewTerms(guarantors=(Guarantor(id="c", names=(("en", "Charlie"),)),))
    assert not list(nameless(replace(told, case=replace(told.case, review=guarantor))))


def test_exchanging_the_parties_changes_no_sentence() -> None:
    other = handmade.assessment(handmade.BRAVO, handmade.ALFA)
    assert [*nameless(other), *aside(other)] == [*nameless(SAMPLE), *aside(SAMPLE)]
