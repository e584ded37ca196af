"""Terms that run and renew themselves, and the order of two obligations."""

from books import ACTORS, MONITOR, PAPER, at, front, notice_of, one, side, states, told
from papers import case, parsed

from trucewatch.vocabulary import MandateNotice, State, Status

A, B, GUARANTOR = side("a"), side("b"), side("guarantor")

FIVE_YEARS = """id = "1"
kind = "mandate"
bearer = ["guarantor"]
act = "do:it"
term_months = 60
renews_months = 60
notice_months = 6
"""


def test_a_term_runs_and_the_last_day_for_a_notice_is_the_next_deadline():
    found = one(FIVE_YEARS, (), "2031-01-01")
    assert (found.state, found.status) == (State.IN_FORCE, Status.PENDING)
    assert found.next_deadline == at("2034-12-02")  # the beginning of 3 December, six months before 3 June 2035
    assert "renewed unless notice is received by 2034-12-03T00:00:00Z" in found.why


def test_without_notice_it_is_renewed_and_with_one_in_time_it_ends():
    renewed = one(FIVE_YEARS, (), "2035-07-01")
    assert (renewed.state, renewed.since) == (State.IN_FORCE, at("2035-06-02"))
    given = notice_of(B, "2034-11-20", MandateNotice.NOTICE_OF_END)
    running = one(FIVE_YEARS, [given], "2034-12-01")
    assert (running.state, running.next_deadline) == (State.IN_FORCE, at("2035-06-02"))
    gone = notice_of(B, "2035-06-20", MandateNotice.ENDED)
    ended = one(FIVE_YEARS, [given, gone], "2035-07-01")
    assert (ended.state, ended.since) == (State.FULFILLED, at("2035-06-02"))


def test_that_a_term_is_over_by_the_calendar_does_not_show_that_anybody_left_nor_does_the_bearers_own_word():
    given = notice_of(B, "2034-11-20", MandateNotice.NOTICE_OF_END)
    own = notice_of(GUARANTOR, "2035-06-20", MandateNotice.ENDED)
    for records in ([given], [given, own]):
        assert one(FIVE_YEARS, records, "2035-07-01").state is State.UNRESOLVED


def test_a_notice_counts_when_it_is_received():
    late = notice_of(B, "2034-11-20", MandateNotice.NOTICE_OF_END, known="2034-12-10")
    assert one(FIVE_YEARS, [late], "2035-07-01").state is State.IN_FORCE
    over = one(FIVE_YEARS, [late], "2040-07-01")  # in time for the next term
    assert (over.state, over.since) == (State.UNRESOLVED, at("2040-06-02"))


def test_the_report_of_a_notice_and_an_objection_leave_the_end_open():
    for given in (
        notice_of(PAPER, "2034-11-20", MandateNotice.NOTICE_OF_END),
        notice_of(B, "2034-11-20", MandateNotice.OBJECTION),
    ):
        assert one(FIVE_YEARS, [given], "2035-01-01").state is State.IN_FORCE
        assert one(FIVE_YEARS, [given], "2035-07-01").state is State.UNRESOLVED


def test_an_early_end_is_fulfilled_by_everybodys_consent_and_open_without_it():
    gone = [notice_of(source, "2032-04-17", MandateNotice.ENDED) for source in (GUARANTOR, A)]
    found = one(FIVE_YEARS, gone, "2033-01-01")
    assert (found.state, found.since) == (State.UNRESOLVED, at("2032-04-16"))
    assert "not all concerned have said" in found.why
    everybody = [*gone, notice_of(B, "2032-06-12", MandateNotice.ENDED)]
    assert one(FIVE_YEARS, everybody, "2033-01-01").state is State.FULFILLED
    assert one(FIVE_YEARS, everybody, "2032-01-01").state is State.IN_FORCE


def test_a_term_without_renewal_ends_and_months_keep_to_the_calendar():
    year = FIVE_YEARS.replace("= 60", "= 12", 1).replace("renews_months = 60\n", "")
    from_leap_day = year.replace("bearer", "from = 2032-02-29\nbearer")
    assert one(from_leap_day, (), "2033-02-26").next_deadline == at("2033-02-27")
    assert one(from_leap_day, (), "2033-03-01").since == at("2033-02-27")


# --- order ----------------------------------------------------------------------------------------

LAW = 'id = "law"\nkind = "achieve"\nbearer = ["a"]\nact = "pass:law"\n'
POLL = 'id = "poll"\nkind = "achieve"\nbearer = ["a"]\nact = "hold:poll"\n'
ORDER = 'id = "o"\nkind = "condition"\nbearer = ["a"]\nfirst = "law"\nthen = "poll"\nrelation = "before"\n'


def order(*records, relation: str = "before", as_of: str = "2030-07-01"):
    clauses = (LAW, POLL, ORDER.replace('"before"', f'"{relation}"'))
    return told(case(parsed(*clauses, front=front(ACTORS))), records, as_of)["o", "a"]


def law(day: str, source=B):
    return states(source, day, about="pass:law")


def poll(day: str, source=B):
    return states(source, day, about="hold:poll")


def test_an_order_is_kept_once_the_first_is_done_alone_and_stays_kept():
    assert order().state is State.IN_FORCE
    assert order(law("2030-06-10")).state is State.FULFILLED
    found = order(law("2030-06-10"), poll("2030-06-20"))
    assert (found.state, found.since) == (State.FULFILLED, at("2030-06-19"))


def test_the_second_without_proof_of_the_first_is_open_and_no_breach():
    assert order(poll("2030-06-20")).state is State.UNRESOLVED
    assert order(poll("2030-06-10"), law("2030-06-10")).state is State.UNRESOLVED  # on one day: who knows


def test_the_wrong_order_is_a_breach_only_where_both_times_are_confirmed():
    words = (poll("2030-06-10"), law("2030-06-20"))
    assert order(*words).state is State.UNRESOLVED
    assert order(*words, poll("2030-06-10", MONITOR), law("2030-06-20", A)).state is State.BREACHED


def test_after_is_before_the_other_way_round():
    assert order(law("2030-06-10"), relation="after").state is State.UNRESOLVED
    assert order(poll("2030-06-10"), relation="after").state is State.FULFILLED


def test_in_parallel_is_clear_only_on_the_same_day():
    assert order(relation="in_parallel").state is State.IN_FORCE
    assert order(law("2030-06-10"), poll("2030-06-10"), relation="in_parallel").state is State.FULFILLED
    apart = order(law("2030-06-10"), poll("2030-06-20"), relation="in_parallel")
    assert apart.state is State.UNRESOLVED
    assert "does not say how far apart" in apart.why
