"""The commands as a person types them: exit codes, one clear line, help that teaches."""

import csv
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import trucewatch
from trucewatch.cli import app

ROOT = Path(__file__).resolve().parent.parent


def _commands(typer_app, before: str = "") -> list[str]:
    """Every command as it is typed, those of groups without a name beside the others."""
    own = [f"{before}{info.name or info.callback.__name__}" for info in typer_app.registered_commands]
    groups = [
        name
        for g in typer_app.registered_groups
        for name in _commands(g.typer_instance, f"{before}{g.name or ''} ".lstrip())
    ]
    return own + groups


COMMANDS = sorted(_commands(app))


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from trucewatch.cli import main; main()", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, "COLUMNS": "100", **more}
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "out"
    done = run("assess", "karabakh", "--out", str(folder))
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_assess_says_rows_incidents_and_how_many_statuses_of_each_paper(out):
    _, said = out
    assert re.search(r"rows in \d+ = 47 observations \+ \d+ records of other things \+ 0 rejected\n", said)
    assert re.search(r"incidents \d+ \(5 of other matters than fire\), of which 0 determined", said)
    counts = r"statuses under nk-2020-11-10, all bearers together: observed \d+, violated 0, disputed \d+, .*"
    assert re.search(
        counts + r"\(\d+ measured by hours of watching, .* covered\)\n", said
    )  # no count without its effort
    assert "armenia" not in said  # no side's statuses stand by themselves where few would read all of them
    assert "not for publication" in said


def test_what_was_read_but_not_understood_is_said_aloud(tmp_path, out):
    assert "note: phenomenon 'fire' is not in the vocabulary and was kept as written (4 rows)" in out[1]
    folder = tmp_path / "case"
    shutil.copytree(ROOT / "src" / "trucewatch" / "bundled" / "karabakh", folder)
    settings = (folder / "case.toml").read_text(encoding="utf-8")
    (folder / "case.toml").write_text("standrd = 0.9\n" + settings, encoding="utf-8")
    (folder / "observations" / "r.csv").write_text("id,source,source_class,time,kind\n1,a,observer,,shot\n")
    said = run("assess", str(folder), "--out", str(tmp_path / "out")).stdout
    assert "note: case.toml: the key 'standrd' is not known and was ignored" in said
    assert "note: column 'kind' is not known and was kept unread (1 row)" in said


def test_a_port_in_use_is_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "karabakh", "--out", str(tmp_path / "out"), "--port", port)
    assert done.returncode == 2
    assert "choose one with --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_cases_that_are_served_from_one_place_do_not_share_their_results(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that nothing is served, and both come to an end
        port = str(taken.getsockname()[1])
        for case in ("karabakh", "aceh"):
            code = f"import os; os.chdir({str(tmp_path)!r}); from trucewatch.cli import main; main()"
            where = {"PYTHONPATH": str(Path(trucewatch.__file__).parents[1])}
            command = [sys.executable, "-c", code, "serve", case, "--port", port]
            env = {**os.environ, **where}
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=env)
            assert "choose one with --port" in done.stderr
    titles = {
        json.loads((tmp_path / f"out/served-{case}/map.json").read_text())["case"]["id"]
        for case in ("karabakh", "aceh")
    }
    assert titles == {"karabakh", "aceh"}


def test_verify_and_recompute_hold_and_then_do_not(out):
    folder, _ = out
    verified = run("verify", str(folder))
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "rehearsal key" in verified.stdout
    assert run("recompute", str(folder)).returncode == 0
    path = folder / "links.csv"
    kept = path.read_bytes()
    path.write_bytes(kept + b"\n")
    try:
        assert run("verify", str(folder)).returncode == 1
        assert run("recompute", str(folder)).returncode == 1
    finally:
        path.write_bytes(kept)


def test_the_outsiders_program_runs_alone_on_the_same_folder(out):
    folder, _ = out
    program = ROOT / "src" / "trucewatch" / "ledger" / "verify.py"
    alone = subprocess.run(
        [sys.executable, "-I", str(program), str(folder)], capture_output=True, text=True, check=False, timeout=60
    )
    assert alone.returncode == 0
    assert "VERIFIED" in alone.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("assess", "no-such-case", "--out", "x"), "no such folder"),
        (("assess", str(ROOT / "docs"), "--out", "x"), "no case.toml"),
        (("assess", "karabakh", "--out", str(ROOT / "README.md")), "is a file"),
        (("assess", "karabakh", "--out", "x", "--key", "no-such-key"), "no-such-key"),
        (("recompute", str(ROOT / "docs")), ""),
    ],
)
def test_what_is_wrong_is_one_line_and_no_traceback(arguments, says):
    done = run(*arguments)
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_centre_signs_with_its_own_key(tmp_path):
    made = run("keygen", str(tmp_path / "key"), "--name", "centre.example/log")
    assert made.returncode == 0
    vkey = made.stdout.strip()
    assert run("keygen", str(tmp_path / "key"), "--name", "centre.example/log").returncode == 2
    assert run("assess", "karabakh", "--out", str(tmp_path / "out"), "--key", str(tmp_path / "key")).returncode == 0
    trusted = run("verify", str(tmp_path / "out"), "--vkey", vkey)
    assert (trusted.returncode, "rehearsal" in trusted.stdout) == (0, False)
    again = run("assess", "karabakh", "--out", str(tmp_path / "out"))
    assert (again.returncode, "never written over" in again.stderr) == (2, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_says_more_than_its_name(command):
    shown = run(*command.split(), "--help")
    assert shown.returncode == 0
    assert len(shown.stdout.split()) > 25


def test_every_command_is_explained_where_people_look():
    pages = ("README.md", "docs/interchange.md", "docs/guide-to-the-log.md")
    read = "".join((ROOT / page).read_text() for page in pages)
    assert len(COMMANDS) > 15
    assert [command for command in COMMANDS if f"trucewatch {command}" not in read and f"`{command}" not in read] == []


def test_demo_runs_the_main_job_and_says_where_things_are(tmp_path):
    done = run("demo", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    for word in ("447 observations", "report.html", "trucewatch verify", "make serve"):
        assert word in done.stdout
    assert (tmp_path / "donbas" / "report.html").is_file()


HEAD = "id,source,source_class,time,lon,lat,bearing_deg,observer_lon,observer_lat,text\n"
HOSTILE = {
    "truncated.csv": HEAD + 'a,post,observer,2021-03-01T12:00:00Z,38,48,,,,"cut off in the mid',
    "encoding.csv": (HEAD + "b,пост,observer,2021-03-01T12:00:00Z,38,48,,,,\n").encode("cp1251"),
    "utf16.csv": (HEAD + "c,post,observer,2021-03-01T12:00:00Z,38,48,,,,\n").encode("utf-16"),
    "nan.csv": HEAD
    + "d,post,observer,2021-03-01T12:00:00Z,nan,48,,,,\ne,post,observer,2021-03-01T12:00:00Z,38,-inf,,,,\n",
    "years.csv": HEAD
    + "f,post,observer,0000-01-01T00:00:00Z,38,48,,,,\ng,post,observer,9999-12-31T23:59:59-12:00,,,,,,\n",
    "formula.csv": HEAD + '=1+1,post,observer,2021-03-01T12:00:00Z,38,48,,,,"=HYPERLINK(""x"")"\n',
    "nulls.csv": HEAD + "h,po\0st,observer,2021-03-01T12:00:00Z,38,48,,,,\n",
    "swapped.csv": HEAD
    + "i,post,observer,2021-03-01T12:00:00Z,40.1,46.6,,,,\nj,post,observer,2021-03-01T12:00:00Z,46.6,139.7,,,,\n",
    "bearing.csv": HEAD + "k,post,observer,2021-03-01T12:00:00Z,,,400,46.6,40.1,\n",
    "empty.csv": "",
    "unknown.csv": "colour,size\nred,3\n",
}


def test_hostile_files_give_a_clear_line_each_lose_nothing_and_stay_below_a_gibibyte(tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(ROOT / "src" / "trucewatch" / "bundled" / "karabakh", folder)
    for name, content in HOSTILE.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / "observations" / name).write_bytes(data)
    with (folder / "observations" / "long.csv").open("wb") as file:
        file.write(HEAD.encode() + b"l,")
        for _ in range(200):
            file.write(b"x" * (1 << 20))
    command = [sys.executable, "-c", "from trucewatch.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "assess", str(folder), "--out", str(tmp_path / "out")], stdout=subprocess.PIPE, text=True
    )
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert usage.ru_maxrss < 1 << 20  # KiB
    with (tmp_path / "out" / "rejected.csv").open(newline="", encoding="utf-8") as file:
        rejected = {
            (row["file"].removeprefix("observations/"), row["row"]): row["reason"] for row in csv.DictReader(file)
        }
    expected = {name for name in HOSTILE if name != "formula.csv"} | {"long.csv"}
    assert {name for name, _ in rejected} == expected
    assert all(len(reason) > 10 and "\n" not in reason for reason in rejected.values())
    assert "exchanged" in rejected["swapped.csv", "2"]
    assert "400" in rejected["bearing.csv", "2"]
    with (tmp_path / "out" / "links.csv").open(newline="", encoding="utf-8") as file:
        linked = [row["observation_id"] for row in csv.DictReader(file)]
    assert "'=1+1" in linked  # neutralised for spreadsheets
    assert f"rows in {len(linked) + len(rejected)} = " in said
    assert f" records of other things + {len(rejected)} rejected\n" in said
    assert run("verify", str(tmp_path / "out")).returncode == 0
    assert run("recompute", str(tmp_path / "out")).returncode == 0


def test_trend_says_in_words_why_nothing_can_be_ranked():
    said = run("trend", "donbas")
    assert (said.returncode, "not ranked; nobody is known to have watched" in said.stdout) == (0, True)
    table = run("trend", "donbas", "--by", "day", "--csv")
    assert table.stdout.startswith("first_day,days,expected,")
    wrong = run("trend", "donbas", "--by", "month")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)


def test_the_board_says_where_each_obligation_stands_at_the_end_of_a_day(tmp_path):
    said = run("board", "karabakh", "--as-of", "2020-11-20")
    assert said.returncode == 0, said.stderr
    assert "As of the end of 2020-11-20 (Asia/Baku); known: all that has come in." in said.stdout
    assert max(map(len, said.stdout.splitlines())) <= 100
    table = list(csv.DictReader(run("board", "karabakh", "--as-of", "2020-11-20", "--csv").stdout.splitlines()))
    assert {row["as_of"] for row in table} == {"2020-11-20T20:00:00Z"}
    page = tmp_path / "board.html"
    assert run("board", "karabakh", "--as-known", "2020-11-20T12:00:00+04:00", "--out", str(page)).returncode == 0
    assert "known: what could be known by 2020-11-20 12:00" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--as-of", "2020-11-31"), "does not exist"),
        (("--as-known", "yesterday"), "is not RFC 3339"),
        (("--as-of", "2020-11-20T12:00:00"), "with an offset"),
        (("--as-of", "9999-12-31"), "is outside the years 1900 to 2199"),
        (("--as-of", ""), "--as-of is empty"),
        (("--agreement", "versailles"), "is not one of this case's: nk-2020-11-10"),
        (("--as-of", "2020-11-20", "--diff-since", "2020-11-25"), "is not before"),
        (("--out", "no-such-folder/board.html"), "no-such-folder"),
    ],
)
def test_a_board_that_cannot_be_is_one_line(arguments, says):
    done = run("board", "karabakh", *arguments)
    assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (2, 1, "")
    assert says in done.stderr
