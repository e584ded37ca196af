from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model import (
    Body,
    Clocks,
    Coded,
    Count,
    Harm,
    Interval,
    Listed,
    Named,
    Notice,
    Party,
    Passage,
    Record,
    Returned,
    SiteSeen,
    Source,
)
from trucewatch.registers import registers
from trucewatch.registers.sites import agreed
from trucewatch.vocabulary import (
    HarmStage,
    NoticeOf,
    PersonCategory,
    PersonState,
    SiteCondition,
    SourceClass,
    WayCondition,
)

DAY = datetime(2030, 6, 3, tzinfo=UTC)
PARTIES = (Party(id="north", names=(("en", "North"),)), Party(id="south", names=(("en", "South"),)))


def record(body: Body, *, hour: float = 0, side: str | None = None, source: str = "post", about: str = "act") -> Record:
    moment = DAY + timedelta(hours=hour)
    return Record(
        source=Source(
            name=source,
            source_class=Coded(term=SourceClass.PARTY if side else SourceClass.OBSERVER),
            side=None if side is None else Named(party=side, verbatim=side),
        ),
        clocks=Clocks(claimed=Interval(start=moment, end=moment)),
        about=about,
        body=body,
        reader="test",
        raw=(),
        key=f"{source}-{side}-{hour}-{body!r}",
    )


def lines(name: str, *records: Record) -> list[tuple[str, ...]]:
    found = {register.name: register for register in registers(records, PARTIES)}
    return [row.cells for row in found[name].rows] if name in found else []


def listed(person: str, side: str, state: PersonState = PersonState.LISTED, hour: float = 0) -> Record:
    body = Listed(person=person, category=PersonCategory.PRISONER, state=state)
    return record(body, side=side, source=f"list of {side}", hour=hour)


def test_a_register_without_a_line_is_not_there():
    assert registers((), PARTIES) == ()


def test_a_corridor_keeps_its_condition_until_the_same_source_says_otherwise():
    way = [
        record(Passage(condition=WayCondition.OPEN, passages=12), hour=0),
        record(Passage(condition=WayCondition.OPEN, passages=5), hour=1),
        record(Passage(condition=WayCondition.CLOSED), hour=2),
        record(Passage(condition=WayCondition.OPEN), hour=3, side="south", source="ministry"),
    ]
    first, second, other = lines("ways", *way)
    assert first[1:5] == ("open", "2030-06-03T00:00:00Z", "2030-06-03T02:00:00Z", "17")
    assert second[1:5] == ("closed", "2030-06-03T02:00:00Z", "", "")
    assert other[1] == "open"  # the other source's word does not end the first one's
    assert other[5:] == ("", "ministry", "south")


def test_one_source_under_two_spellings_tells_one_story():
    spelt = [
        record(Passage(condition=WayCondition.OPEN), source="Post-7"),
        record(Harm(stage=HarmStage.REPORTED), about="x"),
    ]
    again = [
        record(Passage(condition=WayCondition.CLOSED), hour=1, source="post 7"),
        record(Harm(stage=HarmStage.REPORTED), hour=1, source="P\u043est", about="x"),  # one Cyrillic letter
    ]
    assert [cells[3] for cells in lines("ways", *spelt, *again)] == ["2030-06-03T01:00:00Z", ""]
    assert [cells[-1] for cells in lines("harm", *spelt, *again)] == ["1"]


def test_who_barred_a_way_stands_beside_its_condition_and_another_one_is_another_spell():
    def closed(by, hour):
        return record(Passage(condition=WayCondition.CLOSED, barred_by=by), hour=hour)

    north, stranger = Named(party="north", verbatim="The north"), Named(party=None, verbatim="villagers")
    first, second, third = lines("ways", closed(None, 0), closed(north, 1), closed(stranger, 2))
    assert [cells[5] for cells in (first, second, third)] == ["", "north", "villagers"]


def counts(*records: Record) -> dict[str, int]:
    return {cells[2]: int(cells[3]) for cells in lines("exchanges", *records)}


def test_two_lists_are_reconciled_by_commitment_and_no_person_stands_in_the_register():
    rows = [listed("aa" * 16, "north"), listed("aa" * 16, "south"), listed("bb" * 16, "north")]
    found = counts(*rows)
    assert (found["on the list of north"], found["on the list of south"]) == (2, 1)
    assert (found["on the lists of more than one side"], found["on one list only"]) == (1, 1)
    assert not any("aaaa" in cell or "bbbb" in cell for cells in lines("exchanges", *rows) for cell in cells)


def test_a_later_word_of_a_list_replaces_its_earlier_one_and_two_lists_that_differ_are_disputed():
    rows = [
        listed("aa" * 16, "north"),
        listed("aa" * 16, "north", PersonState.RELEASED, hour=1),
        listed("bb" * 16, "north", PersonState.RELEASED),
        listed("bb" * 16, "south"),
    ]
    found = counts(*rows)
    assert (found["released"], found["disputed"], found["listed"]) == (1, 1, 0)


def test_a_site_is_called_damaged_only_when_all_assessors_say_so_and_one_is_not_enough():
    def seen(assessor: str, condition: SiteCondition) -> SiteSeen:
        return SiteSeen(site="church", community="one", condition=condition, assessor=assessor)

    damaged = [seen("x", SiteCondition.DAMAGED), seen("y", SiteCondition.DAMAGED)]
    assert agreed(damaged) == "damaged"
    assert agreed(damaged[:1]) == "one assessor only"
    assert agreed([*damaged, seen("z", SiteCondition.INTACT)]) == "assessors differ"
    assert agreed([]) == "not assessed"


def test_a_community_whose_sites_have_no_baseline_shows_it():
    rows = [
        record(
            SiteSeen(site="church", community="one", condition=SiteCondition.INTACT, assessor="x", is_baseline=True)
        ),
        record(SiteSeen(site="mosque", community="two", condition=SiteCondition.DAMAGED, assessor="x"), hour=1),
    ]
    assert lines("site_inventory", *rows) == [("one", "1", "1", "0"), ("two", "1", "0", "1")]


def test_harm_is_counted_at_its_furthest_stage_and_sources_that_differ_are_not_decided():
    rows = [
        record(Harm(stage=HarmStage.REPORTED, killed=4), side="north", source="ministry"),
        record(Harm(stage=HarmStage.CORROBORATED, killed=2, injured=1), hour=1),
        record(Harm(stage=HarmStage.CORROBORATED, killed=3), hour=2, source="other post"),
    ]
    (line,) = lines("harm", *rows)
    assert line[1:5] == ("corroborated", "2030-06-03T00:00:00Z", "2 to 3", "1")
    differing = [*rows, record(Harm(stage=HarmStage.NOT_CORROBORATED), hour=3, source="third post")]
    assert lines("harm", *differing)[0][1] == "sources differ"


def test_a_notice_that_came_after_what_it_announces_has_a_negative_lead():
    window = Interval(start=DAY + timedelta(hours=10), end=DAY + timedelta(hours=12))
    notice = Notice(of=NoticeOf.DEMINING, window=window, radius_km=2.0)
    assert lines("notices", record(notice, hour=4))[0][4] == "6.0"
    assert lines("notices", record(notice, hour=11))[0][4] == "-1.0"


BODIES = st.one_of(
    st.builds(Passage, condition=st.sampled_from(WayCondition), passages=st.none() | st.integers(0, 9)),
    st.builds(
        Listed,
        person=st.sampled_from(["aa" * 16, "bb" * 16, "cc" * 16]),
        category=st.sampled_from(PersonCategory),
        state=st.sampled_from(PersonState),
    ),
    st.builds(Harm, stage=st.sampled_from(HarmStage), killed=st.none() | st.integers(0, 9)),
    st.builds(Returned, place=st.sampled_from(["town", "village"]), persons=st.builds(Count, low=st.integers(0, 9))),
)


@given(st.lists(st.tuples(BODIES, st.sampled_from(["north", "south", None])), max_size=12))
def test_exchanging_the_parties_exchanges_their_ids_in_every_line_and_nothing_else(told):
    other = {"north": "south", "south": "north", None: None}
    rows = [record(body, hour=n, side=side, source="a source") for n, (body, side) in enumerate(told)]
    exchanged = [record(body, hour=n, side=other[side], source="a source") for n, (body, side) in enumerate(told)]

    def swapped(cell: str) -> str:
        return cell.replace("north", "*").replace("south", "north").replace("*", "south")

    here = {r.name: [row.cells for row in r.rows] for r in registers(rows, PARTIES)}
    there = {r.name: [row.cells for row in r.rows] for r in registers(exchanged, PARTIES[::-1])}
    assert {name: [tuple(map(swapped, cells)) for cells in found] for name, found in here.items()} == there
