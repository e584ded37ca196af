"""Words of a paper that point to another part of it must find it: obligations, anchors, readings of anchors."""

from collections.abc import Iterator, Mapping, Sequence

from trucewatch.agreement.fault import at_line, not_one_of
from trucewatch.paper import Agreement, Ceiling, Condition, Deadline, Obligation, PermitIf


def refuse_strays(paper: Agreement, lines: Mapping[str, int], name: str) -> None:
    """Refuse two obligations of one id, and whatever names an obligation or an anchor that is not there.

    `lines` are those of the clauses' headings, by clause id.

    Raises:
        AgreementError: with the line of the clause and the words that would be right.

    """
    known: list[str] = []
    for clause in paper.clauses:
        for duty in clause.obligations:
            if duty.id in known:
                raise at_line(
                    name, lines[clause.id], f"obligation {duty.id} stands twice; give each obligation its own id"
                )
            known.append(duty.id)
    for clause in paper.clauses:
        for duty in clause.obligations:
            for problem in _strays(duty, known, paper):
                raise at_line(name, lines[clause.id], f"in obligation {duty.id}: {problem}")


def _strays(duty: Obligation, known: Sequence[str], paper: Agreement) -> Iterator[str]:
    others = [each for each in known if each != duty.id]
    for what, named in _named(duty):
        if named not in others:
            yield not_one_of(what, named, others)
    anchors = {anchor.id: len(anchor.readings) for anchor in paper.anchors}
    for due in _deadlines(duty):
        if due.after and due.after not in anchors:
            yield f"{not_one_of('anchor', due.after, anchors)}; declare it in the front matter as [anchor.{due.after}]"
    for reading in duty.readings:
        number = reading.change.anchor
        if number is not None and (duty.deadline is None or number > anchors.get(duty.deadline.after, -1)):
            yield f"reading {number} of its anchor is not there"


def _named(duty: Obligation) -> Iterator[tuple[str, str]]:
    yield from (("overridden obligation", other) for other in duty.overrides)
    yield from (("required obligation", other) for other in duty.requires)
    if isinstance(duty.terms, PermitIf):
        yield from (("obligation that it is an exception to", other) for other in duty.terms.exception_to)
    if isinstance(duty.terms, Condition):
        yield from (("ordered obligation", other) for other in (duty.terms.first, duty.terms.then))


def _deadlines(duty: Obligation) -> Iterator[Deadline]:
    changes = [*(r.change for r in duty.readings), *(a.change for a in duty.amendments)]
    yield from (due for due in (duty.deadline, *(change.deadline for change in changes)) if due is not None)
    if isinstance(duty.terms, Ceiling):
        yield from (limit.by for limit in duty.terms.limits if limit.by is not None)
