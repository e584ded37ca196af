"""The sides' replies beside each other, on every page that shows replies to a message or a case's finding."""

from types import SimpleNamespace

import pytest

from trucewatch.cases import Said
from trucewatch.cases.findings import Reply
from trucewatch.vocabulary import Answered
from trucewatch.web.room import pages

SIDES = ("north", "south")


def reply(side: str) -> Reply:
    said = Said(index=3, time=None, fields={"who": f"liaison of {side}"}, shown={"text": f"words of {side}"})
    return Reply(said=said, to=1, side=side, stance=Answered.EXPLAINS)


def shown(*sides: str) -> list[str]:
    """What stands in each column, by the page's own macro."""
    visit = SimpleNamespace(
        office=SimpleNamespace(terms=SimpleNamespace(parties=SIDES)), name=str.upper, person=SimpleNamespace(of="")
    )
    given = {"v": visit, "stance_words": {"explains": "explains"}, "corrected": lambda _: (), "when": str}
    macros = pages._PAGES.get_template("room_macros.html").make_module(given)
    return macros.replies([reply(side) for side in sides]).split("<section")[1:]


@pytest.mark.parametrize("answered", [(), ("south",), ("north",), ("south", "north")])
def test_every_side_has_its_column_in_the_cases_order_whoever_answered_first_and_whether_it_did(answered):
    columns = shown(*answered)
    assert [side.upper() in column for side, column in zip(SIDES, columns, strict=True)] == [True, True]
    for side, column in zip(SIDES, columns, strict=True):
        assert (f"words of {side}" in column, "None that you may see" in column) == (
            side in answered,
            side not in answered,
        )
