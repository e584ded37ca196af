"""Which rule judges which kind of obligation."""

from collections.abc import Callable, Mapping

from trucewatch.agreement.achieve import achieve, establish
from trucewatch.agreement.bonds import Bond
from trucewatch.agreement.counts import ceiling
from trucewatch.agreement.defence import permit_if
from trucewatch.agreement.docket import Docket
from trucewatch.agreement.exchange import exchange
from trucewatch.agreement.fire import fire
from trucewatch.agreement.gate import Others
from trucewatch.agreement.keep_out import keep_out
from trucewatch.agreement.mandate import mandate
from trucewatch.agreement.notify import notify
from trucewatch.agreement.order import condition
from trucewatch.agreement.states import Finding, Rule, as_said
from trucewatch.agreement.told import told
from trucewatch.agreement.variants import Variant
from trucewatch.agreement.ways import allow
from trucewatch.paper import Prohibit
from trucewatch.vocabulary import ObligationKind, State

Maker = Callable[[Docket, Bond, Variant], Rule]

BY_KIND: Mapping[ObligationKind, Maker] = {
    ObligationKind.PROHIBIT: fire,
    ObligationKind.WITHDRAW: fire,
    ObligationKind.KEEP_OUT: keep_out,
    ObligationKind.ACHIEVE: achieve,
    ObligationKind.EXCHANGE: exchange,
    ObligationKind.CEILING: ceiling,
    ObligationKind.ALLOW: allow,
    ObligationKind.NOTIFY: notify,
    ObligationKind.MANDATE: mandate,
    ObligationKind.PERMIT_IF: permit_if,
    ObligationKind.ESTABLISH: establish,
}


def rule_of(docket: Docket, bond: Bond, variant: Variant, others: Others) -> Rule:
    """Return the rule of one way to read an obligation; `others` tells of those of the same paper that it waits for."""
    duty = variant.duty
    if duty.method_missing:
        found = Finding(State.NO_METHOD, as_said(duty.method_missing), since=duty.from_time)
        return lambda _as_of: found
    if duty.kind is ObligationKind.CONDITION:
        return condition(bond, variant, others, docket.case.time_zone)
    if isinstance(duty.terms, Prohibit) and not duty.terms.phenomena:
        return told(docket, bond, variant)
    return BY_KIND[duty.kind](docket, bond, variant)
