"""The words and marks that the room's pages print, explained once: Help shows them, and tests hold the pages to them.

Each has the words as they stand on a page, and below them what they mean. What a page prints of where an incident
stands is taken from where it is said, so that a new state without an explanation fails a test.
"""

from collections.abc import Iterator, Mapping

_STANDS = """
awaited
    One guarantor at least has not determined; whoever that is stands beside it.

agreed
    Every guarantor finds the same.

differing
    Two guarantors find different things: where the rule asks for all, no side is named.

abstained
    A guarantor has looked and decides nothing.

stale
    The newest conclusion differs from the one that a guarantor judged. Compare both before you rely on either.

ready
    What the agreement's rule asks for is in the log: an officer on shift or a reporting officer publishes it.

published
    A finding is out, with just the newest determinations. Determined anew, it is ready to publish anew.
"""
_WORDS = """
entry, heartbeat
    One thing said into the log; each heartbeat, some seconds or minutes apart, puts what was received into it and
    signs it.

received, sequenced, witnessed
    The centre has it on its disk; it is in the signed log; those whom the policy asks for have cosigned a log
    that holds it. Where the policy asks for no witness, sequenced is the last.

conclusions from the first so many entries
    What the machine made of the log when it had that many entries. A newer one may differ; the page then says so.

proposal, determination, finding
    What the machine says; what one guarantor's reviewer says; what an officer publishes of both by the
    agreement's rule.

to concur, to contest, to abstain
    To find what the machine proposes; to find something else; to find nothing.

observation, claim
    What somebody perceived; that somebody said that a thing happened or who did it. A claim is evidence that it
    was said.

only claimed: no observation supports it
    Somebody said so, and nothing that was perceived is part of it. Words in quotation marks are the source's own.

20261123-9a2f9982
    The number of an incident: its day in UTC, then eight digits of its records. All times on pages are local;
    late in the evening or early in the morning the day of the number is another one.

within 1.3 km with 68 % probability
    The circle about the likeliest place in which the true one lies two times in three. “Where it was perceived”:
    no end of the fire is told.

3 km bearing 247° (WSW) of the position
    Where an observer says that it was, from where the observer stood: degrees from north, turning east, and the
    nearest of sixteen points of the compass.

standard; line of evidence
    The probability, and the number of independent voices, that a side must reach before it is named. Two records
    of one source are one line.

bits; towards several alike
    How strongly a reason speaks for one explanation over the next, and after the comma over the one that it fits
    worst: 1 bit makes it twice as likely as that one, 2 bits four times, 3 bits eight times. “0.2 bits towards one
    side, 3.5 over nothing prohibited” hardly tells the sides apart. “Towards several alike”: it does not tell more
    than two explanations apart, and only sets them over the rest. “Tells nothing apart”: it speaks for none more
    than another.

what a side says or shows
    All that one side, its ministries and its media say counts as one line of evidence, however often it is said.

belongs at 0.9
    The probability that a record is of this incident and not of another; it weighs that much.

nothing prohibited, another actor
    Training, demining, thunder and the like; somebody who is neither side.

credibility 1, 2, 3, 6
    A label of the Admiralty system: how many independent lines perceived it. 6 is “cannot be judged”, not “bad”.
    It enters no sum.

likely, very likely, almost certain
    From 55, 80 and 95 % on, as ICD 203 has the words.

[R23], [I6d]
    At the end of a source's words: the page that they were taken from, by its number in the list of sources of
    the case (its SOURCE.md).

clauses 1, 2.a
    Points of the paper that the incident bears on; each leads to its words and to where it stands for each side,
    in the report.

F, f, Q, p, –
    An hour: fire recorded; fire at some time of a longer window; covered and quiet; partly covered; not covered,
    so that nothing can be said of it.

observed, violated, disputed, not verifiable, pending
    Where an obligation stands for one that it binds, as the machine proposes; the report says why, and what would
    change it.

cut-off
    The time at which the report of a day closes. A reporting day runs from one cut-off to the next.

harm check
    Before anything is published: what each side could do with it, answered in words and in the name of whoever
    publishes.

withheld, superseded, corrected
    Left out of this copy by an act of two guarantors; a newer one stands beside it; a correction stands beside
    it. Nothing is taken out of the log's order.
"""


def _explained(text: str) -> Iterator[tuple[str, str]]:
    """Yield each word or mark of a text with its meaning: a line of its own, then indented lines."""
    for part in text.strip().split("\n\n"):
        name, *words = part.splitlines()
        yield name, " ".join(line.strip() for line in words)


# by the word of the fold or of the list, as `report.staffs.OUTCOMES` and `seeking.STATUSES` have them
STANDS: Mapping[str, str] = dict(_explained(_STANDS))
WORDS: tuple[tuple[str, str], ...] = tuple(_explained(_WORDS))
