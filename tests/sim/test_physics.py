"""What happened and what was perceived keep to the world's geometry, its weapons and its air."""

import numpy as np
import pytest

from trucewatch.sim import folder, weapons
from trucewatch.sim.describe import towards
from trucewatch.sim.happenings import Cause
from trucewatch.sim.roster import COVERED_SIDE
from trucewatch.sim.rows import DIRECTIONS, PHENOMENA
from trucewatch.sim.settings import DAY_S, PER_DAY_PER_KM, Settings, World
from trucewatch.vocabulary import Direction, Phenomenon, SourceClass

FARTHEST_KM = {  # what such weapons reach at most; one in a hundred may lie a little beyond, where the line winds
    "small arms": 2.0, "heavy machine gun": 2.5, "automatic grenade launcher": 1.8, "infantry fighting vehicle cannon": 4,
    "mortar": 8, "tank": 5, "artillery": 24, "multiple launch rockets": 20,
}  # fmt: skip


@pytest.fixture(scope="module")
def mixed():
    return folder.simulate(Settings(incidents=5000, seed=11))


def perceived(sim, source_class):
    """Rows of one class that are of something real: their positions."""
    of_class = np.array([s.source_class is source_class for s in sim.scene.who.speakers])
    return np.flatnonzero(of_class[sim.rows.source] & (sim.rows.incident >= 0))


def test_the_line_is_as_long_as_asked_and_winds(mixed):
    g = mixed.scene.ground
    assert np.hypot(np.diff(g.east), np.diff(g.north)).sum() == pytest.approx(400, abs=0.01)
    assert g.east[-1] - g.east[0] < 395
    assert np.std(g.drawn - g.north) == pytest.approx(mixed.scene.settings.accuracy_km, rel=0.5)


def test_who_fires_stands_on_its_own_ground_and_hits_the_others(mixed):
    h, g = mixed.scene.happened, mixed.scene.ground
    fire = h.cause == Cause.FIRE
    assert (g.holder(h.origin_e, g.side(h.origin_e, h.origin_n)) == h.who)[fire].all()
    assert (g.holder(h.target_e, g.side(h.target_e, h.target_n)) != h.who)[fire].all()
    train = np.isin(h.cause, (Cause.TRAINING, Cause.TRAINING_ANNOUNCED))
    assert (g.side(h.origin_e, h.origin_n) == g.side(h.target_e, h.target_n))[train].all()
    assert np.isnan(h.origin_e[h.cause > Cause.TRAINING]).all()


def test_flights_are_as_far_and_as_long_as_the_weapon_makes_them(mixed):
    h = mixed.scene.happened
    far = np.hypot(h.target_e - h.origin_e, h.target_n - h.origin_n)
    for number, weapon in enumerate(weapons.WEAPONS):
        mine = (h.weapon == number) & (h.cause == Cause.FIRE)
        assert np.percentile(far[mine], 99) < FARTHEST_KM[weapon.name] * 1.1, weapon.name
    mortar = (h.weapon == 4) & (h.cause == Cause.FIRE)
    assert 20 < np.percentile(h.flight_s[mortar], 5) < np.percentile(h.flight_s[mortar], 95) < 50
    assert np.nanmin(h.flight_s[h.cause == Cause.FIRE]) > 0


def test_incidents_keep_the_density_the_share_and_the_bursts_of_the_sketch(mixed):
    settings, h = mixed.scene.settings, mixed.scene.happened
    assert len(h) / settings.length_days / settings.line_km == pytest.approx(PER_DAY_PER_KM, rel=0.01)
    assert np.mean(h.burst >= 0) == pytest.approx(0.40, abs=0.01)
    fire = np.isin(h.cause, (Cause.FIRE, Cause.EXCHANGE))
    for share in (0.5, 0.7):
        h = folder.simulate(Settings(incidents=5000, seed=12, share=share, world=World.SENSORS)).scene.happened
        fire = h.cause == Cause.FIRE
        assert np.mean(h.who[fire] == 0) == pytest.approx(share, abs=0.04)
    order = np.lexsort((h.time, h.burst))
    together = np.diff(h.burst[order]) == 0
    gaps = np.diff(h.time[order])[together & (h.burst[order][1:] >= 0)]
    assert gaps.min() >= 20
    assert np.mean(gaps) == pytest.approx(600, rel=0.1)


def test_the_middle_incident_has_two_reports_and_sources_err_as_often_as_said(mixed):
    links = dict(folder.links(mixed))
    of = np.array([int(i[1:]) for i in links.values() if i])
    reports = np.bincount(of, minlength=len(mixed.scene.happened) + 1)[1:]
    assert np.median(reports) == 2
    assert 2 < reports.mean() < 2.7
    speakers, rows = mixed.scene.who.speakers, mixed.rows
    says = rows.phenomenon != PHENOMENA.index(Phenomenon.QUIET)
    says &= rows.phenomenon != PHENOMENA.index(Phenomenon.MOVEMENT_RESTRICTED)
    for source_class, share in (
        (SourceClass.OBSERVER, 0.10), (SourceClass.CAMERA, 0.05), (SourceClass.ACOUSTIC, 0.20),
        (SourceClass.SEISMIC, 0.15), (SourceClass.PARTY, 0.10), (SourceClass.INTERLOCUTOR, 0.30),
    ):  # fmt: skip
        mine = np.array([s.source_class is source_class for s in speakers])[rows.source] & says
        assert np.mean(rows.incident[mine] < 0) == pytest.approx(share, abs=0.05), source_class
    quiet = np.mean(rows.phenomenon == PHENOMENA.index(Phenomenon.QUIET))
    assert 0.02 < quiet < 0.2


def test_sound_arrives_later_the_farther_it_came_and_light_at_once(mixed):
    h, rows = mixed.scene.happened, mixed.rows
    alone = (h.cause == Cause.FIRE) & (h.weapon < 2)  # of these only the muzzle is heard
    for source_class, speed in ((SourceClass.ACOUSTIC, 340), (SourceClass.CAMERA, np.inf)):
        which = perceived(mixed, source_class)
        which = which[alone[rows.incident[which]]]
        of = rows.incident[which]
        _, far = towards(rows.observer_e[which], rows.observer_n[which], h.origin_e[of], h.origin_n[of])
        late = rows.time[which] - h.time[of] - far * 1000 / speed
        assert len(which) > 50
        assert np.abs(np.median(late)) < 0.3
        assert np.percentile(np.abs(late), 95) < 6  # clocks, wind and temperature


def test_stated_errors_are_the_true_ones(mixed):
    h, rows = mixed.scene.happened, mixed.rows
    light = (h.cause == Cause.FIRE) & (h.weapon < 2)
    for source_class in (SourceClass.OBSERVER, SourceClass.CAMERA, SourceClass.ACOUSTIC):
        which = perceived(mixed, source_class)
        which = which[light[rows.incident[which]]]
        of = rows.incident[which]
        bearing, far = towards(rows.observer_e[which], rows.observer_n[which], h.origin_e[of], h.origin_n[of])
        off = (rows.bearing[which] - bearing + 180) % 360 - 180
        assert np.std(off / rows.bearing_sd[which]) == pytest.approx(1, abs=0.15), source_class
        said = (rows.distance[which] - far) / (rows.distance_sd[which] / rows.distance[which] * far)
        assert np.nanstd(said) == pytest.approx(1, abs=0.2), source_class


def test_observers_rarely_say_which_end_of_a_shot_they_heard_and_are_sometimes_wrong(mixed):
    h, rows = mixed.scene.happened, mixed.rows
    which = perceived(mixed, SourceClass.OBSERVER)
    which = which[(h.cause[rows.incident[which]] == Cause.FIRE) & (h.weapon[rows.incident[which]] < 2)]
    said = rows.direction[which]
    assert 0.2 < np.mean(said == DIRECTIONS.index(Direction.OUTGOING)) < 0.4
    assert 0.005 < np.mean(said == DIRECTIONS.index(Direction.IMPACT)) < 0.08
    assert 0.55 < np.mean(said == DIRECTIONS.index(Direction.UNDETERMINED)) < 0.8


def test_one_side_is_better_watched_and_refuses_less(mixed):
    who, g = mixed.scene.who, mixed.scene.ground
    sides = np.array([g.side(np.array([s.east]), np.array([s.north]))[0] for s in who.stations if s.kind == "post"])
    assert np.mean(sides == who.better_side) == pytest.approx(COVERED_SIDE, abs=0.05)
    patrols = [m for m in who.movers if m.kind == "patrol"]
    refused = [
        np.mean([m.stopped.mean() for m in patrols if m.side == side]) for side in (who.better_side, -who.better_side)
    ]
    assert refused[0] < refused[1]
    days = int(mixed.scene.settings.length_days)
    stopped = mixed.rows.phenomenon == PHENOMENA.index(Phenomenon.MOVEMENT_RESTRICTED)
    assert stopped.sum() == sum(m.stopped[:days].sum() for m in patrols)


def test_a_quiet_shift_is_one_in_which_its_source_wrote_nothing(mixed):
    rows = mixed.rows
    quiet = rows.phenomenon == PHENOMENA.index(Phenomenon.QUIET)
    half = rows.time_sd * np.sqrt(3)
    for source in np.unique(rows.source[quiet])[:10]:
        mine = rows.source == source
        spoke = np.sort(rows.time[mine & ~quiet])
        starts, ends = (rows.time - half)[mine & quiet], (rows.time + half)[mine & quiet]
        assert (np.searchsorted(spoke, starts) == np.searchsorted(spoke, ends)).all()
        assert (ends <= mixed.scene.length_s + 1).all()
        assert ends.max() - starts.min() <= DAY_S * mixed.scene.settings.length_days


def test_a_third_party_holds_a_stretch_of_one_side_and_fires_from_it():
    sim = folder.simulate(Settings(incidents=3000, seed=13, parties=("a1", "b2", "c3"), share=0.4, world=World.SENSORS))
    h, g = sim.scene.happened, sim.scene.ground
    fire = h.cause == Cause.FIRE
    assert (g.holder(h.origin_e, g.side(h.origin_e, h.origin_n)) == h.who)[fire].all()
    shares = np.bincount(h.who[fire], minlength=3) / fire.sum()
    assert shares == pytest.approx([0.4, 0.3, 0.3], abs=0.08)
    side, start, end = g.third
    mine = fire & (h.who == 2)
    assert (g.side(h.origin_e, h.origin_n)[mine] == side).all()
    assert ((h.origin_e[mine] >= start) & (h.origin_e[mine] < end)).all()
