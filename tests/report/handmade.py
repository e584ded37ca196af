"""A small assessment made by hand: two sides, eight incidents of every determination, claims, totals, gaps."""

from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import Any

from trucewatch.model import (
    Assessment,
    Attribution,
    Case,
    Claim,
    ClauseStatus,
    Clocks,
    Coded,
    Count,
    Effort,
    Estimate,
    Expected,
    Feature,
    Geometry,
    Incident,
    Interval,
    Named,
    Observation,
    Party,
    Point,
    Rate,
    Ray,
    Rejection,
    Relief,
    SideRates,
    Source,
    Span,
    StandardOfProof,
    Weapon,
    Weight,
)
from trucewatch.paper import Agreement, Clause, Obligation, Prohibit, Quotation
from trucewatch.spacetime import compass
from trucewatch.vocabulary import (
    Direction,
    FeatureRole,
    Listening,
    Means,
    ObligationKind,
    Phenomenon,
    Qualifier,
    SourceClass,
    Stance,
    Status,
    Undecided,
    WeaponClass,
)

START = datetime(2017, 8, 14, 17, 0, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script> & \"quoted\" \u202eturned"
ALFA, BRAVO = "alfa", "bravo-north"
NAMES = {
    ALFA: (("en", "Republic of Alfa"), ("uk", "Республіка Альфа")),
    BRAVO: (("en", "Bravo"), ("uk", "Браво")),
}


def assessment(first: str = ALFA, second: str = BRAVO, **changes: Any) -> Assessment:
    """Return the sample; exchanging the two arguments exchanges the parties everywhere in it."""
    return Sample(first, second).assessment(**changes)


class Sample:
    """Everything in it names a side by its place, so that the exchange of ids is an exchange of arguments."""

    def __init__(self, first: str, second: str) -> None:
        self.first, self.second = first, second
        self.records: list[Observation] = []
        self.incidents: list[Incident] = []
        self.attributions: list[Attribution] = []

    def assessment(self, **changes: Any) -> Assessment:
        self.fill()
        values: dict[str, Any] = {
            "case": self.case(),
            "observations": tuple(self.records),
            "rejections": (
                Rejection(file="smm.csv", row=17, reason=f"no time: {HOSTILE}", raw="x", size=1, sha256="0" * 64),
                Rejection(file="claims.csv", row=0, reason="the file is empty", raw="", size=0, sha256="1" * 64),
            ),
            "incidents": tuple(self.incidents),
            "attributions": tuple(self.attributions),
            "efforts": self.efforts(),
            "statuses": self.statuses(),
            "rates": self.rates(),
            "touched": tuple((i.id, ("minsk-1",)) for i in self.incidents),
            "as_of": datetime(2017, 8, 15, 16, 30, tzinfo=UTC),
        }
        return Assessment(**(values | changes))

    def fill(self) -> None:
        a, b = self.first, self.second
        for n, (p, found, lines) in enumerate((
            ((0.9712, 0.0021, 0.01, 0.0067, 0.01), a, 3),
            ((0.0021, 0.9712, 0.01, 0.0067, 0.01), b, 3),
            ((0.01, 0.01, 0.96, 0.01, 0.01), "both", 2),
            ((0.2, 0.2, 0.1, 0.1, 0.4), "undetermined", 1),
            ((1 / 3, 1 / 3, 1 / 9, 1 / 9, 1 / 9), "undetermined", 2),
            ((0.01, 0.01, 0.01, 0.01, 0.96), "no_violation", 2),
            ((0.31, 0.6, 0.05, 0.02, 0.02), "undetermined", 1),
            ((0.02, 0.02, 0.005, 0.95, 0.005), "other", 2),
        ), start=1):  # fmt: skip
            self.happen(n, p, found, lines)
        self.sighting(91, phenomenon=Phenomenon.QUIET, text="nothing heard 20:00-23:00")
        self.total(92)
        self.claim(93, Stance.DENIES, self.first, self.second, "we did not fire")
        self.records.append(self.observation(94, phenomenon=Phenomenon.WEAPON_SEEN, text=HOSTILE, id="=1+1"))

    def happen(self, n: int, p: tuple[float, ...], found: str, lines: int) -> None:
        names = (self.first, self.second, "both", "other", "no_violation")
        at = START + timedelta(hours=2 * n)
        lon, lat = 37.62 + 0.09 * n, 47.5 + 0.17 * n
        heard = self.observation(
            10 * n, lon=lon, lat=lat, at=at, count=Count(low=n * n * 3, high=n * n * 3, qualifier=Qualifier.ABOUT)
        )
        seen = self.observation(10 * n + 1, lon=lon + 0.02, lat=lat, at=at, means=Means.RECORDED_CAMERA, bearing="NNE")
        members = [heard, seen]
        if n in (1, 7):
            members.append(self.claim(10 * n + 2, Stance.ACCUSES, self.second, self.first, "they fired first"))
        self.records.extend(o for o in members if o not in self.records)
        place = (
            None
            if n == 4
            else Estimate(lon=lon, lat=lat + 0.03, var_east=1, var_north=1, cov_east_north=0, radius_km_68=1.1 * n**0.7)
        )
        self.incidents.append(Incident(
            id=f"I{n:04d}", observations=tuple(members), first_time=at, last_time=at + timedelta(minutes=12), place=place,
            phenomenon=Coded(term=Phenomenon.EXPLOSION), count=Count(low=n * n * 3, high=n * n * 3 + 2, qualifier=Qualifier.RANGE),
        ))  # fmt: skip
        weights = (
            Weight(reason="prior: no side is suspected before evidence", bits=tuple((h, 0.0) for h in names), line="prior"),
            Weight(reason="flight seen from the ground that one side holds", bits=tuple(zip(names, (3.2 - n, n - 3.2, 0.4, -0.0, -1.25), strict=True)), line="camera", keys=(seen.key,)),
            Weight(reason="a claim of the other side", bits=tuple(zip(names, (0.5, -0.5, 0, 0, 0), strict=True)), line="claims", supplied_by=self.second, said=True, keys=(heard.key,)),
        )  # fmt: skip
        self.attributions.append(Attribution(
            incident_id=f"I{n:04d}", method="attribute/10", probabilities=tuple(zip(names, p, strict=True)),
            determination=found, weights=weights, lines=lines, why="The camera saw the flight; the sound agrees with it.",
            undecided={4: Undecided.NO_DIRECTION, 5: Undecided.EQUAL, 7: Undecided.TOO_FEW_LINES}.get(n),
        ))  # fmt: skip

    def observation(self, n: int, **given: Any) -> Observation:
        lon, lat = given.get("lon", 37.8), given.get("lat", 48.14)
        ray = Ray(
            observer=Point(lon=lon, lat=lat, sd_km=0.2),
            sectors=(compass(given.get("bearing", "SW")),),
            distance=Span(low_km=2, high_km=5),
        )
        at = given.get("at", START + timedelta(hours=5))
        return Observation(
            source=Source(name=given.get("source", "SMM patrol Donetsk"), source_class=Coded(term=SourceClass.OBSERVER)),
            means=Coded(term=given.get("means", Means.HEARD)),
            phenomenon=Coded(term=given.get("phenomenon", Phenomenon.EXPLOSION)),
            direction=Coded(term=Direction.OUTGOING),
            clocks=Clocks(claimed=Interval(start=at, end=at + timedelta(minutes=10))),
            reader="smm/1", raw=given.get("raw", ()), id=given.get("id", f"obs-{n}"), key=f"{n:016x}",
            place=None if given.get("claim") else ray, observer=ray.observer, count=given.get("count", Count(low=2, high=2)),
            weapon=Weapon(weapon_class=Coded(term=WeaponClass.MORTAR), calibres_mm=(82, 120)),
            claim=given.get("claim"), is_total=given.get("is_total", False), text=given.get("text", ""),
        )  # fmt: skip

    def sighting(self, n: int, **given: Any) -> None:
        self.records.append(self.observation(n, **given))

    def total(self, n: int) -> None:
        count = Count(low=610, high=610, qualifier=Qualifier.ABOUT)
        self.sighting(
            n, is_total=True, count=count, text="explosions in the region", raw=(("count_basis", "apparent_violation"),)
        )

    def claim(self, n: int, stance: Stance, by: str, accused: str, text: str) -> Observation:
        said = self.observation(
            n,
            claim=Claim(stance=stance, accused=Named(party=accused, verbatim=accused)),
            text=text,
            means=Means.PARTY_REPORT,
        )
        source = Source(
            name="press service", source_class=Coded(term=SourceClass.PARTY), side=Named(party=by, verbatim=by)
        )
        spoken = Observation(**({f: getattr(said, f) for f in said.__dataclass_fields__} | {"source": source}))
        self.records.append(spoken)
        return spoken

    def efforts(self) -> tuple[Effort, ...]:
        rows = []
        for day in (date(2017, 8, 14), date(2017, 8, 15)):
            for side, covered in ((self.first, 14), (self.second, 6)):
                hours = [Listening.QUIET if h < covered else Listening.NOT_COVERED for h in range(24)]
                hours[3], hours[covered] = Listening.FIRE, Listening.PARTLY_COVERED
                hours[1] = Listening.FIRE_AT_SOME_TIME
                rows.append(
                    Effort(
                        day=day,
                        side=side,
                        hours=covered + 0.5,
                        observer_hours=2.0 * covered,
                        observers=3,
                        by_hour=tuple(hours),
                    )
                )
        return tuple(rows[:-1])  # the last day of the second side has no effort at all

    def rates(self) -> tuple[SideRates, ...]:
        none = Expected(among=0, mean=0.0, low=0, high=0)
        thin = Rate(count=1, exposure_h=3.5, refusal="not comparable: too little was watched")
        return tuple(
            SideRates(
                side=side, belt_km2=km2, watched_h=hours, possible_h=48.0, refused_h=refused, perceived=4, attributed=1,
                on_ground=rate, by_side=thin, right=Expected(among=1, mean=0.97, low=0, high=1), by_it=none,
            )
            for side, km2, hours, refused, rate in (
                (self.first, 1240.0, 28.0, 0.0, Rate(count=2, exposure_h=28.0, per_100h=7.14, low=0.87, high=25.8)),
                (self.second, 1312.0, 3.5, 2.0, thin),
            )
        )  # fmt: skip

    def statuses(self) -> tuple[ClauseStatus, ...]:
        as_of = datetime(2017, 8, 15, 16, 30, tzinfo=UTC)
        rows = ((self.first, Status.VIOLATED, ("I0001",)), (self.second, Status.VIOLATED, ("I0002", "I0007")))
        return tuple(
            ClauseStatus(clause_id="minsk-1", obligation_id="no-fire", bearer=bearer, status=status, as_of=as_of,
                         coverage=0.5833, why="One incident is attributed at the standard.", incident_ids=ids)
            for bearer, status, ids in rows
        )  # fmt: skip

    def case(self) -> Case:
        fire = Obligation(
            id="no-fire",
            kind=ObligationKind.PROHIBIT,
            bearers=(self.first, self.second),
            from_time=START,
            terms=Prohibit(),
        )
        clauses = (
            Clause(id="minsk-1", quotations=(Quotation(tag="en", text="Immediate and full ceasefire.", verbatim=False),), obligations=(fire,)),
            Clause(id="minsk-9", quotations=(), not_verifiable="No source of this case watches the state border."),
        )  # fmt: skip
        return Case(
            id="sample", titles=(("en", "A sample of the line of contact"),), time_zone="Europe/Kyiv", standard=StandardOfProof(),
            parties=tuple(Party(id=p, names=NAMES.get(p, (("en", p),))) for p in (self.first, self.second)), places=self.places(),
            agreements=(Agreement(id="minsk", title="Package of measures", digest="f" * 64, signed=date(2015, 2, 12), clauses=clauses),),
            cut_off=time(19, 30), days=(date(2017, 8, 15),), relief=relief(),
        )  # fmt: skip

    def places(self) -> tuple[Feature, ...]:
        line = Geometry(
            kind="LineString", coordinates=((37.7, 47.1), (37.65, 47.6), (37.8, 48.1), (38.4, 48.4), (38.9, 48.75))
        )
        held = Geometry(
            kind="Polygon", coordinates=(((37.7, 47.1), (37.65, 47.6), (37.8, 48.1), (37.0, 48.1), (37.7, 47.1)),)
        )
        towns = (
            (37.802, 48.023, "Donetsk", "Донецьк", "Донецк"),
            (38.05, 48.33, "Horlivka", "Горлівка", "Горловка"),
            (37.56, 47.1, "Mariupol", "Маріуполь", "Мариуполь"),
        )
        credit = "a line made for this test"
        return (
            Feature(role=FeatureRole.LINE_OF_CONTACT, geometry=line, id="line", accuracy_km=3.0, source=credit),
            Feature(role=FeatureRole.CONTROL, geometry=held, id="ground", party=self.first, source=credit),
            Feature(role=FeatureRole.OBSERVATION_POST, geometry=Geometry(kind="Point", coordinates=(37.75, 48.14)), id="post", camera=True, source=credit),
            *(Feature(role=FeatureRole.SETTLEMENT, geometry=Geometry(kind="Point", coordinates=(lon, lat)), names=(("en", en), ("uk", uk), ("ru", ru)), source="GeoNames")
              for lon, lat, en, uk, ru in towns),
        )  # fmt: skip


def relief() -> Relief:
    """Return the bundled relief of Donbas."""
    png = (resources.files("trucewatch") / "bundled" / "donbas" / "relief.png").read_bytes()
    return Relief(png=png, west=36.5, south=46.75, east=40.25, north=49.3, credit="NOAA GLOBE (public domain)")
