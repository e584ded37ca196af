"""Replies to published findings as a report prints them."""

from datetime import UTC, datetime

import handmade
import pytest

from trucewatch.report.build import build
from trucewatch.report.html import report_html
from trucewatch.report.staffs import Answer, Judgement, Published, Reviewed, Voice, Words

SAID = Words(who="somebody", time=datetime(2017, 8, 15, tzinfo=UTC), index=7, text="words")


def reviewed(incident: str, *sides: str) -> Reviewed:
    """A published finding on an incident, answered by these sides in this order."""
    judged = Judgement(position="concur", finding="undetermined", clause="", of=1, words=SAID)
    answers = tuple(Answer(side=side, stance="explains", is_late=False, words=SAID) for side in sides)
    return Reviewed(
        incident=incident,
        voices=(Voice(guarantor="one", judgements=(judged,)),),
        outcome="agreed",
        finding="undetermined",
        is_stale=False,
        is_gone=False,
        published=(
            Published(outcome="agreed", finding="undetermined", reply_by=SAID.time, words=SAID, answers=answers),
        ),
    )


@pytest.mark.parametrize("answered", [(), (handmade.ALFA,), (handmade.BRAVO,), (handmade.BRAVO, handmade.ALFA)])
def test_both_sides_have_a_column_for_their_replies_in_the_cases_order_whoever_answered_first(answered):
    sample = handmade.assessment()
    report = build(sample, None, "Report", staffs=(reviewed(sample.incidents[0].id, *answered),))
    (part,) = report.staffs
    assert [len(given) for _, given in part.replies] == [
        int(side in answered) for side in (handmade.ALFA, handmade.BRAVO)
    ]
    assert report_html(report).decode().count("has not replied") == 2 - len(answered)
