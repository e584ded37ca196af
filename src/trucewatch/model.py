"""The nouns of the centre: frozen, keyword-only, tuples inside, standard library only. Read this first.

Three layers never mix in one type: what was perceived (`Observation`), what happened (`Incident`), and
what we conclude (`Attribution`, `ClauseStatus`). An observation says *what*, never *who*; a party's
claim is a claim (`Claim`), whoever repeats it. Times are UTC `datetime`s with their offset applied once,
at intake. Longitudes and latitudes are WGS 84 degrees, bearings are degrees from true north, clockwise.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from trucewatch.paper import Agreement
from trucewatch.vocabulary import (
    ATTENTIVE,
    Answer,
    Credibility,
    DecisionRule,
    Direction,
    End,
    FeatureRole,
    FootprintGrade,
    HarmCause,
    HarmStage,
    Intent,
    Listening,
    MandateNotice,
    Means,
    MilestoneOf,
    Modality,
    NoticeOf,
    PersonCategory,
    PersonState,
    Phenomenon,
    Qualifier,
    Says,
    SiteCondition,
    SourceClass,
    Stance,
    State,
    Status,
    Undecided,
    UnitKind,
    View,
    WayCondition,
    WeaponClass,
)

Term = TypeVar("Term", bound=StrEnum)


# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Generic[Term]):
    """A word of a controlled vocabulary, or the source's own word where the vocabulary has none.

    `term` is None when the word is unknown or was not stated; `verbatim` is what the source wrote.
    """

    term: Term | None
    verbatim: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An actor as a source named it: `party` is a party id of the case, or None when the name is not one of them."""

    party: str | None
    verbatim: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many were perceived: inclusive bounds and the hedge; None where that bound was not stated."""

    low: int | None = None
    high: int | None = None
    qualifier: Qualifier = Qualifier.NOT_STATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of distances in kilometres with the standard deviation of each end."""

    low_km: float
    high_km: float
    sd_km: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """Bearings from `from_deg` clockwise to `to_deg` (equal for one bearing), sd in degrees."""

    from_deg: float
    to_deg: float
    sd_deg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A position; `sd_km` is the standard deviation along each axis, None where no error was stated."""

    lon: float
    lat: float
    sd_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ray:
    """Perceived from `observer`, somewhere in `sectors` (none: any bearing) within `distance` (None: not stated)."""

    observer: Point
    sectors: tuple[Sector, ...] = ()
    distance: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Somewhere inside a simple closed ring of (lon, lat); first and last vertex equal."""

    ring: tuple[tuple[float, float], ...]


Place = Point | Ray | Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Not before `start`, not after `end` (equal for an instant); `sd_s` is the clock's standard deviation."""

    start: datetime
    end: datetime
    sd_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The four clocks of a record; they are kept apart and skew is shown, never corrected.

    `claimed`: when the source says it happened; `received`: when the centre had it; `sequenced`: its index
    in the log; `witnessed`: when both mirrors had it. None: not known (yet).
    """

    claimed: Interval | None = None
    received: datetime | None = None
    sequenced: int | None = None
    witnessed: datetime | None = None


# --- what comes in --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who spoke: a post, camera, station, ministry or outlet; `side` names the party it belongs to or depends on."""

    name: str
    source_class: Coded[SourceClass]
    side: Named | None = None

    @property
    def is_watcher(self) -> bool:
        """Tell whether it is of no side and of those who watch over a time: what others say of a watch is hearsay."""
        return self.side is None and self.source_class.term in ATTENTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a statement says of a violation: never evidence of what it says, only that it was said."""

    stance: Stance
    accused: Named | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weapon:
    """Weapon as assessed by the source; `calibres_mm` holds the alternatives, empty where not stated."""

    weapon_class: Coded[WeaponClass]
    calibres_mm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One thing that one source reports, as received.

    `id` is the source's own ("" where it gave none, until enrolment); `key` is given at enrolment: it
    depends on the content but on no party's name, on no order and on no file, and is unique in a run.
    `is_total` marks a sum over a day or region, which no single happening can be associated with.
    `flights_deg` are directions in which projectiles were seen to fly (towards). `observer_held_by` and
    `place_held_by` are whose ground the source says that it stood on, and that its `place` lies on. `raw` keeps the
    cells as they were read, so that nothing is lost by our reading of them. `reader` names that reading.
    """

    source: Source
    means: Coded[Means]
    phenomenon: Coded[Phenomenon]
    direction: Coded[Direction]
    clocks: Clocks
    reader: str
    raw: tuple[tuple[str, str], ...]
    id: str = ""
    key: str = ""
    place: Place | None = None
    observer: Point | None = None
    count: Count = Count()
    weapon: Weapon | None = None
    flights_deg: tuple[float, ...] = ()
    claim: Claim | None = None
    observer_held_by: Named | None = None
    place_held_by: Named | None = None
    is_total: bool = False
    text: str = ""


# --- records other than fire ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a paper asks for ("entry-of-other-side"), stated, denied, or said not to have happened yet."""

    event: str
    says: Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """How many of an item in all up to the record's time; None where that count was not stated."""

    item: str
    offered: int | None = None
    accepted_by_monitor: int | None = None
    accepted_by_other: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How many of an item were there at the record's time, as an interval."""

    item: str
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What a corridor or crossing is from the record's time on; `passages` counts those of the record's time.

    `barred_by` is whose doing it is that it is not open; None: not stated.
    """

    condition: WayCondition
    passages: int | None = None
    barred_by: Named | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRecord:
    """A notice about a mandate, or what became of it."""

    notice: MandateNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One entry of one side's list: `person` is a salted commitment, never a name."""

    person: str
    category: PersonCategory
    state: PersonState


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """People who came back to a place in a period; `obstacle` is what kept others away."""

    place: str
    persons: Count
    obstacle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSeen:
    """One assessor's word on one site; `is_baseline`: from before; `imaged`: when the picture was taken."""

    site: str
    community: str
    condition: SiteCondition
    assessor: str
    is_baseline: bool = False
    imaged: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """Harm to civilians or civilian objects, and how far its report was followed up."""

    stage: HarmStage
    killed: int | None = None
    injured: int | None = None
    cause: Coded[HarmCause] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a side announced beforehand: in `window`, within `radius_km` (None: not stated) of the record's place."""

    of: NoticeOf
    window: Interval
    radius_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a unit was at the record's time; the place is the record's."""

    unit: str
    unit_kind: UnitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """Ground that was in a drone's view in the record's time; only the past, of a mission that is over.

    `rings` are of one polygon of (lon, lat), the outer one first, then its holes; each ends where it begins. They are
    empty where no ground is known, `sd_km` (the standard deviation of its edge) is None then.
    """

    unit: str
    grade: FootprintGrade
    view: View
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()
    sd_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A public claim about what the paper provides: that an actor will, must, may or will not do the record's act.

    Quantities and day are None where the claim names none.
    """

    speaker: str
    outlet: str
    actor: Named | None
    modality: Modality
    at_most: int | None = None
    at_least: int | None = None
    by: Interval | None = None


Body = (
    Event
    | Inventory
    | Strength
    | Passage
    | MandateRecord
    | Listed
    | Returned
    | SiteSeen
    | Harm
    | Notice
    | Position
    | Footprint
    | Statement
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of something other than fire, as received: who says it, of which act of the paper, when it was so.

    `about` is the act ("transfer:agdam"), the word by which obligations find it. `clocks.claimed` is when it was so (an
    instant, or a whole day of the case's time zone), `clocks.received` when the centre could know it: where that was
    not stated, from the end of the claimed time on. `id`, `key`, `reader` and `raw` are as of an observation.
    """

    source: Source
    clocks: Clocks
    about: str
    body: Body
    reader: str
    raw: tuple[tuple[str, str], ...]
    id: str = ""
    key: str = ""
    place: Point | None = None
    text: str = ""


# --- what could not be read -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A row that could not be read, kept and listed: `row` is its first line in the file, counted from 1 (0: the file).

    `raw` holds the beginning of the bytes, `size` their number and `sha256` their digest. `rows` is the number of
    rows that it stands for: more than one for a file of no known kind and for the tail of a file full of bad rows.
    Of a file that names people or may do so `raw` is empty, whatever its size: nothing of it is kept (`is_sealed`).
    """

    file: str
    row: int
    reason: str
    raw: str
    size: int
    sha256: str
    rows: int = 1

    @property
    def is_sealed(self) -> bool:
        """Tell whether nothing of the bytes may be kept or repeated."""
        return self.size > 0 and not self.raw


# --- the case -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of the agreement. `names` are (language, name); `aliases` are the words that sources use for it."""

    id: str
    names: tuple[tuple[str, str], ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardOfProof:
    """What the parties ask of a finding against one of them.

    `probability`: least posterior; `lines`: least number of independent lines of evidence, of which one at
    least is not supplied by the accuser. `calibrated_on` names the record whose proven threshold counts where it is
    higher ("" none).
    """

    probability: float = 0.95
    lines: int = 2
    calibrated_on: str = ""


CENTRE = "centre"  # bears a measure that neither a side nor a guarantor bears: none of them may be called so


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantor:
    """One of those who decide together: `id` is its name in the charter of the log, `names` are (language, name)."""

    id: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """The agreement's procedure between a proposal and a finding: who must agree, and within how many days.

    `reply_days` is what a side has for its reply from the publication on, `remedy_days` what it has for a remedy that
    names no day. Both defaults are guesses of this project, to be set by the mandate: no paper of the bundled cases
    states a term.
    """

    rule: DecisionRule = DecisionRule.UNANIMOUS
    reply_days: int = 3
    remedy_days: int = 14
    guarantors: tuple[Guarantor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """A GeoJSON geometry with its coordinates as nested tuples of degrees."""

    kind: str
    coordinates: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A dated place of the case; valid from (inclusive) to (exclusive), None where open.

    `accuracy_km` is the standard deviation of its boundary; `names` are (language, name), both sides' names
    where they differ; `source` is the credit. `units` are those whom a permitted area is for (empty: every kind).
    """

    role: FeatureRole
    geometry: Geometry
    id: str = ""
    names: tuple[tuple[str, str], ...] = ()
    party: str | None = None
    camera: bool = False
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    accuracy_km: float = 0.0
    source: str = ""
    units: tuple[UnitKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """A shaded picture of the terrain for the maps: a PNG in plain latitude and longitude, its edges in degrees."""

    png: bytes
    west: float
    south: float
    east: float
    north: float
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the centre is asked to watch: the parties, the places, the papers, the standard and the clock.

    `parties` keep the order of case.toml. `days` are the days (local) whose daily reports are wanted. `cards` and
    `records` say of the methods in use what they are and how their probabilities held. `review` is the procedure by
    which people decide. `heard_until` is the last heartbeat (UTC) of what a running centre had heard: no report speaks
    of a later time; None where there is no such log.
    """

    id: str
    titles: tuple[tuple[str, str], ...]
    parties: tuple[Party, ...]
    time_zone: str
    standard: StandardOfProof
    places: tuple[Feature, ...]
    agreements: tuple[Agreement, ...]
    cut_off: time
    days: tuple[date, ...] = ()
    heard_until: datetime | None = None
    relief: Relief | None = None
    cards: tuple["Card", ...] = ()
    records: tuple["Calibration", ...] = ()
    review: ReviewTerms = ReviewTerms()


# --- what we conclude -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Where, with doubt: mean position and its covariance in km² (east, north).

    `radius_km_68` is the radius of the circle about the mean that holds 68 % of the probability; less than that of a
    Gaussian of this covariance where a few of the ways to read the reports put it far away. `end` says which place.
    """

    lon: float
    lat: float
    var_east: float
    var_north: float
    cov_east_north: float
    radius_km_68: float
    end: End = End.PERCEIVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One physical happening, no judgement implied: the observations associated with each other.

    `shares` are the probabilities, in the order of `observations`, that each of them belongs here (empty: certain).
    `shots` are the fire and its answer, where it is an exchange of two shots that were told apart, which one is with
    probability `exchange`: the place is then that of the first shot, the time that of both.
    """

    id: str
    observations: tuple[Observation, ...]
    first_time: datetime | None
    last_time: datetime | None
    place: Estimate | None
    phenomenon: Coded[Phenomenon]
    count: Count
    shares: tuple[float, ...] = ()
    shots: tuple["Incident", ...] = ()
    exchange: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """A unit that stood surely outside every area permitted to it then: a fact for both staffs, no finding.

    It left between `left_after` (when it was last surely inside; None: never seen there before) and `left_before`; it
    came back between `back_after` and `back_before` (None: not seen back). It was outside for `least` at least, where
    it stayed out between positions that follow each other closely, and for `most` at most (None: not known). `depth_km`
    is the geodesic distance of its farthest position from the area, `depth_sd_km` the standard deviation of that;
    `positions` are the keys of the records that were surely outside.
    """

    unit: str
    unit_kind: UnitKind
    left_after: datetime | None
    left_before: datetime
    back_after: datetime
    back_before: datetime | None
    least: timedelta
    most: timedelta | None
    depth_km: float
    depth_sd_km: float
    positions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An incident that lies near a feature, surely or perhaps; `about_km` is coarse on purpose."""

    feature_id: str
    incident_id: str
    about_km: int
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An observation that may belong to several incidents: "one of these four".

    `candidates` are (incident id, probability), the likeliest first; what is missing to 1 is that it belongs to none of
    them. The incident that holds it is the first.
    """

    key: str
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One reason, in bits (log2 likelihood) for each hypothesis.

    `bits` are (hypothesis, bits) in the case's order. `line` names the independent line of evidence that
    the reason belongs to; `supplied_by` is the side whose word or instrument it is (a party's id,
    or the name of a side that the case does not know), None where it is nobody's; `said` marks what rests on
    words alone. `keys` are the records behind it.
    """

    reason: str
    bits: tuple[tuple[str, float], ...]
    line: str
    supplied_by: str | None = None
    said: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Probabilities over each party alone, `both`, `other`, `no_violation`; and what may be said at the standard.

    `determination` is a hypothesis or `undetermined`. `lines` counts the independent lines that speak for the
    leading hypothesis. `why` is one line in words. `undecided` is the category of what is lacking, None where
    something is determined; `credibility` is an Admiralty label of the incident's information. `learned` are the
    probabilities with the sides' learned shares of the fire as the prior: shown beside, never used. `flips` says in
    words which single line a finding cannot do without or, undetermined, what is missing. `first` are the
    probabilities that each party fired first (empty: not two were perceived to), `sequence` the words for it.
    `intent` is only ever what an admission says of itself.
    """

    incident_id: str
    method: str
    probabilities: tuple[tuple[str, float], ...]
    determination: str
    weights: tuple[Weight, ...]
    lines: int
    why: str
    undecided: Undecided | None = None
    learned: tuple[tuple[str, float], ...] = ()
    flips: tuple[str, ...] = ()
    first: tuple[tuple[str, float], ...] = ()
    sequence: str = ""
    intent: Intent = Intent.UNDETERMINED
    credibility: Credibility | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Observation effort on one side's ground in one day (local).

    `hours`: union of the attentive periods, 0 to 24 (23 or 25 when clocks change); `observer_hours`: their
    sum over observers; `by_hour` says what each hour of the day allows to be said; `ground_share`: the share,
    0 to 1, of this side's ground near the line that was within range of somebody attentive, averaged over the day;
    `shares` are the same by hour. `belt_km2` is the size of that ground; `refused_hours` are observer-hours in which
    somebody stated to be attentive near it was refused access, or a drone was denied its view.
    """

    day: date
    side: str
    hours: float
    observer_hours: float
    observers: int
    by_hour: tuple[Listening, ...]
    ground_share: float = 0.0
    shares: tuple[float, ...] = ()
    belt_km2: float = 0.0
    refused_hours: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an incident stood against what was watched; all empty where no fire was perceived.

    `grounds` are (party, probability) of whose ground it lies on. `belt` is the party on whose ground near the line it
    lies more likely than not; `watched_hour` the beginning of its hour where somebody attentive had its place within
    reach for all of that hour, else None.
    """

    perceived: bool = False
    grounds: tuple[tuple[str, float], ...] = ()
    belt: str | None = None
    watched_hour: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many incidents per 100 hours in which all of the ground near the line would have been watched.

    `count` incidents under watch in `exposure_h` such hours; `per_100h` with its exact central 95 % interval. `refusal`
    says why no rate may be stated; the numbers are 0 then.
    """

    count: int
    exposure_h: float
    per_100h: float = 0.0
    low: float = 0.0
    high: float = 0.0
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How many of `among` incidents, by their probabilities: the mean and the central 95 % interval."""

    among: int
    mean: float
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRates:
    """What was found of one side, each count with the effort that found it.

    `watched_h` are the hours in which somebody covered its ground near the line (of `belt_km2`), each weighed by the
    share covered, of `possible_h` hours of the days with a record; `refused_h` observer-hours lost to refused access.
    `perceived` incidents of fire lie more likely than not on its ground, wherever that is and whether watched or not.
    `attributed` are determined against it alone; `right` says in how many of these it fired, by their probabilities;
    `by_it` how many of all incidents that rest on as many lines of evidence as a finding needs.
    """

    side: str
    belt_km2: float
    watched_h: float
    possible_h: float
    refused_h: float
    perceived: int
    attributed: int
    on_ground: Rate
    by_side: Rate
    right: Expected
    by_it: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a method is, in sentences for those whom it may accuse."""

    method: str
    does: str
    inputs: tuple[str, ...]
    assumes: tuple[str, ...]
    measured: tuple[str, ...]
    fails: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Incidents whose probability for one side lay in one tenth: how many, its mean there, and of how many it held."""

    number: int
    mean: float
    happened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SideCalibration:
    """How one side's probabilities held: ten equal `bins`, their expected calibration error, accusations and errors.

    `name` is the party's id in the labelled incidents.
    """

    name: str
    bins: tuple[Bin, ...]
    ece: float
    accused: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """At this least probability: how many accusations, and how many accuse a side that did not fire."""

    probability: float
    accused: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What labelled incidents say of a method: scores, pictures' numbers, and the threshold that they prove.

    `incidents` were labelled, in `fired` of them exactly one party fired. `threshold` is the smallest probability
    at which at most `target` of the accusations are wrong with this `confidence`, None where none is proven;
    `least` the lowest probability at which the labelled runs accused at all.
    """

    methods: tuple[str, ...]
    about: str
    incidents: int
    fired: int
    target: float
    confidence: float
    least: float
    threshold: float | None
    brier: float
    log_score: float
    sides: tuple[SideCalibration, ...]
    curve: tuple[RiskPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingStatus:
    """What one reading gives: `by` holds it, `written` is what it sets otherwise, in words ("as written")."""

    by: tuple[str, ...]
    written: str
    state: State
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseStatus:
    """Status of one obligation of one bearer as of a time.

    `coverage` is the share, 0 to 1, of the obligation's hours on the bearer's ground that were covered; None where
    hours of watching are no measure of it (weapons, or a kind without a method). `state` is the status in full,
    `since` when it began (None: not known), `next_deadline` the next moment at which it can change by the clock alone.
    `would_change` says in words what would change it. `incident_ids` and `record_keys` are the evidence that it rests
    on. `readings` are the parties' readings side by side, empty where the paper has one.
    """

    clause_id: str
    obligation_id: str
    bearer: str
    status: Status
    as_of: datetime
    coverage: float | None
    why: str
    incident_ids: tuple[str, ...] = ()
    agreement_id: str = ""
    state: State = State.UNRESOLVED
    since: datetime | None = None
    next_deadline: datetime | None = None
    would_change: str = ""
    record_keys: tuple[str, ...] = ()
    readings: tuple[ReadingStatus, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A moment with the day by which the paper names it: "by 20 November" passes at the midnight that ends it."""

    day: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """Where a stage, deadline or term of one bearer stands, and since when (None: not known)."""

    bearer: str
    state: State
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A stage, deadline or term of one obligation, with where it stands for each that it binds.

    `label` tells stages apart. `due` is when it passes or ends (None: nothing says when); `was` what it was before each
    change that binds, `read` what it is by other readings, both in their order. `start` and `notice` are of a term: its
    beginning, and the last moment for a notice that ends it.
    """

    agreement_id: str
    clause_id: str
    obligation_id: str
    of: MilestoneOf
    label: str
    due: Dated | None
    was: tuple[Dated, ...]
    read: tuple[Dated, ...]
    stood: tuple[Stood, ...]
    start: Dated | None = None
    notice: Dated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAnswer:
    """What the paper says to one public claim: the clauses beside it, and why; `record_key` is the claim's."""

    record_key: str
    agreement_id: str
    clause_ids: tuple[str, ...]
    answer: Answer
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One line of a register, in the order of its columns, with the records and incidents that it rests on."""

    cells: tuple[str, ...]
    record_keys: tuple[str, ...] = ()
    incident_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What the records say of one matter that is not fire, set out in lines; `note` says how to read it."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[RegisterRow, ...]
    note: str


# --- how it goes on -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One period (local days from `first`, `days` of them) and the fire under watch that began in it; no side appears.

    `chances` are, smallest first, the probabilities of its incidents that something prohibited happened; `expected`
    their sum, `low` and `high` the 2.5 and 97.5 per cent quantiles of the count that they give. `chanced` counts
    incidents that neutral means perceived where nobody is known to have watched. `effort` is in hours
    of ground watched: the share of the ground near the line in reach of somebody attentive, times hours, all sides.
    `kinds` are the sorts of source in use and `duties` the obligations in force: windows that differ are not compared.
    """

    first: date
    days: int
    chances: tuple[float, ...]
    expected: float
    low: int
    high: int
    chanced: int
    effort: float
    kinds: tuple[str, ...]
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Where the last window that is over stands among the earlier ones by incidents per hour of ground watched.

    `of` is a clause id, "" for all incidents. `chances[k]` is the probability that k of the `compared` windows have a
    higher rate (rank k + 1); empty where `refused` says why nothing is ranked. `left_out` are (reason, windows).
    """

    of: str
    first: date
    compared: tuple[date, ...]
    left_out: tuple[tuple[str, tuple[date, ...]], ...]
    chances: tuple[float, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of the rate that began about the window `since` and was noticed in `noticed`; `up`: more, else fewer."""

    since: date
    noticed: date
    up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Vigil:
    """One stretch of the line ("" for all of it) watched for changes over `judged` windows that had effort."""

    stretch: str
    judged: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The count of the next window if the effort is as stated: (probability, quantile) pairs.

    `scores` are (rival, windows scored, our mean CRPS, the rival's mean CRPS) over the past, smaller is better.
    """

    first: date
    effort: float
    quantiles: tuple[tuple[float, int], ...]
    scores: tuple[tuple[str, int, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How the counts of a case go on in time; `alarm_every` is the mean number of windows between false alarms.

    `unperceived` counts the incidents left out: those that rest on words or on a side's own or an orbiting instrument,
    that have no time or are no fire.
    """

    by: str
    alarm_every: int
    windows: tuple[Window, ...]
    unperceived: int
    rankings: tuple[Ranking, ...]
    vigils: tuple[Vigil, ...]
    forecast: Forecast | None
    refused: str = ""


# --- all of it ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldErrors:
    """How well the errors that a class of source states hold in a record: the factor they are taken with.

    Of the class's neutral sources, or of those `of_sides`. Learned from `reports` of them (of a large record, of a
    sample); 1 where they hold, or where too little tells.
    """

    source_class: SourceClass | None
    of_sides: bool
    factor: float
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All that the centre concludes from what it was given; attributions stand in the order of incidents.

    `touched` are (incident id, clause ids that it bears on); `methods` the names of the methods that concluded;
    `standings` stand in the order of incidents; `rates` in that of the parties, for the period that is reported on.
    `milestones` are the papers' stages, deadlines and terms. `records` are of things other than fire; `answers` what
    the paper says to the public claims among them, `registers` what they say matter by matter. `errors` is how well the
    errors hold that sources state.
    """

    case: Case
    observations: tuple[Observation, ...]
    rejections: tuple[Rejection, ...]
    incidents: tuple[Incident, ...]
    attributions: tuple[Attribution, ...]
    efforts: tuple[Effort, ...]
    statuses: tuple[ClauseStatus, ...]
    touched: tuple[tuple[str, tuple[str, ...]], ...]
    as_of: datetime
    methods: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    standings: tuple[Standing, ...] = ()
    rates: tuple[SideRates, ...] = ()
    records: tuple[Record, ...] = ()
    answers: tuple[StatementAnswer, ...] = ()
    registers: tuple[Register, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    errors: tuple[HeldErrors, ...] = ()
