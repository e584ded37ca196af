"""Public claims about the paper, held against it (R20)."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from papers import BUNDLED, case, parsed

from trucewatch import centre, inquiry
from trucewatch.agreement.statements import answers
from trucewatch.model import Clocks, Coded, Interval, Named, Record, Source, Statement, StatementAnswer
from trucewatch.spacetime import utc
from trucewatch.vocabulary import Answer, Modality, SourceClass

PARTIES = ("north", "south")
DUTY = 'id = "a"\nkind = "achieve"\nbearer = ["north"]\nact = "build:road"\ndeadline = 2030-06-20'
BAN = 'id = "b"\nkind = "prohibit"\nbearer = "all"\nact = "send-out:missions"'
CEILING = 'id = "c"\nkind = "ceiling"\nbearer = ["north"]\nact = "strength:post"\n[[limits]]\nitem = "personnel"\nat_most = 60'


def claim(
    act: str,
    modality: Modality,
    actor: str | None = "north",
    *,
    at_most: int | None = None,
    at_least: int | None = None,
    by: Interval | None = None,
) -> Record:
    named = None if actor is None else Named(party=actor if actor in PARTIES else None, verbatim=actor)
    body = Statement(
        speaker="a speaker",
        outlet="an outlet",
        actor=named,
        modality=modality,
        at_most=at_most,
        at_least=at_least,
        by=by,
    )
    return Record(
        source=Source(name="an outlet", source_class=Coded(term=SourceClass.MEDIA)),
        clocks=Clocks(),
        about=act,
        body=body,
        reader="statements",
        raw=(),
        key="k",
    )


def said(record: Record, *duties: str) -> StatementAnswer:
    (answer,) = answers(case(parsed(*duties), parties=PARTIES), [record])
    return answer


@pytest.mark.parametrize(
    ("modality", "answer"),
    [
        (Modality.MUST, Answer.SUPPORTED),
        (Modality.WILL, Answer.SUPPORTED),
        (Modality.NEED_NOT, Answer.CONTRADICTED),
        (Modality.MUST_NOT, Answer.CONTRADICTED),
    ],
)
def test_what_the_paper_asks_of_somebody_supports_that_he_must_and_contradicts_that_he_need_not(modality, answer):
    found = said(claim("build:road", modality), DUTY)
    assert (found.answer, found.clause_ids, found.agreement_id) == (answer, ("c1",), "paper")


@pytest.mark.parametrize("actor", ["north", "south", None])
def test_what_the_paper_forbids_contradicts_that_it_will_be_done_by_whom_it_binds_or_by_nobody_named(actor):
    assert said(claim("send-out:missions", Modality.WILL, actor), BAN).answer is Answer.CONTRADICTED
    assert said(claim("send-out:missions", Modality.WILL_NOT, actor), BAN).answer is Answer.SUPPORTED


def test_what_the_paper_asks_of_one_says_nothing_of_another_unless_it_closes_the_list():
    other = claim("build:road", Modality.WILL, "a third state")
    assert said(other, DUTY).answer is Answer.NOT_ADDRESSED
    assert said(other, DUTY.replace("bearer", "exclusive = true\nbearer")).answer is Answer.CONTRADICTED


def test_what_is_read_differently_is_a_matter_of_reading_even_where_each_reading_by_itself_says_the_same():
    closed = DUTY + "\n[[reading]]\nby = ['north']\nexclusive = true\n[[reading]]\nby = ['south']\nexclusive = false"
    assert said(claim("build:road", Modality.WILL, "a third state"), closed).answer is Answer.READING
    assert said(claim("build:road", Modality.NEED_NOT), closed).answer is Answer.READING


def test_one_sides_reading_stands_beside_the_words_that_it_reads():
    """Who names no reading of his own reads what is written."""
    closed = DUTY + "\n[[reading]]\nby = ['north']\nexclusive = true"
    found = said(claim("build:road", Modality.WILL, "a third state"), closed)
    assert found.answer is Answer.READING
    assert "as written not addressed" in found.why
    assert "reading 1 (exclusive true) contradicted" in found.why


def test_a_claim_is_held_against_the_paper_as_it_stood_when_it_was_made():
    later = (
        '\n[[amendment]]\non = 2030-06-10\nform = "protocol"\ndeadline = 2030-06-25\nsource = "s"\naccepted_by = "all"'
    )
    day = Interval(start=utc("2030-06-22T12:00:00Z"), end=utc("2030-06-22T12:00:00Z"))
    made = claim("build:road", Modality.WILL, by=day)
    for when, answer in (("2030-06-09", Answer.CONTRADICTED), ("2030-06-12", Answer.SUPPORTED)):
        moment = Interval(start=utc(f"{when}T12:00:00Z"), end=utc(f"{when}T12:00:00Z"))
        assert said(replace(made, clocks=Clocks(claimed=moment)), DUTY + later).answer is answer


def test_an_act_of_which_no_clause_speaks_is_not_addressed():
    found = said(claim("open:corridor", Modality.MUST), DUTY, BAN)
    assert (found.answer, found.clause_ids, found.agreement_id) == (Answer.NOT_ADDRESSED, (), "")


def test_a_number_above_the_ceiling_is_contradicted_and_one_below_it_supported():
    assert said(claim("strength:post", Modality.WILL, at_least=61), CEILING).answer is Answer.CONTRADICTED
    assert said(claim("strength:post", Modality.WILL, at_most=60), CEILING).answer is Answer.SUPPORTED
    assert said(claim("strength:post", Modality.WILL), CEILING).answer is Answer.NOT_ADDRESSED


def test_a_day_later_than_the_papers_is_contradicted():
    def by(day: str) -> Record:
        moment = utc(f"{day}T12:00:00Z")
        return claim("build:road", Modality.WILL, by=Interval(start=moment, end=moment))

    assert said(by("2030-06-19"), DUTY).answer is Answer.SUPPORTED
    assert said(by("2030-06-22"), DUTY).answer is Answer.CONTRADICTED


def test_open_doubts_stand_beside_the_answer():
    assert "open: Which road?" in said(claim("build:road", Modality.MUST), f'{DUTY}\ndoubt = ["Which road?"]').why


def test_exchanging_the_parties_exchanges_nothing_in_what_the_paper_says():
    here = said(claim("build:road", Modality.NEED_NOT), DUTY)
    there = answers(
        case(parsed(DUTY.replace("north", "south")), parties=PARTIES[::-1]),
        [claim("build:road", Modality.NEED_NOT, "south")],
    )
    assert there == (here,)


@cache
def karabakh() -> dict[str, StatementAnswer]:
    found = inquiry.concluded(Path(BUNDLED / "karabakh"))
    ids = {record.key: record.id for record in found.records}
    return {ids[answer.record_key]: answer for answer in found.answers}


def test_that_peacekeepers_of_a_third_state_will_be_sent_is_a_matter_of_reading_beside_point_3():
    answer = karabakh()["sm-01"]
    assert (answer.answer, answer.clause_ids) == (Answer.READING, ("3",))
    assert "contradicted" in answer.why  # under the guarantor's reading, by which the paper closes the list
    assert "not addressed" in answer.why  # under the other


def test_that_the_centre_sends_out_no_missions_is_supported_by_the_memorandum_and_the_contrary_contradicted():
    answer = karabakh()["sm-07"]
    assert (answer.answer, answer.clause_ids) == (Answer.SUPPORTED, ("jc-2",))
    paper = centre.open_case(BUNDLED / "karabakh").case
    (contrary,) = answers(paper, [claim("send-out:missions", Modality.WILL, None)])
    assert (contrary.answer, contrary.agreement_id) == (Answer.CONTRADICTED, "nk-joint-centre-2020-11-11")


def test_villages_that_stand_in_a_circulated_text_only_are_not_addressed():
    assert karabakh()["sm-13"].answer is Answer.NOT_ADDRESSED


def test_no_claim_on_what_the_parties_read_differently_is_decided():
    assert {karabakh()[name].answer for name in ("sm-11", "sm-12", "sm-14", "sm-19", "sm-20")} == {Answer.READING}
