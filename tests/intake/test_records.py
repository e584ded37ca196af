"""Tables of records other than fire: what a row means, and what is said to whoever wrote a wrong one."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake import READERS, read, reread
from trucewatch.intake.canonical import CANONICAL
from trucewatch.intake.canonical import COLUMNS as CANONICAL_COLUMNS
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.intake.records import COLUMNS, RECORDS
from trucewatch.intake.strays import strays
from trucewatch.model import (
    Coded,
    Count,
    Event,
    Footprint,
    Harm,
    Interval,
    Inventory,
    Listed,
    MandateRecord,
    Named,
    Notice,
    Observation,
    Party,
    Passage,
    Point,
    Position,
    Record,
    Rejection,
    Returned,
    SiteSeen,
    Statement,
    Strength,
)
from trucewatch.vocabulary import (
    FootprintGrade,
    HarmCause,
    HarmStage,
    MandateNotice,
    Modality,
    NoticeOf,
    PersonCategory,
    PersonState,
    Qualifier,
    Says,
    SiteCondition,
    SourceClass,
    UnitKind,
    View,
    WayCondition,
)

PARTIES = (Party(id="north", names=(("en", "Northland"),)), Party(id="south", names=(("en", "Southland"),)))
CONTEXT = Context(parties=PARTIES, time_zone="Asia/Baku", gazetteer=Gazetteer(), theatre=(45.0, 38.0, 48.0, 41.0))
SOMEBODY = {"source": "Post 7", "source_class": "observer", "about": "transfer:agdam", "time": "2020-11-20"}
COMMITMENT = "0123456789abcdef" * 4
# per kind: cells of a good row beside SOMEBODY, and what it means
GOOD = {
    "events": (
        {"event": "Entry-of-other-side", "says": "not_yet"},
        Event(event="entry-of-other-side", says=Says.NOT_YET),
    ),
    "inventory": (
        {"item": "arms", "offered": "570", "accepted_by_monitor": "476", "accepted_by_other": "424"},
        Inventory(item="arms", offered=570, accepted_by_monitor=476, accepted_by_other=424),
    ),
    "strength": (
        {"item": "personnel", "count_min": "1850", "count_max": "2100"},
        Strength(item="personnel", count=Count(low=1850, high=2100, qualifier=Qualifier.RANGE)),
    ),
    "passage": (
        {"condition": "restricted", "passages": "1100000", "barred_by": "Northland"},
        Passage(
            condition=WayCondition.RESTRICTED, passages=1_100_000,
            barred_by=Named(party="north", verbatim="Northland"),
        ),
    ),
    "mandate": ({"notice": "notice_of_end"}, MandateRecord(notice=MandateNotice.NOTICE_OF_END)),
    "returns": (
        {"persons_min": "40", "persons_max": "", "place": "Town A", "until": "2020-11-30", "obstacle": "mines"},
        Returned(place="Town A", persons=Count(low=40, qualifier=Qualifier.AT_LEAST), obstacle="mines"),
    ),
    "sites": (
        {"site": "s-12", "community": "x", "condition": "damaged", "assessor": "A1", "imaged": "2021-06-01",
         "baseline": "yes"},
        SiteSeen(
            site="s-12", community="x", condition=SiteCondition.DAMAGED, assessor="A1", is_baseline=True,
            imaged=Interval(start=datetime(2021, 5, 31, 20, tzinfo=UTC), end=datetime(2021, 6, 1, 20, tzinfo=UTC)),
        ),
    ),
    "harm": (
        {"stage": "corroborated", "killed": "0", "injured": "2", "cause": "shelling"},
        Harm(stage=HarmStage.CORROBORATED, killed=0, injured=2,
             cause=Coded(term=HarmCause.SHELLING, verbatim="shelling")),
    ),
    "notices": (
        {"notice": "demining", "starts": "2020-11-21T08:00:00+04:00", "ends": "2020-11-21T10:00:00+04:00",
         "lon": "46.9", "lat": "39.9", "radius_km": "2"},
        Notice(
            of=NoticeOf.DEMINING, radius_km=2.0,
            window=Interval(start=datetime(2020, 11, 21, 4, tzinfo=UTC), end=datetime(2020, 11, 21, 6, tzinfo=UTC)),
        ),
    ),
    "positions": (
        {"unit": "patrol 3", "unit_kind": "monitors", "lon": "46.9", "lat": "39.9", "position_sd_km": "0.05"},
        Position(unit="patrol 3", unit_kind=UnitKind.MONITORS),
    ),
    "footprints": (
        {"unit": "flight 3", "time": "2020-11-20T10:00:00+04:00", "until": "2020-11-20T10:15:00+04:00",
         "received": "2020-11-21", "error_m": "25", "grade": "Checked", "view": "clear",
         "footprint": "POLYGON ((46.9 39.9, 46.94 39.9, 46.94 39.93, 46.9 39.9), (46.92 39.905, 46.93 39.905, 46.93 39.91, 46.92 39.905))"},
        Footprint(
            unit="flight 3", grade=FootprintGrade.CHECKED, view=View.CLEAR, sd_km=0.025,
            rings=(((46.9, 39.9), (46.94, 39.9), (46.94, 39.93), (46.9, 39.9)),
                   ((46.92, 39.905), (46.93, 39.905), (46.93, 39.91), (46.92, 39.905))),
        ),
    ),
    "statements": (
        {"speaker": "a minister", "outlet": "an agency", "actor": "Southland", "modality": "will_not",
         "at_most": "1960", "at_least": "", "by": "2020-12-01"},
        Statement(
            speaker="a minister", outlet="an agency", actor=Named(party="south", verbatim="Southland"),
            modality=Modality.WILL_NOT, at_most=1960,
            by=Interval(start=datetime(2020, 11, 30, 20, tzinfo=UTC), end=datetime(2020, 12, 1, 20, tzinfo=UTC)),
        ),
    ),
    "lists": (
        {"person": COMMITMENT.upper(), "category": "prisoner", "state": "listed", "source_side": "north"},
        Listed(person=COMMITMENT, category=PersonCategory.PRISONER, state=PersonState.LISTED),
    ),
}  # fmt: skip
OPEN_KINDS = sorted(GOOD.keys() - {"lists"})


def row_of(kind: str, **changes: str) -> dict[str, str]:
    return {**SOMEBODY, **GOOD[kind][0], **changes}


def table(*rows: dict[str, str]) -> bytes:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def outcomes(*rows: dict[str, str]) -> list[Observation | Record | Rejection]:
    return list(read("t.csv", [table(*rows)], CONTEXT))


def made(row: dict[str, str]) -> Record:
    (one,) = outcomes(row)
    assert isinstance(one, Record), one
    return one


def refusal(kind: str, **changes: str) -> str:
    (one,) = outcomes(row_of(kind, **changes))
    assert isinstance(one, Rejection), one
    return one.reason


# --- what a table is ------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS, ids=lambda r: r.kind)
def test_every_header_is_recognised_as_its_own_kind(reader):
    full = COLUMNS.get(reader.kind, frozenset(CANONICAL_COLUMNS) if reader is CANONICAL else reader.columns)
    for header in (reader.columns, full):
        assert next(other for other in READERS if other.columns <= header) is reader


def test_no_table_of_records_can_be_taken_for_another_or_for_the_canonical_one():
    for reader in RECORDS:
        others = [other for other in READERS if other is not reader and other.columns <= COLUMNS[reader.kind]]
        allowed = {CANONICAL.kind} | ({"mandate"} if reader.kind == "notices" else set())
        assert {other.kind for other in others} <= allowed
        assert READERS.index(reader) < min(READERS.index(other) for other in others)


@pytest.mark.parametrize("kind", GOOD)
def test_a_row_as_somebody_would_write_it_is_a_record(kind):
    _, body = GOOD[kind]
    one = made(row_of(kind))
    assert (one.reader, one.body, one.about) == (kind, body, "transfer:agdam")
    assert one.source.name == "Post 7"
    assert one.source.source_class == Coded(term=SourceClass.OBSERVER, verbatim="observer")
    assert dict(one.raw) == {column: cell for column, cell in row_of(kind).items() if cell}
    assert reread(kind, one.raw, CONTEXT) == one


@pytest.mark.parametrize("kind", GOOD)
@given(data=st.data())
def test_the_order_of_the_columns_does_not_matter(kind, data):
    row = row_of(kind)
    again = made({column: row[column] for column in data.draw(st.permutations(sorted(row)))})
    one = made(row)
    assert sorted(again.raw) == sorted(one.raw)
    assert (again.body, again.clocks, again.about, again.source, again.place) == (
        one.body, one.clocks, one.about, one.source, one.place,
    )  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
@given(data=st.data())
def test_any_cells_give_a_record_or_a_sentence(kind, data):
    reader = next(each for each in RECORDS if each.kind == kind)
    good = row_of(kind)
    cell = st.one_of(
        st.text(max_size=30),
        st.sampled_from([*good.values(), "", " ", "-1", "1e9", "nan", "2020-02-30", "2199-12-31", "9999-12-31", "yes"]),
    )
    cells = {column: data.draw(cell | st.just(good.get(column, ""))) for column in sorted(COLUMNS[kind])}
    try:
        one = reader.read(cells, CONTEXT)
    except ValueError:
        return
    assert isinstance(one, Record)
    assert (one.reader, one.raw) == (kind, tuple(cells.items()))
    assert one.about == cells["about"].strip().lower()


# --- when, where, who -----------------------------------------------------------------------------


def test_a_moment_is_an_instant_and_a_day_is_the_whole_day_of_the_case():
    instant = made(row_of("events", time="2020-11-20T10:00:00+04:00")).clocks
    assert instant.claimed == Interval(
        start=datetime(2020, 11, 20, 6, tzinfo=UTC), end=datetime(2020, 11, 20, 6, tzinfo=UTC)
    )
    assert instant.received is None
    day = made(row_of("events")).clocks.claimed
    assert day == Interval(start=datetime(2020, 11, 19, 20, tzinfo=UTC), end=datetime(2020, 11, 20, 20, tzinfo=UTC))
    assert made(row_of("events", time="")).clocks.claimed is None


def test_what_was_received_on_a_day_was_known_at_its_end():
    assert made(row_of("events", received="2020-11-21")).clocks.received == datetime(2020, 11, 21, 20, tzinfo=UTC)
    later = made(row_of("events", received="2020-11-21T10:00:00Z")).clocks.received
    assert later == datetime(2020, 11, 21, 10, tzinfo=UTC)


def test_a_period_of_returns_runs_from_its_first_day_to_the_end_of_its_last():
    assert made(row_of("returns")).clocks.claimed == Interval(
        start=datetime(2020, 11, 19, 20, tzinfo=UTC), end=datetime(2020, 11, 30, 20, tzinfo=UTC)
    )
    assert made(row_of("returns", until="")).clocks.claimed == made(row_of("events")).clocks.claimed
    assert "before its time" in refusal("returns", until="2020-11-18")
    assert "no time" in refusal("returns", time="")


@pytest.mark.parametrize("changes", [{"view": "denied"}, {"grade": "unlocated"}])
def test_a_spell_in_which_no_ground_is_known_needs_no_footprint_and_no_error(changes):
    body = made(row_of("footprints", footprint="", error_m="", **changes)).body
    assert (body.rings, body.sd_km) == ((), None)


def test_a_footprint_is_known_since_its_receipt_and_lasts_from_its_time_to_its_until():
    clocks = made(row_of("footprints")).clocks
    assert clocks.claimed == Interval(
        start=datetime(2020, 11, 20, 6, tzinfo=UTC), end=datetime(2020, 11, 20, 6, 15, tzinfo=UTC)
    )
    assert clocks.received == datetime(2020, 11, 21, 20, tzinfo=UTC)


def test_an_act_is_told_whatever_its_case_and_blanks():
    assert made(row_of("events", about=" Transfer:Agdam ")).about == "transfer:agdam"
    assert made(row_of("events", source_side="NORTHLAND")).source.side == Named(party="north", verbatim="NORTHLAND")


def test_a_place_may_stand_in_any_table_and_has_both_coordinates():
    assert made(row_of("harm", lon="46.9", lat="39.9")).place == Point(lon=46.9, lat=39.9)
    assert made(row_of("positions")).place == Point(lon=46.9, lat=39.9, sd_km=0.05)
    assert "not the other coordinate" in refusal("harm", lon="46.9")
    assert "exchanged" in refusal("harm", lon="39.9", lat="46.9")
    assert "error of a place" in refusal("events", position_sd_km="2")


def test_a_class_of_source_that_nobody_knows_and_a_strange_column_are_said_aloud():
    one = made(row_of("harm", source_class="agency", cause="flood", recieved="2020-11-21"))
    assert one.source.source_class == Coded(term=None, verbatim="agency")
    assert [said.split(" is not")[0] for said in strays([one])] == [
        "column 'recieved'",
        "cause 'flood'",
        "source_class 'agency'",
    ]


@pytest.mark.parametrize("kind", OPEN_KINDS)
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"source": " "}, "has no source: somebody has to have said it"),
        ({"about": ""}, "has no about: write the act"),
        ({"about": "the hand-over of Agdam"}, "is not an act as the agreement writes it, such as transfer:agdam"),
        ({"time": "20.11.2020"}, "time cannot be read"),
        ({"time": "2020-11-31"}, "does not exist"),
        ({"time": "2020-11-20T10:00:00"}, "with an offset"),
        ({"time": "2020-11"}, "a whole day is written as 2020-11-20"),
        ({"received": "yesterday"}, "received cannot be read"),
        ({"received": "0000-01-01"}, "does not exist"),
    ],
)
def test_who_what_and_when_are_refused_in_words(kind, changes, says):
    assert says in refusal(kind, **changes)


# --- what each says -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("events", {"event": ""}, "has no event: write what happened"),
        ("events", {"says": "claims"}, "says 'claims' is not one of states, denies, not_yet"),
        ("events", {"says": ""}, "has no says: write one of states, denies, not_yet"),
        ("inventory", {"item": ""}, "has no item"),
        ("inventory", {"offered": "-3"}, "offered '-3' is not a whole number from 0"),
        ("inventory", {"offered": "", "accepted_by_monitor": "", "accepted_by_other": ""}, "counts nothing"),
        ("inventory", {"accepted_by_other": "571"}, "accepted_by_other 571 is more than offered 570"),
        ("strength", {"item": " "}, "has no item"),
        ("strength", {"count_min": "", "count_max": ""}, "count_min and count_max are both empty"),
        ("strength", {"count_min": "2101"}, "count_min 2101 is more than count_max 2100"),
        ("strength", {"count_max": "1,960"}, "is not a whole number"),
        ("strength", {"count_max": "999999999"}, "from 0 to 100,000,000"),
        ("passage", {"condition": "blocked"}, "is not one of open, restricted, closed, denied"),
        ("passage", {"passages": "4.5"}, "passages '4.5' is not a whole number"),
        ("mandate", {"notice": "over"}, "is not one of started, notice_of_end, objection, renewed, ended"),
        ("returns", {"place": ""}, "has no place: write where people came back to"),
        ("returns", {"persons_min": "", "obstacle": ""}, "are all empty"),
        ("returns", {"persons_max": "39"}, "persons_min 40 is more than persons_max 39"),
        ("sites", {"site": ""}, "has no site"),
        ("sites", {"assessor": ""}, "has no assessor"),
        ("sites", {"condition": "gone"}, "is not one of intact, damaged, destroyed, threatened, unclear"),
        ("sites", {"baseline": "maybe"}, "baseline 'maybe' is not yes or no"),
        ("sites", {"imaged": "spring"}, "imaged cannot be read"),
        ("passage", {"condition": "open"}, "says who barred a way that is open"),
        ("harm", {"stage": "rumoured"}, "is not one of reported, followed_up, corroborated, not_corroborated"),
        ("harm", {"killed": "two"}, "killed 'two' is not a whole number"),
        ("harm", {"killed": "", "injured": "", "cause": ""}, "says nothing of the harm"),
        ("notices", {"notice": "started"}, "is not one of training_fire, demining, quarry, movement, flight"),
        ("notices", {"ends": ""}, "has no ends"),
        ("notices", {"starts": ""}, "has no starts"),
        ("notices", {"ends": "2020-11-20"}, "ends is before its starts"),
        ("notices", {"lon": "", "lat": ""}, "neither lon nor lat"),
        ("notices", {"radius_km": "-1"}, "radius_km -1 is not between 0"),
        ("positions", {"unit": ""}, "has no unit"),
        ("positions", {"unit_kind": "tanks"}, "is not one of monitors, drones, forces, aircraft"),
        ("positions", {"lon": "", "lat": "", "position_sd_km": ""}, "a position is a place"),
        ("positions", {"lon": ""}, "not the other coordinate"),
        ("footprints", {"footprint": "POLYGON ((43.65 39.8, 46.6 39.8, 46.6 39.81, 43.65 39.8))"}, "km wide; more"),
        ("footprints", {"unit": ""}, "has no unit: write the mission"),
        ("footprints", {"grade": "good"}, "is not one of checked, reinterpreted, stated, unlocated"),
        ("footprints", {"view": "jammed"}, "is not one of clear, degraded, denied"),
        ("footprints", {"footprint": ""}, "has no footprint: write it as POLYGON ((lon lat"),
        ("footprints", {"footprint": "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))"}, "several polygons as several rows"),
        ("footprints", {"footprint": "POLYGON ((46.9 39.9, 46.94 39.9, 46.94 39.93))"}, "does not come back"),
        ("footprints", {"footprint": "POLYGON ((46.9, 39.9, 46.94, 39.9))"}, "which is not lon lat"),
        ("footprints", {"footprint": "POLYGON ((39.9 46.9, 39.9 46.94, 39.93 46.94, 39.9 46.9))"}, "are exchanged"),
        ("footprints", {"footprint": "POLYGON ((46 39, 47 40, 47 39, 46 40, 46 39))"}, "crosses itself"),
        ("footprints", {"footprint": "POLYGON ((45 38, 48 38, 48 41, 45 41, 45 38))"}, "no drone's view"),
        ("footprints", {"footprint": f"POLYGON (({', '.join(['46.9 39.9'] * 501)}))"}, "more than 500 corners"),
        ("footprints", {"footprint": "POLYGON ((nan 39.9, 46.94 39.9, 46.94 39.93, nan 39.9))"}, "not a finite number"),
        ("footprints", {"error_m": ""}, "has no error_m: write the error of its edge in metres"),
        ("footprints", {"error_m": "-1"}, "error_m -1 is not between 0 and 20000"),
        ("footprints", {"until": ""}, "has no until: write the moment with its offset"),
        ("footprints", {"until": "2020-11-20T10:15:00"}, "until cannot be read"),
        ("footprints", {"until": "2020-11-20T10:00:00+04:00"}, "until is not after its time"),
        ("footprints", {"until": "2020-11-21T10:00:00+04:00"}, "more than 18 hours"),
        ("footprints", {"time": "2020-11-20"}, "has a whole day in time"),
        ("footprints", {"received": ""}, "has no received: a footprint comes in after its mission"),
        ("footprints", {"received": "2020-11-20T10:10:00+04:00"}, "after the mission, never live"),
        ("footprints", {"lon": "46.9", "lat": "39.9"}, "names no point that was aimed at"),
        ("statements", {"speaker": ""}, "has no speaker"),
        ("statements", {"modality": "shall"}, "is not one of will, must, may, will_not, must_not, need_not"),
        ("statements", {"at_least": "1961"}, "at_least 1961 is more than at_most 1960"),
        ("statements", {"by": "soon"}, "by cannot be read"),
    ],
)
def test_a_broken_row_is_refused_in_words(kind, changes, says):
    assert says in refusal(kind, **changes)


@pytest.mark.parametrize(
    ("low", "high", "count"),
    [
        ("7", "", Count(low=7, qualifier=Qualifier.AT_LEAST)),
        ("", "7", Count(high=7, qualifier=Qualifier.AT_MOST)),
        ("7", "7", Count(low=7, high=7, qualifier=Qualifier.EXACT)),
        ("0", "7", Count(low=0, high=7, qualifier=Qualifier.RANGE)),
    ],
)
def test_one_bound_alone_leaves_the_other_open(low, high, count):
    body = made(row_of("strength", count_min=low, count_max=high)).body
    assert isinstance(body, Strength)
    assert body.count == count


def test_an_obstacle_without_anybody_who_came_back_is_a_record():
    body = made(row_of("returns", persons_min="", obstacle="turned back at the checkpoint")).body
    assert body == Returned(place="Town A", persons=Count(), obstacle="turned back at the checkpoint")


def test_a_notice_of_one_day_is_that_whole_day():
    body = made(row_of("notices", starts="2020-11-21", ends="2020-11-21")).body
    assert isinstance(body, Notice)
    assert body.window == Interval(
        start=datetime(2020, 11, 20, 20, tzinfo=UTC), end=datetime(2020, 11, 21, 20, tzinfo=UTC)
    )


def test_a_bad_row_is_listed_and_its_neighbours_are_read():
    found = outcomes(row_of("events"), row_of("events", says="?"), row_of("events", says="denies"))
    assert [type(one) for one in found] == [Record, Rejection, Record]
    assert isinstance(found[1], Rejection)
    assert (found[1].row, found[1].is_sealed) == (3, False)
