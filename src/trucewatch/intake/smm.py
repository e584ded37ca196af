"""Readers of three tables of facts from the daily reports of the OSCE Special Monitoring Mission to Ukraine.

Times are local, by the day of the row (EET or EEST). Distances and bearings are people's estimates: their
errors here are guesses. Words that the vocabulary lacks ("patrol", "salvo") are kept as written.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from trucewatch.intake import cells as numbers
from trucewatch.intake import daytimes
from trucewatch.intake.columns import cell, day
from trucewatch.intake.mission_words import DIRECTIONS, PHENOMENA, term
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.weapons import weapon
from trucewatch.intake.whereabouts import named, sectors, whereabouts
from trucewatch.model import Clocks, Coded, Count, Observation, Ray, Source, Span
from trucewatch.spacetime import COMPASS, COMPASS_STEP_DEG
from trucewatch.vocabulary import Direction, Means, Phenomenon, Qualifier, SourceClass

FARTHEST_KM = 60.0  # nobody hears or sees fire farther than this: a row that says so holds a slip

_MEANS = {
    "camera": Means.RECORDED_CAMERA,
    "recorded": Means.RECORDED_CAMERA,
    "heard": Means.HEARD,
    "saw": Means.SAW,
    "mini-uav": Means.MINI_UAV,
    "mid-range uav": Means.MID_RANGE_UAV,
    "long-range uav": Means.LONG_RANGE_UAV,
}
_CLASSES = {
    "camera": SourceClass.CAMERA,
    "recorded": SourceClass.CAMERA,
    "patrol": SourceClass.OBSERVER,
    "heard": SourceClass.OBSERVER,
    "saw": SourceClass.OBSERVER,
    "heard and saw": SourceClass.OBSERVER,
    "saw and heard": SourceClass.OBSERVER,
}
_WHO = {SourceClass.OBSERVER: "patrol", SourceClass.CAMERA: "camera"}
_QUALIFIERS = {
    "exact": Qualifier.EXACT,
    "about": Qualifier.ABOUT,
    "almost": Qualifier.ABOUT,
    "at least": Qualifier.AT_LEAST,
    "at most": Qualifier.AT_MOST,
}
_ABOUT = ("about", "around", "approximately", "approx", "approx.", "circa", "ca.", "some", "nearly", "almost", "~")
_AT_LEAST = ("at least", "not less than", "no less than", "no fewer than", "more than", "over")
_YES = frozenset({"1", "yes", "y", "true"})
_FLIGHT = re.compile(r"(?:[Ff]rom )?([NESW]{1,3})(?:\s?>\s?| to )([NESW]{1,3})", re.ASCII)
NOT_KNOWN = frozenset({"n/k", "n/a", "not known"})  # the mission's own signs for what its tables leave open
_DAYS = re.compile(r"(\d{4}-\d\d-)(\d\d)(?:/(\d\d))?", re.ASCII)
_PARTIAL = re.compile(r"(mostly |.*rest )?undetermined|\d+ \w+", re.ASCII)

HUNDREDS = 200  # "hundreds" are two hundred at least


def _stated(cells: Mapping[str, str], name: str) -> str:
    """Return a cell; "N/K" is an empty one."""
    text = cell(cells, name)
    return "" if text.casefold() in NOT_KNOWN else text


def count(low: str, high: str, approximate: str, words: str) -> Count:
    """Return how many, from the cells and the hedge in words ("at least", "almost 160", "hundreds").

    Raises:
        ValueError: when a bound is not a whole number or the bounds are exchanged.

    """
    least = numbers.optional(low, numbers.count, "n_min")
    most = numbers.optional(high, numbers.count, "n_max")
    if least is None and most is None:
        return Count(low=HUNDREDS, qualifier=Qualifier.AT_LEAST) if "hundreds" in words else Count()
    if least is None:
        return Count(high=most, qualifier=Qualifier.AT_MOST)
    if most is None or "at least" in words or _hedged(words, least, _AT_LEAST):
        return Count(low=least, qualifier=Qualifier.AT_LEAST)
    if least > most:
        raise ValueError(f"the count runs backwards, from {least} to {most}")
    if least < most:
        return Count(low=least, high=most, qualifier=Qualifier.RANGE)
    hedged = approximate.casefold() in _YES or "almost" in words or _hedged(words, least, _ABOUT)
    return Count(low=least, high=most, qualifier=Qualifier.ABOUT if hedged else Qualifier.EXACT)


def _hedged(words: str, number: int, hedges: Sequence[str]) -> bool:
    """Tell whether one of the hedges stands before the number or alone: "about 200 m away" hedges no count of 20."""
    parts = [" ".join(part.casefold().split()) for part in re.split(r"[;,]", words)]
    return any(
        part == hedge or re.search(rf"(?<!\w){re.escape(hedge)} ?{number}\b(?!\.\d)", part)
        for part in parts
        for hedge in hedges
    )


def direction(assessment: str) -> Coded[Direction]:
    """Return the mission's assessment; one that covers only a part of the phenomena leaves the row undetermined."""
    found = term(DIRECTIONS, assessment)
    partial = _PARTIAL.fullmatch(assessment.casefold()) is not None
    return Coded(term=found or (Direction.UNDETERMINED if partial else None), verbatim=assessment)


def flights_deg(words: str) -> tuple[float, ...]:
    """Return the directions towards which projectiles flew, of sixteen: "W>E and E to W" is (90, 270).

    Raises:
        ValueError: when the words are not of this form.

    """
    parts = [part.strip() for part in words.split(" and ") if part.strip()]
    matches = [_FLIGHT.fullmatch(part) for part in parts]
    if not all(match and {match[1], match[2]} <= set(COMPASS) for match in matches):
        raise ValueError(f"flight {words[:30]!r} is not written as W>E, of the sixteen points of the compass")
    return tuple(sorted({COMPASS.index(match[2]) * COMPASS_STEP_DEG for match in matches if match}))


def distance(low: str, high: str) -> Span | None:
    """Return the range of distances, None where neither end is stated.

    Raises:
        ValueError: when an end is no distance in km or the ends are exchanged.

    """
    if not low and not high:
        return None
    nearest = _km(low, "dist_min_km") if low else 0.0
    farthest = _km(high, "dist_max_km") if high else nearest
    if nearest > farthest:
        raise ValueError(f"the distance runs backwards, from {low} to {high} km")
    return Span(low_km=nearest, high_km=farthest, sd_km=numbers.estimate_sd_km((nearest + farthest) / 2))


def _km(text: str, name: str) -> float:
    if re.fullmatch(r"[\d.]+\s*(?:-|–|to)\s*[\d.]+(?:\s*km)?", text, re.ASCII):
        raise ValueError(f"{name} {text[:20]!r} is two distances; write them in dist_min_km and dist_max_km")
    return numbers.between(text, name, 0, FARTHEST_KM)


def _means(word: str) -> Coded[Means]:
    """Return the means; the mission's "patrol" does not say whether it heard or saw, so its term is None."""
    return Coded(term=term(_MEANS, word), verbatim=word)


def _source(means: str, post: str) -> Source:
    """Return who noted it: what a patrol heard and what it saw from one post are one source, as are a camera's rows."""
    found = SourceClass.DRONE if "uav" in means.casefold() else term(_CLASSES, means)
    who = means if found is None else _WHO.get(found, means)
    return Source(name=f"SMM {who} {named(post)[0]}".strip(), source_class=Coded(term=found, verbatim=means))


def _read_observation(cells: Mapping[str, str], context: Context) -> Observation:
    of_day = day(_stated(cells, "obs_date"), "obs_date")
    post, note = _stated(cells, "observer_place"), _stated(cells, "note")
    observer = whereabouts(post, _stated(cells, "place_offset"), context.gazetteer)
    when = daytimes.interval(of_day, _stated(cells, "start_local"), _stated(cells, "end_local"), context.time_zone)
    bearings = sectors(_stated(cells, "bearing_from_observer"))
    span = distance(_stated(cells, "dist_min_km"), _stated(cells, "dist_max_km"))
    event, assessment = _stated(cells, "event"), _stated(cells, "assessment")
    # the mission's later tables write in one column, "description", what was assessed or whither it flew
    flown = "" if _FLIGHT.fullmatch(assessment) is None else assessment
    number = count(_stated(cells, "n_min"), _stated(cells, "n_max"), _stated(cells, "n_is_approximate"), note)
    numbers.check_perceived(number)
    return Observation(
        source=_source(_stated(cells, "means"), post),
        means=_means(_stated(cells, "means")),
        phenomenon=Coded(term=term(PHENOMENA, event), verbatim=event),
        direction=direction("" if flown else assessment),
        clocks=Clocks(claimed=when),
        reader=OBSERVATIONS.kind,
        raw=(),
        observer=observer,
        place=Ray(observer=observer, sectors=bearings, distance=span),
        count=number,
        weapon=weapon(_stated(cells, "weapon")),
        flights_deg=flights_deg(_stated(cells, "flight") or flown),
        observer_held_by=context.named(_stated(cells, "place_held_by")),
        is_total="total of the day" in note,
        text=note,
    )


def sighting_days(text: str) -> tuple[date, date]:
    """Return the first and last day of "2018-07-30/31" or "2018-07-30"."""
    match = _DAYS.fullmatch(text)
    if match is None:
        raise ValueError(f"date {text[:30]!r} is not written as 2018-07-30 or 2018-07-30/31")
    return day(match[1] + match[2], "date"), day(match[1] + (match[3] or match[2]), "date")


def _read_sighting(cells: Mapping[str, str], context: Context) -> Observation:
    means, category = _stated(cells, "means"), _stated(cells, "category")
    number = _stated(cells, "n")
    place = whereabouts(_stated(cells, "place"), _stated(cells, "offset"), context.gazetteer)
    return Observation(
        # the place is where the weapon stood; who saw it where is not told, so all patrols of the table are one line
        source=_source(means, ""),
        means=_means(means),
        phenomenon=Coded(term=Phenomenon.WEAPON_SEEN),
        direction=Coded(term=None),
        clocks=Clocks(claimed=daytimes.days(*sighting_days(_stated(cells, "date")), context.time_zone)),
        reader=WITHDRAWAL.kind,
        raw=(),
        place=place,
        count=count(number, number, "", category),
        weapon=weapon(_stated(cells, "weapon")),
        place_held_by=context.named(_stated(cells, "area")),
        text=category,
    )


def _read_total(cells: Mapping[str, str], context: Context) -> Observation:
    of_day, hedge = day(_stated(cells, "date"), "date"), _stated(cells, "qualifier")
    number = numbers.optional(_stated(cells, "explosions"), numbers.count, "explosions")
    if number is None or hedge not in _QUALIFIERS:
        raise ValueError(f"a total needs a number and a qualifier, not {hedge[:20]!r}")
    qualifier = _QUALIFIERS[hedge]
    return Observation(
        source=Source(name="SMM daily report", source_class=Coded(term=SourceClass.OBSERVER)),
        means=Coded(term=None),
        phenomenon=Coded(term=Phenomenon.EXPLOSION, verbatim="explosions"),
        direction=Coded(term=None),
        clocks=Clocks(claimed=daytimes.days(of_day, of_day, context.time_zone)),
        reader=TOTALS.kind,
        raw=(),
        count=Count(
            low=None if qualifier is Qualifier.AT_MOST else number,
            high=None if qualifier is Qualifier.AT_LEAST else number,
            qualifier=qualifier,
        ),
        is_total=True,
        text=f"{_stated(cells, 'region')} region, total of the day",
    )


OBSERVATIONS = Reader(
    kind="smm_observations",
    columns=frozenset({"obs_date", "start_local", "observer_place", "place_offset", "event", "bearing_from_observer"}),
    read=_read_observation,
)
WITHDRAWAL = Reader(
    kind="smm_withdrawal_sightings",
    columns=frozenset({"date", "means", "place", "offset", "weapon", "n", "category"}),
    read=_read_sighting,
)
TOTALS = Reader(
    kind="smm_daily_totals",
    columns=frozenset({"region", "date", "explosions", "qualifier"}),
    read=_read_total,
)
