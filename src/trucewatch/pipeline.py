"""The one path, pure: what was recorded in, all that the centre concludes out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from trucewatch.agreement.excursions import excursions
from trucewatch.agreement.hold import hold
from trucewatch.agreement.milestones import milestones
from trucewatch.agreement.near import near
from trucewatch.agreement.plain import plain, speaker
from trucewatch.agreement.statements import answers
from trucewatch.agreement.variants import AS_WRITTEN
from trucewatch.assess import kinds
from trucewatch.assess.associate import METHOD as ASSOCIATE
from trucewatch.assess.associate import Spread, associate
from trucewatch.assess.attribute import AtHand, attribute
from trucewatch.assess.background import Recurrence
from trucewatch.assess.conclude import METHOD as ATTRIBUTE
from trucewatch.assess.coverage import cover
from trucewatch.assess.errors import located
from trucewatch.assess.exchanges import NOT_LEARNED
from trucewatch.assess.front import across
from trucewatch.assess.incidents import doubts, incidents
from trucewatch.assess.innocence import Notices, announced
from trucewatch.assess.kinds import Family
from trucewatch.assess.learned import Learned
from trucewatch.assess.locate import Fix, fixes
from trucewatch.assess.rates import Period, rates
from trucewatch.assess.reasons import with_labels
from trucewatch.assess.shots import shots_of, together
from trucewatch.assess.unnoticed import Unnoticed
from trucewatch.assess.watch import by_quarters, watches
from trucewatch.intake.enrol import enrol
from trucewatch.model import (
    Area,
    Assessment,
    Attribution,
    Case,
    Doubt,
    HeldErrors,
    Incident,
    Observation,
    Position,
    Ray,
    Record,
    Register,
    Rejection,
    Trend,
)
from trucewatch.registers import registers
from trucewatch.registers.places import NEAR_KM
from trucewatch.report.build import build
from trucewatch.report.choice import daily, reporting_day, so_far
from trucewatch.report.geo import map_json
from trucewatch.report.html import report_html
from trucewatch.report.staffs import NOBODY, Staffs
from trucewatch.report.tables import clauses_csv, incidents_csv, links_csv, register_csv, rejected_csv
from trucewatch.spacetime import EARLIEST, Plane, known_since, local_day, plane_about
from trucewatch.trend import trend as goes_on
from trucewatch.vocabulary import FeatureRole, UnitKind

VERDICTS = (ASSOCIATE, ATTRIBUTE)  # what a calibration is of
METHODS = (*VERDICTS, goes_on.METHOD)

WATCHED_UNITS = frozenset({UnitKind.MONITORS, UnitKind.DRONES})  # whose movements the mandate limits (R6)
THEATRE = frozenset({FeatureRole.LINE_OF_CONTACT, FeatureRole.CONTROL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was found before any verdict: happenings and where things were. `fixes` are by observation key.

    `notices` are what the records announced beforehand, as observations; their keys are those of the records. `errors`
    is how well the errors hold that sources state, `recurrence` how often shots are answered.
    """

    observations: tuple[Observation, ...]
    plane: Plane
    fixes: Mapping[str, Fix | None]
    incidents: tuple[Incident, ...]
    doubts: tuple[Doubt, ...] = ()
    records: tuple[Record, ...] = ()
    notices: tuple[Observation, ...] = ()
    errors: tuple[HeldErrors, ...] = ()
    recurrence: Recurrence = NOT_LEARNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """As of when, and as known when, it is asked: None means up to the end of the record, and all that is known."""

    as_of: datetime | None = None
    as_known: datetime | None = None


NOW = Moment()


def assess(
    case: Case, read: Iterable[Observation | Record], rejections: Sequence[Rejection], moment: Moment = NOW
) -> Assessment:
    """Return all that the centre concludes from nothing but what it is given; the order of `read` does not matter."""
    observations, records = enrolled(case, known(read, moment.as_known))
    return conclude(case, gather(case, observations, records), rejections, moment)


def enrolled(
    case: Case, read: Iterable[Observation | Record], pepper: bytes = b""
) -> tuple[tuple[Observation, ...], tuple[Record, ...]]:
    """Return the observations and the records of other things, each with its key, in an order that no file decides."""
    rows = list(read)
    return (
        enrol((row for row in rows if isinstance(row, Observation)), case.parties, pepper),
        enrol((row for row in rows if isinstance(row, Record)), case.parties, pepper),
    )


def known(read: Iterable[Observation | Record], as_known: datetime | None) -> Iterator[Observation | Record]:
    """Yield what the centre could know by then: what was received, else what was over; what has no time is known."""
    for row in read:
        since = known_since(row.clocks)
        if as_known is None or since is None or since <= as_known:
            yield row


def gather(
    case: Case,
    observations: tuple[Observation, ...],
    records: tuple[Record, ...] = (),
    spread: Spread | None = None,
) -> Gathered:
    """Return the happenings that enrolled observations speak of: the half of the path that knows of no verdict.

    `spread` says where the components of association are resolved; the answer does not depend on it.
    """
    plane = _plane(case, observations)
    placed = located(observations, plane, lambda where: across(case, plane, where))
    where = placed.fixes
    notices = announced(records)
    association = associate(observations, where, spread, placed.across)
    found = incidents(observations, where, association, plane)
    return Gathered(
        observations=observations,
        plane=plane,
        fixes={o.key: fix for o, fix in zip((*observations, *notices), (*where, *fixes(notices, plane)), strict=True)},
        incidents=found,
        doubts=doubts(observations, association, found),
        records=records,
        notices=notices,
        errors=placed.errors,
        recurrence=association.recurrence,
    )


def judge(case: Case, gathered: Gathered) -> Iterator[Attribution]:
    """Yield who did it, incident by incident in their order; each is put into words as it is asked for."""
    return judged(case, gathered)[1]


def judged(case: Case, gathered: Gathered) -> tuple[Learned, Iterator[Attribution]]:
    """Return what was learned from all incidents, by which others may be judged too, and what `judge` yields."""
    found = gathered.incidents
    at_hand = AtHand(
        incidents=shots_of(found),
        fixes=gathered.fixes,
        notices=Notices([*announcing(gathered), *gathered.notices], gathered.fixes),
        unnoticed=Unnoticed(gathered.observations, gathered.plane, gathered.records),
    )
    learned, each = attribute(case, gathered.plane, at_hand)
    return learned, with_labels(case, found, together(case, found, each))


def announcing(gathered: Gathered) -> list[Observation]:
    """Return the observations that announce an innocent cause."""
    return [o for o in gathered.observations if kinds.family(o) is Family.NOTICE]


def conclude(case: Case, gathered: Gathered, rejections: Sequence[Rejection], moment: Moment = NOW) -> Assessment:
    """Return who did it, who was watching, and what the paper says to it, as of a moment and as known at one."""
    return held(case, gathered, tuple(judge(case, gathered)), rejections, moment)


def held(
    case: Case,
    gathered: Gathered,
    attributions: tuple[Attribution, ...],
    rejections: Sequence[Rejection],
    moment: Moment = NOW,
) -> Assessment:
    """Return who was watching and what the paper says to who did it; of `attributions` no word and no weight counts."""
    observations, plane, found = gathered.observations, gathered.plane, gathered.incidents
    watched, stood = cover(case, plane, observations, found, gathered.records)
    as_of = moment.as_of or _as_of(observations, gathered.records)
    given = (case, found, attributions, watched, moment.as_of or _held_until(case, as_of))
    statuses, touched = hold(*given, records=gathered.records, as_known=moment.as_known)
    return Assessment(
        case=case,
        observations=observations,
        rejections=tuple(sorted(rejections, key=lambda r: (r.file, r.row))),
        incidents=found,
        attributions=attributions,
        efforts=watched,
        statuses=statuses,
        touched=touched,
        as_of=as_of,
        methods=METHODS,
        doubts=gathered.doubts,
        standings=stood,
        rates=rates(case, list(zip(found, attributions, stood, strict=True)), watched),
        records=gathered.records,
        milestones=milestones(*given, records=gathered.records, as_known=moment.as_known),
        answers=answers(case, gathered.records),
        registers=_registers(case, gathered),
        errors=gathered.errors,
    )


def _registers(case: Case, gathered: Gathered) -> tuple[Register, ...]:
    """Return what the records say matter by matter, with the excursions and what lies near infrastructure."""
    units = [r for r in gathered.records if isinstance(r.body, Position) and r.body.unit_kind in WATCHED_UNITS]
    permitted = [f for f in case.places if f.role is FeatureRole.PERMITTED_AREA]
    depended_on = [f for f in case.places if f.role is FeatureRole.INFRASTRUCTURE]
    return registers(
        gathered.records,
        case.parties,
        excursions(units, permitted) if units and permitted else (),
        near(depended_on, gathered.incidents, NEAR_KM) if depended_on else (),
        depended_on,
    )


def trend(assessment: Assessment, *, by: str = "week", alarm_every: int = goes_on.ALARM_EVERY) -> Trend:
    """Return how the counts of an assessment go on in time, by local days or weeks."""
    plane = _plane(assessment.case, assessment.observations)
    watching = [w for w in watches(assessment.observations, plane, assessment.records) if not w.refused]
    return goes_on.trend(assessment, by_quarters(watching), plane, by=by, alarm_every=alarm_every)


def publications(assessment: Assessment, staffs: Staffs = NOBODY) -> dict[str, bytes]:
    """Return every published file by its path: the tables, the report of the whole record, daily ones, the map.

    `staffs` is what the two staffs said, which the reports show beside the proposals.
    """
    title = dict(assessment.case.titles).get("en") or next((t for _, t in assessment.case.titles), assessment.case.id)
    spoken = plain_words(assessment.case)
    published = {
        "incidents.csv": incidents_csv(assessment),
        "links.csv": links_csv(assessment),
        "clauses.csv": clauses_csv(assessment),
        "rejected.csv": rejected_csv(assessment),
        "report.html": report_html(build(assessment, None, title, trend(assessment), spoken, staffs=staffs)),
        "map.json": map_json(assessment),
    }
    published.update({f"registers/{each.name}.csv": register_csv(each) for each in assessment.registers})
    for day in daily(assessment):
        period = reporting_day(assessment.case, day)
        known = known_at(assessment, so_far(assessment.case, period))
        report = build(known, period, title, plain=spoken, staffs=staffs)
        published[f"daily/{day.isoformat()}.html"] = report_html(report)
    if assessment.case.relief is not None:
        published["relief.png"] = assessment.case.relief.png
    return published


def plain_words(case: Case) -> dict[tuple[str, ...], str]:
    """Return in sentences what each obligation asks of whom, and how it is read (`report.choice.PlainWords`)."""
    found: dict[tuple[str, ...], str] = {}
    for paper in case.agreements:
        # acts stand as records write them: one that holds a side's id would else be spelt as a name or as a word
        by = replace(speaker(paper, case.parties, case.places), spelt={})
        for duty in (duty for clause in paper.clauses for duty in clause.obligations):
            said = plain(duty, by)
            found[paper.id, duty.id] = " ".join(each.words for each in said.settings if each.what == "duty")
            for reading, voice in zip(duty.readings, said.readings, strict=True):
                written = ", ".join(f"{key} {value}" for key, value in reading.written) or AS_WRITTEN
                found[paper.id, duty.id, written, *reading.by] = f"{voice.who}: {' '.join(voice.says)}"
    return found


def known_at(assessment: Assessment, period: Period) -> Assessment:
    """Return the assessment with the rates of a period and the clauses' statuses at its end, from what had begun."""
    case, cut_off = assessment.case, period[1]
    pairs = zip(assessment.incidents, assessment.attributions, strict=True)
    begun = [(i, a) for i, a in pairs if i.first_time is None or i.first_time < cut_off]
    day = local_day(cut_off, case.time_zone)
    statuses, _ = hold(
        case,
        [incident for incident, _ in begun],
        [attribution for _, attribution in begun],
        [effort for effort in assessment.efforts if effort.day <= day],
        _held_until(case, cut_off),
        records=assessment.records,
        as_known=cut_off,
    )
    found = list(zip(assessment.incidents, assessment.attributions, assessment.standings, strict=True))
    return replace(assessment, statuses=statuses, rates=rates(case, found, assessment.efforts, period))


def _held_until(case: Case, as_of: datetime) -> datetime:
    """Return until when clauses are held: no longer than the case says where the line ran, while they apply at all."""
    ends = [f.valid_to for f in case.places if f.role is FeatureRole.LINE_OF_CONTACT]
    known = [end for end in ends if end is not None]
    starts = [o.from_time for paper in case.agreements for clause in paper.clauses for o in clause.obligations]
    if not ends or len(known) < len(ends) or max(known) <= max(starts, default=EARLIEST):
        return as_of
    return min(as_of, max(known))


def _plane(case: Case, observations: Sequence[Observation]) -> Plane:
    """Return the plane about the line and the held ground, else about where the observations are."""
    features = [f for f in case.places if f.role in THEATRE]
    return plane_about(features or case.places, points=[p for o in observations if (p := _position(o))])


def _position(o: Observation) -> tuple[float, float] | None:
    if o.place is None:
        return (o.observer.lon, o.observer.lat) if o.observer else None
    if isinstance(o.place, Area):
        return o.place.ring[0]
    point = o.place.observer if isinstance(o.place, Ray) else o.place
    return point.lon, point.lat


def _as_of(observations: Sequence[Observation], records: Sequence[Record]) -> datetime:
    """Return the time up to which the record speaks: the end of its latest window, never the wall clock's now.

    Where anything was perceived by neutral means, what others claim to have happened later moves nothing; records of
    other things count where nothing was observed at all.
    """
    neutral = [o.clocks for o in observations if kinds.is_physical(o) and o.source.side is None]
    for some in (neutral, [o.clocks for o in observations], [r.clocks for r in records]):
        ends = [clocks.claimed.end for clocks in some if clocks.claimed is not None]
        if ends:
            return max(ends)
    return datetime(1970, 1, 1, tzinfo=UTC)  # an empty record speaks of no time
