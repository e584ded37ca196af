"""Names in place of ids: in the sentences that the assessment and the clauses give, on every page alike. Pure.

Those sentences name sides, guarantors and acts by the ids of the case and of the paper, and instants in UTC: they must
be the same for everybody for ever, and the log and the tables have them so. People read names and their own clock.

What a source is called or wrote may hold the letters of an id and stays as it is: an id is looked for only where our
own sentence has one, never anywhere in it. Else a source's name could make the mirror run differ.
"""

import re
from collections.abc import Mapping

from trucewatch.evidence import WEIGHED, head_of, strength
from trucewatch.model import Attribution, Case, Weight
from trucewatch.report.words import chosen, hypothesis_names, local_words
from trucewatch.spacetime import utc

_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z")
_ACT = re.compile(r"[a-z]+:[a-z0-9-]+")
_CODE = re.compile(r"(?<![\w-])[a-z]+(?:_[a-z]+)+(?![\w-])")
# what leads to the ids of bearers in the sentences of a status, and what stands after the last of them
_LEADS = "word of|barred by|denied by|ground of|claims about|incidents, to|determined to|unresolved for|or of"
_ENDS = (
    r"(?=[;.)]|$| itself| stand | or to | and [0-9]+ other source|, (?:which|denied|on the least|not counting|[0-9]))"
)


def names_in(case: Case) -> dict[str, str]:
    """Return what each side, guarantor, actor of a paper and hypothesis is called; a side's own name goes first."""
    actors = {actor.id: actor.name for paper in case.agreements for actor in paper.actors}
    guarantors = {one.id: chosen(one.names, one.id) for one in case.review.guarantors}
    return {**actors, **guarantors, **hypothesis_names(case)}


# --- of an incident -------------------------------------------------------------------------------


def head_words(why: str, names: Mapping[str, str]) -> str:
    """Return what was concluded of an incident, without what was weighed."""
    ids = _ids(names)
    at = re.compile(rf"^({ids}|undetermined): (most likely )?({ids})(?= at [01]\.| fired, at )")
    called = lambda found: f"{names.get(found[1], found[1])}: {found[2] or ''}{names[found[3]]}"  # noqa: E731
    return at.sub(called, head_of(why))


def why_words(attribution: Attribution, names: Mapping[str, str]) -> str:
    """Return in one line what was concluded and on what, the strongest reason first."""
    head = head_words(attribution.why, names)
    weighed = "; ".join(f"{reason_words(w, names)} ({strength_words(w, names)})" for w in attribution.weights)
    return f"{head} Weighed: {weighed}." if weighed else head


def whole_words(why: str, names: Mapping[str, str]) -> str:
    """Return the line that the log has of what was concluded and on what, where its weights are not at hand."""
    ids = _ids(names)
    favoured = re.compile(
        rf"(?:(?<= bits towards )|(?<=several alike over )|(?<=[0-9]\.[0-9] over ))({ids})(?: and ({ids}))?"
        r"(?=\)|, [0-9]+\.[0-9] over )"
    )
    called = lambda found: " and ".join(names[one] for one in found.groups() if one)  # noqa: E731
    weighed = why.partition(WEIGHED)[2]
    return head_words(why, names) + (f"{WEIGHED[1:]}{favoured.sub(called, weighed)}" if weighed else "")


def reason_words(weight: Weight, names: Mapping[str, str]) -> str:
    """Return a reason: names where it says whose ground it is, and which side says what of whom."""
    if not names:
        return weight.reason
    if not weight.said:
        before, ground, shares = weight.reason.rpartition(" ground of ")
        one = rf"(?:{_ids(names)}|nobody known) [01]\.[0-9]{{2}}"
        if not re.fullmatch(rf"{one}(?:, {one})*(?: \([^()]*\))?", shares):  # else a source's name may have led here
            return weight.reason
        share = re.compile(rf"(^|, )({_ids(names)})(?= [01]\.[0-9]{{2}})")
        return f"{before}{ground}{share.sub(lambda found: found[1] + names[found[2]], shares)}"
    by = _speaks(weight, names)
    rest = weight.reason.removeprefix(by)
    # the one place where we say so, and nothing but our own words after it: a name or a quotation may hold the same
    says = "names|says that|denies that"
    claim = re.compile(
        rf"^((?:(?! (?:{says}) ).)* (?:{says}) )({_ids(names)})(?= (?:did it )?\(a claim\)(?: \([^()]*\))?$)"
    )
    return names.get(by, "") + claim.sub(lambda found: found[1] + names[found[2]], rest)


def line_words(line: str, names: Mapping[str, str]) -> str:
    """Return a line of evidence, and what hangs on one: a side's is called after the side."""
    of_side = re.compile(rf"^((?:without )?what )({_ids(names)})(?= says or shows)")
    return of_side.sub(lambda found: found[1] + names[found[2]], line)


def strength_words(weight: Weight, names: Mapping[str, str]) -> str:
    """Return how strongly a reason speaks and for whom; as `assess.words.in_words`, with names."""
    return strength(weight.bits, names) or "tells nothing apart"


def first_words(sequence: str, names: Mapping[str, str]) -> str:
    """Return who was perceived to fire first."""
    by = next((one for one in names if sequence.startswith(f"{one} was perceived")), None)
    return sequence if by is None else names[by] + sequence.removeprefix(by)


def _speaks(weight: Weight, names: Mapping[str, str]) -> str:
    """Return the side that a reason begins with, "" where a source says it that speaks for none."""
    starts = ((one, weight.reason == f"{one}, which reports most fire at it, says nothing") for one in names)
    of_line = ((one, weight.line == f"what {one} says or shows") for one in names)
    by = next((one for one, is_it in (*starts, *of_line) if is_it), "")
    return by if by and weight.reason.startswith((f"{by} ", f"{by}, which reports")) else ""


# --- of a clause, and of records other than fire ----------------------------------------------------


def told(text: str, names: Mapping[str, str], zone: str) -> str:
    """Return a clause's sentence, which holds no source's words: with names, the clock of `zone`, words for codes."""
    timed = _INSTANT.sub(lambda found: _clock(found[0], zone), text)
    one = rf"(?:{_ids(names)})"
    listed = re.compile(rf"(?<=\b)({_LEADS}) ({one}(?:, {one})*(?: and {one})?){_ENDS}")
    called = lambda found: f"{found[1]} " + re.sub(rf"{one}(?=, | and |$)", lambda each: names[each[0]], found[2])  # noqa: E731
    spoken = listed.sub(called, timed) if names else timed
    return _CODE.sub(lambda found: found[0] if found[0] in names else found[0].replace("_", " "), spoken)


def _clock(stamp: str, zone: str) -> str:
    """Return an instant on the clock of the zone; what only looks like one stays as it is."""
    try:
        return local_words(utc(stamp), zone)
    except (ValueError, OverflowError):
        return stamp


def cell_words(cell: str, zone: str) -> str:
    """Return a register's cell: an act, a code or an instant in words; what a source wrote as it is."""
    if _ACT.fullmatch(cell):
        return act_of(cell)
    return told(cell, {}, zone) if _INSTANT.fullmatch(cell) or _CODE.fullmatch(cell) else cell


def act_of(about: str) -> str:
    """Return an act of a paper in words: 'withdraw armenian forces' for 'withdraw:armenian-forces'."""
    return about.replace(":", " ").replace("-", " ").replace("_", " ")


# --- where an id stands ---------------------------------------------------------------------------


def _ids(names: Mapping[str, str]) -> str:
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
