"""The page of the rules says what the rules are."""

import re
from pathlib import Path

from trucewatch.cases import MOVES
from trucewatch.cases.rules import EVERYBODY, RULES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")


def test_the_page_says_who_may_say_what():
    shown = {
        kind: {*roles.split(", ")} for kind, roles in re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|", PAGE, re.MULTILINE)
    }
    ours = {kind: {"whoever was tasked"} if rule.roles == EVERYBODY else {*rule.roles} for kind, rule in RULES.items()}
    assert shown == ours


def test_the_page_has_the_table_of_moves():
    section = PAGE.split("## The moves of a case")[1]
    shown = dict(re.findall(r"^\| (\w+) \| ([\w, ]+) \|$", section, re.MULTILINE))
    assert shown == {"from": "to"} | {before or "nothing": ", ".join(after) for before, after in MOVES.items()}
