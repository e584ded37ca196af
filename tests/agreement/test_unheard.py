"""Records that no obligation hears are said aloud."""

from books import MONITOR, record, states
from papers import case, parsed

from trucewatch.agreement.unheard import unheard
from trucewatch.model import Event
from trucewatch.vocabulary import Says

DUTY = 'id = "1"\nkind = "achieve"\nbearer = ["a"]\nact = "disband:groups"\ncompletes_on = ["disbanded"]'


def test_an_event_that_no_obligation_asks_for_is_named_with_those_that_are():
    (note,) = unheard(case(parsed(DUTY)), [states(MONITOR, "2030-06-04", "done", about="disband:groups")])
    assert note == "no obligation about disband:groups asks for the event 'done' (1 record); it asks for disbanded"


def test_an_act_that_no_paper_names_is_named_with_the_nearest_one():
    said = record(MONITOR, Event(event="disbanded", says=Says.STATES), "2030-06-04", about="disband:group")
    (note,) = unheard(case(parsed(DUTY)), [said])
    assert note == "no paper names the act 'disband:group' (1 record); did you mean disband:groups?"


def test_what_an_obligation_asks_for_is_no_matter_of_a_note():
    assert unheard(case(parsed(DUTY)), [states(MONITOR, "2030-06-04", "disbanded", about="disband:groups")]) == ()
