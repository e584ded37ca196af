"""What is said: the parties' claims in their regimes, denials, admissions, notices, media that copy, residents."""

import numpy as np

from trucewatch.sim import texts
from trucewatch.sim.chance import Floats, Generator, Ints
from trucewatch.sim.describe import BETTER, scaled
from trucewatch.sim.happenings import NOBODY, SHOOTING, Cause
from trucewatch.sim.rows import MEANS, PHENOMENA, STANCES, Rows, changed, join, make
from trucewatch.sim.scene import Scene
from trucewatch.sim.settings import Regime, Settings
from trucewatch.sim.weapons import WEAPONS
from trucewatch.vocabulary import Means, Phenomenon, Stance

# (error, how often): how well a statement knows its hour in seconds and its place in kilometres; all here are guesses
VAGUE_S = ((600.0, 0.5), (3600.0, 0.3), (4 * 3600.0, 0.2))
VAGUE_KM = ((1.0, 0.5), (3.0, 0.5))
NO_DEGREES, NO_PLACE = 0.08, 0.04  # of the statements; who names no place has no degrees either
COUNTS, INFLATES = 0.6, 0.2  # of the accusations count the rounds, too many of them: the mean of the factor's logarithm
INVENTED_BACK_KM = (0.2, 6.0)  # from the line, where an invented shot is said to have landed
WRONG_OPPONENT = 0.10  # where there are two to choose from
REPEATED, CORRECTED = 0.04, 0.04  # of the statements
COPIES_HOUR = 0.5  # of the copies keep the statement's hour; the others are dated later, by `LATE_S` on average
LATE_S, COPY_SD_KM = 3 * 3600.0, 0.5
OWN_NEWS, AGENCY_NEWS = 0.06, 0.04  # of the shots: what an outlet reports from its own people
NAMES_FIRER, NAMES_WRONG = 0.20, 0.05  # of its own news
NEWS_SD_S, NEWS_SD_KM, NEWS_CLUTTER = 3 * 3600.0, 3.0, 0.15
RESIDENTS, RESIDENT_SD_S, RESIDENT_SD_KM, RESIDENT_CLUTTER = 0.05, 1800.0, 2.0, 0.30
NOTICE_S = 4 * 3600.0  # the length of an announced window
NOTICE_MISSES = 0.05  # of the notices: the window is another
QUARRY_NOTICES = 0.6  # of the blasts in quarries
Event = tuple[Floats, Floats, Floats]  # what a statement is really about: time, east, north

INNOCENT = (
    Cause.TRAINING, Cause.TRAINING_ANNOUNCED, Cause.DEMINING, Cause.DEMINING_ANNOUNCED, Cause.QUARRY, Cause.THUNDER,
)  # fmt: skip

_ACCUSES, _DENIES, _ADMITS, _REPORTS = (
    STANCES.index(s) for s in (Stance.ACCUSES, Stance.DENIES, Stance.ADMITS, Stance.REPORTS)
)


def speak(scene: Scene) -> list[Rows]:
    """Return what is said of the incidents, and of nothing."""
    parties = range(len(scene.settings.parties))
    claims = join([_accusations(scene, p) for p in parties])
    said = join([claims, *(_denials(scene, claims, p) for p in parties), *(_admissions(scene, p) for p in parties)])
    words = join([said, _again(said, scene.chance.stream("statements again")), _copies(scene, said), _news(scene),
                  _residents(scene)])  # fmt: skip
    return [scaled(words, scene.settings.sigma_scale), _notices(scene)]


# --- ministries -----------------------------------------------------------------------------------


def _by_half(scene: Scene, party: int, time: Floats, name: str) -> Floats:
    """Return one habit of a party's voice at each time: it may be another one in the second half."""
    first, second = scene.settings.voices(party)
    by_half: Floats = np.where(time < scene.length_s / 2, getattr(first, name), getattr(second, name))
    return by_half


def _accusations(scene: Scene, party: int) -> Rows:
    """Return a ministry's accusations: of fire that it was under, of its own, of what was no fire, and of nothing."""
    ground, h, draw = scene.ground, scene.happened, scene.chance.stream(f"ministry {party}")
    answered = (h.cause == Cause.EXCHANGE) & (h.first == party)
    hit = ((h.victim == party) & (h.who != party)) | answered
    own = (h.cause == Cause.FIRE) & (h.who == party)
    holder = ground.holder(h.target_e, ground.side(h.target_e, h.target_n))
    innocent = np.isin(h.cause, INNOCENT) & (holder != party)
    says = np.zeros(len(h), dtype=np.bool_)
    for cases, habit in ((hit, "accuses"), (own, "blames"), (innocent, "misreads")):
        says |= cases & (draw.random(len(h)) < _by_half(scene, party, h.time, habit))
    which = np.flatnonzero(says)
    at_e = np.select([answered, own], [h.reply_to_e, h.origin_e], h.target_e)[which]
    at_n = np.select([answered, own], [h.reply_to_n, h.origin_n], h.target_n)[which]
    firer = np.select([own, innocent, answered, h.cause == Cause.FIRE], [-1, holder, h.victim, h.who], h.first)[which]
    across = ground.holder(at_e, -ground.side(at_e, at_n))
    time, lie_e, lie_n = _invented(scene, party, h.time[which], draw)
    lied = ground.holder(lie_e, -ground.side(lie_e, lie_n))
    none = np.full(len(time), -1)
    accused = _opponents(scene.settings, party, np.concatenate([np.where(firer < 0, across, firer), lied]), draw)
    true = (
        np.concatenate([h.time[which], time]), np.concatenate([at_e, lie_e]), np.concatenate([at_n, lie_n]),
    )  # fmt: skip
    rows = _statement(scene, np.concatenate([which, none]), true, draw)
    of = rows.incident
    arms = np.where(of >= 0, h.weapon[of], draw.integers(0, len(WEAPONS), len(rows)))
    rounds = np.where(of >= 0, h.rounds[of], 1 + draw.poisson(5, len(rows)))
    inflated = np.maximum(1, np.rint(rounds * draw.lognormal(INFLATES, 0.4, len(rows)))).astype(np.int64)
    rows = changed(
        rows, source=np.full(len(rows), scene.who.ministries[party]), arms=arms, stance=np.full(len(rows), _ACCUSES),
        accuses=accused, text=draw.choice(texts.ACCUSING, len(rows)),
        count=np.where(draw.random(len(rows)) < COUNTS, inflated, -1),
    )  # fmt: skip
    return join([rows, _better(scene, rows, true, draw)])


def _better(scene: Scene, rows: Rows, true: Event, draw: Generator) -> Rows:
    """Return second statements of some rows, with a better hour and place."""
    which = np.flatnonzero(draw.random(len(rows)) < CORRECTED)
    first = rows.take(which)
    second = _statement(scene, first.incident, (true[0][which], true[1][which], true[2][which]), draw, BETTER)
    same = ("source", "arms", "stance", "accuses", "text", "count")
    return changed(second, **{name: getattr(first, name) for name in same})


def _opponents(settings: Settings, party: int, accused: Ints, draw: Generator) -> Ints:
    """Return whom the party names: never itself; of two opponents now and then the wrong one."""
    number = len(settings.parties)
    slips = draw.random(len(accused)) < (WRONG_OPPONENT if number > 2 else 0.0)
    other = (party + draw.integers(1, number, len(accused))) % number
    named = np.where(accused == party, other, accused)
    return np.where(slips, number * (number - 1) // 2 - party - named, named)


def _invented(scene: Scene, party: int, time: Floats, draw: Generator) -> tuple[Floats, Floats, Floats]:
    """Return (time, east, north) of claims about nothing, on the party's own ground, where there are so many real."""
    half = scene.length_s / 2
    times: list[Floats] = []
    for at, voice in enumerate(scene.settings.voices(party)):
        real = int(np.sum((time >= half) == bool(at)))
        more = int(draw.poisson(real * voice.invents / (1 - voice.invents)))
        times.append(draw.uniform(at * half, (at + 1) * half, more))
    when = np.concatenate(times)
    east, side = scene.ground.somewhere(draw, len(when), np.full(len(when), party))
    return when, *scene.ground.beside(east, side, draw.uniform(*INVENTED_BACK_KM, len(when)))


def _statement(scene: Scene, incident: Ints, true: Event, draw: Generator, factor: float = 1.0) -> Rows:
    """Return rows with the hour and place as well as a statement knows them; `factor` times the usual error."""
    time, east, north = true
    count = len(time)
    sd_s = factor * draw.choice([s for s, _ in VAGUE_S], count, p=[p for _, p in VAGUE_S])
    sd_km = factor * draw.choice([s for s, _ in VAGUE_KM], count, p=[p for _, p in VAGUE_KM])
    noise, told = draw.standard_normal((3, count)), draw.random(count)
    placed = told >= NO_DEGREES
    return make(
        count, incident=incident, time=np.round((time + noise[0] * sd_s) / 60) * 60, time_sd=sd_s,
        means=MEANS.index(Means.PARTY_REPORT), phenomenon=PHENOMENA.index(Phenomenon.EXPLOSION),
        place_e=np.where(placed, east + noise[1] * sd_km, np.nan),
        place_n=np.where(placed, north + noise[2] * sd_km, np.nan),
        place_sd=np.where(placed, sd_km, np.nan), near=np.where(told >= NO_PLACE, scene.settlement(east, north), -1),
    )  # fmt: skip


def _denials(scene: Scene, claims: Rows, party: int) -> Rows:
    """Return denials of accusations against the party, at the hour and place that the accusation names."""
    draw = scene.chance.stream(f"denials {party}")
    answers = draw.random(len(claims)) < _by_half(scene, party, claims.time, "denies")
    rows = claims.take(np.flatnonzero((claims.accuses == party) & answers))
    none = np.full(len(rows), -1)
    return changed(
        rows, source=np.full(len(rows), scene.who.ministries[party]), accuses=none, count=none,
        stance=np.full(len(rows), _DENIES), text=draw.choice(texts.DENYING, len(rows)),
    )  # fmt: skip


def _admissions(scene: Scene, party: int) -> Rows:
    h, draw = scene.happened, scene.chance.stream(f"admits {party}")
    own = (h.cause == Cause.FIRE) & (h.who == party)
    which = np.flatnonzero(own & (draw.random(len(h)) < _by_half(scene, party, h.time, "admits")))
    rows = _statement(scene, which, (h.time[which], h.origin_e[which], h.origin_n[which]), draw)
    return changed(
        rows, source=np.full(len(rows), scene.who.ministries[party]), accuses=np.full(len(rows), party),
        stance=np.full(len(rows), _ADMITS), arms=h.weapon[which], text=draw.choice(texts.ADMITTING, len(rows)),
    )  # fmt: skip


def _again(said: Rows, draw: Generator) -> Rows:
    """Return statements that are made twice, half of them a minute apart in what they say."""
    repeated = said.take(np.flatnonzero(draw.random(len(said)) < REPEATED))
    return changed(repeated, time=repeated.time + np.where(draw.random(len(repeated)) < 0.5, 60.0, 0.0))


# --- media and residents --------------------------------------------------------------------------


def _copies(scene: Scene, said: Rows) -> Rows:
    """Return what outlets repeat of the ministries, in other words or another language, mostly later.

    An outlet of the other side quotes: it reports what was said, and accuses nobody by that.
    """
    settings, parts = scene.settings, []
    for number, outlet in enumerate(scene.who.outlets):
        own = scene.who.speakers[outlet].party
        draw = scene.chance.stream(f"outlet {number}")
        author = said.source - scene.who.ministries[0]
        foreign = (author != own) & (own >= 0)
        usual = settings.copied_by_neutral if own < 0 else settings.copied
        taken = np.where(foreign, settings.quoted, usual)
        if settings.regime is Regime.COPYING:
            taken = np.where((author == 0) & ~foreign, settings.copied_whole, taken)
        which = np.flatnonzero(draw.random(len(said)) < taken)
        copies = _copy(said.take(which), outlet, draw)
        parts.append(changed(copies, stance=np.where(foreign[which], _REPORTS, copies.stance)))
    return join(parts)


def _copy(rows: Rows, source: int, draw: Generator) -> Rows:
    count = len(rows)
    keeps = draw.random(count) < COPIES_HOUR
    later = np.round((rows.time + draw.exponential(LATE_S, count)) / 60) * 60
    moved = draw.normal(0, COPY_SD_KM, (2, count))
    retold = (texts.RETOLD_DENYING, texts.RETOLD_ADMITTING, texts.RETOLD_ACCUSING)
    denying, admitting, accusing = (draw.choice(ways, count) for ways in retold)
    return changed(
        rows, source=np.full(count, source), time=np.where(keeps, rows.time, later),
        time_sd=np.where(keeps, rows.time_sd, np.hypot(rows.time_sd, LATE_S * np.sqrt(2))),
        place_e=rows.place_e + moved[0], place_n=rows.place_n + moved[1],
        place_sd=np.hypot(rows.place_sd, COPY_SD_KM), means=np.full(count, MEANS.index(Means.MEDIA)),
        text=np.select([rows.stance == _DENIES, rows.stance == _ADMITS], [denying, admitting], accusing),
    )  # fmt: skip


def _news(scene: Scene) -> Rows:
    """Return what outlets report from their own people; an outlet of a side works on that side's ground only."""
    h, parts = scene.happened, []
    shots = np.isin(h.cause, SHOOTING)
    for number, outlet in enumerate(scene.who.outlets):
        own, draw = scene.who.speakers[outlet].party, scene.chance.stream(f"correspondents {number}")
        there = shots if own < 0 else shots & (h.victim == own)
        which = np.flatnonzero(there & (draw.random(len(h)) < (AGENCY_NEWS if own < 0 else OWN_NEWS)))
        rows = _hearsay(scene, which, (NEWS_SD_S, NEWS_SD_KM, NEWS_CLUTTER), draw)
        told, of = draw.random(len(rows)), rows.incident
        firer = np.where(of >= 0, h.who[of], NOBODY)
        someone = draw.integers(0, len(scene.settings.parties), len(rows))
        accused = np.select([(told < NAMES_FIRER) & (firer >= 0), told > 1 - NAMES_WRONG], [firer, someone], -1)
        accused = np.where(accused == own, -1, accused)
        parts.append(changed(
            rows, source=np.full(len(rows), outlet), accuses=accused, stance=np.where(accused >= 0, _ACCUSES, _REPORTS),
            means=np.full(len(rows), MEANS.index(Means.MEDIA)), text=draw.choice(texts.REPORTING, len(rows)),
        ))  # fmt: skip
    return join(parts)


def _residents(scene: Scene) -> Rows:
    """Return what residents told on the telephone; they accuse nobody."""
    h, draw = scene.happened, scene.chance.stream("residents")
    which = np.flatnonzero((h.cause != Cause.FIELD_FIRE) & (draw.random(len(h)) < RESIDENTS))
    rows = _hearsay(scene, which, (RESIDENT_SD_S, RESIDENT_SD_KM, RESIDENT_CLUTTER), draw)
    return changed(
        rows, source=np.full(len(rows), scene.who.residents), stance=np.full(len(rows), _REPORTS),
        means=np.full(len(rows), MEANS.index(Means.TOLD_BY_INTERLOCUTOR)), text=draw.choice(texts.TOLD, len(rows)),
    )  # fmt: skip


def _hearsay(scene: Scene, which: Ints, errs: tuple[float, float, float], draw: Generator) -> Rows:
    """Return vague rows about these incidents and, as clutter, about nothing; `errs` are (s, km, share of clutter)."""
    h, (sd_s, sd_km, clutter) = scene.happened, errs
    number = int(draw.poisson(len(which) * clutter / (1 - clutter)))
    along, side = scene.ground.somewhere(draw, number)
    no_e, no_n = scene.ground.beside(along, side, draw.uniform(0, scene.settings.belt_km, number))
    east, north = np.concatenate([h.target_e[which], no_e]), np.concatenate([h.target_n[which], no_n])
    time = np.concatenate([h.time[which], draw.uniform(0, scene.length_s, number)])
    noise = draw.standard_normal((3, len(time)))
    return make(
        len(time), incident=np.concatenate([which, np.full(number, -1)]),
        time=np.round((time + noise[0] * sd_s) / 600) * 600, time_sd=sd_s,
        phenomenon=PHENOMENA.index(Phenomenon.EXPLOSION), place_e=east + noise[1] * sd_km,
        place_n=north + noise[2] * sd_km, place_sd=sd_km, near=scene.settlement(east, north),
    )  # fmt: skip


# --- notices --------------------------------------------------------------------------------------


def _notices(scene: Scene) -> Rows:
    """Return announcements of training, demining and blasting: one for each window; they link to nothing.

    A party that cloaks its fire announces training where and when it is going to shoot.
    """
    h, draw = scene.happened, scene.chance.stream("notices")
    lone = np.where(h.burst >= 0, h.burst, len(h) + 1 + np.arange(len(h)))
    _, first = np.unique(lone, return_index=True)
    told = draw.random(len(h))
    cloaks = np.zeros(len(h))
    for party in range(len(scene.settings.parties)):
        own = (h.cause == Cause.FIRE) & (h.who == party)
        cloaks = np.where(own, _by_half(scene, party, h.time, "cloaks"), cloaks)
    parts: list[Rows] = []
    for announced, phenomenon, text in (
        (h.cause == Cause.TRAINING_ANNOUNCED, Phenomenon.ANNOUNCED_TRAINING, texts.NOTICE_TRAINING),
        (told < cloaks, Phenomenon.ANNOUNCED_TRAINING, texts.NOTICE_TRAINING),
        (h.cause == Cause.DEMINING_ANNOUNCED, Phenomenon.ANNOUNCED_DEMINING, texts.NOTICE_DEMINING),
        ((h.cause == Cause.QUARRY) & (told < QUARRY_NOTICES), Phenomenon.ANNOUNCED_QUARRY, texts.NOTICE_QUARRY),
    ):
        which = first[announced[first]]
        count = len(which)
        shot = ~np.isnan(h.origin_e[which])
        east = np.where(shot, h.origin_e[which], h.target_e[which])
        north = np.where(shot, h.origin_n[which], h.target_n[which])
        holder = scene.ground.holder(east, scene.ground.side(east, north))
        quarry = phenomenon is Phenomenon.ANNOUNCED_QUARRY
        opens = np.where(draw.random(count) < NOTICE_MISSES, 2.0, draw.uniform(0.05, 0.45, count)) * NOTICE_S
        parts.append(make(
            count, source=np.full(count, scene.who.inspectorate) if quarry else scene.who.liaison[0] + holder,
            time=np.round((h.time[which] - opens + NOTICE_S / 2) / 600) * 600, time_sd=NOTICE_S / np.sqrt(12),
            phenomenon=PHENOMENA.index(phenomenon), text=text, place_e=east, place_n=north, place_sd=1.0,
        ))  # fmt: skip
    return join(parts)
