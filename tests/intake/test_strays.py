"""What was read and is of no use is said aloud, alike for every party."""

import pytest

from trucewatch.intake import read
from trucewatch.intake.enrol import enrol
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.intake.strays import strangers, strays
from trucewatch.model import Observation, Party

CONTEXT = Context(
    parties=(
        Party(id="north", names=(("en", "Northland"),), aliases=("N. army",)),
        Party(id="south", names=(("en", "Southland"),)),
    ),
    time_zone="UTC",
    gazetteer=Gazetteer(),
    third_parties=("A mission",),
)
CLAIMS = "date,speaker,accused,count,firing_place,target,weapon,note"
CANONICAL = (
    "id,source,source_class,source_side,time,accuses,weapon,observer_lon,observer_lat,bearing_deg,distance_km,lon,lat"
)


def rows(header, *lines):
    table = "\n".join([header, *lines]).encode()
    return [row for row in read("t.csv", [table], CONTEXT) if isinstance(row, Observation)]


def said(header, *lines):
    return strays(rows(header, *lines))


@pytest.mark.parametrize("stranger", ["Northland's ministry", "Министерство", "south army"])
def test_a_name_that_is_no_party_is_said_whoever_speaks_and_whomever_it_accuses(stranger):
    speaks = rows(CLAIMS, f"2020-04-10,{stranger},Southland,1,,,,", f"2020-04-11,{stranger},north,1,,,,")
    assert f"called {stranger!r} (2 rows): " in strangers(speaks, ())
    assert f"called {stranger!r} (1 row): " in strangers(rows(CLAIMS, f"2020-04-10,N. army,{stranger},1,,,,"), ())
    media = rows(CANONICAL, f"1,A press,media,,2020-04-10T00:00:00Z,{stranger},,,,,,,")
    assert stranger in strangers(media, ())
    assert not strangers(media, {stranger})


@pytest.mark.parametrize("known", ["north", "Northland", "n. army", "south", "Southland"])
def test_a_party_by_any_of_its_names_is_no_stranger(known):
    assert not strangers(rows(CLAIMS, f"2020-04-10,{known},{known},1,,,,"), ())


def test_a_third_party_that_the_case_names_is_no_stranger():
    assert not strangers(rows(CLAIMS, "2020-04-10,A mission,,1,,,,"), ())


def test_of_many_names_the_first_are_said_and_the_others_counted():
    many = rows(CLAIMS, *(f"2020-04-10,Speaker {n},,1,,,," for n in range(9)))
    assert "'Speaker 5' (1 row) and 3 more: " in strangers(many, ())


def test_a_bearing_without_a_post_or_beside_the_place_itself_is_of_no_use():
    nowhere = said(CANONICAL, "1,P,observer,,2020-04-10T00:00:00Z,,,,,90,3,,")
    assert any("observer_lon and observer_lat do not say from where (1 row)" in line for line in nowhere)
    twice = said(CANONICAL, "1,P,observer,,2020-04-10T00:00:00Z,,,30,10,90,3,30.1,10")
    assert any("lon and lat state the place itself (1 row)" in line for line in twice)
    assert not said(CANONICAL, "1,P,observer,,2020-04-10T00:00:00Z,,,30,10,90,3,,")


def test_what_a_witness_was_told_and_a_post_that_stands_for_the_place_are_said():
    header = "id,source,source_class,means,time,observer_lon,observer_lat,bearing_deg,lon,lat"
    told = said(
        header, "1,P,observer,media,2020-04-10T00:00:00Z,,,,30,10", "2,Q,media,media,2020-04-10T00:00:00Z,,,,30,10"
    )
    assert len(told) == 1
    assert "nothing that the source perceived (1 row)" in told[0]
    post = said(header, "1,P,observer,heard,2020-04-10T00:00:00Z,30,10,90,30,10")
    assert len(post) == 1
    assert "lon and lat are where the observer stood" in post[0]
    assert not said(header, "1,P,observer,saw,2020-04-10T00:00:00Z,30,10,,30,10")


def test_rows_of_one_id_that_differ_are_said_and_repeats_and_other_sources_are_not():
    header = "id,source,source_class,time,count"
    first, later = "a1,Post 1,observer,2020-04-10T00:00:00Z,5", "a1,Post 1,observer,2020-04-10T00:00:00Z,15"
    (line,) = strays(enrol(rows(header, first, later, "a1,post-1,observer,2020-04-10T01:00:00Z,5"), ()))
    assert line.startswith("one source, one id, rows that differ: 'a1' (3 rows); each of them counts")
    assert strays(enrol(rows(header, later, "a1,POST 1,observer,2020-04-10T01:00:00Z,5", first), ())) == (line,)
    assert not strays(enrol(rows(header, first, first, "a1,Post 2,observer,2020-04-10T00:00:00Z,5"), ()))
    unnamed = [row.replace("a1", "") for row in (first, later)]
    assert not strays(enrol(rows(header, *unnamed), ()))
    many = [row.replace("a1", f"a{n}") for n in range(8) for row in (first, later)]
    assert "'a5' (2 rows) and 2 more; " in strays(enrol(rows(header, *many), ()))[0]


def test_a_source_of_no_known_class_is_said_to_count_as_words_and_a_radar_is_not():
    header = "id,source,source_class,means,phenomenon,direction,time,lon,lat"
    rest = "projectile_in_flight,outgoing,2020-04-10T00:00:00Z,30,10"
    (line,) = said(header, f"1,R,lidar,,{rest}")
    assert line.startswith("source_class 'lidar' is not in the vocabulary and was kept as written (1 row): counted as")
    assert line.endswith("what perceives is observer, camera, acoustic, seismic, radar, drone, satellite")
    (line,) = said(header, f"1,R,,,{rest}")
    assert line.startswith("source_class is empty: counted as words, not as perceived; ")
    assert not said(header, f"1,R,radar,radar,{rest}")


def test_a_radars_silence_is_no_watch_and_its_count_of_nothing_is_refused():
    header = "id,source,source_class,phenomenon,time,time_sd_s,count"
    (quiet,) = rows(header, "1,R,radar,quiet,2020-04-10T00:00:00Z,2078,")
    assert not quiet.source.is_watcher
    assert rows(header, "1,Post,observer,quiet,2020-04-10T00:00:00Z,2078,")[0].source.is_watcher
    assert not rows(header, "1,R,radar,explosion,2020-04-10T00:00:00Z,1,0")


def test_a_weapon_that_nobody_knows_is_said_and_one_in_other_words_is_not():
    assert any("weapon 'ballista'" in line for line in said(CANONICAL, "1,P,observer,,,,ballista,30,10,90,,,"))
    assert not any("weapon" in line for line in said(CANONICAL, "1,P,observer,,,,120mm mortar,30,10,90,,,"))
    assert not said(CANONICAL, "1,P,observer,,,,mortar,30,10,90,,,")
