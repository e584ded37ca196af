"""Who did it: what must hold whatever the numbers are tuned to."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.build import EAST, WEST, assessed, at, front, observation, only, outgoing, tables

from trucewatch.assess.weigh import MEDIA, line_of
from trucewatch.model import Named, StandardOfProof
from trucewatch.vocabulary import Direction, Means, Phenomenon, SourceClass, Stance


def test_two_independent_sights_of_fire_leaving_held_ground_name_the_side_that_holds_it():
    rows = [outgoing("a", -4), outgoing("b", -4.2)]
    assert only(rows).determination == WEST
    assert only([outgoing("a", 4), outgoing("b", 4.2)]).determination == EAST


def track(radar, source_class, east_km):
    """Both ends of a round that flies east from a place, as one radar has them."""
    ends = ((east_km, 0.0, Direction.OUTGOING), (east_km + 7.0, 25.0, Direction.IMPACT))
    return [
        observation(
            f"{radar}{end.value}", place=at(east, 1.0, 0.1), minutes=late_s / 60, sd_s=1.0, source=radar, direction=end,
            source_class=source_class, means=Means.RADAR, phenomenon=Phenomenon.PROJECTILE_IN_FLIGHT, count=3,
        )
        for east, late_s, end in ends
    ]  # fmt: skip


def test_two_radars_that_track_a_round_from_held_ground_name_who_fired_it_and_one_does_not():
    rows = [*track("radar 1", SourceClass.RADAR, -4.0), *track("radar 2", SourceClass.RADAR, -4.1)]
    assert only(rows).determination == WEST
    assert only(rows[:2]).determination == "undetermined"
    words = [*track("radar 1", SourceClass.INTERLOCUTOR, -4.0), *track("radar 2", SourceClass.INTERLOCUTOR, -4.1)]
    assert all(found.determination == "undetermined" for found in assessed(words)[1])


def test_one_line_of_evidence_never_names_a_party():
    assert only([outgoing("a", -4)]).determination == "undetermined"
    twice = [outgoing("a", -4, source="post"), outgoing("b", -4, source="post")]
    assert only(twice).determination == "undetermined"
    assert only(twice, front(standard=StandardOfProof(probability=0.6))).determination == "undetermined"


def test_claims_alone_never_name_a_party_however_many():
    rows = [
        observation(
            f"{n:02d}",
            place=at(-4, 0),
            source=f"outlet {n}",
            source_class=SourceClass.MEDIA,
            accuses=WEST,
            means=Means.MEDIA,
        )
        for n in range(30)
    ]
    rows += [
        observation("m1", place=at(-4, 0), source="ministry", source_class=SourceClass.PARTY, side=EAST, accuses=WEST),
        observation("m2", place=at(-4, 0), source="army", source_class=SourceClass.PARTY, side=EAST, accuses=WEST),
    ]
    assert only(rows, front(standard=StandardOfProof(probability=0.51))).determination == "undetermined"


def test_evidence_supplied_by_the_accuser_alone_never_names_the_other():
    rows = [
        outgoing("a", -4, source="their camera 1", side=EAST),
        outgoing("b", -4.1, source="their camera 2", side=EAST),
        observation("c", place=at(-4, 0), source="ministry", source_class=SourceClass.PARTY, side=EAST, accuses=WEST),
    ]
    assert only(rows).determination == "undetermined"


def _stranger(key, accuses, **more):
    """A speaker as a side that the case does not name, as a reader makes it of a name that it does not know."""
    said = observation(key, place=at(-4, 0), source_class=SourceClass.PARTY, means=None, accuses=accuses, **more)
    return replace(said, source=replace(said.source, side=Named(party=None, verbatim=said.source.name)))


@pytest.mark.parametrize(("ally", "accused"), [(EAST, WEST), (WEST, EAST)])
def test_a_speaker_as_a_side_that_the_case_does_not_name_is_no_line_beside_any_side(ally, accused):
    ministry = observation("m", place=at(-4, 0), source_class=SourceClass.PARTY, side=ally, accuses=accused, means=None)
    alone, more = only([ministry]), only([ministry, _stranger("s", accused), _stranger("t", accused, source="t")])
    assert (more.probabilities, more.determination, more.lines) == (
        alone.probabilities, alone.determination, alone.lines,
    )  # fmt: skip


def test_a_speaker_as_a_side_that_the_case_does_not_name_weighs_what_media_do_and_is_one_line_with_them():
    outlet = observation("o", place=at(-4, 0), source_class=SourceClass.MEDIA, means=Means.MEDIA, accuses=WEST)
    alone, outlets = only([_stranger("s", WEST)]), only([outlet])
    assert alone.probabilities == outlets.probabilities
    both = only([_stranger("s", WEST), outlet])
    assert (both.probabilities, both.lines) == (outlets.probabilities, outlets.lines)
    assert {line_of(o) for o in (outlet, _stranger("s", WEST), _stranger("t", EAST, source="t"))} == {MEDIA}


def test_words_of_a_side_that_the_case_does_not_name_carry_no_finding_and_admit_nothing():
    seen, low = [outgoing("a", -4)], front(standard=StandardOfProof(probability=0.51))
    words = [_stranger(f"s{n}", WEST, source=f"ministry {n}") for n in range(30)]
    assert only([*seen, *words], low).determination == "undetermined"
    owns = _stranger("own", WEST, stance=Stance.ADMITS)
    assert only([owns]).probabilities == only([_stranger("own", WEST)]).probabilities
    denied = only([*seen, _stranger("d", None, stance=Stance.DENIES)])
    assert not [weight for weight in denied.weights if "denies" in weight.reason]


def test_an_admission_weighs_more_than_an_accusation():
    accused = only([observation("a", place=at(0, 0), source_class=SourceClass.PARTY, side=EAST, accuses=WEST)])
    admitted = only(
        [
            observation(
                "a", place=at(0, 0), source_class=SourceClass.PARTY, side=WEST, accuses=WEST, stance=Stance.ADMITS
            )
        ]
    )
    assert dict(admitted.probabilities)[WEST] > dict(accused.probabilities)[WEST]
    assert dict(accused.probabilities)[WEST] > dict(accused.probabilities)[EAST]


def test_an_announced_exercise_speaks_for_nothing_prohibited():
    plain = dict(only([outgoing("a", -4)]).probabilities)
    notice = observation(
        "n", place=at(-4, 0), phenomenon=Phenomenon.ANNOUNCED_TRAINING, source_class=SourceClass.NOTIFICATION
    )
    announced = dict(only([outgoing("a", -4), notice]).probabilities)
    before, after = (p["no_violation"] / (1 - p["no_violation"]) for p in (plain, announced))
    assert after > 3 * before


def test_a_hot_spot_alone_names_nobody_and_leans_to_nothing_prohibited():
    attribution = only(
        [observation("a", place=at(4, 0), phenomenon=Phenomenon.HOT_SPOT, source_class=SourceClass.SATELLITE)]
    )
    assert attribution.determination not in (WEST, EAST, "both")
    assert max(dict(attribution.probabilities), key=dict(attribution.probabilities).get) == "no_violation"


def test_projectiles_seen_flying_both_ways_speak_for_an_exchange():
    rows = [observation(k, place=at(0, 0), flights=(90.0, 270.0)) for k in "abcd"]
    assert only(rows, front(standard=StandardOfProof(probability=0.9))).determination == "both"


def test_a_place_on_no_known_ground_names_nobody():
    far = [observation(k, place=at(0, 200), direction=Direction.OUTGOING) for k in "ab"]
    attribution = only(far)
    assert attribution.determination == "undetermined"
    assert dict(attribution.probabilities)[WEST] == dict(attribution.probabilities)[EAST]


def exchange(value):
    if isinstance(value, str):
        return value.replace(WEST, "\0").replace(EAST, WEST).replace("\0", EAST)
    if isinstance(value, tuple):
        return tuple(exchange(v) for v in value)
    return value


def exchanged(o):
    side = o.source.side and replace(o.source.side, party=exchange(o.source.side.party))
    accused = o.claim and o.claim.accused and replace(o.claim.accused, party=exchange(o.claim.accused.party))
    return replace(o, source=replace(o.source, side=side), claim=o.claim and replace(o.claim, accused=accused))


@settings(max_examples=30, deadline=None)
@given(tables())
def test_exchanging_the_parties_exchanges_the_attribution_bit_for_bit(rows):
    found, plain = assessed(rows, front((WEST, EAST)))
    again, mirrored = assessed([exchanged(o) for o in rows], front((EAST, WEST)))
    assert [i.id for i in found] == [i.id for i in again]
    for one, other in zip(plain, mirrored, strict=True):
        assert exchange(one.probabilities) == other.probabilities
        assert exchange(one.determination) == other.determination
        assert exchange(one.why) == other.why


@settings(max_examples=30, deadline=None)
@given(tables())
def test_the_order_of_the_parties_in_the_case_changes_no_probability(rows):
    _, plain = assessed(rows, front((WEST, EAST)))
    _, turned = assessed(rows, front((EAST, WEST), swapped=True))
    for one, other in zip(plain, turned, strict=True):
        assert dict(one.probabilities) == dict(other.probabilities)
        assert one.determination == other.determination


@settings(max_examples=30, deadline=None)
@given(tables())
def test_probabilities_sum_to_one_and_no_finding_rests_on_one_line(rows):
    case = front(standard=StandardOfProof(probability=0.51))
    for attribution in assessed(rows, case)[1]:
        assert sum(p for _, p in attribution.probabilities) == pytest.approx(1, abs=1e-12)
        assert all(0 < p < 1 for _, p in attribution.probabilities)
        if attribution.determination in (WEST, EAST, "both"):
            assert attribution.lines >= 2
            assert len({w.line for w in attribution.weights}) >= 2


def test_an_announcement_covers_its_own_time_and_no_more():
    def excused(minutes, sd_s):
        notice = observation(
            "n", place=at(-4, 0), minutes=minutes, sd_s=sd_s, phenomenon=Phenomenon.ANNOUNCED_TRAINING,
            source_class=SourceClass.NOTIFICATION,
        )  # fmt: skip
        return any("announced" in w.reason for w in only([outgoing("a", -4), notice]).weights)

    assert excused(5, 600)
    assert not excused(55, 600)
    assert not excused(0, 365 * 86400)


def test_a_source_written_in_capitals_is_not_a_second_line():
    rows = [outgoing("a", -4, source="Patrol 1"), outgoing("b", -4.1, source=" PATROL  1", minutes=0.2)]
    for attribution in assessed(rows)[1]:
        assert attribution.determination == "undetermined"
        assert attribution.lines <= 1


def test_people_that_monitors_talked_to_convict_nobody_however_many():
    rows = [
        observation(
            f"{n:02d}", place=at(-4, 0), source=f"resident {n}", source_class=SourceClass.INTERLOCUTOR, accuses=WEST
        )
        for n in range(20)
    ]
    assert only(rows, front(standard=StandardOfProof(probability=0.51))).determination == "undetermined"


def test_an_announcement_and_its_copies_alone_do_not_settle_that_nothing_was_prohibited():
    notices = [
        observation(k, place=at(-4, 0), phenomenon=Phenomenon.ANNOUNCED_TRAINING, source_class=SourceClass.NOTIFICATION)
        for k in "nmo"
    ]
    attribution = only([observation("a", place=at(-4, 0)), *notices])
    assert attribution.determination == "undetermined"


def test_no_side_is_hinted_at_on_one_line():
    attribution = only([outgoing("a", -4)])
    assert dict(attribution.probabilities)[WEST] > 0.5
    assert WEST not in attribution.why.split("Weighed")[0]


def test_a_weapon_that_stands_is_one_sides():
    seen = observation("a", place=at(-4, 0), phenomenon=Phenomenon.WEAPON_SEEN, source="drone")
    found = dict(only([seen]).probabilities)
    assert found[WEST] > 0.9
    assert found["both"] < 0.02
    assert dict(only([outgoing("a", -4)]).probabilities)["both"] > 0.05, "of fire it may be half of an exchange"
