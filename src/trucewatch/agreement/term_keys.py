"""The keys that each of the twelve kinds of obligation has besides those that all have."""

from collections.abc import Mapping

from trucewatch.agreement.keys import DUE, EVENTS, ID, NAME, NAMES
from trucewatch.agreement.shapes import FLAG, MANY, TEXT, Key, Listed, Table, Tables, Word, counted, measured, of
from trucewatch.vocabulary import CountedBy, ObligationKind, Order, PersonCategory, Phenomenon, UnitKind, WeaponClass

BAND = Table(
    what="a band",
    keys={
        "distance_km": Key(shape=measured(), says="Weapons of this band stay this far from the line, in km."),
        "weapon_classes": Key(shape=Listed(item=of(WeaponClass)), says="Classes of weapon; none named: any."),
        "from_mm": Key(shape=measured(), says="Smallest calibre, in mm, itself included."),
        "to_mm": Key(shape=measured(), says="Largest calibre, in mm, itself included."),
        "models": Key(shape=NAMES, says="Weapons named by model; they count whatever their calibre."),
    },
    required=("distance_km",),
)
LIMIT = Table(
    what="a limit",
    keys={
        "item": Key(shape=NAME, says="What is counted, in the word of the records."),
        "at_most": Key(shape=counted(0, MANY), says="No more than this."),
        "at_least": Key(shape=counted(0, MANY), says="No fewer than this."),
        "by": Key(shape=DUE, says="By when; without it at all times."),
        "label": Key(shape=TEXT, says="What the paper calls it."),
    },
    required=("item",),
    some_of=(("at_most", "at_least"),),
)
LEAD = Table(
    what="a lead",
    keys={
        "hours": Key(shape=measured(), says="Hours before; 0: any time before, where the paper has no number."),
        "days": Key(shape=measured(), says="Days of 24 hours before."),
    },
    some_of=(("hours", "days"),),
    example="{ hours = 48 }",
)
_ZONE = Key(shape=NAME, says="The id of a zone in the case's places.")
_MONTHS = counted(0, 1200)  # a century
PHENOMENA = Key(shape=Listed(item=of(Phenomenon), least=1), says="What may not be perceived; not named: all fire.")
COMPLETES = Key(shape=EVENTS, says="The events that complete it, every one of which is needed; not named: done.")
LIMITS = Key(shape=Tables(table=LIMIT, least=1), says="What is limited.")
BASIS = Key(shape=of(CountedBy), says="Which count counts.")
APPLY = Key(
    shape=Word(known=("ceiling", "composition")), says="Whether limits bound a number or say exactly what it is."
)

OWN: Mapping[ObligationKind, Mapping[str, Key]] = {
    ObligationKind.PROHIBIT: {"phenomena": PHENOMENA, "zone": _ZONE},
    ObligationKind.WITHDRAW: {
        "bands": Key(shape=Tables(table=BAND, least=1), says="How far which weapons stay away."),
        "line": Key(shape=NAME, says="The id of the line in the case's places; not named: the line of contact."),
    },
    ObligationKind.KEEP_OUT: {
        "zone": Key(shape=NAME, says="The id of the zone to stay out of."),
        "within": Key(shape=Listed(item=NAME, least=1), says="Ids of the permitted areas to stay inside of."),
        "unit": Key(shape=of(UnitKind), says="Whose positions count."),
    },
    ObligationKind.ACHIEVE: {"completes_on": COMPLETES},
    ObligationKind.EXCHANGE: {
        "categories": Key(shape=Listed(item=of(PersonCategory)), says="Whom it is about; none named: all."),
        "all_for_all": Key(shape=FLAG, says="true (also where not said): everybody on either side's list."),
    },
    ObligationKind.CEILING: {
        "limits": LIMITS,
        "basis": BASIS,
        "limits_apply": APPLY,
        "cumulative": Key(shape=FLAG, says="true: each limit of an item adds to those before it in the file."),
    },
    ObligationKind.ALLOW: {"zone": _ZONE},
    ObligationKind.NOTIFY: {
        "lead": Key(shape=LEAD, says="How long before."),
    },
    ObligationKind.MANDATE: {
        "term_months": Key(shape=counted(1, 1200), says="The first term, in months from the beginning."),
        "renews_months": Key(shape=_MONTHS, says="Each further term, in months; 0: none."),
        "notice_months": Key(shape=_MONTHS, says="How long before its end notice prevents a further term, in months."),
    },
    ObligationKind.PERMIT_IF: {
        "exception_to": Key(shape=Listed(item=ID, least=1), says="The obligations that this is a defence to."),
        "conditions": Key(shape=EVENTS, says="Facts about the act, every one of which is needed."),
    },
    ObligationKind.ESTABLISH: {
        "opens_on": Key(shape=NAME, says="The event that opens it; not named: opened."),
        "closes_on": Key(shape=NAME, says="The event that closes it; not named: closed."),
    },
    ObligationKind.CONDITION: {
        "first": Key(shape=ID, says="The obligation that stands in this order to the other."),
        "then": Key(shape=ID, says="The other obligation."),
        "relation": Key(shape=of(Order), says="first is done before, in parallel with, or after then."),
    },
}
NEEDED: Mapping[ObligationKind, tuple[str, ...]] = {
    ObligationKind.WITHDRAW: ("bands",),
    ObligationKind.KEEP_OUT: ("unit",),
    ObligationKind.CEILING: ("act", "limits"),
    ObligationKind.NOTIFY: ("act", "lead"),
    ObligationKind.MANDATE: ("act", "term_months"),
    ObligationKind.PERMIT_IF: ("act", "exception_to", "conditions"),
    ObligationKind.CONDITION: ("first", "then", "relation"),
    **dict.fromkeys(
        (ObligationKind.ACHIEVE, ObligationKind.EXCHANGE, ObligationKind.ALLOW, ObligationKind.ESTABLISH), ("act",)
    ),
}
ONE_OF: Mapping[ObligationKind, tuple[tuple[str, ...], ...]] = {ObligationKind.KEEP_OUT: (("zone", "within"),)}
