"""The lawyers' desk as a person uses it: check, show, diff, schema; and the sheet, whatever its file holds."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import BUNDLED, CEASEFIRE, FRONT, UNHURRIED
from typer.testing import CliRunner, Result

from trucewatch.agreement.text import read_agreement
from trucewatch.cli import app
from trucewatch.intake.case import parse_case
from trucewatch.model import Party
from trucewatch.sheet.build import sheet
from trucewatch.sheet.lines import sheet_lines
from trucewatch.sheet.page import sheet_html

STATEMENT = BUNDLED / "karabakh" / "agreements" / "nk-2020-11-10.md"
GOOD = f"{FRONT}## 1\n> [en] Fire ceases.\n```toml\n{CEASEFIRE}\n```\n"
BAD = GOOD.replace("prohibit", "prohibbit")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["agreement", *arguments], env={"COLUMNS": "100"})


@pytest.fixture
def case(tmp_path) -> Path:
    """A case folder of two parties and no place, with one paper."""
    folder = tmp_path / "case"
    (folder / "agreements").mkdir(parents=True)
    (folder / "case.toml").write_text(
        'id = "c"\n[[party]]\nid = "a"\nname = "North"\n[[party]]\nid = "b"\nname = "South"\n'
    )
    (folder / "places.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    (folder / "agreements" / "paper.md").write_text(GOOD)
    return folder


# --- check ----------------------------------------------------------------------------------------


def test_check_says_what_to_mend_with_file_and_line_and_exits_with_one(case):
    paper = case / "agreements" / "paper.md"
    fine = run("check", str(paper))
    assert (fine.exit_code, fine.stdout.splitlines()[-1]) == (0, "nothing to mend, 1 note")
    paper.write_text(GOOD.replace('"all"', '["a", "c"]').replace("```toml", '```toml\nzone = "z"'))
    done = run("check", str(paper))
    assert (done.exit_code, done.stderr) == (1, "")
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert [line.split(": error: ")[0] for line in errors] == [f"{paper}:15", f"{paper}:18"]
    assert "zone 'z' is not one of" in errors[0]
    assert "bearer 'c' is not one of a, b" in errors[1]


def test_check_tells_every_mistake_of_a_file_that_cannot_be_read(case):
    paper = case / "agreements" / "paper.md"
    paper.write_text(f"{BAD}## 2\n")
    done = run("check", str(paper))
    assert done.exit_code == 1
    assert [line.split(": ")[0] for line in done.stdout.splitlines()[:-1]] == [f"{paper}:16", f"{paper}:19"]
    assert done.stdout.splitlines()[-1] == "2 to mend, 0 notes"


def test_check_outside_a_case_says_that_nobody_was_looked_for(tmp_path):
    (tmp_path / "x.md").write_text(GOOD)
    done = run("check", str(tmp_path / "x.md"))
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].endswith("parties and places not looked for: no case (--case)")


def test_a_hash_that_check_prints_makes_a_review_that_holds(case):
    paper = case / "agreements" / "paper.md"
    printed = run("check", str(paper), "--hashes").stdout
    digest = re.fullmatch(rf'{re.escape(str(paper))}:15: c1\.a: hash = "([0-9a-f]{{12}})"  \(not reviewed\)\n', printed)
    assert digest
    paper.write_text(
        GOOD.replace("\n```\n", f'\nreview = {{ by = "N. N.", on = 2030-06-05, hash = "{digest[1]}" }}\n```\n')
    )
    assert run("check", str(paper)).stdout == "nothing to mend, 0 notes\n"
    assert "(reviewed)" in run("check", str(paper), "--hashes").stdout


@pytest.mark.parametrize("command", [["check"], ["show"], ["diff", str(STATEMENT)]])
def test_a_file_that_is_not_there_is_one_line_and_exit_code_two(command):
    done = run(*command, "nowhere", "--case", "karabakh")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("trucewatch: nowhere: no such file; the case has nk-2020-11-10")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("path", sorted(BUNDLED.glob("*/agreements/*.md")), ids=lambda path: path.stem)
def test_every_bundled_paper_can_be_read_and_shown(path):
    read, mistakes = read_agreement(path.read_bytes(), path.name)
    assert mistakes == ()
    page = sheet_html(sheet(read, path.name)).decode()
    assert all(f"<bdi>{duty.id}</bdi>" in page for _, duty in read.placed)


# --- show -----------------------------------------------------------------------------------------


def test_show_writes_a_page_and_prints_the_same_words(tmp_path):
    page = tmp_path / "statement.html"
    done = run("show", "nk-2020-11-10", "--case", "karabakh", "--out", str(page))
    assert (done.exit_code, done.stderr) == (0, "")
    shown, printed = (
        " ".join(text.split()) for text in (page.read_text(encoding="utf-8"), run("show", str(STATEMENT)).stdout)
    )
    for words in (
        "Armenia must transfer: Agdam.",
        "Aghdam region shall be returned to the Republic of Azerbaijan by 20",
    ):
        assert words in shown
        assert words in printed


def test_a_file_that_cannot_be_read_is_not_shown(case):
    paper = case / "agreements" / "paper.md"
    paper.write_text(BAD)
    done = run("show", str(paper))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("trucewatch: paper.md line 16: kind 'prohibbit' is not one of")


def statement(parties: tuple[Party, ...]) -> str:
    read, _ = read_agreement(STATEMENT.read_bytes(), STATEMENT.name)
    return sheet_html(sheet(read, STATEMENT.name, parties)).decode()


def karabakh() -> tuple[Party, ...]:
    return parse_case((BUNDLED / "karabakh" / "case.toml").read_bytes(), "karabakh").parties


def test_the_page_asks_nothing_of_the_world_and_runs_nothing():
    page = statement(karabakh())
    assert not re.search(r"<script|<link|<img|<iframe|\bon\w+=|@import|url\(|https?://", page)


def test_both_parties_have_a_line_to_sign_on_in_the_order_of_the_case():
    signers = [re.findall(r'class="signer"><p><bdi>(\w+)', statement(each)) for each in (karabakh(), karabakh()[::-1])]
    assert signers == [["Armenia", "Azerbaijan"], ["Azerbaijan", "Armenia"]]


def test_the_order_of_the_parties_changes_nothing_but_who_stands_first_among_those_named():
    pages = [statement(each) for each in (karabakh(), karabakh()[::-1])]
    one, other = (
        re.split(r"<h2>Who is named</h2>|<h2>Where the words come from</h2>|signing\">", page) for page in pages
    )
    assert one[0] == other[0]
    assert one[2] == other[2]
    assert sorted(one[1]) == sorted(other[1])


HOSTILE = ["</style><script>alert(1)</script>", '"><img src=x onerror=y>', "{{ 7 * 7 }}", "]]> <!--", "\\22 ; } body { display: none", "&amp;"]  # fmt: skip


@UNHURRIED
@given(st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_whatever_a_file_says_is_shown_and_never_obeyed(words):
    told = json.dumps(words, ensure_ascii=False)
    blocks = (
        f'id = "1"\nkind = "ceiling"\nbearer = [{told}]\nact = "x"\nnote = {told}\ndoubt = [{told}]\nsource = {told}\n'
    )
    blocks += f"[[limits]]\nitem = {told}\nlabel = {told}\nat_most = 1\n[[reading]]\nby = [{told}]\nsource = {told}\n"
    text = FRONT.replace('"A paper"', told).replace('"a page"', told)
    text += f"x {words}\n\n## 1\n> [en] x {words}\n\nx {words}\n\n```toml\n{blocks}```\n"
    read, mistakes = read_agreement(text.encode("utf-8"), "x.md")
    assert read is not None, mistakes
    page = sheet_html(sheet(read, "x.md")).decode()
    assert not re.search(r"<script|<img", page)
    assert page.count("</style>") == page.count("<!DOCTYPE html>") == 1
    assert ("{{ 7 * 7 }}" in page) == (words == "{{ 7 * 7 }}")
    assert all(line.isprintable() for line in sheet_lines(sheet(read, "x.md"), 80))


# --- diff and schema ------------------------------------------------------------------------------


def test_diff_says_in_plain_words_what_changed_and_exits_with_one(tmp_path):
    changed = tmp_path / "b.md"
    text = STATEMENT.read_text(encoding="utf-8")
    changed.write_text(text, encoding="utf-8")
    same = run("diff", str(STATEMENT), str(changed))
    assert (same.exit_code, same.stdout, same.stderr) == (0, "they say the same\n", "")
    changed.write_text(text.replace("deadline = 2020-12-01", "deadline = 2020-12-02"), encoding="utf-8")
    done = run("diff", str(STATEMENT), str(changed), "--case", "karabakh")
    assert done.exit_code == 1
    assert (
        done.stdout == "obligation 6.b\n  due: Due by the end of [-1-] {+2+} December 2020 (Moscow time; 21:00 UTC).\n"
    )


def test_the_schema_that_is_printed_is_the_one_that_is_published():
    published = BUNDLED.parent / "data" / "agreement.schema.json"
    assert run("schema").stdout == published.read_text(encoding="utf-8")
