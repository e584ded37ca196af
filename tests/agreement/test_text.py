import json
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import CEASEFIRE, FRONT, UNHURRIED, parsed

from trucewatch.agreement.duty_keys import OBLIGATIONS
from trucewatch.agreement.terms import FIRE
from trucewatch.agreement.text import AgreementError, parse_agreement, read_agreement
from trucewatch.paper import Prohibit
from trucewatch.vocabulary import ObligationKind

KEYS = {key for table in OBLIGATIONS.values() for key in table.keys} | {"after", "days", "hours", "item", "by", "on"}

ANCHOR = "[anchor.d]\nwords = 'the day'\n"
WITHDRAW = 'id = "w"\nkind = "withdraw"\nbearer = "all"\n[[bands]]\ndistance_km = 25\n'


def complaint(text: str) -> str:
    with pytest.raises(AgreementError) as caught:
        parse_agreement(text.encode(), "minsk.md")
    return str(caught.value)


def clause(duty: str) -> str:
    return f"{FRONT}## 1\n```toml\n{duty}\n```\n"


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_prohibition_without_details_means_no_fire_by_any_party_from_the_day_the_paper_binds():
    (duty,) = parsed(CEASEFIRE).clauses[0].obligations
    assert (duty.kind, duty.bearers, duty.terms) == (ObligationKind.PROHIBIT, ("all",), Prohibit(phenomena=FIRE))
    assert duty.from_time == datetime(2030, 6, 3, tzinfo=UTC)
    assert duty.method_missing == ""


def test_quotations_keep_their_words_paragraphs_language_and_source():
    text = f"{FRONT}## 1\n> [en] One line\n> and another.\n>\n> A second paragraph.\n> [en] Again.\n```toml\n{CEASEFIRE}\n```\n"
    first, second = parse_agreement(text.encode(), "x.md").clauses[0].quotations
    assert first.text == "One line and another.\nA second paragraph."
    assert (first.tag, first.language, first.source, first.verbatim) == ("en", "en", "a page", True)
    assert second.text == "Again."


def test_windows_line_ends_and_a_byte_order_mark_change_the_digest_only():
    text = clause(CEASEFIRE)
    plain = parse_agreement(text.encode(), "x.md")
    windows = parse_agreement(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "x.md")
    assert plain.clauses == windows.clauses
    assert plain.digest != windows.digest


def test_a_misspelt_kind_is_named_with_its_line_and_the_nearest_kind():
    text = clause('id = "1.a"\nkind = "prohibbit"\nbearer = "all"')
    assert complaint(text).startswith(f"minsk.md line {line_of(text, 'prohibbit')}: kind 'prohibbit' is not one of")
    assert complaint(text).endswith("did you mean prohibit?")


@pytest.mark.parametrize(
    ("duty", "part", "says"),
    [
        ('id = "1"\nkind = "prohibit"', 'id = "1"', "bearer is missing in prohibit; write bearer ="),
        ('kind = "prohibit"\nbearer = "all"', "kind =", 'id is missing in prohibit; write id = "2.a"'),
        ('id = "1 a"\nkind = "prohibit"\nbearer = "all"', 'id = "1 a"', "id must be one word of letters"),
        ('id = "1"\nbearer = "all"', 'id = "1"\nbearer', "kind is missing in an obligation; write kind ="),
        (f'{CEASEFIRE}\nphenomna = ["shot"]', "phenomna", "did you mean phenomena?"),
        (f'{CEASEFIRE}\nphenomena = ["shoot"]', "phenomena", "did you mean shot?"),
        (f'{CEASEFIRE}\nphenomena = [\n"shot",\n"shoot"\n]', '"shoot"', "did you mean shot?"),
        (f'{CEASEFIRE}\nfrom = "2015-02-15"', "from", "without quotation marks"),
        (f"{CEASEFIRE}\nfrom = 0001-01-01", "from", "of the years 1900 to 2199"),
        (f"{CEASEFIRE}\nfrom = 9999-12-31T23:59:59-12:00", "from", "of the years 1900 to 2199"),
        (f"{CEASEFIRE}\nfrom = 1900-01-01T00:00:00+02:00", "from", "from: year 1899 is outside"),
        (f"{CEASEFIRE}\ndeadline = 1899-01-01", "deadline", "of the years 1900 to 2199"),
        (f"{CEASEFIRE}\nuntil = 2030-06-01", "until", "until must be later than from"),
        (f"{CEASEFIRE}\nuntil = 2030-06-09\n[[reading]]\nby = []\nfrom = 2030-06-09", "from =", "until must be later"),
        (f'{CEASEFIRE}\noverrides = ["zz"]', "overrides", "overrides 'zz' is not one of those that are there (none)"),
        (f'{CEASEFIRE}\nrequires = [\n"c1.a"]', '"c1.a"]', "requires 'c1.a' is not one of"),
        (f'{CEASEFIRE}\n[[reading]]\nby = []\nradius = "1"', "radius", "key of a reading of prohibit 'radius'"),
        (
            f"{CEASEFIRE}\n[[reading]]\nby = []\n[[reading]] # second\nnote = 'x'",
            "# second",
            "by is missing in a reading",
        ),
        (f"{CEASEFIRE}\n[[reading]]\nby = []\n[[reading]]\nby = 'b'", "by = 'b'", 'by must be a list such as ["..."]'),
        (f"{CEASEFIRE}\n[[reading]]\nby = []\nanchor = 1", "anchor", "the anchor of its deadline has no reading 1"),
        (f"{CEASEFIRE}\n[ended]\non = 2030-06-09\nform = 'orally'\nsource = 'x'", "form", "did you mean oral?"),
        (
            f"{CEASEFIRE}\n[[amendment]]\non = 2030-06-09\nform = 'oral'\nsource = 'x'",
            "[[amendment]]",
            "needs from or until",
        ),
        (
            f"{CEASEFIRE}\n[[pause]]\nfrom = 2030-06-09\nuntil = 2030-06-08\nform = 'oral'\nsource = 'x'",
            "until",
            "a pause ends after",
        ),
        (f"{CEASEFIRE}\ndeadline = {{ after = 'd', days = 1 }}", "deadline", "anchor 'd' is not one of"),
        (f"{CEASEFIRE}\ndeadline = {{ after = 'd' }}", "deadline", "needs days or hours; write days = 1"),
        (f"{CEASEFIRE}\ndeadline = {{ after = 'd', days = 1.5 }}", "deadline", "days must be a whole number"),
        (f"{CEASEFIRE}\ndeadline = {{ after = 'd', hours = 0 }}", "deadline", "hours must be a number above 0"),
        (f"{CEASEFIRE}\ndeadline = {{ after = 'd', hours = 1, days = 1 }}", "deadline", "exclude each other"),
        (
            'id = "w"\nkind = "withdraw"\nbearer = "all"',
            'id = "w"',
            "bands is missing in withdraw; write [[bands]] tables",
        ),
        (WITHDRAW.replace("25", "nan"), "distance_km", "must be a number"),
        (WITHDRAW.replace("25", "-1"), "distance_km", "must be a number"),
        (WITHDRAW.replace("25", "1" * 400), "distance_km", "must be a number"),
        (WITHDRAW.replace("25", "true"), "distance_km", "must be a number"),
        (WITHDRAW + 'weapon_classes = ["tnak"]', "weapon_classes", "did you mean tank?"),
        (WITHDRAW + "calibre = 100", "calibre", "key of a band"),
        (WITHDRAW + "[[bands]]\nfrom_mm = 100", "[[bands]]\nfrom_mm", "distance_km is missing in a band; write"),
        (WITHDRAW + "[[reading]]\nby = []\ndistances_km = [1, 2]", "distances_km", "for each of the 1 bands"),
        ('id = "k"\nkind = "keep_out"\nbearer = "all"\nunit = "drones"', 'id = "k"', "keep_out needs zone or within"),
        (CEASEFIRE.replace('"all"', '"ll"'), "bearer", 'bearer must be "all", or such as'),
        ('not_verifiable = ""', "not_verifiable", "text in quotation marks that says something"),
        ('not_verifiable = "x"\nid = "1"', "not_verifiable", "stands alone"),
        (f'{CEASEFIRE}\nzone = "a" "b"', "zone", "this is not TOML"),
        (f'{CEASEFIRE}\nzone = "a\\u202eb"', "zone", "zone must be a word"),
        (f"{CEASEFIRE}\nzone = {'[' * 3000}", 'id = "c1.a"', "write plain values"),
        (f"{CEASEFIRE}\nzone = {'1' * 5000}", 'id = "c1.a"', "write plain values"),
        (
            f'{CEASEFIRE}\nreview = {{ by = "x", on = 2030-06-09, hash = "abc" }}',
            "review",
            "hash must be the 12 digits",
        ),
    ],
)
def test_a_wrong_obligation_is_refused_with_its_line_and_a_remedy(duty: str, part: str, says: str):
    text = clause(duty)
    assert complaint(text).startswith(f"minsk.md line {line_of(text, part)}: ")
    assert says in complaint(text)
    assert "\n" not in complaint(text)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("## 1\n", 1, "must begin with TOML front matter"),
        ("+++\nid = 'x'\n", 1, "never closed"),
        (FRONT, 12, "has no clause"),
        (f"{FRONT}## 1\nwords\n", 12, "clause 1 has no obligation; add a ```toml block"),
        (f"{FRONT}## 1 and 2\n", 12, "must be one word"),
        (f"{FRONT}## 1\n> words\n", 13, "must begin with its tag"),
        (f"{FRONT}## 1\n> [eng] words\n", 13, "did you mean en?; declare it in the front matter as [quotation.eng]"),
        (f"{FRONT}## 1\n```toml\nid = 1\n", 13, "never closed"),
        (clause(CEASEFIRE) + clause(CEASEFIRE)[len(FRONT) :], 18, "clause 1 stands twice"),
        (
            clause(CEASEFIRE) + clause(CEASEFIRE)[len(FRONT) :].replace("## 1", "## 2"),
            20,
            "obligation c1.a stands twice",
        ),
        (FRONT.replace("UTC", "Mars/Olympus"), 6, "time zone 'Mars/Olympus' is unknown"),
        (FRONT.replace("UTC", "../../etc/passwd"), 6, "is unknown"),
        (FRONT.replace("in_force", "inforce"), 5, "did you mean in_force?"),
        (
            FRONT.replace("verbatim = true\n", ""),
            7,
            "verbatim is missing in a quotation's source; write verbatim = true",
        ),
        (FRONT.replace('language = "en"', 'language = "English"'), 9, "language must be a language tag such as en"),
        (FRONT.replace("2030-06-01", '"June"'), 4, "signed must be a date"),
        (FRONT.replace("[quotation.en]", "[quotation.'e n']"), 7, "the name 'e n' must be one word"),
        (
            FRONT.replace("title = ", "title "),
            3,
            "this is not TOML: Expected '=' after a key in a key/value pair; each line is",
        ),
        (f"{FRONT}##1\n", 12, "write ## and its id, such as ## 1"),
        (f"{FRONT}### 1\n", 12, "write ## and its id, such as ## 1"),
        (f"{FRONT}> [en] words\n## 1\n", 12, "stands before any clause"),
        (f"{FRONT}```toml\n```\n## 1\n", 13, "stands before any clause"),
        (f"{FRONT}## 1\n```tml\n```\n", 13, "opens nothing that is read; write ```toml"),
        (f"{FRONT}## 1\n  ```toml\n```\n", 13, "write ```toml at the line's start"),
        (f"{FRONT}## 1\n~~~toml\n~~~\n", 13, "opens nothing that is read"),
        (f"{FRONT}## 1\n```toml\n```\n", 14, "kind is missing in an obligation; write at least"),
        (f"{FRONT}## 1\n> [en] left \u202eright\n", 13, "the sign U+202E is not seen or turns the text; take it out"),
        (f"{FRONT}## 1\n> [en] one\rtwo\n", 13, "the sign U+000D is not seen"),
        (f"{FRONT}{ANCHOR}act = 'x'\n+++\n".replace("+++\n[", "["), 13, "act needs event beside it"),
        (f"{FRONT}{ANCHOR}+++\n".replace("+++\n[", "["), 11, "an anchor needs at or act"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_a_remedy(text: str, line: int, says: str):
    assert complaint(text).startswith(f"minsk.md line {line}: ")
    assert says in complaint(text)


def test_bytes_that_are_not_utf8_are_named_with_their_line():
    with pytest.raises(AgreementError, match=r"minsk\.md line 2: byte 0xff is not UTF-8"):
        parse_agreement(b"+++\nid = '\xff'", "minsk.md")


def test_every_mistake_of_a_file_is_told_at_once():
    wrong = CEASEFIRE.replace("prohibit", "prohibbit")
    text = f"{clause(wrong)}## 2\n## 3\n```toml\n{wrong}\n```\n```toml\n{wrong}\n```\n"
    read, mistakes = read_agreement(text.encode(), "x.md")
    assert read is None
    assert [mistake.line for mistake in mistakes] == [15, 18, 22, 27]


def test_what_stands_before_the_first_clause_is_kept_for_the_reader():
    paper = parse_agreement(
        f"{FRONT}Two\nlines.\n\nMore.\n{clause(CEASEFIRE)[len(FRONT) :]}\nA note.\n".encode(), "x.md"
    )
    assert paper.notes == ("Two lines.", "More.")
    assert paper.clauses[0].notes == ("A note.",)


def test_stages_that_add_up_stand_with_their_totals():
    stages = "\n".join(
        f"[[limits]]\nitem = '{item}'\nat_least = {n}" for item, n in (("arms", 210), ("men", 5), ("arms", 630))
    )
    duty = f'id = "1"\nkind = "ceiling"\nbearer = "all"\nact = "x"\ncumulative = true\n{stages}'
    (limits,) = [duty.terms.limits for duty in parsed(duty).clauses[0].obligations]
    assert [(limit.item, limit.at_least) for limit in limits] == [("arms", 210), ("men", 5), ("arms", 840)]


# --- any bytes ------------------------------------------------------------------------------------

BODY = st.sampled_from(
    """+++|## 1|## 2|> [en] words|> more|```toml|```||a note|id = "1.a"|kind = "prohibit"|bearer = "all"|kind = "ceiling"
act = "a:b"|[[limits]]|item = "men"|at_most = 3|[[reading]]|by = ["a"]|deadline = 2030-06-09|anchor = 1|x = [[{|[anchor.d]
deadline = { after = 'd', days = 3 }|words = 'x'|at = 2030-06-04|until = 9999-01-01|requires = ['1.a']|[ended]|form = "oral"
source = 'x'|on = 2030-06-09""".replace("\n", "|").split("|")
)


def is_one_line_about_a_line_of_it(markdown: bytes) -> None:
    read, mistakes = read_agreement(markdown, "x.md")
    assert (read is None) == bool(mistakes)
    for mistake in mistakes:
        assert str(mistake) == f"x.md line {mistake.line}: {mistake.what}"
        assert str(mistake).isprintable()
        assert 1 <= mistake.line <= markdown.count(b"\n") + 1


@UNHURRIED
@given(st.binary() | st.text(alphabet="+#>[]`=\n toml\"'1id.").map(str.encode))
def test_any_bytes_are_an_agreement_or_one_line_of_complaint_for_each_mistake(given_bytes: bytes):
    for candidate in (given_bytes, FRONT.encode() + given_bytes, clause("%").encode().replace(b"%", given_bytes)):
        is_one_line_about_a_line_of_it(candidate)


@UNHURRIED
@given(st.lists(BODY, max_size=25), st.lists(BODY, max_size=6))
def test_any_order_of_right_lines_is_an_agreement_or_one_line_of_complaint_for_each_mistake(body, front):
    text = FRONT.replace("\n+++", "\n" + "\n".join(front) + "\n+++", 1) + "\n".join(body)
    is_one_line_about_a_line_of_it(text.encode())


SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.dates()
    | st.datetimes()
    | st.times()
)
VALUE = st.recursive(SCALAR.filter(lambda x: x is not None), lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(sorted(KEYS)), x, max_size=4), max_leaves=6)  # fmt: skip


@UNHURRIED
@given(st.sampled_from(sorted(ObligationKind)), st.dictionaries(st.sampled_from(sorted(KEYS)), VALUE, max_size=6))
def test_any_values_under_known_keys_are_an_obligation_or_one_line_of_complaint(kind, table):
    lines = [f"{key} = {toml(value)}" for key, value in table.items() if key not in ("id", "kind")]
    is_one_line_about_a_line_of_it(clause("\n".join(['id = "1"', f'kind = "{kind}"', *lines])).encode())


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, (date, time)):
        return value.isoformat()
    return (
        json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")
        if not isinstance(value, str)
        else json.dumps(value)
    )
