"""Observations added one by one: the same as the whole record under the same background and what was learned."""

from dataclasses import replace

import numpy as np
import pytest
from tests.build import EAST, WEST, at, front, observation

from trucewatch import pipeline
from trucewatch.assess import kinds
from trucewatch.assess.associate import divide_rows
from trucewatch.assess.attribute import AtHand, attribute
from trucewatch.assess.front import across
from trucewatch.assess.groups import gathered
from trucewatch.assess.incidents import doubts, incidents
from trucewatch.assess.innocence import Notices
from trucewatch.assess.kinds import Family
from trucewatch.assess.leave_out import left_out
from trucewatch.assess.locate import fixes
from trucewatch.assess.reasons import with_labels
from trucewatch.assess.shots import shots_of, together
from trucewatch.assess.table import Runs, table
from trucewatch.assess.unnoticed import Unnoticed
from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER
from trucewatch.following import add, attributions, follow, incident_of
from trucewatch.intake.enrol import enrol
from trucewatch.model import Clocks
from trucewatch.vocabulary import Direction, Phenomenon, SourceClass, Stance

ENDS = (Direction.OUTGOING, Direction.IMPACT, Direction.UNDETERMINED)
SORTS = (Phenomenon.EXPLOSION, Phenomenon.EXPLOSION, Phenomenon.SHOT, Phenomenon.MUZZLE_FLASH)


def day(seed, count=70, sides=(WEST, EAST)):
    """Return rows of bursts on both sides: cameras, vague words, denials, copies, notices, rows without place or time."""
    draw = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        shot = int(draw.integers(8))
        fired, other = sides if shot % 2 else sides[::-1]
        x = (-5.0 if fired == sides[0] else 5.0) + draw.normal(0, 0.4)
        near = {
            "place": at(x, 4 * (shot // 3), 10 ** draw.uniform(-1, 0.4)),
            "minutes": 25 * shot + draw.normal(0, 1.0),
        }
        word = {**near, "sd_s": 600.0, "source_class": SourceClass.PARTY, "source": f"ministry {sides.index(other)}"}
        sort = draw.uniform()
        if sort < 0.2:
            rows.append(observation(f"{n}", accuses=fired, side=other, **word))
        elif sort < 0.25:
            rows.append(observation(f"{n}", accuses=other, side=other, stance=Stance.DENIES, **word))
        elif sort < 0.35:
            rows.append(
                observation(f"{n}", accuses=fired, **{**word, "source_class": SourceClass.MEDIA, "source": "paper"})
            )
        elif sort < 0.4:
            rows.append(observation(f"{n}", source="post", phenomenon=Phenomenon.ANNOUNCED_TRAINING,
                                    source_class=SourceClass.NOTIFICATION, **{**near, "sd_s": 1200.0}))  # fmt: skip
        elif sort < 0.45:
            rows.append(observation(f"{n}", source="post", **{**near, "place": None}))
        elif sort < 0.5:
            untimed = observation(f"{n}", source="post", **near)
            rows.append(replace(untimed, clocks=Clocks(claimed=None)))
        else:
            rows.append(observation(f"{n}", source=f"camera {n % 4}", direction=ENDS[n % 3], sd_s=10 ** draw.uniform(0, 2),
                                    phenomenon=SORTS[n % 4], count=1 + n % 5, **near))  # fmt: skip
    return rows


def followed(case, rows):
    found = pipeline.gather(case, enrol(rows, case.parties))
    learned, each = pipeline.judged(case, found)
    return follow(case, found, learned), {a.incident_id: a for a in each}


def whole(now, rows):
    """Return all of the record as a full run would conclude it that learned nothing and counted nothing anew."""
    full = now.full
    case, plane = full.case, full.gathered.plane
    every = enrol(rows, case.parties)
    where = fixes(every, plane, full.factors)
    usable = [i for i, o in enumerate(every) if kinds.is_associable(o)]
    placed = [i for i in usable if where[i] is not None and where[i].at is not None]
    division, said = divide_rows(table(every, where, placed, across(case, plane, where)), record=now.rows.known)
    said = Runs(np.array(placed)[said.values], said.starts)
    association = gathered(every, division, said, [i for i in usable if i not in set(placed)])
    found = incidents(every, where, association, plane)
    known = {o.key: fix for o, fix in zip(every, where, strict=True)}
    stood = {o.key: n for n, one in enumerate(shots_of(full.gathered.incidents)) for o in one.observations}
    unheard = left_out([{stood[o.key] for o in one.observations if o.key in stood} for one in shots_of(found)])
    notices = Notices([o for o in every if kinds.family(o) is Family.NOTICE], known)
    _, each = attribute(
        case,
        plane,
        AtHand(incidents=shots_of(found), fixes=known, notices=notices, unnoticed=Unnoticed(every, plane)),
        (full.learned, unheard),
    )
    each = with_labels(case, found, together(case, found, each))
    return every, found, {a.incident_id: a for a in each}, doubts(every, association, found)


def added(now, verdicts, rows):
    """Return the record with all rows added, what is known of its incidents by what each addition said, and doubts."""
    verdicts, torn = dict(verdicts), {d.key: d for d in now.full.gathered.doubts}
    for row in rows:
        now, change = add(now, row)
        for one in change.replaced:
            del verdicts[one.id]
        verdicts.update((a.incident_id, a) for a in change.attributions)
        torn.update((d.key, d) for d in change.doubts)
    return now, verdicts, torn


@pytest.mark.parametrize("seed", range(8))
def test_what_is_added_in_any_order_comes_out_as_the_whole_record_under_what_was_learned(seed):
    rows, draw = day(seed), np.random.default_rng(seed)
    order = draw.permutation(len(rows))
    early = 50 - 20 * (seed % 3)
    now, verdicts = followed(front(), [rows[n] for n in order[:early]])
    now, verdicts, torn = added(now, verdicts, [rows[n] for n in order[early:]])
    every, found, expected, in_doubt = whole(now, rows)
    assert verdicts == expected
    stands = {o.key: one for one in found for o in one.observations}
    assert {o.key: incident_of(now, o.key) for o in every} == {o.key: stands.get(o.key) for o in every}
    assert attributions(now, found) == tuple(expected[one.id] for one in found)
    assert {d.key: d for d in in_doubt}.items() <= torn.items()


def test_with_the_parties_exchanged_and_listed_otherwise_every_change_is_the_other_sides():
    ours, theirs = day(3), day(3, sides=(EAST, WEST))
    case, other = front(), front(swapped=True)
    other = replace(other, parties=other.parties[::-1])
    now, _ = followed(case, ours[:40])
    then, _ = followed(other, theirs[:40])
    names = {WEST: EAST, EAST: WEST, BOTH: BOTH, OTHER: OTHER, NO_VIOLATION: NO_VIOLATION}
    weighed = 0
    for row, mirror in zip(ours[40:], theirs[40:], strict=True):
        now, change = add(now, row)
        then, again = add(then, mirror)
        assert [i.id for i in change.replaced] == [i.id for i in again.replaced]
        assert [(i.id, i.shares, i.place) for i in change.incidents] == [
            (i.id, i.shares, i.place) for i in again.incidents
        ]
        for one, two in zip(change.attributions, again.attributions, strict=True):
            assert {names[h]: p for h, p in one.probabilities} == dict(two.probabilities)
            assert names.get(one.determination, one.determination) == two.determination
            assert {names[h]: p for h, p in one.learned} == dict(two.learned)
            weighed += 1
    assert weighed > 30


def test_a_row_that_is_there_already_changes_nothing_and_its_twin_of_other_parties_is_another_row():
    rows = day(1)
    now, _ = followed(front(), rows)
    after, change = add(now, rows[5])
    assert after is now
    assert change.again
    twins = [replace(rows[5], raw=(("id", "twin"), ("side", party))) for party in (WEST, EAST)]
    now, first = add(now, twins[0])
    now, second = add(now, twins[1])
    assert not first.again
    assert not second.again
    assert second.observation.key == f"{first.observation.key}-2"
    assert add(now, twins[0])[1].again


def test_an_announcement_changes_who_did_what_it_covers_and_nothing_else():
    rows = [observation(f"{n}", place=at(3, 0), minutes=600.0 * n, source="camera") for n in range(4)]
    now, verdicts = followed(front(), rows)
    training = observation("notice", place=at(3, 0), minutes=600.0, sd_s=600.0, source="post",
                           phenomenon=Phenomenon.ANNOUNCED_TRAINING, source_class=SourceClass.NOTIFICATION)  # fmt: skip
    now, change = add(now, training)
    (covered,) = change.incidents
    assert [o.id for o in covered.observations] == ["1"]
    assert change.replaced == change.incidents
    before, after = dict(verdicts[covered.id].probabilities), dict(change.attributions[0].probabilities)
    assert after[NO_VIOLATION] > before[NO_VIOLATION]
    _, later = add(now, observation("late", place=at(3, 0), minutes=601.0, source="other camera"))
    assert any("announced" in w.reason for w in later.attributions[0].weights)


def test_what_is_no_happening_and_what_only_denies_makes_no_incident():
    now, _ = followed(front(), day(2))
    quiet = observation("quiet", place=at(0, 0), phenomenon=Phenomenon.QUIET, minutes=9.0)
    denial = observation("no", minutes=5.0, place=None, side=WEST, accuses=WEST, stance=Stance.DENIES,
                         source_class=SourceClass.PARTY)  # fmt: skip
    for row in (quiet, denial):
        now, change = add(now, row)
        assert (change.incidents, change.replaced, change.again) == ((), (), False)


def test_what_lies_far_from_the_new_observation_is_not_looked_at():
    now, _ = followed(front(), day(4))
    now, change = add(now, observation("far", place=at(15, -25, 0.2), minutes=-300.0, direction=Direction.OUTGOING))
    assert change.replaced == ()
    assert [[o.id for o in one.observations] for one in change.incidents] == [["far"]]
