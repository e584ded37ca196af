"""What people decide, answer and agree on, folded from entries of the log. Pure; knows nothing of the log's format."""

from trucewatch.cases.counts import Counts, Difference, counts
from trucewatch.cases.deadlines import Late, Overdue
from trucewatch.cases.findings import Finding, Reply, readiness
from trucewatch.cases.investigations import Investigation
from trucewatch.cases.liaison import Call, Measure, Meeting, Message
from trucewatch.cases.moves import MOVES, open_moves
from trucewatch.cases.office import Office, office
from trucewatch.cases.releases import Signed
from trucewatch.cases.reviews import Determination, Proposal, Review, Voice
from trucewatch.cases.said import WAITING, Odd, Post, Procedure, Said, Staff, Terms, posts_in, terms_of
from trucewatch.cases.shifts import Shift

__all__ = [
    "MOVES",
    "WAITING",
    "Call",
    "Counts",
    "Determination",
    "Difference",
    "Finding",
    "Investigation",
    "Late",
    "Measure",
    "Meeting",
    "Message",
    "Odd",
    "Office",
    "Overdue",
    "Post",
    "Procedure",
    "Proposal",
    "Reply",
    "Review",
    "Said",
    "Shift",
    "Signed",
    "Staff",
    "Terms",
    "Voice",
    "counts",
    "office",
    "open_moves",
    "posts_in",
    "readiness",
    "terms_of",
]
