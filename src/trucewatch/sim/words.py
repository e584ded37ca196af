"""What is said: the parties' claims in their regimes, denials, admissions, notices, media that copy, residents."""

from dataclasses import dataclass

import numpy as np

from trucewatch.sim import texts
from trucewatch.sim.chance import Bools, Chance, Floats, Generator, Ints
from trucewatch.sim.ground import Ground
from trucewatch.sim.happenings import BOTH, NOBODY, SHOOTING, Cause, Happenings
from trucewatch.sim.rows import MEANS, PHENOMENA, STANCES, Rows, Speaker, changed, join, make
from trucewatch.sim.settings import DAY_S, Regime, Settings
from trucewatch.vocabulary import Means, Phenomenon, SourceClass, Stance

VAGUE_S = (
    (600.0, 0.5),
    (3600.0, 0.3),
    (4 * 3600.0, 0.2),
)  # how well a statement knows its hour, and how often: guesses
VAGUE_KM = ((1.0, 0.5), (3.0, 0.5))
NO_PLACE = 0.08
WRONG_OPPONENT = 0.10  # where there are two to choose from
REPEATED, CORRECTED = 0.04, 0.04  # of the statements
COPIED_WHOLE = 0.80  # of the copied ministry's statements, by every outlet, where all copy one
COPIES_HOUR = 0.5  # of the copies keep the statement's hour; the others give a day's part, later by `LATE_S`
LATE_S, LATE_SD_S = 3 * 3600.0, 3 * 3600.0
OWN_NEWS, AGENCY_NEWS = 0.06, 0.04  # of the shots near a settlement: what an outlet reports from its own people
NAMES_FIRER, NAMES_WRONG = 0.20, 0.05  # of its own news
NEWS_SD_S, NEWS_SD_KM, NEWS_CLUTTER = 3 * 3600.0, 3.0, 0.15
RESIDENTS, RESIDENT_SD_S, RESIDENT_SD_KM, RESIDENT_CLUTTER = 0.05, 1800.0, 2.0, 0.30
AGENCIES = 2
NOTICE_S = 4 * 3600.0  # the length of an announced window
NOTICE_MISSES = 0.05  # of the notices: the window is another
QUARRY_NOTICES = 0.6

_ACCUSES, _DENIES, _ADMITS, _REPORTS = (
    STANCES.index(s) for s in (Stance.ACCUSES, Stance.DENIES, Stance.ADMITS, Stance.REPORTS)
)


@dataclass(frozen=True, slots=True)
class Places:
    """The settlements that statements name."""

    east: Floats
    north: Floats

    def near(self, east: Floats, north: Floats) -> Ints:
        """Return the nearest settlement to each place, -1 where there is no place."""
        found = np.full(len(east), -1)
        for start in range(0, len(east), 50_000):
            part = slice(start, start + 50_000)
            far = np.hypot(self.east[:, None] - east[part], self.north[:, None] - north[part])
            found[part] = np.where(np.isnan(east[part]), -1, np.argmin(np.nan_to_num(far, nan=1e9), axis=0))
        return found


def speak(
    settings: Settings, ground: Ground, h: Happenings, places: Places, speakers: list[Speaker], chance: Chance
) -> list[Rows]:
    """Return what is said of the incidents, and of nothing; adds the speakers to the list."""
    number = len(settings.parties)
    ministries = range(len(speakers), len(speakers) + number)
    speakers += [Speaker(name="{party} ministry", source_class=SourceClass.PARTY, party=p) for p in range(number)]
    accusations = [
        _accusations(settings, ground, h, p, ministries[p], places, chance.stream(f"ministry {p}"))
        for p in range(number)
    ]
    claims = join(accusations)
    answers = [_denials(settings, claims, p, ministries[p], chance.stream(f"denials {p}")) for p in range(number)]
    admitted = [_admissions(settings, h, p, ministries[p], places, chance.stream(f"admits {p}")) for p in range(number)]
    said = join([claims, *answers, *admitted])
    again = _again(said, chance.stream("statements again"))
    return [
        said,
        again,
        _copies(settings, said, ministries, speakers, chance),
        _news(settings, h, ground, places, speakers, chance),
        _residents(settings, h, ground, places, speakers, chance),
        _notices(settings, h, ground, speakers, chance),
    ]


# --- ministries -----------------------------------------------------------------------------------


def _by_half(settings: Settings, party: int, time: Floats, name: str) -> Floats:
    first, second = settings.voices(party)
    early = time < settings.length_days * DAY_S / 2
    by_half: Floats = np.where(early, getattr(first, name), getattr(second, name))
    return by_half


def _accusations(
    settings: Settings, ground: Ground, h: Happenings, party: int, source: int, places: Places, draw: Generator
) -> Rows:
    count = len(h)
    chances = draw.random((3, count))
    answered = (h.cause == Cause.EXCHANGE) & (h.first == party)
    hit = (
        (h.victim == party) & np.isin(h.cause, (Cause.FIRE, Cause.EXCHANGE, Cause.OTHER_ACTOR)) & (h.who != party)
    ) | answered
    own = (h.cause == Cause.FIRE) & (h.who == party)
    side = ground.side(h.target_e, h.target_n)
    others_ground = ground.holder(h.target_e, side) != party
    innocent = np.isin(h.cause, (Cause.TRAINING, Cause.TRAINING_ANNOUNCED, Cause.DEMINING, Cause.DEMINING_ANNOUNCED, Cause.QUARRY, Cause.THUNDER))  # noqa: E501  # fmt: skip
    says = hit & (chances[0] < _by_half(settings, party, h.time, "accuses"))
    says |= own & (chances[1] < _by_half(settings, party, h.time, "blames"))
    says |= innocent & others_ground & (chances[2] < _by_half(settings, party, h.time, "misreads"))
    which = np.flatnonzero(says)
    at_e = np.select([answered, own], [h.reply_to_e, h.origin_e], h.target_e)[which]
    at_n = np.select([answered, own], [h.reply_to_n, h.origin_n], h.target_n)[which]
    firer = np.where(h.cause == Cause.FIRE, h.who, np.where(answered, h.victim, h.first))[which]
    across = ground.holder(at_e, -ground.side(at_e, at_n))
    accused = np.where((firer < 0) | (firer == party), across, firer)
    time = h.time[which]
    invented = _invented(settings, ground, party, time, draw)
    at_e, at_n = np.concatenate([at_e, invented[1]]), np.concatenate([at_n, invented[2]])
    lies = ground.holder(invented[1], -ground.side(invented[1], invented[2]))
    accused = _opponents(settings, party, np.concatenate([accused, lies]), draw)
    time = np.concatenate([time, invented[0]])
    incident = np.concatenate([which, np.full(len(lies), -1)])
    rows = _statement(source, incident, time, at_e, at_n, places, draw)
    arms = np.concatenate([h.weapon[which], draw.integers(0, 8, len(lies))])
    rounds = np.concatenate([h.rounds[which], 1 + draw.poisson(5, len(lies))])
    inflated = np.rint(rounds * draw.lognormal(0.2, 0.4, len(rounds)))
    return changed(
        rows, accuses=accused, stance=np.full(len(rows), _ACCUSES), arms=arms,
        text=draw.choice(texts.ACCUSING, len(rows)),
        count=np.where(draw.random(len(rows)) < 0.6, np.maximum(inflated, 1), -1).astype(np.int64),
    )  # fmt: skip


def _opponents(settings: Settings, party: int, accused: Ints, draw: Generator) -> Ints:
    """Return whom the party names: never itself; of two opponents now and then the wrong one."""
    number = len(settings.parties)
    slips = draw.random(len(accused)) < (WRONG_OPPONENT if number > 2 else 0.0)
    named = np.where(accused == party, (party + 1) % number, accused)
    return np.where(slips, number * (number - 1) // 2 - party - named, named)


def _invented(
    settings: Settings, ground: Ground, party: int, time: Floats, draw: Generator
) -> tuple[Floats, Floats, Floats]:
    """Return (time, east, north) of claims about nothing, on the party's own ground."""
    half = settings.length_days * DAY_S / 2
    times: list[Floats] = []
    for at, voice in enumerate(settings.voices(party)):
        real = int(np.sum((time >= half) == bool(at)))
        times.append(
            draw.uniform(at * half, (at + 1) * half, int(draw.poisson(real * voice.invents / (1 - voice.invents))))
        )
    when = np.concatenate(times)
    east, side = ground.somewhere(draw, len(when), np.full(len(when), party))
    return when, *ground.beside(east, side, draw.uniform(0.2, 6, len(when)))


def _statement(
    source: int, incident: Ints, time: Floats, east: Floats, north: Floats, places: Places, draw: Generator
) -> Rows:
    """Return rows with the hour and place as well as a statement knows them."""
    count = len(time)
    sd_s = draw.choice([s for s, _ in VAGUE_S], count, p=[p for _, p in VAGUE_S])
    sd_km = draw.choice([s for s, _ in VAGUE_KM], count, p=[p for _, p in VAGUE_KM])
    placed = draw.random(count) >= NO_PLACE
    said_e = np.where(placed, east + draw.normal(0, 1, count) * sd_km, np.nan)
    said_n = np.where(placed, north + draw.normal(0, 1, count) * sd_km, np.nan)
    return make(
        count, source=float(source), incident=incident,
        time=np.round((time + draw.normal(0, 1, count) * sd_s) / 60) * 60,
        time_sd=sd_s, means=float(MEANS.index(Means.PARTY_REPORT)),
        phenomenon=float(PHENOMENA.index(Phenomenon.EXPLOSION)),
        place_e=said_e, place_n=said_n, place_sd=np.where(placed, sd_km, np.nan), near=places.near(east, north),
    )  # fmt: skip


def _denials(settings: Settings, claims: Rows, party: int, source: int, draw: Generator) -> Rows:
    """Return denials of accusations against the party, at the hour and place that the accusation names."""
    denied = (claims.accuses == party) & (
        draw.random(len(claims)) < _by_half(settings, party, np.asarray(claims.time), "denies")
    )
    rows = claims.take(np.flatnonzero(denied))
    none = np.full(len(rows), -1)
    return changed(
        rows, source=np.full(len(rows), source), accuses=none, count=none, stance=np.full(len(rows), _DENIES),
        text=draw.choice(texts.DENYING, len(rows)),
    )  # fmt: skip


def _admissions(settings: Settings, h: Happenings, party: int, source: int, places: Places, draw: Generator) -> Rows:
    own = (h.cause == Cause.FIRE) & (h.who == party)
    which = np.flatnonzero(own & (draw.random(len(h)) < _by_half(settings, party, h.time, "admits")))
    rows = _statement(source, which, h.time[which], h.origin_e[which], h.origin_n[which], places, draw)
    return changed(
        rows, accuses=np.full(len(rows), party), stance=np.full(len(rows), _ADMITS), arms=h.weapon[which],
        text=draw.choice(texts.ADMITTING, len(rows)),
    )  # fmt: skip


def _again(said: Rows, draw: Generator) -> Rows:
    """Return statements that are made twice, and those that a second one makes more exact about its hour."""
    chance = draw.random(len(said))
    repeated = said.take(np.flatnonzero(chance < REPEATED))
    repeated = changed(repeated, time=repeated.time + 60)
    corrected = said.take(np.flatnonzero(chance > 1 - CORRECTED))
    moved = corrected.place_e + draw.normal(0, 0.3, len(corrected))
    return join(
        [repeated, changed(corrected, place_e=moved, count=np.where(corrected.count > 0, corrected.count + 1, -1))]
    )


# --- media and residents --------------------------------------------------------------------------


def _copies(settings: Settings, said: Rows, ministries: range, speakers: list[Speaker], chance: Chance) -> Rows:
    """Return what outlets repeat of the ministries, in other words or another language, mostly later."""
    number = len(ministries)
    parts: list[Rows] = []
    for outlet in range(number + AGENCIES):
        own = outlet if outlet < number else NOBODY
        source = len(speakers)
        name = "{party} News" if own >= 0 else f"Agency {outlet - number + 1}"
        speakers.append(Speaker(name=name, source_class=SourceClass.MEDIA, party=own))
        draw = chance.stream(f"outlet {outlet}")
        author = said.source - ministries[0]
        taken = np.where(author == own, settings.copied, settings.copied_by_neutral if own < 0 else 0.0)
        if settings.regime is Regime.COPYING:
            taken = np.where(author == 0, COPIED_WHOLE, taken)
        parts.append(_copy(said.take(np.flatnonzero(draw.random(len(said)) < taken)), source, draw))
    return join(parts)


def _copy(rows: Rows, source: int, draw: Generator) -> Rows:
    count = len(rows)
    keeps = draw.random(count) < COPIES_HOUR
    later = rows.time + draw.exponential(LATE_S, count)
    moved = draw.normal(0, 0.5, (2, count))
    text = np.select(
        [rows.stance == _DENIES, rows.stance == _ADMITS],
        [draw.choice(texts.RETOLD_DENYING, count), draw.choice(texts.RETOLD_ADMITTING, count)],
        draw.choice(texts.RETOLD_ACCUSING, count),
    )
    return changed(
        rows, source=np.full(count, source), time=np.where(keeps, rows.time, np.round(later / 60) * 60),
        time_sd=np.where(keeps, rows.time_sd, np.hypot(rows.time_sd, LATE_SD_S)),
        place_e=rows.place_e + moved[0], place_n=rows.place_n + moved[1], place_sd=np.hypot(rows.place_sd, 0.5),
        means=np.full(count, MEANS.index(Means.MEDIA)), text=text,
    )  # fmt: skip


def _news(
    settings: Settings, h: Happenings, ground: Ground, places: Places, speakers: list[Speaker], chance: Chance
) -> Rows:
    """Return what outlets report from their own people; an outlet of a side works on that side's ground only."""
    parts: list[Rows] = []
    shots = np.isin(h.cause, SHOOTING)
    for source, speaker in enumerate(speakers):
        if speaker.source_class is not SourceClass.MEDIA:
            continue
        draw = chance.stream(f"correspondents {source - len(speakers)}")
        there = shots if speaker.party < 0 else shots & (h.victim == speaker.party)
        which = np.flatnonzero(there & (draw.random(len(h)) < (AGENCY_NEWS if speaker.party < 0 else OWN_NEWS)))
        rows = _hearsay(settings, ground, h, which, places, source, (NEWS_SD_S, NEWS_SD_KM, NEWS_CLUTTER), draw)
        told, real = draw.random(len(rows)), rows.incident >= 0
        firer = np.where(real, h.who[np.maximum(rows.incident, 0)], NOBODY)
        number = len(settings.parties)
        someone = draw.integers(0, number, len(rows))
        names = (told < NAMES_FIRER) & (firer >= 0)
        wrong = (told > 1 - NAMES_WRONG) & (firer != BOTH)
        accused = np.select([names, wrong], [firer, someone], -1)
        if speaker.party >= 0:
            accused = np.where(accused == speaker.party, -1, accused)
        parts.append(changed(
            rows, accuses=accused, stance=np.where(accused >= 0, _ACCUSES, _REPORTS),
            means=np.full(len(rows), MEANS.index(Means.MEDIA)), text=draw.choice(texts.REPORTING, len(rows)),
        ))  # fmt: skip
    return join(parts)


def _residents(
    settings: Settings, h: Happenings, ground: Ground, places: Places, speakers: list[Speaker], chance: Chance
) -> Rows:
    draw = chance.stream("residents")
    loud = h.cause != Cause.FIELD_FIRE
    which = np.flatnonzero(loud & (draw.random(len(h)) < RESIDENTS))
    source = len(speakers)
    speakers.append(Speaker(name="Residents' hotline", source_class=SourceClass.INTERLOCUTOR))
    rows = _hearsay(settings, ground, h, which, places, source, (RESIDENT_SD_S, RESIDENT_SD_KM, RESIDENT_CLUTTER), draw)
    return changed(
        rows, stance=np.full(len(rows), _REPORTS), means=np.full(len(rows), MEANS.index(Means.TOLD_BY_INTERLOCUTOR)),
        text=draw.choice(texts.TOLD, len(rows)),
    )  # fmt: skip


def _hearsay(
    settings: Settings,
    ground: Ground,
    h: Happenings,
    which: Ints,
    places: Places,
    source: int,
    errs: tuple[float, float, float],
    draw: Generator,
) -> Rows:
    """Return vague rows about these incidents and, as clutter, about nothing; `errs` are (s, km, share of clutter)."""
    sd_s, sd_km, clutter = errs
    number = int(draw.poisson(len(which) * clutter / (1 - clutter)))
    along, side = ground.somewhere(draw, number)
    no_e, no_n = ground.beside(along, side, draw.uniform(0, settings.belt_km, number))
    east, north = np.concatenate([h.target_e[which], no_e]), np.concatenate([h.target_n[which], no_n])
    time = np.concatenate([h.time[which], draw.uniform(0, settings.length_days * DAY_S, number)])
    count = len(time)
    return make(
        count, source=float(source), incident=np.concatenate([which, np.full(number, -1)]),
        time=np.round((time + draw.normal(0, sd_s, count)) / 600) * 600, time_sd=sd_s,
        phenomenon=float(PHENOMENA.index(Phenomenon.EXPLOSION)), place_e=east + draw.normal(0, sd_km, count),
        place_n=north + draw.normal(0, sd_km, count), place_sd=sd_km, near=places.near(east, north),
    )  # fmt: skip


# --- notices --------------------------------------------------------------------------------------


def _notices(settings: Settings, h: Happenings, ground: Ground, speakers: list[Speaker], chance: Chance) -> Rows:
    """Return announcements of training, demining and blasting: one for each window; they link to nothing."""
    draw = chance.stream("notices")
    base = len(speakers)
    number = len(settings.parties)
    speakers += [
        Speaker(name="{party} liaison office", source_class=SourceClass.NOTIFICATION, party=p) for p in range(number)
    ]
    speakers.append(Speaker(name="Mining inspectorate", source_class=SourceClass.NOTIFICATION))
    lone = np.where(h.burst >= 0, h.burst, len(h) + 1 + np.arange(len(h)))
    _, first = np.unique(lone, return_index=True)
    told: Bools = draw.random(len(h)) < QUARRY_NOTICES
    parts: list[Rows] = []
    for cause, phenomenon, text in (
        (Cause.TRAINING_ANNOUNCED, Phenomenon.ANNOUNCED_TRAINING, texts.NOTICE_TRAINING),
        (Cause.DEMINING_ANNOUNCED, Phenomenon.ANNOUNCED_DEMINING, texts.NOTICE_DEMINING),
        (Cause.QUARRY, Phenomenon.ANNOUNCED_QUARRY, texts.NOTICE_QUARRY),
    ):
        which = first[h.cause[first] == cause]
        which = which[told[which]] if cause is Cause.QUARRY else which
        count = len(which)
        holder = ground.holder(h.target_e[which], ground.side(h.target_e[which], h.target_n[which]))
        opens = np.where(draw.random(count) < NOTICE_MISSES, 2.0, draw.uniform(0.05, 0.45, count)) * NOTICE_S
        parts.append(make(
            count, source=base + (np.full(count, number) if cause is Cause.QUARRY else holder),
            time=np.round((h.time[which] - opens + NOTICE_S / 2) / 600) * 600, time_sd=NOTICE_S / np.sqrt(12),
            phenomenon=float(PHENOMENA.index(phenomenon)), text=float(text),
            place_e=h.target_e[which], place_n=h.target_n[which], place_sd=1.0,
        ))  # fmt: skip
    return join(parts)
