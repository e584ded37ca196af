"""The tool of the sealed room: the same person on two lists is the same digest, and nothing else comes out."""

import csv
import hashlib
import hmac
import io
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from trucewatch import centre
from trucewatch.cli import app
from trucewatch.intake import read
from trucewatch.intake.gazetteer import Gazetteer
from trucewatch.intake.reader import Context
from trucewatch.intake.records.commit import WANTED, WRITTEN, commitment, committed, normalised, secret_of
from trucewatch.ledger.verify import from_base64url, verify
from trucewatch.model import Listed, Party, Record

SECRET = b"5e" * 32
OTHER = b"7a" * 32
BUNDLED = Path(centre.__file__).parent / "bundled"
LETTERS = "ZWJKQVYXzwjkqvyxŻżЖжЩщЮюԺԽժխ"  # no word of ours has four of them in a row
NAMES = st.lists(st.text(LETTERS, min_size=4, max_size=12), min_size=1, max_size=3)


def names_csv(*rows: dict[str, str]) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(dict.fromkeys([*WANTED, *(c for row in rows for c in row)])), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def person(name: str, birth_year: str = "1987", **more: str) -> dict[str, str]:
    said = {"category": "prisoner", "about": "exchange:prisoners", "time": "2020-12-01"}
    return {"name": name, "birth_year": birth_year, **said, **more}


def listed(*rows: dict[str, str], side: str = "north", secret: bytes = SECRET) -> list[dict[str, str]]:
    table = committed([names_csv(*rows)], secret, side).table.decode()
    return list(csv.DictReader(io.StringIO(table)))


def leaks(word: str, text: str) -> bool:
    return any(word[i : i + 4].casefold() in text.casefold() for i in range(len(word) - 3))


# --- who is the same ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "same",
    [
        "Anna-Maria O'Neill",
        "ONEILL Anna Maria",
        "  anna  maria   o’neill ",
        "O'Neill, Anna-Maria",
        "Ánna María Oʼneíll",
    ],
)
def test_capitals_accents_signs_and_order_make_nobody_another(same):
    assert commitment(SECRET, same, " 1987 ") == commitment(SECRET, "Anna Maria Oneill", "1987")


@pytest.mark.parametrize(
    ("one", "other"), [("İlham", "ilham"), ("IŞIK", "ışık"), ("Фёдор", "Федор"), ("Straße", "STRASSE")]
)
def test_letters_that_are_typed_in_two_ways_are_one(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("name", "year", "secret"),
    [("Anna Oneil", "1987", SECRET), ("Anna Oneill", "1986", SECRET), ("Anna Oneill", "", SECRET),
     ("Анна Онилл", "1987", SECRET), ("Anna Oneill", "1987", OTHER)],
)  # fmt: skip
def test_another_spelling_year_script_or_secret_is_another_commitment(name, year, secret):
    assert commitment(secret, name, year) != commitment(SECRET, "Anna Oneill", "1987")


def test_a_commitment_is_the_keyed_digest_that_anybody_with_the_secret_can_make():
    expected = hmac.new(SECRET, b"trucewatch list 1\nanna oneill\n1987", hashlib.sha256).hexdigest()
    assert commitment(SECRET, "Oneill Anna", "1987") == expected


@given(st.text(max_size=40))
def test_a_normalised_name_stays_as_it_is(name):
    assert normalised(normalised(name)) == normalised(name)


def test_a_secret_is_the_same_whatever_an_editor_adds_and_too_short_a_one_is_refused():
    assert secret_of(SECRET + b"\r\n") == SECRET
    with pytest.raises(ValueError, match="31 bytes, and at least 32"):
        secret_of(b"x" * 31 + b"\n")


# --- the list -------------------------------------------------------------------------------------


def test_the_two_sides_lists_meet_in_the_people_that_both_name():
    ours = listed(person("Zwjk Qvyx"), person("Xyvq Kjwz", state="released"))
    theirs = listed(person("QVYX, Zwjk"), person("Qqqq Jjjj"), side="south")
    assert len({row["person"] for row in ours} & {row["person"] for row in theirs}) == 1
    assert sorted(row["state"] for row in ours) == ["listed", "released"]
    assert [tuple(row) for row in ours] == [WRITTEN, WRITTEN]


def test_what_is_written_is_what_the_centre_reads():
    table = committed([names_csv(person("Zwjk"), person("Qvyx", "", category="body"))], SECRET, "north").table
    context = Context(parties=(Party(id="north", names=()),), time_zone="Asia/Baku", gazetteer=Gazetteer())
    found = list(read("list.csv", [table], context))
    assert all(isinstance(one, Record) and isinstance(one.body, Listed) for one in found)
    assert len(found) == 2


@given(st.permutations([person("Zwjk"), person("Qvyx"), person("Xyvq", "1960"), person("Zwjk")]))
def test_the_order_and_repetition_of_names_change_nothing(rows):
    made = committed([names_csv(*rows)], SECRET, "north")
    assert made.table == committed([names_csv(*rows[::-1])], SECRET, "north").table
    assert (made.entries, made.repeated) == (3, 1)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (person("Zwjk", "87"), "row 2 has a birth_year that is not four digits"),
        (person("Z.", "1987"), "row 2 has no name of at least two letters"),
        (person("Zwjk", category="Zwjk"), "row 2 has in category what cannot be read; write one of prisoner"),
        (person("Zwjk", time="Zwjk"), "row 2 has in time or received"),
        (person("Zwjk", about="Zwjk"), "row 2 has in about"),
        (person("Zwjk", state="Zwjk"), "row 2 has in state"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_its_number(row, says):
    with pytest.raises(ValueError, match=says) as caught:
        listed(row)
    assert not leaks("Zwjk", str(caught.value))


def test_a_table_without_its_columns_is_told_which_it_needs():
    with pytest.raises(ValueError, match="needs the columns name, birth_year, category, about, time"):
        committed([b"name;birth_year\nZwjk;1987\n"], SECRET, "north")
    with pytest.raises(ValueError, match="is empty"):
        committed([b""], SECRET, "north")
    with pytest.raises(ValueError, match="name the party's id"):
        committed([names_csv(person("Zwjk"))], SECRET, "")


# --- nothing else comes out -----------------------------------------------------------------------


def typed(folder: Path, content: bytes) -> tuple[int, str]:
    """Return the exit code and all that was printed or written beside the table of names and the secret."""
    (folder / "names.csv").write_bytes(content)
    (folder / "secret").write_bytes(SECRET)
    call = ["lists", "commit", str(folder / "names.csv"), "--secret", str(folder / "secret"), "--side", "north"]
    done = CliRunner().invoke(app, [*call, "--out", str(folder / "out.csv")])
    written = [p.read_text("utf-8") for p in folder.iterdir() if p.name not in {"names.csv", "secret"}]
    return done.exit_code, "\n".join([done.output, done.stderr, repr(done.exception), *written])


@given(
    names=st.lists(NAMES, min_size=1, max_size=4), column=st.sampled_from([*WANTED, "state", "note"]), data=st.data()
)
def test_no_four_letters_of_a_name_are_printed_or_written_whatever_is_wrong(names, column, data):
    rows = [person(" ".join(words)) for words in names]
    broken = data.draw(st.sampled_from(["nothing", "a cell", "the width", "the encoding", "a quote"]))
    if broken == "a cell":
        rows[-1][column] = " ".join(names[0])
    content = names_csv(*rows)
    if broken == "the width":
        content += f"{names[0][0]},{names[0][0]}\n".encode()
    if broken == "the encoding":
        content = content.replace(b"\r\n", b"\xff\n", 1)
    if broken == "a quote":
        content += f'"{names[0][0]}"{names[0][0]},1,1,1,1\n'.encode()
    with tempfile.TemporaryDirectory() as folder:
        code, out = typed(Path(folder), content)
    assert code in {0, 2}
    assert code == 0 or "Traceback" not in out
    assert not any(leaks(word, out) for words in names for word in words)


def test_the_command_writes_over_nothing_and_makes_a_secret_for_its_owner(tmp_path):
    assert typed(tmp_path, names_csv(person("Zwjk")))[0] == 0
    before = (tmp_path / "out.csv").read_bytes()
    code, said = typed(tmp_path, names_csv(person("Qvyx")))
    assert (code, "is not written over" in said) == (2, True)
    assert (tmp_path / "out.csv").read_bytes() == before
    assert CliRunner().invoke(app, ["lists", "secret", str(tmp_path / "new")]).exit_code == 0
    assert len(secret_of((tmp_path / "new").read_bytes())) == 64
    assert CliRunner().invoke(app, ["lists", "secret", str(tmp_path / "new")]).exit_code == 2


def test_names_that_somebody_puts_among_the_observations_leave_nothing_in_the_results(tmp_path):
    names = ["Жщюжщюжщ", "Ժխժխժխ", "Щюжщ Խժխժ"]  # the pictures in base64 spell any four Latin letters
    folder = tmp_path / "case"
    shutil.copytree(BUNDLED / "karabakh", folder)
    observations = folder / "observations"
    table = names_csv(*(person(name) for name in names))
    made = committed([table], SECRET, "armenia")
    good = made.table.decode()
    (observations / "list.csv").write_bytes(made.table)
    (observations / "table.csv").write_bytes(table)
    (observations / "excel.csv").write_bytes(table.decode().replace(",", ";").encode("utf-16"))
    (observations / "person.csv").write_text(good.replace(good.splitlines()[2].split(",")[6], names[0]), "utf-8")
    (observations / "text.csv").write_text(
        good.replace("state\n", "state,text\n").replace("listed", f"listed,{names[1]}")
    )
    run = centre.assess(folder, tmp_path / "out")
    assert sorted(r.file for r in run.assessment.rejections if r.is_sealed) == [
        f"observations/{name}.csv" for name in ("excel", "person", "table", "text")
    ]
    assert sum(isinstance(record.body, Listed) for record in run.assessment.records) == 3
    letters = {word[i : i + 4] for name in names for word in name.split() for i in range(len(word) - 3)}
    forms = [four.encode(code) for each in letters for four in (each, each.lower()) for code in ("utf-8", "utf-16-le")]
    files = [path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()]
    # the log holds what sources wrote in base64url: a name there is looked for in the words, not in their letters
    shown = [path.read_text() for path in (tmp_path / "out" / "ledger" / "disclosures").rglob("*") if path.is_file()]
    assert shown
    files += [from_base64url(each) for text in shown for line in text.splitlines() for each in line.split("~")[1:]]
    assert not any(form in data for form in forms for data in files)
    assert any(made.table.splitlines()[1].split(b",")[6] in data for data in files)
    verify(tmp_path / "out")
    assert all(centre.recompute(tmp_path / "out").values())
