"""What a run learned, applied: to all of its incidents it is the run itself, and no incident teaches what judges it."""

from dataclasses import replace

import numpy as np
import pytest
from tests.build import EAST, PLANE, WEST, at, front, observation

from trucewatch.assess.associate import associate
from trucewatch.assess.attribute import AtHand, attribute
from trucewatch.assess.incidents import incidents
from trucewatch.assess.innocence import Notices
from trucewatch.assess.leave_out import itself, left_out
from trucewatch.assess.locate import fixes
from trucewatch.assess.reliability import BELONGS, learned_record
from trucewatch.assess.unnoticed import Unnoticed
from trucewatch.assess.weigh import Saying
from trucewatch.vocabulary import Direction, Phenomenon, SourceClass, Stance

ENDS = (Direction.OUTGOING, Direction.IMPACT, Direction.UNDETERMINED)
SORTS = (Phenomenon.EXPLOSION, Phenomenon.SHOT, Phenomenon.MUZZLE_FLASH)


def fortnight(seed, shots=60):
    """Return incidents on both sides of the line: seen by one to three cameras, claimed, denied, or heard by a side."""
    draw = np.random.default_rng(seed)
    rows = []
    for n in range(shots):
        fired = int(draw.integers(2))
        x, minutes = (-6 if fired == 0 else 6) * draw.uniform(0.5, 1.5), 300.0 * n
        who = (WEST, EAST)[fired]
        for k in range(int(draw.integers(4))):
            end = ENDS[int(draw.integers(3))]
            place = at(-x / 2 if end is Direction.IMPACT else x, draw.normal(0, 0.3), 0.3)
            rows.append(
                observation(f"{n}-{k}", place=place, minutes=minutes + draw.normal(0, 0.1), source=f"camera {k}",
                            direction=end, phenomenon=SORTS[int(draw.integers(3))], count=1 + int(draw.integers(9)))
            )  # fmt: skip
        for by, other in ((WEST, EAST), (EAST, WEST)):
            said = draw.uniform()
            if said < (0.7 if other == who else 0.2):
                stance = Stance.ACCUSES if said < 0.6 else Stance.DENIES
                rows.append(
                    observation(f"{n}-{by}", place=at(x, 0, 2.0), minutes=minutes, sd_s=300.0, side=by, stance=stance,
                                accuses=other if stance is Stance.ACCUSES else by, source=f"ministry of {by}",
                                source_class=SourceClass.PARTY)
                )  # fmt: skip
        if draw.uniform() < 0.3:
            rows.append(
                observation(f"{n}-paper", place=at(x, 0, 2.0), minutes=minutes, sd_s=600.0, accuses=who, source="paper",
                            source_class=SourceClass.MEDIA)
            )  # fmt: skip
    rows.sort(key=lambda o: (o.clocks.claimed.start, o.key))
    where = fixes(rows, PLANE)
    found = incidents(rows, where, associate(rows, where), PLANE)
    by_key = {o.key: fix for o, fix in zip(rows, where, strict=True)}
    return AtHand(incidents=found, fixes=by_key, notices=Notices([], by_key), unnoticed=Unnoticed([], PLANE))


def only(world, numbers):
    return replace(world, incidents=[world.incidents[n] for n in numbers])


@pytest.mark.parametrize("seed", range(3))
def test_applied_to_the_incidents_that_it_was_learned_from_it_is_the_run_itself(seed):
    world = fortnight(seed)
    learned, found = attribute(front(), PLANE, world)
    again, applied = attribute(front(), PLANE, world, (learned, itself(len(world.incidents))))
    found = tuple(found)
    assert found == tuple(applied)
    assert again.record is learned.record
    assert again.lone == learned.lone
    assert learned.record.lessons
    assert {a.determination for a in found} > {WEST, EAST}


def test_an_incident_comes_out_alone_as_among_all_others_and_otherwise_where_it_is_let_teach_itself():
    world = fortnight(1)
    learned, found = attribute(front(), PLANE, world)
    taught = 0
    for n, attribution in enumerate(found):
        _, alone = attribute(front(), PLANE, only(world, [n]), (learned, left_out([[n]])))
        assert next(alone) == attribution
        _, itself_too = attribute(front(), PLANE, only(world, [n]), (learned, left_out([[]])))
        taught += next(itself_too) != attribution
    assert taught > len(learned.record.lessons) // 2


def test_what_is_left_out_of_the_speakers_record_is_as_if_it_had_never_been_learned():
    learned, _ = attribute(front(), PLANE, fortnight(2))
    lessons = learned.record.lessons
    some = [n for n, one in sorted(lessons.items()) if any(by is None for _, by, _ in one.said)]
    without = learned_record((WEST, EAST), {n: one for n, one in lessons.items() if n not in some[:1]})
    assert learned.record.others_found(some[:1]) == without.found
    for party in (WEST, EAST):
        assert learned.record.silence(some[:1], party) == without.silence([], party)
    said = {saying for saying in lessons[some[0]].said if saying[1] is None}
    # of a side's words what the other side said there is heard still, in the record of both together
    assert said
    for (line, stance), by, named in said:
        saying = Saying(line, stance, named, by, (), BELONGS)
        assert learned.record.worth(some[:1], saying) == without.worth([], saying)
