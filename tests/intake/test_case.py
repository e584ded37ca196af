"""`case.toml` as other people write it, and the one clear line where it cannot be used."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.intake.case import CaseError, CaseFile, Claims, ReliefFile, parse_case
from trucewatch.model import Guarantor, Party, ReviewTerms, StandardOfProof
from trucewatch.vocabulary import DecisionRule

OURS = """
id = "valley"
time_zone = "Asia/Yerevan"
cut_off = 18:00:00
days = [2021-12-16, "2021-12-15", 2021-12-15]
agreements = ["agreements/truce.md"]

[title]
en = "Valley"
ru = "Долина"

[standard_of_proof]
probability = 0.9
lines = 3

[[party]]
id = "north"
aliases = ["N.", "Northern army"]
[party.name]
en = "Northland"
ru = "Север"

[[party]]
id = "south"
[party.name]
en = "Southland"

[relief]
file = "relief.png"
west = 44
south = 38.5
east = 47
north = 41
credit = "somebody"
"""
TWO = 'parties = ["north", "south"]\n'


def case(text: str, folder: str = "valley") -> CaseFile:
    return parse_case(text.encode(), folder)


def refusal(text: str) -> str:
    with pytest.raises(CaseError) as caught:
        case(text)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("case.toml: ")
    return message


def test_our_own_layout_says_all_there_is():
    assert case(OURS) == CaseFile(
        id="valley",
        titles=(("en", "Valley"), ("ru", "Долина")),
        parties=(
            Party(id="north", names=(("en", "Northland"), ("ru", "Север")), aliases=("N.", "Northern army")),
            Party(id="south", names=(("en", "Southland"),)),
        ),
        time_zone="Asia/Yerevan",
        standard=StandardOfProof(probability=0.9, lines=3),
        cut_off=time(18),
        agreements=("agreements/truce.md",),
        days=(date(2021, 12, 15), date(2021, 12, 16)),
        relief=ReliefFile(file="relief.png", west=44, south=38.5, east=47, north=41, credit="somebody"),
    )


def test_a_case_says_who_speaks_for_no_side_and_which_districts_have_no_place():
    assert case(TWO).claims == Claims()
    text = '[claims]\nthird_parties = ["A mission"]\nunplaced = "A province"\n'
    assert case(TWO + text).claims == Claims(third_parties=("A mission",), unplaced=("A province",))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("claims = 3", "is a table"),
        ('[claims]\nobservers = ["A mission"]', "none of: third_parties, unplaced"),
        ('[claims]\nthird_parties = ["North"]', "also a party"),
        ('[claims]\nthird_parties = ["south"]', "also a party"),
        ("[claims]\nunplaced = [3]", "not a line of text"),
    ],
)
def test_claims_that_would_leave_a_doubt_are_refused(text, reason):
    with pytest.raises(CaseError, match=reason):
        case(TWO + text)


def test_the_procedure_of_review_is_read_with_its_guarantors():
    text = """
[review]
rule = "either"
reply_days = 5
remedy_days = 30
[[review.guarantor]]
id = "first"
name_en = "The First"
[[review.guarantor]]
id = "second"
"""
    assert case(TWO + text).review == ReviewTerms(
        rule=DecisionRule.EITHER,
        reply_days=5,
        remedy_days=30,
        guarantors=(
            Guarantor(id="first", names=(("en", "The First"),)),
            Guarantor(id="second", names=(("und", "second"),)),
        ),
    )
    assert case(TWO).review == ReviewTerms(rule=DecisionRule.UNANIMOUS, reply_days=3, remedy_days=14)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("review = 3", "is a table"),
        ('[review]\nrule = "majority"', "one of: unanimous, either"),
        ("[review]\nreply_days = 0", "a whole number of days"),
        ("[review]\nremedy_days = 2.5", "a whole number of days"),
        ("[review]\nreply_day = 3", "'reply_day'"),
        ('[review]\nguarantors = ["one", "one"]', "stands twice"),
        ("[review]\nguarantor = [{}]", "the id of a guarantor"),
        ('[review]\nguarantors = ["one", "south"]', "'south' is a guarantor of review, and also a party"),
        ('[review]\nguarantors = ["centre"]', "or the centre"),
    ],
)
def test_a_doubtful_procedure_is_refused(given, reason):
    assert reason in refusal(TWO + given)


def test_two_parties_are_enough_and_the_rest_has_defaults():
    found = case(TWO, folder="/cases/My valley")
    assert found.id == "cases-My-valley"
    assert (found.time_zone, found.cut_off, found.agreements, found.relief) == ("UTC", time(19, 30), None, None)
    assert found.standard == StandardOfProof()
    assert [party.names for party in found.parties] == [(("und", "north"),), (("und", "south"),)]


@pytest.mark.parametrize(
    "text",
    [
        '[[party]]\nid="north"\nname="Northland"\n[[party]]\nid="south"\nname="Southland"',
        '[[parties]]\nid="north"\ntitle="Northland"\n[[parties]]\nid="south"\nnames="Southland"',
        '[parties.north]\ndisplay_name="Northland"\n[parties.south]\nname="Southland"',
        '[parties]\nnorth="Northland"\nsouth="Southland"',
        '[[case.parties]]\nid="north"\nname="Northland"\n[[case.parties]]\nid="south"\nname="Southland"',
    ],
)
def test_parties_may_be_written_in_several_ways(text):
    names = [(party.id, party.names) for party in case(text).parties]
    assert names == [("north", (("und", "Northland"),)), ("south", (("und", "Southland"),))]


@pytest.mark.parametrize(
    "text",
    [
        'name = {en = "N", pt-BR = "O N"}',
        '[[party.ignored]]\n[party.display_names]\nen = "N"\npt-BR = "O N"',
        'name_en = "N"\nname_pt-BR = "O N"',
        'display_name_en = "N"\ndisplay_name_pt-BR = "O N"',
    ],
)
def test_names_may_be_given_per_language_in_several_ways(text):
    first = case(f'[[party]]\nid="north"\n{text}\n[[party]]\nid="south"').parties[0]
    assert first.names == (("en", "N"), ("pt-BR", "O N"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('names = ["North", "Nord"]', (("und", "North"), ("und", "Nord"))),
        ('names = [{lang = "en", text = "North"}, {lang = "fr", text = "Nord"}]', (("en", "North"), ("fr", "Nord"))),
        ('names = [{language = "en", name = "North"}, "Nord"]', (("en", "North"), ("und", "Nord"))),
        ('names = [{en = "North"}, {fr = ["Nord", "Le Nord"]}]', (("en", "North"), ("fr", "Nord"), ("fr", "Le Nord"))),
        ('name = {language = "en", name = "North"}', (("en", "North"),)),
        ('names_fr = ["Nord", ""]\nname = "Nord"', (("fr", "Nord"), ("und", "Nord"))),
        ('names = ["North", "North"]', (("und", "North"),)),
        ("names = []", (("und", "north"),)),
    ],
)
def test_a_party_may_have_a_list_of_names(text, names):
    assert case(f'[[party]]\nid="north"\n{text}\n[[party]]\nid="south"').parties[0].names == names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('names = [{lang = "en", text = "N", script = "Latn"}]', "'script', which is none of: lang"),
        ('names = [{lang = "en", language = "fr", text = "N"}]', "mean the same"),
        ('names = [{lang = 5, text = "N"}]', "a language in names of north"),
        ("names = [5]", "names of north is not a line of text"),
        ('names = {en = {short = "N"}}', "names of north is not a line of text"),
    ],
)
def test_a_name_that_is_no_name_is_refused(text, words):
    assert words in refusal(f'[[party]]\nid="north"\n{text}\n[[party]]\nid="south"')


def test_an_id_may_be_a_number():
    found = case(f"id = 5\n{TWO}")
    assert (found.id, found.titles) == ("5", (("und", "5"),))
    assert [party.id for party in case("[[party]]\nid = 1\n[[party]]\nid = 2").parties] == ["1", "2"]
    assert [party.id for party in case("parties = [1, 2]").parties] == ["1", "2"]
    for wrong in ("true", "1.5", "-1", "[]"):
        assert "id is not a line of text" in refusal(f"id = {wrong}\n{TWO}")


@pytest.mark.parametrize("text", ['id = "a,b"\nparties = ["a", "b"]', 'parties = ["a", "b/c"]', f'days = "x"\n{TWO}'])
def test_the_file_is_named_once(text):
    assert refusal(text).count("case.toml") == 1


def test_the_order_of_the_parties_is_that_of_the_file():
    assert [party.id for party in case('parties = ["zulu", "alpha", "mike"]').parties] == ["zulu", "alpha", "mike"]


@pytest.mark.parametrize(
    ("written", "probability"),
    [
        ("0.9", 0.9),
        ("90", 0.9),
        ('"90 %"', 0.9),
        ('"0.9"', 0.9),
        ('"almost certain"', 0.95),
        ('"Beyond-reasonable-doubt"', 0.95),
        ('"clear_and_convincing"', 0.8),
        ('{threshold = "very likely"}', 0.8),
        ('{level = "likely"}', 0.55),
        ('{posterior = "90%"}', 0.9),
        ("{probability = 90}", 0.9),
        ("{lines = 2}", 0.95),
    ],
)
def test_a_standard_of_proof_is_a_number_a_share_or_a_word(written, probability):
    assert case(f"standard_of_proof = {written}\n{TWO}").standard == StandardOfProof(probability=probability)


@pytest.mark.parametrize(
    "written", ["0.5", "1", "1.0", "100", "nan", "inf", "-0.9", '"reasonable grounds"', "true", "[]"]
)
def test_a_standard_that_decides_nothing_is_refused(written):
    assert "standard_of_proof" in refusal(f"standard_of_proof = {written}\n{TWO}")


@pytest.mark.parametrize("key", ["lines", "independent_lines", "lines_of_evidence", "minimum_lines"])
@pytest.mark.parametrize("table", ["standard", "standard_of_proof"])
def test_the_lines_of_evidence_asked_for_are_the_ones_required(table, key):
    assert case(f"{table} = {{{key} = 3}}\n{TWO}").standard == StandardOfProof(lines=3)
    assert "lines of evidence" in refusal(f"{table} = {{{key} = 1}}\n{TWO}")


@pytest.mark.parametrize("key", ["violation", "line", "Probability", "standard", "levels"])
def test_a_word_of_the_standard_that_we_do_not_know_is_refused_by_name(key):
    message = refusal(f'[standard_of_proof]\n{key} = 0.9\n[party.a]\nname="A"\n[party.b]\nname="B"')
    assert f"{key!r}, which is none of: probability, threshold" in message
    assert "lines_of_evidence" in message


@pytest.mark.parametrize(
    "written",
    [
        "standard = {level = 0.9, probability = 0.8}",
        "standard = {lines = 2, minimum_lines = 3}",
        "standard = 0.9\nstandard_of_proof = 0.8",
    ],
)
def test_a_standard_that_is_stated_twice_is_a_doubt(written):
    assert "mean the same; write one of them" in refusal(f"{written}\n{TWO}")


@pytest.mark.parametrize("lines", ["1", "0", "2.5", "true", '"two"'])
def test_one_line_of_evidence_never_suffices(lines):
    assert "lines of evidence" in refusal(f"standard = {{lines = {lines}}}\n{TWO}")


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ('agreement = "truce.md"', ("truce.md",)),
        ('agreements = [{file = "a.md"}, {path = "b.md"}, {id = "c"}]', ("a.md", "b.md", "c")),
        ("agreements = []", ()),
        ('agreement = ""', ()),
        ('agreement = "None"', ()),
        ('agreements = ["", "a.md"]', ("a.md",)),
    ],
)
def test_agreements_may_be_named_in_several_ways(written, names):
    assert case(f"{written}\n{TWO}").agreements == names


@pytest.mark.parametrize("written", ["agreements = [{}]", "agreement = 5", "agreements = [[]]"])
def test_an_agreement_without_a_file_is_not_no_agreement(written):
    assert "agreements is not a line of text" in refusal(f"{written}\n{TWO}")


@pytest.mark.parametrize("path", ["/etc/passwd", "../other/a.md", "a/../../b.md", "c:\\\\a.md", "http://x/a.md"])
def test_a_file_outside_the_folder_is_refused(path):
    assert "inside the case folder" in refusal(f'agreements = ["{path}"]\n{TWO}')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "two parties or more, this one has 0"),
        ('parties = ["north"]', "this one has 1"),
        ('parties = ["north", "North"]', "means both party 1 and party 2"),
        ('[[party]]\nid="a"\naliases=["X"]\n[[party]]\nid="b"\nname="x"', "'x' means both party 1 and party 2"),
        ('[[party]]\nname="a"\n[[party]]\nid="b"', "party 1 has no id"),
        *[
            (f'parties = ["a", "{word}"]', "one of the answers")
            for word in ("both", "OTHER", "no_violation", "undetermined", "Centre")
        ],
        ('parties = ["a,b", "c"]', "may hold letters"),
        (f'time_zone = "Mars/Base"\n{TWO}', "no time zone 'Mars/Base'"),
        (f'time_zone = "Europe"\n{TWO}', "no time zone 'Europe'"),
        (f'time_zone = "../../etc/passwd"\n{TWO}', "no time zone"),
        (f"time_zone = 4\n{TWO}", "time_zone is not a line of text"),
        (f'cut_off = "noon"\n{TWO}', "local time"),
        (f'cut_off = "19:30+02:00"\n{TWO}', "no offset of its own"),
        (f'days = ["2021-02-30"]\n{TWO}', "not a date"),
        (f"days = [0001-01-01]\n{TWO}", "years 1900 to 2199"),
        (f'{TWO}[relief]\nfile="r.png"\nwest=4\nsouth=1\neast=3\nnorth=2', "edges of relief"),
        (f'{TWO}[relief]\nfile="r.png"\nwest=nan\nsouth=1\neast=3\nnorth=2', "no west"),
        (f"{TWO}standard = 0x{'f' * 9000}", "case.toml"),
        (f"{TWO}x = {'[' * 5000}", "case.toml"),
        ('parties = ["a" "b"]', "line 1"),
        ('parties = "a\nb"', "line 1"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text, words):
    assert words in refusal(text)


def test_another_encoding_is_said():
    with pytest.raises(CaseError, match="UTF-8"):
        parse_case('title = "Café"'.encode("latin-1"), "x")


toml_like = st.lists(
    st.sampled_from(
        [
            "party",
            "parties",
            "standard",
            "days",
            "id",
            "relief",
            "name",
            " = ",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            '"a"',
            "0.9",
            "nan",
            "\n",
            ",",
            ".",
            "2021-01-01",
            "19:30:00",
            "true",
            "1979-05-27T07:32:00Z",
            "cut_off",
            "agreements",
            "level",
            "lang",
            "text",
            "time_zone",
            '"+04:00"',
        ]
    ),
    max_size=30,
).map("".join)


@given(st.binary(max_size=80) | toml_like.map(str.encode))
def test_whatever_is_written_it_is_a_case_or_a_case_error(toml):
    try:
        assert len(parse_case(toml, "x").parties) >= 2
    except CaseError as error:
        assert "\n" not in str(error)  # noqa: PT017
