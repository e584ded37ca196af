"""An obligation as a reading or an amendment has it."""

from dataclasses import replace

from trucewatch.paper import Achieve, Ceiling, Change, Obligation, Prohibit, Terms, Withdraw


def changed(duty: Obligation, change: Change) -> Obligation:
    """Return an obligation as a reading or an amendment has it; settings were checked when the file was read."""
    due = duty.deadline if change.deadline is None else change.deadline
    if due is not None and change.deadline_rule is not None:
        due = replace(due, rule=change.deadline_rule)
    return replace(
        duty,
        from_time=change.from_time or duty.from_time,
        until_time=change.until_time or duty.until_time,
        deadline=due,
        exclusive=duty.exclusive if change.exclusive is None else change.exclusive,
        terms=_changed_terms(duty.terms, change),
    )


def _changed_terms(terms: Terms, change: Change) -> Terms:
    match terms:
        case Prohibit():
            return replace(terms, phenomena=change.phenomena or terms.phenomena)
        case Withdraw():
            pairs = zip(terms.bands, change.distances_km or [b.distance_km for b in terms.bands], strict=True)
            return replace(terms, bands=tuple(replace(band, distance_km=km) for band, km in pairs))
        case Achieve():
            return replace(terms, completes_on=change.completes_on or terms.completes_on)
        case Ceiling():
            return replace(
                terms,
                limits=change.limits or terms.limits,
                basis=change.basis or terms.basis,
                is_composition=terms.is_composition if change.is_composition is None else change.is_composition,
            )
        case _:
            return terms
