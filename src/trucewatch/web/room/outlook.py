"""What somebody sees in the room who does not see all of it, and why: in plain words, beside the policy's own.

The words hang on the role alone, never on a side: both liaisons read the same. They follow what `things` and the
packaged policy say; an act of two guarantors may have put other rules in force, which *Staff* shows in their own words.
"""

from collections.abc import Mapping

_LIAISON_SEES = """
A liaison sees what concerns the own side or both sides, and the liaison of the other side sees the same of that side,
by the same rule: every published finding, whomever it names, with the determinations that it rests on, at once and
before the public; messages to all liaisons; meetings and agreed measures; final findings of cases; calls, hearings and
remedies of the own side; what the own side replied.
"""
_LIAISON_DOES_NOT = """
Neither side sees the centre's own work: the list of incidents and what the machine proposes of them, a determination
before a finding rests on it, the shift log, the counts, the map, the reports of days, the records of observers and
sources. A proposal may name a side that no finding names afterwards, and records tell where observers stand.
"""
_LIAISON_CHECKS = """
Until the time to reply is over neither side sees the other's reply. That nothing is kept from your side alone can be
checked: every entry of the log is in the mirrors of both guarantors, word for word or as a commitment to the words.
"""
_MONITOR_SEES = """
A monitor sees what may have happened in the zones that two guarantors gave the post: when, where, and what the machine
proposes; published findings when everybody does; and the receipts of what the monitor handed in, with whether the
newest conclusions were drawn with it.
"""
_MONITOR_DOES_NOT = """
Not what happened elsewhere, the map, what the staffs say, or other people's records: a device in the field may be lost
or taken, and whoever observes is better off not knowing what others say they saw. What is observed outside of the own
zones is taken all the same.
"""
_REPORTER_SEES = """
A reporting officer sees incidents, determinations, findings, counts and the shift log, and publishes findings.
"""
_REPORTER_DOES_NOT = """
Not what sources wrote, the reasons weighed, the map and the reports of days: what is written for those outside is
written from what may leave the room.
"""


def _plain(*paragraphs: str) -> tuple[str, ...]:
    return tuple(" ".join(words.split()) for words in paragraphs)


SEES: Mapping[str, tuple[str, ...]] = {
    "liaison": _plain(_LIAISON_SEES, _LIAISON_DOES_NOT, _LIAISON_CHECKS),
    "monitor": _plain(_MONITOR_SEES, _MONITOR_DOES_NOT),
    "reporter": _plain(_REPORTER_SEES, _REPORTER_DOES_NOT),
}
