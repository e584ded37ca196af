"""One perception told under two names: what nobody but the same eye or ear could have said to the digit."""

from collections.abc import Hashable, Sequence

from trucewatch.assess import kinds
from trucewatch.model import Observation


def joined(members: Sequence[Observation], lines: Sequence[str]) -> list[str]:
    """Return the members' lines of evidence; neutral lines that tell one perception between them are one.

    They do where two rows have one stand, one instant that is on no whole minute, one place and, alike to the digit,
    what was perceived: a name in two languages, a patrol and its mission. All that such lines say in the incident is
    one line, called by the row whose content digest sorts first. Two witnesses taken for one make a finding harder.
    """
    starts = [claimed.start for o in members if (claimed := o.clocks.claimed)]
    if len(starts) < 2 or len(set(starts)) == len(starts):  # nearly always: no two of one instant
        return list(lines)
    first: dict[Hashable, str] = {}
    same = [
        (other, line)
        for o, line in zip(members, lines, strict=True)
        if (told := _told(o)) is not None and (other := first.setdefault(told, line)) != line
    ]
    groups = {line: frozenset([line]) for pair in same for line in pair}
    for one, other in same:
        whole = groups[one] | groups[other]
        groups.update(dict.fromkeys(whole, whole))
    called = dict(sorted(((o.key, line) for o, line in zip(members, lines, strict=True)), reverse=True))
    key_of = {line: key for key, line in called.items()}  # the smallest, as it comes last
    return [min(groups[line], key=key_of.__getitem__) if line in groups else line for line in lines]


def _told(o: Observation) -> Hashable | None:
    """Return what a neutral source perceived, from where and when; None where two could well say the same."""
    claimed = o.clocks.claimed
    if claimed is None or o.observer is None or o.place is None or o.source.side is not None:
        return None
    if not (claimed.start.second or claimed.start.microsecond) or not kinds.is_physical(o):
        return None
    what = o.phenomenon.term or o.phenomenon.verbatim
    return o.observer, claimed.start, claimed.end, o.place, what, o.direction.term, o.count, o.flights_deg
