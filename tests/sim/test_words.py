"""What each regime makes the parties and the outlets say, and that nobody is preferred where none is meant to be."""

import numpy as np
import pytest

from trucewatch.sim import folder
from trucewatch.sim.happenings import BOTH, Cause
from trucewatch.sim.rows import PHENOMENA, STANCES
from trucewatch.sim.settings import Regime, Settings, World, asked
from trucewatch.vocabulary import Phenomenon, Stance

ACCUSES, DENIES, REPORTS = (STANCES.index(s) for s in (Stance.ACCUSES, Stance.DENIES, Stance.REPORTS))


@pytest.fixture(scope="module")
def worlds():
    return {r: folder.simulate(Settings(incidents=1600, seed=21, regime=r)) for r in Regime}


def accusations(sim, party):
    return np.flatnonzero((sim.rows.source == sim.scene.who.ministries[party]) & (sim.rows.stance == ACCUSES))


def true_share(sim, party, which=None):
    """Share of a ministry's accusations that name who really fired."""
    mine = accusations(sim, party) if which is None else which
    of, rows = sim.rows.incident[mine], sim.rows
    who = sim.scene.happened.who[of]
    return np.mean((of >= 0) & ((who == rows.accuses[mine]) | (who == BOTH)))


def test_in_balance_both_say_as_much_and_as_truly(worlds):
    first, second = (accusations(worlds[Regime.BALANCED], p) for p in (0, 1))
    assert len(first) == pytest.approx(len(second), rel=0.2)
    assert true_share(worlds[Regime.BALANCED], 0) == pytest.approx(true_share(worlds[Regime.BALANCED], 1), abs=0.07)


def test_the_loud_one_publishes_three_times_as_much_and_the_silent_one_nothing(worlds):
    usual = len(accusations(worlds[Regime.BALANCED], 0))
    assert len(accusations(worlds[Regime.LOUD], 0)) / usual == pytest.approx(3, abs=0.5)
    silent = worlds[Regime.SILENT]
    assert not (silent.rows.source == silent.scene.who.ministries[0]).any()
    for regime in (Regime.LOUD, Regime.SILENT):
        assert len(accusations(worlds[regime], 1)) == pytest.approx(
            len(accusations(worlds[Regime.BALANCED], 1)), rel=0.1
        )


def test_the_liar_accuses_for_its_own_fire_and_the_flipping_one_from_half_time(worlds):
    assert true_share(worlds[Regime.LYING], 0) < 0.4 < true_share(worlds[Regime.LYING], 1)
    lying = worlds[Regime.LYING]
    of = lying.rows.incident[accusations(lying, 0)]
    own = (lying.scene.happened.cause == Cause.FIRE) & (lying.scene.happened.who == 0)
    assert len(np.unique(of[(of >= 0) & own[of]])) / own.sum() == pytest.approx(0.7, abs=0.05)
    flipping = worlds[Regime.FLIPPING]
    mine = accusations(flipping, 0)
    early = flipping.rows.time[mine] < flipping.scene.length_s / 2
    assert true_share(flipping, 0, mine[early]) > 0.65 > 0.45 > true_share(flipping, 0, mine[~early])


def test_where_all_copy_one_ministry_its_words_are_everywhere_in_other_words(worlds):
    rows = {r: worlds[r].rows for r in (Regime.BALANCED, Regime.COPYING)}
    agency = worlds[Regime.COPYING].scene.who.outlets[2]
    said = {r: np.sum((rows[r].source == agency) & (rows[r].stance == ACCUSES) & (rows[r].accuses == 1)) for r in rows}
    assert said[Regime.COPYING] > 4 * said[Regime.BALANCED]
    sim = worlds[Regime.COPYING]
    copies = np.flatnonzero((sim.rows.source == agency) & (sim.rows.accuses == 1) & (sim.rows.incident >= 0))
    originals = set(sim.rows.text[accusations(sim, 0)].tolist())
    assert not originals & set(sim.rows.text[copies].tolist())


def test_an_outlet_of_the_other_side_quotes_and_never_accuses_its_own(worlds):
    for sim in worlds.values():
        for party, outlet in enumerate(list(sim.scene.who.outlets)[:2]):
            mine = sim.rows.source == outlet
            assert not (mine & (sim.rows.accuses == party) & (sim.rows.stance == ACCUSES)).any()
    sim = worlds[Regime.LYING]
    quotes = (sim.rows.source == sim.scene.who.outlets[1]) & (sim.rows.accuses == 1) & (sim.rows.stance == REPORTS)
    assert quotes.sum() > 10


def test_nobody_accuses_itself_and_denials_answer_accusations(worlds):
    for sim in worlds.values():
        for party in (0, 1):
            assert not (sim.rows.accuses[accusations(sim, party)] == party).any()
    lying = worlds[Regime.LYING]
    denials = np.sum((lying.rows.source == lying.scene.who.ministries[0]) & (lying.rows.stance == DENIES))
    assert denials / len(accusations(lying, 1)) == pytest.approx(0.4, abs=0.1)


def test_training_is_announced_before_it_and_a_liar_announces_what_it_then_shoots(worlds):
    def notices(sim):
        return np.sum(sim.rows.phenomenon == PHENOMENA.index(Phenomenon.ANNOUNCED_TRAINING))

    balanced = worlds[Regime.BALANCED]
    h = balanced.scene.happened
    windows = h.cause == Cause.TRAINING_ANNOUNCED
    bursts = len(np.unique(h.burst[windows & (h.burst >= 0)])) + np.sum(windows & (h.burst < 0))
    assert notices(balanced) == bursts > 10
    assert notices(worlds[Regime.LYING]) > notices(balanced)


def test_instruments_alone_have_no_words():
    sim = folder.simulate(Settings(world=World.SENSORS, incidents=300, seed=22))
    assert (sim.rows.stance < 0).all()
    assert not sim.heat


def test_posts_all_along_the_line_hear_most_of_it():
    sim = folder.simulate(Settings(world=World.POSTS, incidents=800, seed=23))
    shots = sim.scene.happened.cause < Cause.OTHER_ACTOR
    observed = [s.source_class.value in ("observer", "camera") for s in sim.scene.who.speakers]
    rows = sim.rows.incident[np.array(observed)[sim.rows.source]]
    heard = np.bincount(rows[rows >= 0], minlength=len(shots)) > 0
    assert heard[shots].mean() > 0.9


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"world": "moon"}, "--world"), ({"regime": "calm"}, "--regime"), ({"share": 1.5}, "--share"),
        ({"parties": 4}, "--parties"), ({"party_ids": "a,a"}, "different"), ({"party_ids": "both,a"}, "'both'"),
        ({"party_ids": 'a,"b'}, "called"), ({"sigma_scale": 0.0}, "--sigma-scale"), ({"incidents": -1}, "--incidents"),
        ({"days": -2.0}, "--days"), ({"seed": -1}, "--seed"),
    ],
)  # fmt: skip
def test_what_cannot_be_simulated_is_refused_in_a_line(wrong, word):
    usual = {"world": "mixed", "regime": "balanced", "share": 0.5, "parties": 2, "party_ids": "alpha,beta,gamma",
             "seed": 1, "incidents": 0, "days": 0.0, "sigma_scale": 1.0}  # fmt: skip
    assert asked(**usual).incidents == 5000
    assert asked(**{**usual, "days": 9.0}).incidents == 1000
    with pytest.raises(ValueError, match=word):
        asked(**{**usual, **wrong})
