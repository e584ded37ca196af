"""What the documents show works, and what they point to is there."""

import re
from pathlib import Path

import pytest

from trucewatch.agreement.examples import parse_examples
from trucewatch.agreement.text import parse_agreement
from trucewatch.intake import READERS
from trucewatch.intake.canonical import COLUMNS
from trucewatch.intake.case import parse_case
from trucewatch.intake.records import COLUMNS as RECORDS
from trucewatch.intake.records.common import COMMON

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def block(page: str, fence: str) -> bytes:
    text = (ROOT / page).read_text(encoding="utf-8")
    opened, closed = re.search(rf"^(`{{3,}}){fence}$", text, re.MULTILINE), None
    closed = text.index(f"\n{opened[1]}\n", opened.end())
    return text[opened.end() + 1 : closed + 1].encode()


def test_the_case_that_the_page_shows_can_be_read():
    case = parse_case(
        block("docs/interchange.md", "toml").replace(b"[[party]]", b'[[party]]\nid = "south"\n[[party]]', 1), "x"
    )
    assert (case.id, case.standard.probability, case.standard.lines, case.ignored) == ("my-case", 0.95, 2, ())
    assert (case.review.rule, [guarantor.id for guarantor in case.review.guarantors]) == ("unanimous", ["first"])


def test_the_agreement_that_the_page_shows_can_be_read():
    paper = parse_agreement(block("docs/interchange.md", "markdown"), "shown.md")
    assert [(c.id, len(c.obligations), bool(c.not_verifiable)) for c in paper.clauses] == [
        ("1", 1, False),
        ("2", 0, True),
    ]


def test_the_example_that_the_page_shows_can_be_read():
    (example,) = parse_examples(block("docs/interchange.md", "yaml"), "shown.yaml", "Europe/Kyiv")
    assert (example.records[0][0], example.without, example.expected[0].bearer) == ("events", ("home-0",), "south")


def test_the_canonical_page_lists_every_column():
    page = (ROOT / "docs" / "sources" / "canonical.md").read_text(encoding="utf-8")
    assert [column for column in COLUMNS if f"`{column}`" not in page] == []


@pytest.mark.parametrize("kind", RECORDS)
def test_the_pages_of_a_table_of_records_list_every_column_that_is_read(kind):
    shared = (ROOT / "docs" / "interchange.md").read_text(encoding="utf-8")
    own = (ROOT / "docs" / "sources" / f"{kind}.md").read_text(encoding="utf-8")
    assert [column for column in RECORDS[kind] if f"`{column}`" not in shared] == []
    assert [column for column in RECORDS[kind] - {*COMMON} if f"`{column}`" not in own] == []


def test_every_kind_of_source_has_its_page():
    assert [r.kind for r in READERS if not (ROOT / "docs" / "sources" / f"{r.kind}.md").is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_relative_link_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
