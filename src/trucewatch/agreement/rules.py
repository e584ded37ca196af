"""Which rule judges which kind of obligation."""

from collections.abc import Callable, Mapping

from trucewatch.agreement.achieve import achieve, establish
from trucewatch.agreement.counts import ceiling
from trucewatch.agreement.docket import Bond, Docket
from trucewatch.agreement.fire import fire
from trucewatch.agreement.gate import Others
from trucewatch.agreement.mandate import mandate
from trucewatch.agreement.order import condition
from trucewatch.agreement.states import Finding, Rule, as_said
from trucewatch.agreement.variants import Variant
from trucewatch.paper import Prohibit
from trucewatch.vocabulary import ObligationKind, State

Maker = Callable[[Docket, Bond, Variant], Rule]

BY_KIND: Mapping[ObligationKind, Maker] = {
    ObligationKind.PROHIBIT: fire,
    ObligationKind.WITHDRAW: fire,
    ObligationKind.ACHIEVE: achieve,
    ObligationKind.CEILING: ceiling,
    ObligationKind.MANDATE: mandate,
    ObligationKind.ESTABLISH: establish,
}


def rule_of(docket: Docket, bond: Bond, variant: Variant, others: Others) -> Rule:
    """Return the rule of one way to read an obligation; `others` tells of those of the same paper that it waits for."""
    duty = variant.duty
    if duty.method_missing:
        return _without_method(duty.method_missing)
    if duty.kind is ObligationKind.CONDITION:
        return condition(bond, variant, others, docket.case.time_zone)
    if isinstance(duty.terms, Prohibit) and not duty.terms.phenomena:
        return _without_method("nobody has told this version how such an act is known")
    if duty.kind not in BY_KIND:
        return _without_method(f"this version has no method for the kind {duty.kind.value}")
    return BY_KIND[duty.kind](docket, bond, variant)


def _without_method(reason: str) -> Rule:
    found = Finding(State.NO_METHOD, as_said(reason))
    return lambda _as_of: found
