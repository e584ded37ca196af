"""What evidence weighs: its share, its speaker's record, what carries a finding; whatever the numbers are."""

import math
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build import EAST, PLANE, WEST, assessed, at, attributed, box, front, observation, only, outgoing, tables

from trucewatch.assess import words
from trucewatch.assess.groups import Association
from trucewatch.assess.incidents import incidents
from trucewatch.assess.locate import fixes
from trucewatch.model import Feature, Named, Party, StandardOfProof
from trucewatch.vocabulary import Direction, FeatureRole, Intent, Phenomenon, SourceClass, Stance

THIRD = "northside"


def impact(key, x, **more):
    return observation(key, place=at(x, 0), direction=Direction.IMPACT, **more)


def word(key, by, accused, **more):
    return observation(
        key, place=at(0, 0, 2.0), source=f"ministry of {by}", source_class=SourceClass.PARTY, side=by, accuses=accused,
        sd_s=300.0, **more,
    )  # fmt: skip


def weighed(groups, case=None, shares=None):
    """Attribute incidents made of these groups of rows, however far apart."""
    rows = [o for group in groups for o in group]
    where = fixes(rows, PLANE)
    numbers, start = [], 0
    for group in groups:
        numbers.append(range(start, start + len(group)))
        start += len(group)
    groups = tuple(map(tuple, numbers))
    association = Association(groups=groups, shares=tuple((1.0,) * len(group) for group in groups))
    found = incidents(rows, where, association, PLANE)
    if shares:
        found = [replace(i, shares=tuple(shares[o.key] for o in i.observations)) for i in found]
    by_key = {o.key: f for o, f in zip(rows, where, strict=True)}
    return found, attributed(case or front(), found, by_key)


def chance(attribution, hypothesis):
    return dict(attribution.probabilities)[hypothesis]


def spoken(attribution):
    return next(w.bits for w in attribution.weights if w.said and w.keys)


def three(order=(WEST, EAST, THIRD)):
    case = front()
    north = Feature(role=FeatureRole.CONTROL, geometry=box(-40, 30, 40, 80), party=THIRD, accuracy_km=0.2)
    return replace(case, parties=tuple(Party(id=p, names=(("en", p),)) for p in order), places=(*case.places, north))


def test_a_record_that_may_belong_elsewhere_weighs_less_and_says_so():
    rows = [outgoing("a", -4), outgoing("b", -4.1)]
    _, (sure,) = weighed([rows])
    _, (doubtful,) = weighed([rows], shares={"a": 1.0, "b": 0.6})
    _, (barely,) = weighed([rows], shares={"a": 1.0, "b": 0.05})
    assert chance(sure, WEST) > chance(doubtful, WEST) > chance(barely, WEST)
    assert any("(belongs here with 0.60)" in w.reason for w in doubtful.weights)
    of_b = next(w for w in barely.weights if w.keys == ("b",))
    assert len({round(bits, 9) for _, bits in of_b.bits}) == 1


def test_a_share_mixes_exactly_with_a_record_that_says_nothing():
    claim = [word("w", EAST, WEST)]
    likelihoods = []
    for share in (1.0, 0.4):
        _, (attribution,) = weighed([claim], shares={"w": share})
        likelihoods.append([2**bits for _, bits in spoken(attribution)])
    mean = math.fsum(likelihoods[0]) / len(likelihoods[0])
    assert likelihoods[1] == pytest.approx([0.4 * value + 0.6 * mean for value in likelihoods[0]])


def test_both_ends_of_the_fire_tell_more_than_one_end_twice():
    ends = only([outgoing("a", -2, minutes=0), impact("b", 2, minutes=0.1)])
    twice = only([outgoing("a", -2), outgoing("b", -2.1)])
    assert chance(ends, WEST) > chance(twice, WEST)
    assert chance(ends, "no_violation") < chance(twice, "no_violation")


def test_an_untold_direction_beside_the_other_end_weighs():
    def beside(x):
        return weighed([[outgoing("a", -3), observation("b", place=at(x, 0))]])[1][0]

    def fired(attribution):  # alone or in an exchange, against the other side alone
        return (chance(attribution, WEST) + chance(attribution, "both")) / chance(attribution, EAST)

    assert fired(beside(3)) > fired(beside(-3))


def test_a_finding_names_the_lines_it_cannot_do_without():
    two = only([outgoing("a", -4), impact("b", 4, minutes=0.4)])
    assert two.determination == WEST
    assert set(two.flips) == {"without camera a it would be undetermined", "without camera b it would be undetermined"}
    many = only([outgoing("a", -4), outgoing("b", -4), impact("c", 4, minutes=0.4), impact("d", 4, minutes=0.4)])
    assert many.flips == ("it would stand without any single one of its lines",)


def test_what_carries_a_finding_is_what_recomputing_without_it_says():
    rows = [outgoing("a", -4), outgoing("b", -4), impact("c", 4, minutes=0.4)]
    named = " ".join(only(rows).flips)
    for row in rows:
        _, (without,) = weighed([[o for o in rows if o is not row]])
        assert (f"without camera {row.key} " in named) == (without.determination != WEST)


def test_what_an_undetermined_incident_lacks_names_no_side():
    attribution = only([outgoing("a", -4)])
    assert attribution.flips
    assert not any(party in words for words in attribution.flips for party in (WEST, EAST))


def decided_by_eyes(n, x, hours, said=()):
    """An incident of fire from the ground at x, seen at both ends by three cameras, and what was said of it."""
    time = 60.0 * hours
    rows = [
        outgoing(f"{n}a", x, minutes=time, source=f"camera {n}a"),
        outgoing(f"{n}b", x, minutes=time, source=f"camera {n}b"),
        impact(f"{n}c", -x, minutes=time, source=f"camera {n}c"),
    ]
    return rows + [replace(o, key=f"{n}{o.key}", id=f"{n}{o.key}") for o in said]


def history(*, honest=True, count=40):
    """A record of incidents that eyes decided; EAST accuses WEST when hit, and of its own fire too unless honest."""
    groups = []
    for n in range(count):
        mine = n % 2
        said = [word("w", EAST, WEST, minutes=600.0 * n)] if not mine or not honest else []
        groups.append(decided_by_eyes(f"{n:03d}", 4 if mine else -4, 10.0 * n, said))
    return groups


def last_claim(groups):
    claim = [word("zz", EAST, WEST, minutes=60.0 * 9000)]
    _, attributions = weighed([*groups, claim])
    return dict(spoken(attributions[-1]))


def test_the_word_of_a_side_is_worth_what_its_record_shows_and_no_record_turns_it_round():
    honest, lying, unknown = (last_claim(groups) for groups in (history(), history(honest=False), []))
    worth = [bits[WEST] - bits[EAST] for bits in (lying, unknown, honest)]
    assert worth[0] < worth[1] < worth[2]
    assert worth[0] >= 0


def test_no_incident_teaches_the_weight_that_judges_it():
    groups = history(count=39)
    own = decided_by_eyes("own", -4, 9000.0, [word("w", EAST, WEST, minutes=60.0 * 9000)])
    _, attributions = weighed([*groups, own])
    assert dict(spoken(attributions[-1])) == pytest.approx(last_claim(groups))


def test_claiming_more_of_the_true_and_the_untrue_alike_buys_nothing():
    quiet, loud = history(honest=False, count=80), history(honest=False, count=80)
    quiet = [group[:3] if n % 4 > 1 else group for n, group in enumerate(quiet)]
    ratios = [bits[WEST] - bits[EAST] for bits in (last_claim(quiet), last_claim(loud))]
    assert ratios[1] <= ratios[0] + 0.1


def test_the_learned_share_of_the_fire_stands_beside_and_decides_nothing():
    groups = [decided_by_eyes(f"{n:03d}", -4, 10.0 * n) for n in range(30)]
    new = [outgoing("zz", 4, minutes=60.0 * 9000)]
    _, attributions = weighed([*groups, new])
    _, mirrored = weighed([*groups, [outgoing("zz", -4, minutes=60.0 * 9000)]])
    here, there = attributions[-1], mirrored[-1]
    assert chance(here, EAST) == chance(there, WEST)
    assert dict(here.learned)[EAST] < chance(here, EAST)
    assert dict(there.learned)[WEST] > chance(there, WEST)


def test_copies_and_other_claims_of_an_author_are_one_line_and_weigh_once():
    eyes = [outgoing("a", -4)]
    one = weighed([[*eyes, word("w", EAST, WEST)]])[1][0]
    many = weighed([[*eyes, *(word(f"w{n}", EAST, WEST, minutes=n) for n in range(9))]])[1][0]
    denied = weighed([[*eyes, word("w", EAST, WEST), word("x", EAST, EAST, stance=Stance.DENIES)]])[1][0]
    media = observation("m", place=at(0, 0), source="outlet", source_class=SourceClass.MEDIA, accuses=WEST)
    copied = weighed([[*eyes, word("w", EAST, WEST), media]])[1][0]
    assert one.probabilities == many.probabilities == denied.probabilities == copied.probabilities
    assert one.lines == many.lines == denied.lines == copied.lines


def test_who_fired_first_is_told_only_where_the_clocks_allow():
    sharp = weighed([[outgoing("a", -3), outgoing("b", 3, minutes=2)]])[1][0]
    assert dict(sharp.first)[WEST] > 0.99
    assert sharp.sequence.startswith(WEST)
    vague = weighed([[outgoing("a", -3, sd_s=600), outgoing("b", 3, minutes=2, sd_s=600)]])[1][0]
    assert "cannot be told" in vague.sequence
    assert weighed([[outgoing("a", -3), impact("b", 3)]])[1][0].first == ()


def test_intent_is_only_what_an_admission_says():
    admission = replace(word("w", WEST, WEST, stance=Stance.ADMITS), text="A round was fired by accident.")
    assert weighed([[outgoing("a", -4), admission]])[1][0].intent is Intent.ACCIDENTAL
    accused = replace(word("w", EAST, WEST), text="No accident: they aimed.")
    assert weighed([[outgoing("a", -4), accused]])[1][0].intent is Intent.UNDETERMINED


@st.composite
def happenings(draw):
    """Some incidents with rows of three sides, each with a share."""
    groups = []
    for n in range(draw(st.integers(1, 6))):
        rows = [
            replace(
                observation(
                    f"{n}-{k}",
                    place=at(draw(st.sampled_from([-4.0, -0.3, 0.3, 4.0])), draw(st.sampled_from([0.0, 29.5, 33.0]))),
                    minutes=600.0 * n + draw(st.floats(0, 2)),
                    source=draw(st.sampled_from(["camera 1", "camera 2", "camera 3", "ministry"])),
                    source_class=draw(st.sampled_from([SourceClass.CAMERA, SourceClass.PARTY, SourceClass.MEDIA])),
                    side=draw(st.sampled_from([None, None, WEST, EAST, THIRD])),
                    direction=draw(st.sampled_from(list(Direction))),
                    phenomenon=draw(st.sampled_from([Phenomenon.EXPLOSION, Phenomenon.SHOT, Phenomenon.MUZZLE_FLASH])),
                    accuses=draw(st.sampled_from([None, WEST, EAST, THIRD])),
                    stance=draw(st.sampled_from([Stance.ACCUSES, Stance.DENIES, Stance.ADMITS])),
                    flights=draw(st.sampled_from([(), (90.0,), (90.0, 270.0)])),
                )
            )
            for k in range(draw(st.integers(1, 6)))
        ]
        groups.append(rows)
    shares = {o.key: draw(st.sampled_from([1.0, 0.7, 0.3, 0.05])) for rows in groups for o in rows}
    return groups, shares


TURN = {WEST: EAST, EAST: THIRD, THIRD: WEST}


def turned(value):
    if isinstance(value, str):
        for n, old in enumerate(TURN):
            value = value.replace(old, f"\0{n}")
        for n, new in enumerate(TURN.values()):
            value = value.replace(f"\0{n}", new)
        return value
    return tuple(map(turned, value)) if isinstance(value, tuple) else value


def turned_row(o):
    def name(named: Named | None):
        return named and Named(party=turned(named.party), verbatim=turned(named.verbatim))

    claim = o.claim and replace(o.claim, accused=name(o.claim.accused))
    return replace(o, source=replace(o.source, side=name(o.source.side)), claim=claim)


@settings(max_examples=25, deadline=None)
@given(happenings())
def test_turning_three_parties_turns_the_answer_bit_for_bit(made):
    groups, shares = made
    case = three()
    other = replace(
        case,
        parties=tuple(Party(id=turned(p.id), names=(("en", turned(p.id)),)) for p in case.parties),
        places=tuple(replace(f, party=f.party and turned(f.party)) for f in case.places),
    )
    _, plain = weighed(groups, case, shares)
    _, again = weighed([[turned_row(o) for o in rows] for rows in groups], other, shares)
    for one, two in zip(plain, again, strict=True):
        for field in ("probabilities", "determination", "why", "learned", "flips", "first", "sequence", "lines"):
            assert turned(getattr(one, field)) == getattr(two, field)


@settings(max_examples=25, deadline=None)
@given(happenings(), st.permutations([WEST, EAST, THIRD]))
def test_the_order_of_three_parties_in_the_case_changes_no_bit(made, order):
    groups, shares = made
    _, plain = weighed(groups, three(), shares)
    _, other = weighed(groups, three(tuple(order)), shares)
    for one, two in zip(plain, other, strict=True):
        assert dict(one.probabilities) == dict(two.probabilities)
        assert dict(one.learned) == dict(two.learned)
        assert (one.determination, one.lines, one.flips) == (two.determination, two.lines, two.flips)


@pytest.mark.parametrize("order", list(permutations([WEST, EAST, THIRD])), ids=" ".join)
def test_where_two_sides_share_the_lead_the_best_share_is_theirs_whoever_is_listed_first(order):
    _, (found,) = weighed([[impact("a", -4), impact("b", -4)]], three(order))
    assert chance(found, EAST) == chance(found, THIRD) > chance(found, WEST)
    assert f"the best share is {chance(found, EAST):.2f}," in found.why


@settings(max_examples=25, deadline=None)
@given(happenings(), st.randoms(use_true_random=False))
def test_the_order_of_incidents_and_rows_changes_no_bit(made, random):
    groups, shares = made
    found, plain = weighed(groups, None, shares)
    shuffled = [random.sample(rows, len(rows)) for rows in random.sample(groups, len(groups))]
    again, other = weighed(shuffled, None, shares)
    ids = {i.id: a.probabilities for i, a in zip(again, other, strict=True)}
    assert {i.id: a.probabilities for i, a in zip(found, plain, strict=True)} == ids


@settings(max_examples=25, deadline=None)
@given(happenings())
def test_the_sum_of_the_printed_bits_is_the_posterior(made):
    groups, shares = made
    for attribution in weighed(groups, None, shares)[1]:
        sums = {h: math.fsum(dict(w.bits)[h] for w in attribution.weights) for h, _ in attribution.probabilities}
        odds = math.log2(chance(attribution, WEST) / chance(attribution, EAST))
        assert sums[WEST] - sums[EAST] == pytest.approx(odds, abs=0.06)


@settings(max_examples=25, deadline=None)
@given(tables())
def test_words_alone_never_determine_anything(rows):
    spoken = [o for o in rows if o.source.source_class.term in (SourceClass.PARTY, SourceClass.MEDIA)]
    for attribution in assessed(spoken, front(standard=StandardOfProof(probability=0.5)))[1] if spoken else ():
        assert attribution.determination == "undetermined"


def test_what_is_only_claimed_is_nothing_as_often_as_not_and_stays_undetermined_whatever_its_speakers_record():
    _, unknown = weighed([[word("zz", EAST, WEST)]])
    assert chance(unknown[0], "no_violation") > chance(unknown[0], WEST) > chance(unknown[0], EAST)
    _, believed = weighed([*history(), [word("zz", EAST, WEST, minutes=60.0 * 9000)]])
    assert 0.8 > chance(believed[-1], WEST) > chance(unknown[0], WEST)
    assert believed[-1].determination == "undetermined"
    assert WEST not in believed[-1].why.split("Weighed")[0]


def test_nothing_in_nothing_out():
    assert weighed([])[1] == ()


def test_a_finding_that_a_side_fired_says_how_much_of_it_is_an_exchange():
    said = words.leading_words(WEST, 0.96, 0.85, lacks="", may_be_named=True)
    assert said == f"{WEST} fired, at 0.96 (alone 0.85, in an exchange 0.11)"
    assert words.leading_words("both", 0.97, 0.97, lacks="", may_be_named=True) == "both at 0.97"
