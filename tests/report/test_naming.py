"""People read names, in the sentences that the log has with ids; what a source wrote stays as it is."""

import re
from html import unescape

import handmade
import pytest

from trucewatch.model import Weight
from trucewatch.report.build import build
from trucewatch.report.html import report_html
from trucewatch.report.naming import act_of, cell_words, head_words, line_words, reason_words, told, whole_words

NAMES = {"the": "The Side", "1": "Other Side", "no_violation": "nothing prohibited", "both": "both sides"}


def weight(reason: str, line: str = "", *, said: bool = False) -> Weight:
    return Weight(reason=reason, bits=(("the", 1.0), ("1", 0.0)), line=line, said=said)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            weight("fire perceived by the 1, on ground of the 0.70, nobody known 0.30 (belongs at 0.9)"),
            "fire perceived by the 1, on ground of The Side 0.70, nobody known 0.30 (belongs at 0.9)",
        ),
        (weight("the names 1 (a claim)", "what the says or shows", said=True), "The Side names Other Side (a claim)"),
        (weight("the names 1 (a claim)", "the", said=True), "the names Other Side (a claim)"),
        (weight("the denies that the did it (a claim)", "what the says or shows", said=True),
         "The Side denies that The Side did it (a claim)"),
        (weight("1, which reports most fire at it, says nothing", said=True),
         "Other Side, which reports most fire at it, says nothing"),
        (weight("a noise of the 1"), "a noise of the 1"),
        # what a source is called or quotes may read as if we had said it
        (weight("cam ground of the 0.50 perceived an exchange of fire"),
         "cam ground of the 0.50 perceived an exchange of fire"),
        (weight("the, which reports badly names 1 (a claim)", "all media", said=True),
         "the, which reports badly names Other Side (a claim)"),
        (weight("News names x names the (a claim)", "all media", said=True), "News names x names the (a claim)"),
        (weight("News names the (a claim) or so (a claim)", "all media", said=True),
         "News names the (a claim) or so (a claim)"),
        (weight("News names the (a claim) (belongs here with 0.50)", "all media", said=True),
         "News names The Side (a claim) (belongs here with 0.50)"),
    ],
)  # fmt: skip
def test_a_reason_names_sides_where_our_sentence_has_an_id_and_nowhere_else(given, words):
    assert reason_words(given, NAMES) == words


def test_what_was_concluded_and_what_hangs_on_a_line_name_the_side():
    why = "undetermined: most likely no_violation at 0.66, but below the standard of 0.95. Weighed: x (0.0 bits)."
    assert head_words(why, NAMES) == (
        "undetermined: most likely nothing prohibited at 0.66, but below the standard of 0.95."
    )
    assert whole_words(
        "undetermined: most likely 1 at 0.60, but. Weighed: the x (0.5 bits towards the and 1).", NAMES
    ) == (
        "undetermined: most likely Other Side at 0.60, but. Weighed: the x (0.5 bits towards The Side and Other Side)."
    )
    assert whole_words(
        "undetermined: x. Weighed: the x (0.9 bits towards the, 3.8 over 1); y (2.7 bits towards several alike over no_violation).",
        NAMES,
    ) == (
        "undetermined: x. Weighed: the x (0.9 bits towards The Side, 3.8 over Other Side); "
        "y (2.7 bits towards several alike over nothing prohibited)."
    )
    assert head_words("1: 1 fired, at 0.97 (alone 0.96, in an exchange 0.01). Weighed: x.", NAMES).startswith(
        "Other Side: Other Side fired, at 0.97 (alone"
    )
    assert line_words("without what 1 says or shows it would be undetermined", NAMES) == (
        "without what Other Side says or shows it would be undetermined"
    )


def test_a_clause_is_told_with_names_on_the_readers_clock_and_without_codes():
    given = (
        "not done by the word of the, 1 and 2 other sources; in time: due 2020-11-25T21:00:00Z; reading 1 (ends_on 1)"
    )
    assert told(given, NAMES, "Europe/Moscow") == (
        "not done by the word of The Side, Other Side and 2 other sources; in time: due 2020-11-26 00:00; "
        "reading 1 (ends on 1)"
    )
    assert act_of("withdraw:heavy-weapons") == "withdraw heavy weapons"
    assert cell_words("notice_of_end", "UTC") == "notice of end"
    assert cell_words("the camera_7 of the", "UTC") == "the camera_7 of the"


@pytest.mark.parametrize(
    "stamp", ["2020-02-31T10:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00Z", "2020-13-01T10:00Z"]
)
def test_what_only_looks_like_an_instant_stays_as_it_is_and_stops_nothing(stamp):
    assert cell_words(stamp, "Europe/Moscow").startswith(stamp[:4])


def test_no_code_of_a_hypothesis_stands_in_what_people_read_of_a_report():
    page = report_html(build(handmade.assessment(), None, "")).decode()
    read = unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL))
    assert not re.findall(r"(?<![\w-])(?:no_violation|undetermined_\w+|outgoing_and_impact)(?![\w-])", read)
