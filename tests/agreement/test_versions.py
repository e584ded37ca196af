"""Two versions of a paper: what a lawyer would call a difference is one, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import BUNDLED, CEASEFIRE, FRONT, UNHURRIED

from trucewatch.agreement.lint import hashes
from trucewatch.agreement.plain import speaker
from trucewatch.agreement.text import parse_agreement, read_agreement
from trucewatch.agreement.versions import Difference, differences, word_changes

TEXT = (
    FRONT
    + """## 1
> [en] The town is handed over
> by 20 June 2030.

A note.

```toml
id = "1.a"
kind = "achieve"
bearer = ["a"]
act = "transfer:town"
deadline = 2030-06-20

[[reading]]
by = ["b"]
deadline_rule = "start_of_day"
```
## 2
```toml
not_verifiable = "binds nobody"
```
"""
)


def between(old: str, new: str) -> list[tuple[str, str]]:
    return [(each.where, each.what) for each in told(old, new)]


def told(old: str, new: str) -> tuple[Difference, ...]:
    papers = [parse_agreement(text.encode(), "x.md") for text in (old, new)]
    return differences(*papers, (speaker(papers[0]), speaker(papers[1])))


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ("by 20 June", "before 20 June", [("clause 1", "words [en]")]),
        ("A note.", "Another.", [("clause 1", "note")]),
        ("binds nobody", "binds a third", [("clause 2", "reason for no obligation")]),
        ('bearer = ["a"]', 'bearer = ["b"]', [("obligation 1.a", "duty")]),
        ("2030-06-20", "2030-06-21", [("obligation 1.a", "due"), ("obligation 1.a", "reading 1")]),
        ('by = ["b"]', 'by = ["a"]', [("obligation 1.a", "reading 1")]),
        ("transfer:town", "transfer:hill", [("obligation 1.a", "duty"), ("obligation 1.a", "act")]),
        ('"1.a"', '"1.x"', [("obligation 1.x", "added"), ("obligation 1.a", "taken out")]),
        ("## 2", "## 3", [("clause 3", "added"), ("clause 2", "taken out")]),
        ('title = "A paper"', 'title = "The paper"', [("the paper", "title")]),
        ("signed = 2030-06-01", "signed = 2030-06-02", [("the paper", "signed")]),
        ('source = "a page"', 'source = "another"', [("clause 1", "source of [en]")]),
        ("verbatim = true", "verbatim = false", [("clause 1", "source of [en]")]),
        ("+++\n## 1", "+++\nBy the way.\n## 1", [("the paper", "note")]),
        (
            "verbatim = true\n",
            "verbatim = true\n[anchor.d]\nwords = 'w'\nat = 2030-06-04\n",
            [("the paper", "day “d”")],
        ),
    ],
)
def test_each_difference_is_said_once_where_it_is(old, new, differ):
    assert between(TEXT, TEXT.replace(old, new, 1)) == differ
    assert len(between(TEXT.replace(old, new, 1), TEXT)) == len(differ)


@pytest.mark.parametrize(
    "same",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("over\n> by 20 June", "over by\n> 20   June"),
        TEXT.replace("2030.\n\nA note.", "2030.\n\n\nA\nnote.\n"),
        TEXT.replace('id = "1.a"\nkind = "achieve"', 'kind = "achieve"   # of a thing\nid = "1.a"'),
        TEXT.replace("## 2", "\n\n## 2"),
    ],
)
def test_line_ends_blanks_comments_and_the_order_of_keys_are_no_difference(same):
    assert between(TEXT, same) == []


def test_clauses_in_another_order_are_a_difference_of_the_paper():
    one, two = TEXT.index("## 1"), TEXT.index("## 2")
    assert between(TEXT, TEXT[:one] + TEXT[two:] + TEXT[one:two]) == [("the paper", "order of clauses")]


def test_a_review_that_turned_stale_is_said_with_its_obligation():
    def with_review(text: str) -> str:
        return text.replace('act = "t', 'review = { by = "N. N.", on = 2030-06-05, hash = "' + digest + '" }\nact = "t')

    copy, _ = read_agreement(TEXT.encode(), "x.md")
    digest = hashes(copy)[0][2]
    changed = told(with_review(TEXT), with_review(TEXT.replace("by 20 June", "before 20 June")))
    assert [(each.where, each.what) for each in changed] == [("clause 1", "words [en]"), ("obligation 1.a", "review")]
    assert changed[1].new.endswith("have changed since and are to be read again")


def test_what_was_taken_out_and_put_in_stands_between_its_words():
    assert (
        word_changes("by the end of 20 June", "before the end of 21 June")
        == "[-by-] {+before+} the end of [-20-] {+21+} June"
    )
    assert word_changes("", "all new") == "{+all new+}"
    assert word_changes("all gone", "") == "[-all gone-]"


@UNHURRIED
@given(
    st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8),
    st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8),
)
def test_both_texts_can_be_read_out_of_their_changes(old, new):
    marked = word_changes(" ".join(old), " ".join(new))
    for without, marks, text in (("{+", "[-", old), ("[-", "{+", new)):
        kept, inside = [], ""
        for word in marked.split():
            inside = word[:2] if word[:2] in ("{+", "[-") else inside
            if inside != without:
                kept.append(word.removeprefix(marks).removesuffix("-]").removesuffix("+}"))
            inside = "" if word[-2:] in ("-]", "+}") else inside
        assert kept == text


@pytest.mark.parametrize("path", sorted(BUNDLED.glob("*/agreements/*.md")), ids=lambda path: path.stem)
def test_a_paper_says_the_same_as_itself_in_any_line_ends(path):
    text = path.read_bytes().decode()
    assert between(text, text.replace("\n", "\r\n")) == []


# --- the hash of what a reviewer has read ---------------------------------------------------------


def digest_of(text: str) -> str:
    copy, mistakes = read_agreement(text.encode(), "x.md")
    assert copy is not None, mistakes
    return hashes(copy)[0][2]


PAPER = f"{FRONT}## 1\n> [en] WORDS\n```toml\n{CEASEFIRE}\n```\n"
WORD = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=5)
BLANKS = st.sampled_from([" ", "  ", "\t", "\n> ", "\n>  "])


@UNHURRIED
@given(st.lists(WORD, min_size=1, max_size=6), st.data())
def test_blanks_between_the_words_change_no_hash_and_a_word_that_is_other_does(words, data):
    spaced = "".join(word + data.draw(BLANKS) for word in words).rstrip("> \n\t")
    plain = digest_of(PAPER.replace("WORDS", " ".join(words)))
    assert digest_of(PAPER.replace("WORDS", spaced)) == plain
    place = data.draw(st.integers(0, len(words) - 1))
    other = [*words[:place], data.draw(WORD.filter(lambda word: word != words[place])), *words[place + 1 :]]
    assert digest_of(PAPER.replace("WORDS", " ".join(other))) != plain


@pytest.mark.parametrize("path", sorted(BUNDLED.glob("*/agreements/*.md")), ids=lambda path: path.stem)
def test_the_hashes_of_a_bundled_paper_do_not_hang_on_its_line_ends(path):
    text = path.read_text(encoding="utf-8")
    copies = [read_agreement(each.encode(), "x.md")[0] for each in (text, text.replace("\n", "\r\n"))]
    assert [row[1:] for row in hashes(copies[0])] == [row[1:] for row in hashes(copies[1])]
