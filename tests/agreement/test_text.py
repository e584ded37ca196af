from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import CEASEFIRE, FRONT, UNHURRIED, parsed

from trucewatch.agreement.terms import FIRE
from trucewatch.agreement.text import AgreementError, parse_agreement
from trucewatch.vocabulary import ObligationKind

WITHDRAW = 'id = "w"\nkind = "withdraw"\nbearer = "all"\n[[bands]]\ndistance_km = 25\n'


def complaint(text: str) -> str:
    with pytest.raises(AgreementError) as caught:
        parse_agreement(text.encode(), "minsk.md")
    return str(caught.value)


def clause(duty: str) -> str:
    return f"{FRONT}## 1\n```toml\n{duty}\n```\n"


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if part in line)


def test_a_prohibition_without_details_means_no_fire_by_any_party_from_the_day_the_paper_binds():
    (duty,) = parsed(CEASEFIRE).clauses[0].obligations
    assert (duty.kind, duty.bearers, duty.phenomena) == (ObligationKind.PROHIBIT, ("all",), FIRE)
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
        ('id = "1"\nkind = "prohibit"', 'id = "1"', "bearer is missing"),
        ('kind = "prohibit"\nbearer = "all"', "kind =", "needs an id of one word"),
        (f'{CEASEFIRE}\nphenomna = ["shot"]', "phenomna", "did you mean phenomena?"),
        (f'{CEASEFIRE}\nphenomena = ["shoot"]', "phenomena", "did you mean shot?"),
        (f'{CEASEFIRE}\nfrom = "2015-02-15"', "from", "without quotation marks"),
        (f"{CEASEFIRE}\nfrom = 0001-01-01", "from", "year 1 is outside"),
        (f"{CEASEFIRE}\nfrom = 9999-12-31T23:59:59-12:00", "from", "9999"),
        (f"{CEASEFIRE}\nuntil = 2030-06-01", "until", "until must be later than from"),
        (f'{CEASEFIRE}\noverrides = ["zz"]', "## 1", "overridden obligation 'zz'"),
        (f'{CEASEFIRE}\n[[reading]]\nby = []\nradius = "1"', "radius", "setting of a reading of prohibit 'radius'"),
        ('id = "w"\nkind = "withdraw"\nbearer = "all"', 'id = "w"', "withdraw needs bands"),
        (WITHDRAW.replace("25", "nan"), "distance_km", "must be a number"),
        (WITHDRAW.replace("25", "-1"), "distance_km", "must be a number"),
        (WITHDRAW.replace("25", "1" * 400), "distance_km", "must be a number"),
        (WITHDRAW.replace("25", "true"), "distance_km", "must be a number"),
        (WITHDRAW + 'weapon_classes = ["tnak"]', "weapon_classes", "did you mean tank?"),
        (WITHDRAW + "calibre = 100", "calibre", "key of a band"),
        (WITHDRAW + "[[reading]]\nby = []\ndistances_km = [1, 2]", "distances_km", "for each of the 1 bands"),
        (CEASEFIRE.replace('"all"', '"ll"'), "bearer", "bearer must be a list of words"),
        ('not_verifiable = ""', "not_verifiable", "must say why"),
        ('not_verifiable = "x"\nid = "1"', "not_verifiable", "stands alone"),
        (f'{CEASEFIRE}\nzone = "a" "b"', "zone", "this is not TOML"),
        (f"{CEASEFIRE}\nzone = {'[' * 3000}", 'id = "c1.a"', "this TOML is not an obligation's"),
        (f"{CEASEFIRE}\nzone = {'1' * 5000}", 'id = "c1.a"', "this TOML is not an obligation's"),
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
            18,
            "obligation c1.a stands twice",
        ),
        (FRONT.replace("UTC", "Mars/Olympus"), 6, "time zone 'Mars/Olympus' is unknown"),
        (FRONT.replace("UTC", "../../etc/passwd"), 6, "is unknown"),
        (FRONT.replace("in_force", "inforce"), 5, "did you mean in_force?"),
        (FRONT.replace("verbatim = true\n", ""), 7, "needs source, language and verbatim"),
        (FRONT.replace("2030-06-01", '"June"'), 4, "signed must be a date"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_a_remedy(text: str, line: int, says: str):
    assert complaint(text).startswith(f"minsk.md line {line}: ")
    assert says in complaint(text)


def test_bytes_that_are_not_utf8_are_named_with_their_line():
    with pytest.raises(AgreementError, match=r"minsk\.md line 2: byte 0xff is not UTF-8"):
        parse_agreement(b"+++\nid = '\xff'", "minsk.md")


@UNHURRIED
@given(st.text() | st.text(alphabet="+#>[]`=\n toml\"'1id."))
def test_any_text_is_an_agreement_or_one_line_of_complaint(text: str):
    for candidate in (text, FRONT + text, clause(text)):
        said = ""
        try:
            parse_agreement(candidate.encode("utf-8", "replace"), "x.md")
        except AgreementError as error:
            said = str(error)
        assert "\n" not in said
        assert not said or said.startswith("x.md line ")


@pytest.mark.parametrize("kind", [kind for kind in ObligationKind if kind.value not in ("prohibit", "withdraw")])
def test_a_kind_without_a_method_is_read_and_says_so(kind: ObligationKind):
    duty = f'id = "1"\nkind = "{kind.value}"\nbearer = ["b", "a"]\nact = "x"\ndeadline = 2030-06-05'
    (read,) = parsed(duty).clauses[0].obligations
    assert (read.kind, read.bearers) == (kind, ("b", "a"))
    assert kind.value in read.method_missing
    assert read.deadline == datetime(2030, 6, 6, tzinfo=UTC)  # a day's deadline runs to its end
