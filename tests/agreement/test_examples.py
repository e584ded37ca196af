"""Example cases as a negotiator writes them: what can be read, and what is said of a mistake."""

from datetime import UTC, datetime

import pytest

from trucewatch.agreement.compared import compared, told
from trucewatch.agreement.examples import parse_examples
from trucewatch.agreement.fault import AgreementError
from trucewatch.model import ClauseStatus
from trucewatch.vocabulary import State, Status

WRITTEN = """
# a negotiator's own remark
- case: "The town is handed over a day late."
  as_of: 2020-11-20
  as_known: 2020-11-25T12:00:00+04:00
  records:
    - {table: events, id: x, about: "transfer:town", time: 2020-11-20, event: done, says: states}
  without: [e1]
  expect:
    - {obligation: 2.a, bearer: north, status: observed, state: fulfilled_late, because: "A day late."}
- case: "Before anybody spoke of it."
  as_of: 2020-11-10
  expect:
    - {obligation: 2.a, bearer: north, status: pending}
"""


def parsed(text=WRITTEN):
    return parse_examples(text.encode(), "late.yaml", "Asia/Baku")


def status(state=State.FULFILLED_LATE, public=Status.OBSERVED, agreement="one"):
    return ClauseStatus(
        clause_id="2", obligation_id="2.a", bearer="north", status=public, as_of=datetime(2020, 11, 20, tzinfo=UTC),
        coverage=None, why="the entry was on the 20th", state=state, agreement_id=agreement,
    )  # fmt: skip


def test_a_day_means_its_end_in_the_time_zone_of_the_case():
    first, second = parsed()
    assert first.as_of == datetime(2020, 11, 20, 20, tzinfo=UTC)
    assert first.as_known == datetime(2020, 11, 25, 8, tzinfo=UTC)
    assert (second.as_of, second.as_known) == (datetime(2020, 11, 10, 20, tzinfo=UTC), None)


def test_the_cells_of_a_record_are_written_as_a_table_has_them():
    first, _ = parsed()
    table, cells = first.records[0]
    assert (table, dict(cells)["time"], dict(cells)["says"]) == ("events", "2020-11-20", "states")
    assert first.without == ("e1",)
    assert first.place == "late.yaml line 3"


def test_a_status_alone_leaves_the_state_open():
    first, second = parsed()
    assert compared(first, [status()])[0].holds
    assert not compared(first, [status(State.FULFILLED)])[0].holds
    pending = status(State.NOT_YET_APPLICABLE, Status.PENDING)
    assert compared(second, [pending])[0].holds


def test_what_came_out_otherwise_stands_beside_what_was_expected_with_both_reasons():
    first, _ = parsed()
    said = "\n".join(told(first, compared(first, [status(State.FULFILLED)])))
    assert "The town is handed over a day late." in said
    assert "2.a of north: observed, fulfilled, for the entry was on the 20th" in said
    assert "expected observed, fulfilled late; A day late." in said


def test_an_obligation_of_two_papers_is_asked_for_by_its_agreement():
    (first, _) = parsed()
    both = [status(agreement="one"), status(agreement="two")]
    with pytest.raises(ValueError, match=r"late.yaml line 3: obligation 2.a of north stands in one, two; name one"):
        compared(first, both)
    (named,) = parsed(
        "- {case: x, as_of: 2020-11-20, expect: [{obligation: 2.a, bearer: north, status: observed, agreement: two}]}"
    )
    assert compared(named, both)[0].found.agreement_id == "two"


def test_an_obligation_that_is_not_there_is_said():
    with pytest.raises(ValueError, match="no agreement of this case has obligation"):
        compared(parsed()[0], [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: the file must be a list"),
        ("case: x", "line 1: the file must be a list"),
        ("- case: x\n  as_of: [", "line 2: this is not YAML"),
        ("- 7", "line 1: case must be written as keys"),
        ("- as_of: 2020-11-20", "case is missing"),
        ("- case: x", "as_of is missing"),
        ("\n- case: x\n  as_off: 2020-11-20", "line 2: key of case 'as_off' is not one of"),
        ("- {case: x, as_of: 2020-11-31, expect: []}", "cannot be read as YAML in UTF-8: day is out of range"),
        ("- {case: x, as_of: 2020-11-20T12:00:00, expect: []}", "has no offset"),
        ("- {case: x, as_of: 2020-11-20, expect: []}", "expect must be a list with at least one entry"),
        ("- {case: x, as_of: 2020-11-20, expect: [{obligation: a, bearer: b}]}", "status is missing"),
        ("- {case: x, as_of: 2020-11-20, expect: [{obligation: a, bearer: b, status: done}]}", "status 'done' is not"),
        (
            "- {case: x, as_of: 2020-11-20, records: [{about: y}], expect: [{obligation: a, bearer: b, status: pending}]}",
            "needs its table",
        ),
        ("- &a [x]\n- [*a, *a]", "line 2: this is not YAML: * refers to another place"),
        ("- &a {x: 1}\n- {<<: [*a, *a]}", "line 2: this is not YAML: * refers to another place"),
        ("- !!python/object/apply:os.system [true]", "not YAML"),
    ],
)
def test_a_mistake_is_one_line_that_says_where(text, says):
    with pytest.raises(AgreementError) as caught:
        parsed(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
