"""The command that says of each row that comes what it changes."""

import io
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trucewatch import centre
from trucewatch.cli import app
from trucewatch.intake import read

BUNDLED = centre.find_case("donbas")
HEADER = "id,source,source_class,means,phenomenon,time,time_sd_s,lat,lon,position_sd_km,direction\n"


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("followed") / "front"
    (folder / "observations").mkdir(parents=True)
    (folder / "case.toml").write_text(
        'id = "front"\ntime_zone = "UTC"\n[title]\nen = "A front"\n'
        '[[party]]\nid = "west"\n[party.name]\nen = "Western side"\n'
        '[[party]]\nid = "east"\n[party.name]\nen = "Eastern side"\n'
    )
    square = "[[[{0},47],[{1},47],[{1},49],[{0},49],[{0},47]]]"
    control = (
        '{{"type":"Feature","properties":{{"role":"control","party":"{0}","accuracy_km":0.2}},'
        '"geometry":{{"type":"Polygon","coordinates":{1}}}}}'
    )
    grounds = control.format("west", square.format(37, 38)), control.format("east", square.format(38, 39))
    (folder / "places.geojson").write_text(f'{{"type":"FeatureCollection","features":[{",".join(grounds)}]}}')
    rows = "".join(row(n, 37.9, f"0{n}:00:00") for n in range(4))
    (folder / "observations" / "cameras.csv").write_text(HEADER + rows)
    return folder


def row(name, lon, clock, source="camera 1"):
    return f"r{name},{source},camera,recorded_camera,muzzle_flash,2021-03-01T{clock}Z,2,48.0,{lon},0.1,outgoing\n"


def followed(case, typed, *options):
    done = CliRunner().invoke(app, ["follow", str(case), *options], input=typed)
    return done.exit_code, re.sub(r"\d+ ms", "N ms", done.output)


def test_each_row_says_which_incidents_take_the_place_of_which_and_what_would_be_said_now(case):
    code, said = followed(case, HEADER + row("new", 37.9, "02:00:01", "camera 2") + row("far", 38.3, "12:00:00"))
    assert code == 0
    lines = said.splitlines()[-7:]
    assert lines[0].startswith("front: 4 observations, 0 rows rejected, 4 incidents.")
    assert "preliminary" in lines[0]
    assert lines[1] == "row 1, camera 2, N ms: 1 incident in place of 1"
    assert re.fullmatch(
        r"  was 20210301-\w{8}, 1 record: undetermined.* \(Western side .* nothing prohibited .* %\)", lines[2]
    )
    assert re.fullmatch(r"  now 20210301-\w{8}, 2 records: .*attributed to Western side .*", lines[3])
    assert lines[4] == "row 2, camera 1, N ms: 1 incident more"
    assert re.fullmatch(r"  now 20210301-\w{8}, 1 record: undetermined.*", lines[5])
    assert lines[6] == "2 rows, each until who did it: N ms (median), N ms (worst)"


def test_what_is_there_already_changes_nothing_and_what_cannot_be_read_is_said(case):
    code, said = followed(case, HEADER + row(2, 37.9, "02:00:00") + "one,two\n" + row("late", 37.9, "25:00:00"))
    assert code == 0
    assert "row 1, camera 1, N ms: is in the record already" in said
    assert "row 2 was not taken: it has 2 cells, the header has 11" in said
    assert "row 3 was not taken: it " in said


def test_a_table_of_no_known_kind_is_refused_in_one_line_and_a_file_is_read_like_the_keyboard(case, tmp_path):
    code, said = followed(case, "colour,shape\nred,round\n")
    assert code == 2
    assert "the header is of no known kind" in said
    table = tmp_path / "late.csv"
    table.write_text(HEADER + row("new", 37.9, "02:00:01", "camera 2"))
    assert "1 incident in place of 1" in followed(case, "", "--rows", str(table))[1]
    assert followed(case, "", "--rows", str(tmp_path / "none.csv"))[0] == 2


def test_a_case_folder_is_as_it_was_afterwards(case):
    before = {path: path.read_bytes() for path in case.rglob("*") if path.is_file()}
    followed(case, HEADER + row("new", 37.9, "02:00:01", "camera 2"))
    assert before == {path: path.read_bytes() for path in case.rglob("*") if path.is_file()}


def test_every_row_is_read_before_the_next_line_is_asked_for():
    path = next(Path(BUNDLED, "observations").rglob("*.csv"))
    lines, asked = io.BytesIO(path.read_bytes()).readlines()[:6], []

    def typed():
        for number, line in enumerate(lines):
            asked.append(number)
            yield line

    context = centre.open_case(BUNDLED).context
    seen = [len(asked) for _ in read("typed", typed(), context, as_they_come=True)]
    assert seen == [2, 3, 4, 5, 6]
