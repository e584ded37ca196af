"""A shift as a story in Debian's Chromium, against a real log on loopback, with nobody else to ask.

The short one runs with the suite. `make story OUT=folder` tells the whole of it, in an invented case and in a bundled one,
and leaves every step as a desktop and as a phone shows it.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from browsers import LOOPBACK, stage
from real_log import OPEN_POLICY, SOURCE, RealLog, real_log
from room_visits import GUARANTORS, POSTS, TWO_CAMERAS
from shift_story import Story, World
from tests.test_whole_path import case_of

pytestmark = pytest.mark.browser
BUNDLED = SOURCE / "trucewatch" / "bundled"


def invented(folder: Path) -> World:
    """Two invented sides with a line between them, two cameras, and a monitor who sees something else."""
    sees = {
        "phenomenon": "explosion", "means": "saw", "time": "2021-03-02T10:00", "observer_lon": "38.0",
        "observer_lat": "48.1", "lon": "37.99", "lat": "48.15", "position_sd_km": "0.3",
    }  # fmt: skip
    return World(case=case_of(folder / "case", TWO_CAMERAS), posts=POSTS, guarantors=GUARANTORS, sees=sees)


def bundled(folder: Path) -> World:
    """The Karabakh case with made-up posts, and a monitor who hears something today that nobody did.

    The case asks for daily reports of some days of the past; without them the newest day with a record has its own.
    """
    case = shutil.copytree(BUNDLED / "karabakh", folder / "case") / "case.toml"
    case.write_text(re.sub(r"(?m)^days = .*\n", "", case.read_text(encoding="utf-8")), encoding="utf-8")
    posts = {
        "liaison-am": ("liaison", "armenia"), "liaison-az": ("liaison", "azerbaijan"), "monitor-1": ("monitor", ""),
        "officer-1": ("officer", ""), "reviewer-ru": ("reviewer", "russia"), "reviewer-tr": ("reviewer", "turkey"),
    }  # fmt: skip
    today = time.strftime("%Y-%m-%dT03:10", time.gmtime())  # the machine's day: the log has it too
    sees = {
        "phenomenon": "explosion", "means": "heard", "time": today, "observer_lon": "46.75", "observer_lat": "39.82",
        "bearing_deg": "95", "bearing_sd_deg": "10", "distance_km": "6", "distance_sd_km": "2",
    }  # fmt: skip
    return World(case=folder / "case", posts=posts, guarantors=("russia", "turkey"), sees=sees)


def command(*arguments: object) -> str:
    call = [sys.executable, "-c", "from trucewatch.cli import main; main()", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    done = subprocess.run(call, check=False, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def offline(log: RealLog) -> None:
    """What anybody does with a copy of the log, without the centre: verify it, and make the reports again."""
    copy, policy = log.folder / "copy", log.folder / "policy"
    shutil.copytree(log.folder / "centre" / "ledger", copy)
    policy.write_text(OPEN_POLICY)
    command("verify", copy, "--policy", policy)
    command("recompute", copy)


def test_what_an_observer_sends_appears_on_the_officers_map_by_itself_and_opens_with_its_reasons(tmp_path):
    world = invented(tmp_path)
    with real_log(tmp_path, world.case, world.posts, world.guarantors) as log, stage(log.address, None) as looked:
        Story(looked, log, world).begun()


@pytest.mark.slow
@pytest.mark.parametrize("made", [invented, bundled])
def test_a_shift_is_told_from_the_observation_to_the_correction(tmp_path, made):
    world, pictures = made(tmp_path), Path(os.environ.get("OUT") or tmp_path) / made.__name__
    pictures.mkdir(parents=True, exist_ok=True)
    with real_log(tmp_path, world.case, world.posts, world.guarantors) as log, stage(log.address, pictures) as looked:
        Story(looked, log, world).told()
    offline(log)


def test_only_loopback_is_let_through():
    inside = ["http://localhost:8700/room/", "http://127.0.0.1:1/", "data:,", "blob:http://localhost:8700/1"]
    outside = ["https://tiles.example/0/0/0.png", "http://localhost.example/", "http://127.0.0.1.example/", "ws://x/"]
    assert [bool(LOOPBACK.match(one)) for one in inside + outside] == [True] * 4 + [False] * 4
