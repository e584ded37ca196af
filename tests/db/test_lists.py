"""The contract of the lists: the same for a GeoPackage and for PostGIS, by the same tests."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from postgis_server import served, why_not
from sqlalchemy import false, true

from trucewatch.db.lines import STALE, Box, Line, Made, Place, Said, Sought, circle
from trucewatch.db.lists import PER_PAGE, ListsError, store_of
from trucewatch.db.rows import rows_of
from trucewatch.db.tables import INCIDENTS
from trucewatch.spacetime import GEODESIC
from trucewatch.web.room import things
from trucewatch.web.room.access import ANYBODY, Access, Person, packaged_policy, row

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MADE = Made(entries=7, of=5)
SILENT = (Said(guarantor="first", position="", finding=""), Said(guarantor="second", position="", finding=""))
ACCESS = Access(packaged_policy())


@pytest.fixture(scope="module")
def server():
    if reason := why_not():
        pytest.skip(reason)
    with served() as address:
        yield address


@pytest.fixture(params=["GeoPackage", "PostGIS"])
def store(request, tmp_path):
    address = request.getfixturevalue("server") if request.param == "PostGIS" else ""
    store = store_of(address, tmp_path, f"log of {request.node.name}")
    store.begin()
    yield store
    store.close()


def incident(name: str, **changes) -> Line:
    line = Line(
        id=name, thing=row(things.proposal(name)), entry=3, first=NOON, last=NOON,
        place=Place(lon=38.0, lat=48.0, radius_km=0.5), time_words="at noon", place_words="by the mill",
        what_words="explosion", proposal_words="undetermined", determination="undetermined", outcome="awaited",
        finding="undetermined", is_stale=False, readiness="waiting", voices=SILENT, named=(),
    )  # fmt: skip
    return replace(line, **changes)


def put(store, lines, gone=(), made=MADE) -> None:
    store.write([rows_of(line) for line in lines], gone, made)


def names(store, may=None, **sought) -> list[str]:
    """Everything that is found, page by page."""
    may = true() if may is None else may
    found = [store.find(Sought(**sought), may)]
    while found[-1].older:
        found.append(store.find(Sought(**sought, cursor=found[-1].older), may))
    return [line.id for page in found for line in page.lines]


def counted(found) -> dict[str, int]:
    return {status: count for status, count in found.tally.items() if count}


def at(hours: float, name: str, **changes) -> Line:
    moment = NOON - timedelta(hours=hours)
    return incident(name, first=moment, last=moment, **changes)


def test_an_incident_comes_back_as_it_was_written(store):
    spoken = (Said(guarantor="first", position="contest", finding="xanthe"), SILENT[1])
    put(store, [incident("i-1", is_stale=True, voices=spoken)], [], MADE)
    found = store.find(Sought(), true())
    (line,) = found.lines
    assert (line.id, line.time_words, line.place_words, line.what_words) == (
        "i-1",
        "at noon",
        "by the mill",
        "explosion",
    )
    assert (line.proposal_words, line.outcome, line.is_stale, line.voices) == ("undetermined", "awaited", True, spoken)
    assert (found.made, found.newer, found.older) == (MADE, None, None)


def test_pages_follow_each_other_without_a_gap_or_a_repetition_and_lead_back(store):
    every = [at(n // 3, f"i-{n:03}") for n in range(3 * PER_PAGE + 7)]  # three of each time
    put(store, random.Random(1).sample(every, len(every)), [], MADE)
    expected = [line.id for line in sorted(every, key=lambda line: (line.last, line.id), reverse=True)]
    assert names(store) == expected
    page = store.find(Sought(), true())
    assert page.newer is None
    for _ in range(3):
        after = store.find(Sought(cursor=page.older), true())
        assert store.find(Sought(cursor=after.newer), true()).lines == page.lines
        page = after
    assert page.older is None
    assert len(page.lines) == 7


def test_what_comes_while_somebody_turns_pages_moves_no_page(store):
    put(store, [at(n, f"i-{n:03}") for n in range(2 * PER_PAGE)], [], MADE)
    first = store.find(Sought(), true())
    put(store, [at(-1, "i-new")], [], MADE)
    second = store.find(Sought(cursor=first.older), true())
    assert [line.id for line in second.lines] == [f"i-{n:03}" for n in range(PER_PAGE, 2 * PER_PAGE)]


def test_what_has_no_time_is_of_any_time_and_what_has_no_place_is_anywhere(store):
    lines = [
        at(2, "i-here"),
        at(200, "i-old"),
        at(2, "i-far", place=Place(lon=40.0, lat=48.0, radius_km=0.5)),
        at(2, "i-nowhere", place=None),
        incident("i-undated", first=None, last=None),
        incident("i-nothing", first=None, last=None, place=None),
    ]
    put(store, lines, [], MADE)
    day, box = NOON - timedelta(hours=24), Box(west=37.9, south=47.9, east=38.1, north=48.1)
    assert set(names(store, since=day)) == {line.id for line in lines} - {"i-old"}
    assert set(names(store, box=box)) == {line.id for line in lines} - {"i-far"}
    both = store.find(Sought(since=day, box=box), true())
    assert [line.id for line in both.lines] == ["i-nowhere", "i-here", "i-undated", "i-nothing"]
    assert (both.tally[""], both.timeless, both.placeless) == (4, 2, 2)


def test_a_box_finds_whatever_may_lie_in_it(store):
    """What the circles' own geodesic distances say, over places with doubts of metres to hundreds of km."""
    chance = random.Random(7)
    lines = [
        incident(f"i-{n}", place=Place(
            lon=chance.uniform(-179, 179), lat=chance.uniform(-80, 80), radius_km=10 ** chance.uniform(-2, 2.5)
        ))
        for n in range(300)
    ]  # fmt: skip
    put(store, lines, [], MADE)
    missed, hits = [], 0
    for _ in range(25):
        west, south = chance.uniform(-170, 110), chance.uniform(-80, 40)
        box = Box(west=west, south=south, east=west + chance.uniform(0, 60), north=south + chance.uniform(0, 40))
        found = set(names(store, box=box))
        for line in lines:
            lon = min(max(line.place.lon, box.west), box.east)
            lat = min(max(line.place.lat, box.south), box.north)
            *_, metres = GEODESIC.inv(line.place.lon, line.place.lat, lon, lat)
            if metres <= line.place.radius_km * 1000:
                hits += 1
                missed += [line.id] if line.id not in found else []
    assert hits > 20
    assert missed == []


def test_a_circle_is_never_made_too_small():
    for lon, lat, radius in (
        (38.0, 48.0, 5.0),
        (0.0, 0.0, 100.0),
        (10.0, 79.0, 300.0),
        (179.99, 10.0, 5.0),
        (5, 89.9, 9),
    ):
        box = circle(lon, lat, radius)
        for bearing in range(0, 360, 5):
            x, y, _ = GEODESIC.fwd(lon, lat, bearing, radius * 1000)
            assert box.west <= x <= box.east
            assert box.south <= y <= box.north


def test_counts_are_of_what_is_sought_and_add_up(store):
    outcomes = ["awaited", "awaited", "differing", "agreed", "agreed", "agreed", "abstained"]
    put(store, [at(n, f"i-{n}", outcome=o, is_stale=n in {1, 5}) for n, o in enumerate(outcomes)], [], MADE)
    tally = {"": 7, "awaited": 2, "differing": 1, "agreed": 3, "abstained": 1, STALE: 2}
    tally |= {"waiting": 7, "ready": 0, "published": 0}
    for status, count in tally.items():
        found = store.find(Sought(status=status), true())
        assert found.tally == tally
        assert len(found.lines) == count
    late = store.find(Sought(status="agreed", since=NOON - timedelta(hours=4)), true())
    assert counted(late) == {"": 5, "awaited": 2, "differing": 1, "agreed": 2, STALE: 1, "waiting": 5}
    assert [line.id for line in late.lines] == ["i-3", "i-4"]


def test_what_is_ready_to_publish_and_what_is_published_is_found_and_counted(store):
    steps = ["waiting", "ready", "published", "ready", "waiting"]
    spoken = {"waiting": "awaited", "ready": "differing", "published": "agreed"}
    lines = [at(n, f"i-{n}", readiness=step, outcome=spoken[step], place=None) for n, step in enumerate(steps)]
    put(store, lines, [], MADE)
    assert names(store, status="ready") == ["i-1", "i-3"]
    assert names(store, status="published") == ["i-2"]
    found = store.find(Sought(status="ready", since=NOON - timedelta(hours=2)), true())
    assert ([line.readiness for line in found.lines], found.placeless) == (["ready"], 1)
    assert (found.tally["ready"], found.tally["published"], found.tally[""]) == (1, 1, 3)


def test_who_still_has_to_speak_and_who_is_named_are_found(store):
    said = Said(guarantor="first", position="concur", finding="xanthe")
    lines = [
        at(1, "i-1"),
        at(2, "i-2", voices=(said, SILENT[1]), named=("xanthe",)),
        at(3, "i-3", voices=(said, replace(said, guarantor="second")), named=("xanthe", "zephyr")),
    ]
    put(store, lines, [], MADE)
    assert names(store, awaits="first") == ["i-1"]
    assert names(store, awaits="second") == ["i-1", "i-2"]
    assert names(store, names="xanthe") == ["i-2", "i-3"]
    assert names(store, names="zephyr") == ["i-3"]
    assert names(store, names="zephyr", awaits="second") == []


def test_with_the_sides_and_the_guarantors_exchanged_the_same_is_found_under_the_other_names(store, tmp_path):
    chance, there = random.Random(3), {"xanthe": "zephyr", "zephyr": "xanthe", "first": "second", "second": "first"}
    lines = [
        at(n % 5, f"i-{n:02}", named=tuple(p for p in ("xanthe", "zephyr") if chance.random() < 0.4),
           voices=tuple(replace(v, position=chance.choice(["", "concur"])) for v in SILENT))
        for n in range(40)
    ]  # fmt: skip
    mirrored = [
        replace(line, named=tuple(there[p] for p in reversed(line.named)),
                voices=tuple(replace(v, guarantor=there[v.guarantor]) for v in reversed(line.voices)))
        for line in lines
    ]  # fmt: skip
    asked = [{"names": p, "awaits": g} for p in ("", "xanthe", "zephyr") for g in ("", "first", "second")]
    put(store, lines, [], MADE)
    found = [names(store, **one) for one in asked]
    put(store, mirrored, [], MADE)
    assert [names(store, **{k: there.get(v, v) for k, v in one.items()}) for one in asked] == found
    assert len({tuple(one) for one in found}) > 5


def test_what_changed_replaces_what_was_and_what_is_gone_is_gone(store):
    put(store, [at(1, "i-1"), at(2, "i-2", named=("xanthe",)), at(3, "i-3")], [], MADE)
    moved = at(0, "i-3", outcome="agreed", place=Place(lon=40.0, lat=50.0, radius_km=0.1))
    put(store, [moved], ["i-2", "i-never-there"], Made(entries=9, of=8))
    found = store.find(Sought(), true())
    assert [line.id for line in found.lines] == ["i-3", "i-1"]
    assert counted(found) == {"": 2, "awaited": 1, "agreed": 1, "waiting": 2}
    assert found.made == Made(entries=9, of=8)
    assert names(store, names="xanthe") == []
    assert names(store, box=Box(west=39.9, south=49.9, east=40.1, north=50.1)) == ["i-3"]
    assert names(store, box=Box(west=37.9, south=47.9, east=38.1, north=48.1)) == ["i-1"]


def test_the_policy_filters_rows_and_counts_in_the_database_as_cedar_does_one_by_one(store):
    kinds = [
        replace(things.proposal(f"i-{n:02}", frozenset(zones)), side=side, protection=protection, embargo=embargo)
        for n, (side, protection, embargo, zones) in enumerate(
            (side, protection, embargo, zones)
            for side in ("\x01inside", "xanthe") for protection in range(4)
            for embargo in (None, NOON + timedelta(hours=1))
            for zones in ((), ("zone-1", "zone-2"), ("Zone-1", "zone-1,zone-2"))
        )
    ]  # fmt: skip
    put(store, [incident(thing.id, thing=row(thing)) for thing in kinds], [], MADE)
    people = [
        ANYBODY, Person(id="o", role="officer"), Person(id="l", role="liaison", of="xanthe"),
        Person(id="r", role="reporter"), Person(id="m", role="monitor"),
        Person(id="m", role="monitor", zones=frozenset({"zone-1"})),
        Person(id="m", role="monitor", zones=frozenset({"zone-3", "zone-1,zone-2"})),
    ]  # fmt: skip
    seen = []
    for person in people:
        may = ACCESS.where(person, "read", INCIDENTS, NOON, on_shift=False)
        asked = {thing.id for thing in kinds if ACCESS.may(person, "read", thing, NOON, on_shift=False)}
        found = store.find(Sought(), may)
        assert {line.id for line in found.lines} == asked
        assert found.tally[""] == len(asked)
        seen.append(len(asked))
    assert seen == [6, 36, 15, 24, 6, 12, 12]


def test_nothing_is_shown_before_it_was_written_nor_what_somebody_else_wrote(store):
    with pytest.raises(ListsError, match="being made"):
        store.find(Sought(), true())
    put(store, [incident("i-1")], [], MADE)
    assert store.is_whole()
    other = replace(store, maker="another process")
    assert not other.is_whole()
    with pytest.raises(ListsError, match="being made"):
        other.find(Sought(), true())
    store.begin()
    assert not store.is_whole()
    put(store, [], [], MADE)
    assert counted(store.find(Sought(), true())) == {}


def test_a_writing_that_fails_leaves_what_was(store):
    put(store, [incident("i-1")], [], MADE)
    broken = incident("i-2", thing=row(things.proposal("i-2")) | {"kind": None})
    with pytest.raises(ListsError):
        put(store, [incident("i-1", outcome="agreed"), broken], [], Made(entries=99, of=99))
    found = store.find(Sought(), true())
    assert (counted(found), found.made) == ({"": 1, "awaited": 1, "waiting": 1}, MADE)


def test_words_of_strangers_stop_no_list(store):
    nasty = "zero \x00, half \ud800, quote ' \" ; DROP TABLE incidents; -- %s :name"
    put(store, [incident("i-1", what_words=nasty)], [], MADE)
    (line,) = store.find(Sought(), true()).lines
    assert line.what_words == nasty.replace("\x00", "\\x00").replace("\ud800", "\\ud800")


def test_a_policy_that_lets_nobody_see_anything_lists_nothing(store):
    put(store, [incident("i-1")], [], MADE)
    found = store.find(Sought(), false())
    assert (found.lines, found.tally[""]) == ((), 0)


def test_what_is_no_address_of_postgresql_is_refused_before_anything_is_opened(tmp_path):
    for address in ("elsewhere", "mysql://host/name", "sqlite:///x", "postgresql//host"):
        with pytest.raises(ValueError, match="postgresql://"):
            store_of(address, tmp_path, "a log")
    assert list(tmp_path.iterdir()) == []


def test_two_boxes_are_no_box():
    for edges in ((1, 0, 0, 1), (0, 1, 1, 0), (-181, 0, 0, 1), (0, 0, 0, float("nan"))):
        with pytest.raises(ValueError, match="degrees"):
            Box(**dict(zip(("west", "south", "east", "north"), edges, strict=True)))


def some_lines() -> list[Line]:
    spoken = (Said(guarantor="first", position="contest", finding="xanthe"), SILENT[1])
    return [
        incident("i-1", voices=spoken, named=("xanthe", "zephyr"), is_stale=True),
        incident("i-2", place=None, first=None, last=None, entry=None),
        at(0.000_000_3, "i-3", place=Place(lon=38, lat=-48.1, radius_km=0.1 + 0.2)),
        incident("i-4", what_words="half \ud800, zero \x00"),
    ]


def test_many_at_once_become_what_they_become_one_by_one(store):
    chance = random.Random(5)
    lines = [
        at(chance.random() * 99, f"i-{n:02}", place=Place(lon=37 + n / 50, lat=48.0, radius_km=0.2)) for n in range(60)
    ]
    put(store, [])  # complete, and empty
    for line in lines:
        put(store, [line])
    asked = [{}, {"box": Box(west=37.1, south=47.9, east=37.6, north=48.1)}, {"since": NOON - timedelta(hours=20)}]
    one_by_one = [names(store, **one) for one in asked]
    store.begin()
    put(store, lines)
    assert [names(store, **one) for one in asked] == one_by_one
    assert 0 < len(one_by_one[1]) < 60
