"""Records other than fire along the one path: a made-up case with every table, by two parties and a monitor."""

import csv
import io
import json
import random
import shutil
from pathlib import Path

import pytest

from trucewatch import centre, inquiry, pipeline
from trucewatch.ledger.verify import verify
from trucewatch.spacetime import utc

PAPER = """+++
id = "paper"
title = "A paper"
signed = 2030-06-01
in_force = 2030-06-03T00:00:00Z
tz = "UTC"
[quotation.en]
source = "a page"
language = "en"
verbatim = true
[actor.guarantor]
name = "A guarantor"
role = "guarantor"
+++
## 1
> [en] The Parties cease fire.
```toml
id = "1.a"
kind = "prohibit"
bearer = "all"
```
## 2
> [en] The town is handed over by 20 June.
```toml
id = "2.a"
kind = "achieve"
bearer = ["xanthe"]
toward = ["zephyr"]
act = "transfer:town"
deadline = 2030-06-20
```
## 3
> [en] The guarantor deploys no more than 100.
```toml
id = "3.a"
kind = "ceiling"
bearer = ["guarantor"]
act = "strength:contingent"
[[limits]]
item = "personnel"
at_most = 100
```
## 4
> [en] The road is open.
```toml
id = "4.a"
kind = "allow"
bearer = ["zephyr"]
act = "passage:road"
```
"""

CASE = """id = "made-up"
time_zone = "Europe/Kyiv"
[[party]]
id = "xanthe"
name = "Xanthe"
[[party]]
id = "zephyr"
name = "Zephyr"
"""

PLACES = """{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"role": "permitted_area", "id": "patrols", "for": "monitors"},
 "geometry": {"type": "Polygon", "coordinates": [[[37.5, 47.5], [38.5, 47.5], [38.5, 48.5], [37.5, 48.5], [37.5, 47.5]]]}},
{"type": "Feature", "properties": {"role": "infrastructure", "id": "pipeline"},
 "geometry": {"type": "LineString", "coordinates": [[38.1, 47.9], [38.1, 48.1]]}}]}"""

A = "aa" * 32
TABLES = {
    "events": """id,source,source_class,source_side,about,event,says,time,received,text
e1,monitor,observer,,transfer:town,done,states,2030-06-19,2030-06-21,seen
e2,ministry of xanthe,party,xanthe,transfer:town,done,states,2030-06-18,,
e3,ministry of zephyr,party,zephyr,transfer:town,done,states,2030-06-19,2030-06-20T10:00:00+03:00,
""",
    "inventory": """id,source,source_class,source_side,about,item,offered,accepted_by_monitor,accepted_by_other,time
v1,monitor,observer,,hand-in:arms,arms,50,40,35,2030-06-10
""",
    "strength": """id,source,source_class,source_side,about,item,count_min,count_max,time
s1,monitor,observer,,strength:contingent,personnel,80,90,2030-06-10
""",
    "passage": """id,source,source_class,source_side,about,condition,passages,time
p1,monitor,observer,,passage:road,open,12,2030-06-10
p2,monitor,observer,,passage:road,closed,,2030-06-12
p3,ministry of zephyr,party,zephyr,passage:road,open,,2030-06-12
""",
    "mandate": """id,source,source_class,source_side,about,notice,time
m1,ministry of xanthe,party,xanthe,stay:contingent,objection,2030-06-12
""",
    "lists": f"""source,source_class,source_side,about,person,category,state,time
list,party,xanthe,exchange:prisoners,{A},prisoner,listed,2030-06-12
list,party,zephyr,exchange:prisoners,{A},prisoner,released,2030-06-13
""",
    "returns": """id,source,source_class,source_side,about,persons_min,persons_max,place,until,obstacle,time
r1,agency,interlocutor,,return:displaced,10,20,the town,2030-06-20,mines,2030-06-12
""",
    "sites": """id,source,source_class,source_side,about,site,community,condition,assessor,imaged,baseline,time
t1,group,satellite,,protect:sites,church 1,one,intact,x,2030-05-01,yes,2030-05-01
t2,group,satellite,,protect:sites,church 1,one,damaged,x,2030-06-10,,2030-06-10
""",
    "harm": """id,source,source_class,source_side,about,stage,killed,injured,cause,time
h1,ministry of xanthe,party,xanthe,harm:market,reported,2,5,shelling,2030-06-11
h2,monitor,observer,,harm:market,corroborated,1,5,shelling,2030-06-12
""",
    "notices": """id,source,source_class,source_side,about,notice,starts,ends,lon,lat,radius_km,time
n1,liaison of zephyr,notification,zephyr,fire:training,training_fire,2030-06-14T08:00:00Z,2030-06-14T12:00:00Z,38.0,48.0,3,2030-06-13T08:00:00Z
""",
    "positions": """id,source,source_class,source_side,about,unit,unit_kind,lon,lat,position_sd_km,time
q1,tracker,observer,,patrol:monitors,patrol 1,monitors,38.0,48.0,0.05,2030-06-14T08:00:00Z
q2,tracker,observer,,patrol:monitors,patrol 1,monitors,38.7,48.0,0.05,2030-06-14T09:00:00Z
q3,tracker,observer,,patrol:monitors,patrol 1,monitors,38.1,48.0,0.05,2030-06-14T10:00:00Z
""",
    "footprints": """id,source,source_class,source_side,about,unit,footprint,error_m,grade,view,time,until,received
k1,monitor,drone,,watch:drones,flight 1,"POLYGON ((38.0 48.0, 38.04 48.0, 38.04 48.02, 38.0 48.02, 38.0 48.0))",20,checked,clear,2030-06-14T08:00:00Z,2030-06-14T08:30:00Z,2030-06-15
k2,monitor,drone,,watch:drones,flight 1,,,stated,denied,2030-06-14T08:30:00Z,2030-06-14T08:40:00Z,2030-06-15
k3,ministry of zephyr,party,zephyr,watch:drones,flight 1,"POLYGON ((38.0 48.0, 38.01 48.0, 38.01 48.01, 38.0 48.0))",20,stated,clear,2030-06-14T08:00:00Z,2030-06-14T08:30:00Z,2030-06-15
""",
    "statements": """id,source,source_class,source_side,about,speaker,outlet,actor,modality,text,time
w1,an agency,media,,deploy:contingent,a minister of xanthe,an outlet,zephyr,will,they will send a contingent,2030-06-14
""",
    "observations": """id,source,source_class,source_side,means,phenomenon,direction,time,observer_lon,observer_lat,bearing_deg,distance_km
o1,post 1,observer,,heard,explosion,undetermined,2030-06-14T09:00:00Z,38.0,48.0,90,2
o2,post 2,observer,,heard,explosion,undetermined,2030-06-14T09:00:02Z,38.05,48.0,270,2
""",
}


def folder(tmp_path: Path, tables: dict[str, str], *, exchanged: bool = False) -> Path:
    def put(text: str) -> str:
        return text.replace("xanthe", "\0").replace("zephyr", "xanthe").replace("\0", "zephyr") if exchanged else text

    case = tmp_path / "case"
    shutil.rmtree(case, ignore_errors=True)
    (case / "agreements").mkdir(parents=True)
    (case / "observations").mkdir()
    (case / "case.toml").write_text(put(CASE), encoding="utf-8")
    (case / "places.geojson").write_text(PLACES, encoding="utf-8")
    (case / "agreements" / "paper.md").write_text(put(PAPER), encoding="utf-8")
    for name, text in tables.items():
        (case / "observations" / f"{name}.csv").write_text(put(text), encoding="utf-8")
    return case


def published(out: Path) -> dict[str, bytes]:
    return {
        p.relative_to(out).as_posix(): p.read_bytes()
        for p in sorted(out.rglob("*"))
        if p.is_file() and "ledger" not in p.relative_to(out).parts
    }


def shuffled(text: str, seed: int) -> str:
    head, *rows = text.strip().split("\n")
    rows = [*rows, *rows]  # each twice
    random.Random(seed).shuffle(rows)
    return "\n".join([head, *rows]) + "\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    base = tmp_path_factory.mktemp("records")
    return centre.assess(folder(base, TABLES), base / "out"), base / "out"


def test_every_row_is_read_and_listed_and_the_log_verifies_and_recomputes(run):
    done, out = run
    assert done.rows == sum(text.strip().count("\n") for text in TABLES.values())
    assert not done.assessment.rejections
    links = list(csv.DictReader(io.StringIO((out / "links.csv").read_text(encoding="utf-8"))))
    assert {row["observation_id"] for row in links} >= {
        "e1",
        "v1",
        "s1",
        "p1",
        "m1",
        "r1",
        "t1",
        "h1",
        "n1",
        "q1",
        "w1",
    }
    verify(out)
    assert all(centre.recompute(out).values())


def test_each_table_that_has_a_register_stands_in_it(run):
    done, out = run
    names = {register.name for register in done.assessment.registers}
    assert names >= {
        "notices",
        "ways",
        "strengths",
        "mandates",
        "exchanges",
        "returns",
        "sites",
        "site_inventory",
        "harm",
    }
    assert {f"registers/{name}.csv" for name in names} <= published(out).keys()


def cells(done: centre.Run, name: str) -> list[dict[str, str]]:
    (register,) = [each for each in done.assessment.registers if each.name == name]
    return [dict(zip(register.columns, row.cells, strict=True)) for row in register.rows]


def test_a_patrol_outside_its_area_is_recorded_with_its_depth_and_its_observation_is_kept(run):
    (row,) = cells(run[0], "excursions")
    assert (row["unit"], row["left_after"], row["back_before"]) == (
        "patrol 1",
        "2030-06-14T08:00:00Z",
        "2030-06-14T10:00:00Z",
    )
    assert 14 < float(row["depth_km"]) < 15.5  # 0.2 degrees of longitude at 48 north: 14.9 km
    assert "q2" in {record.id for record in run[0].assessment.records}


def test_when_drones_looked_is_listed_without_a_place_and_with_whose_word_it_is(run):
    rows = cells(run[0], "footprints")
    assert {(row["view"], row["grade"], row["error_m"], row["km2"], row["stated_by"]) for row in rows} == {
        ("clear", "checked", "20", "6.6", ""),
        ("clear", "stated", "20", "0.4", "zephyr"),
        ("denied", "stated", "", "", ""),
    }
    assert "48.02" not in repr(rows)


def test_the_map_draws_coarsely_what_neutral_missions_saw(run):
    _, out = run
    flights = json.loads((out / "map.json").read_bytes())["footprints"]["features"]
    assert [(each["properties"]["view"], each["properties"]["km2"]) for each in flights] == [
        ("denied", None),
        ("clear", 6.6),
    ]
    assert flights[0]["geometry"] is None
    assert not [c for c in flights[1]["geometry"]["coordinates"][0] if c in ([38.04, 48.02], [38.0, 48.0])]


def test_an_incident_near_a_pipeline_is_listed_with_a_coarse_distance(run):
    (row,) = cells(run[0], "infrastructure")
    assert (row["infrastructure"], row["about_km"], row["surely_within"]) == ("pipeline", "5", "yes")


def test_no_commitment_of_a_person_stands_in_any_published_file(run):
    _, out = run
    assert not [name for name, data in published(out).items() if A.encode() in data]


def test_the_order_of_rows_and_their_repetition_change_no_published_byte(run, tmp_path):
    _, out = run
    turned = {name: shuffled(text, seed) for seed, (name, text) in enumerate(TABLES.items())}
    centre.assess(folder(tmp_path, turned), tmp_path / "out")
    assert published(tmp_path / "out") == published(out)


def test_exchanging_the_parties_exchanges_their_ids_and_nothing_else(run, tmp_path):
    _, out = run
    centre.assess(folder(tmp_path, TABLES, exchanged=True), tmp_path / "out")

    def back(data: bytes) -> bytes:
        return data.replace(b"xanthe", b"\0").replace(b"zephyr", b"xanthe").replace(b"\0", b"zephyr")

    assert {name: back(data) for name, data in published(tmp_path / "out").items()} == published(out)


def test_a_notice_received_before_the_noise_explains_it_and_one_that_came_afterwards_does_not(run, tmp_path):
    done, _ = run
    reasons = [weight.reason for attribution in done.assessment.attributions for weight in attribution.weights]
    assert any("training fire announced" in reason for reason in reasons)
    late = TABLES["notices"].replace("2030-06-13T08:00:00Z\n", "2030-06-14T18:00:00Z\n")
    after = inquiry.concluded(folder(tmp_path, {**TABLES, "notices": late}))
    assert not [w for a in after.attributions for w in a.weights if "announced" in w.reason]


def test_as_known_leaves_out_what_was_received_later(tmp_path):
    case = folder(tmp_path, TABLES)
    early = inquiry.concluded(case, pipeline.Moment(as_known=utc("2030-06-20T12:00:00Z")))
    assert {"e2", "e3"} <= {record.id for record in early.records}
    assert "e1" not in {record.id for record in early.records}
