"""What a check finds in a file that can be read: each with its line, as an error or as a note."""

import pytest
from papers import CEASEFIRE, FRONT, line, zone

from trucewatch.agreement.lint import Finding, Surroundings, findings, hashes
from trucewatch.agreement.text import read_agreement
from trucewatch.model import Feature

CASE = Surroundings(parties=("a", "b"), places=(zone("valley"), line()))
REVIEWED = 'review = { by = "N. N.", on = 2030-06-05, hash = "HASH" }\n'


def paper(*duties: str, front: str = "", words: str = "> [en] Both sides cease fire.\n") -> str:
    blocks = "".join(f"```toml\n{duty}\n```\n" for duty in duties)
    return FRONT.replace("\n+++", f"\n{front}+++", 1) + f"## 1\n{words}{blocks}"


def found(text: str, case: Surroundings | None = CASE) -> list[Finding]:
    return [each for each in findings(text.encode(), "x.md", case) if "no review" not in each.what]


def reviewed(text: str) -> str:
    copy, _ = read_agreement(text.replace("HASH", "0" * 12).encode(), "x.md")
    return text.replace("HASH", hashes(copy)[0][2])


def test_a_file_with_nothing_to_mend_has_no_findings_but_that_nobody_reviewed_it():
    (only,) = findings(paper(CEASEFIRE).encode(), "x.md", CASE)
    assert (only.line, only.is_note) == (1, True)
    assert only.what.startswith("1 of 1 obligations have no review (c1.a, ...)")
    assert findings(reviewed(paper(REVIEWED + CEASEFIRE)).encode(), "x.md", CASE) == ()


WITHDRAW = 'id = "w"\nkind = "withdraw"\nbearer = "all"\nline = "north"\n[[bands]]\ndistance_km = 25'
AREA = 'id = "k"\nkind = "keep_out"\nbearer = "all"\nunit = "drones"\nwithin = ["area"]'
DUE = 'id = "{}"\nkind = "achieve"\nbearer = ["a"]\nact = "{}"\n'
AMENDED = "[[amendment]]\non = 2030-06-05\nform = 'oral'\nsource = 's'\nuntil = 2030-07-01"


@pytest.mark.parametrize(
    ("duties", "part", "says"),
    [
        ([f'{CEASEFIRE}\nzone = "vallley"'], "zone =", "zone 'vallley' is not one of valley; did you mean valley?; give places.geojson a zone"),
        ([WITHDRAW], "line =", "line of contact 'north' is not one of those that are there (none)"),
        ([AREA], "within", "permitted area 'area' is not one of"),
        ([CEASEFIRE.replace('"all"', '["a", "c"]')], "bearer", "bearer 'c' is not one of a, b; write a party of case.toml, or declare [actor.c]"),
        ([f'{CEASEFIRE}\ntoward = ["c"]'], "toward", "toward 'c' is not one of a, b"),
        ([f'{CEASEFIRE}\n[[reading]]\nby = ["a"]\n[[reading]]\nby = ["c"]'], 'by = ["c"]', "by 'c' is not one of a, b"),
        ([f'{CEASEFIRE}\n{AMENDED}\naccepted_by = ["a", "c"]'], "accepted_by", "accepted_by 'c'"),
        ([f"{CEASEFIRE}\ndeadline = 2030-06-01"], "deadline", "deadline passes at 2030-06-02T00:00:00Z, before the paper is in force"),
        ([f"{CEASEFIRE}\ndeadline = 2030-06-09\n[[reading]]\nby = []\ndeadline = 2030-06-01"], "deadline = 2030-06-01", "before the paper is in force"),
        (['id = "x"\noverrides = ["y"]' + CEASEFIRE[11:], 'id = "y"\nlex_specialis_of = ["z"]' + CEASEFIRE[11:], 'id = "z"\noverrides = ["x"]' + CEASEFIRE[11:]], 'overrides = ["y"]', "obligation x gives way to itself by way of y and z and x; take one of these links out"),
        ([DUE.format("x", "one-thing") + 'requires = ["y"]', DUE.format("y", "another") + 'requires = ["x"]'], 'requires = ["y"]', "obligation x waits for itself by way of y and x"),
    ],
)  # fmt: skip
def test_what_cannot_be_so_is_an_error_on_its_line_with_a_remedy(duties, part, says):
    text = paper(*duties)
    (only,) = [each for each in found(text) if not each.is_note]
    assert only.line == text[: text.index(part)].count("\n") + 1
    assert says in only.what


@pytest.mark.parametrize(
    ("text", "part", "says"),
    [
        (paper(CEASEFIRE, words=""), "## 1", "in clause 1 nothing is quoted word for word; quote the paper"),
        (paper(CEASEFIRE, front="[quotation.fr]\nsource = 's'\nlanguage = 'fr'\nverbatim = true\n"), "[quotation.fr]", "quotation fr is used nowhere; use it or take it out"),
        (paper(CEASEFIRE, front="[actor.un]\nname = 'UN'\nrole = 'agency'\n"), "[actor.un]", "actor un is used nowhere"),
        (paper(CEASEFIRE, front="[anchor.d]\nwords = 'w'\nat = 2030-06-04\n"), "[anchor.d]", "anchor d is used nowhere"),
        (paper(CEASEFIRE).replace("tz =", 'authentic = ["fr", "ru"]\ntz ='), "authentic", "no clause is quoted in an authentic language (fr or ru); quote one"),
        (paper(f"{CEASEFIRE}\n{AMENDED}"), "[[amendment]]", "nobody is named who accepted this amendment; write accepted_by, or know"),
        (paper(f"{CEASEFIRE}\n[ended]\non = 2030-06-05\nform = 'oral'\nsource = 's'"), "[ended]", "who accepted this end"),
        (paper(f"{CEASEFIRE}\nverify = {{ any_of = ['monitor_confirms'] }}"), "verify", "verify says nothing, since it is judged by other means"),
        (paper(f"{CEASEFIRE}\ndeadline_rule = 'end_of_day'"), "deadline_rule", "says nothing without a deadline that is a day; take it out"),
        (paper(f"{CEASEFIRE}\nfrom = 2030-06-20\ndeadline = 2030-06-09"), "deadline", "before it applies at 2030-06-20T00:00:00Z; is one of the two days wrong?"),
        (paper(AREA + "\nnot_verifiable = 'no map'"), "within", "permitted area 'area'"),
        (paper(DUE.format("x", "transfer:agdam"), DUE.format("y", "transfer:aghdam")), 'act = "transfer:agdam"', "act transfer:agdam is spelt once, and nearly as transfer:aghdam; are they one?"),
    ],
)  # fmt: skip
def test_what_may_be_meant_is_a_note_on_its_line(text, part, says):
    notes = [each for each in found(text) if says in each.what]
    assert [(each.line, each.is_note) for each in notes] == [(text[: text.index(part)].count("\n") + 1, True)]
    assert not [each for each in found(text) if not each.is_note]


def test_words_that_differ_in_their_number_alone_are_not_taken_for_one():
    stages = [DUE.format(f"s{n}", f"relocate:stage-{n}") for n in (1, 2, 12)]
    assert found(paper(*stages)) == []


def test_a_review_of_other_words_is_an_error_that_says_what_to_write_after_reading_again():
    text = reviewed(paper(REVIEWED + CEASEFIRE))
    copy, _ = read_agreement(text.replace("cease", "CEASE").encode(), "x.md")
    (stale,) = findings(text.replace("cease", "CEASE").encode(), "x.md", CASE)
    assert (stale.line, stale.is_note) == (text[: text.index("review =")].count("\n") + 1, False)
    assert (
        f'have changed since N. N. reviewed them; read both again, then write hash = "{hashes(copy)[0][2]}"'
        in stale.what
    )


def test_without_a_case_nobody_asks_for_its_parties_and_places():
    assert (
        found(paper(f'{CEASEFIRE}\nzone = "nowhere"', CEASEFIRE.replace("c1.a", "x").replace('"all"', '["c"]')), None)
        == []
    )


def test_mistakes_that_stop_the_reading_are_told_alone_and_all_of_them():
    text = paper(CEASEFIRE.replace("prohibit", "prohibbit"), CEASEFIRE.replace("all", "al"))
    assert [(each.line, each.is_note) for each in found(text)] == [(16, False), (22, False)]


def test_a_place_of_another_role_is_no_zone():
    case = Surroundings(parties=("a", "b"), places=(Feature(role="site", geometry=zone().geometry, id="valley"),))
    assert "zone 'valley' is not one of" in found(paper(f'{CEASEFIRE}\nzone = "valley"'), case)[0].what
