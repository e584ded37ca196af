"""Plain words are of the obligation and of nothing else: what is changed in it changes them, whoever it binds."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from papers import BUNDLED, UNHURRIED, bundled, parsed

from trucewatch.agreement.plain import Plain, every_word, is_proved, plain, speaker
from trucewatch.agreement.plain.speaker import Speaker
from trucewatch.agreement.plain.times import zone_words
from trucewatch.agreement.text import parse_agreement
from trucewatch.intake.case import parse_case
from trucewatch.model import Party
from trucewatch.paper import (
    Achieve,
    Agreement,
    Allow,
    Amendment,
    Anchor,
    AnchorReading,
    Band,
    Ceiling,
    Change,
    Condition,
    Deadline,
    Ended,
    Establish,
    Exchange,
    KeepOut,
    Limit,
    Mandate,
    Notify,
    Obligation,
    Pause,
    PermitIf,
    Practice,
    Prohibit,
    Reading,
    Withdraw,
)
from trucewatch.vocabulary import (
    AmendmentForm,
    CountedBy,
    DayRule,
    ObligationKind,
    Order,
    PersonCategory,
    Phenomenon,
    Proof,
    UnitKind,
    WeaponClass,
)

OTHERS = (AnchorReading(by=("a",), day=date(2030, 6, 4)), AnchorReading(by=("b",), day=date(2030, 6, 5)))
ANCHORS = (
    Anchor(id="signing", words="the day of signing", day=date(2030, 6, 3), readings=OTHERS),
    Anchor(id="entry", words="the day of entry", act="enter:town", event="entered", readings=OTHERS),
)
BY = Speaker(
    tz="Europe/Kyiv",
    in_force=datetime(2030, 6, 3, 21, tzinfo=UTC),
    names={"a": "Northern side", "b": "Southern side"},
    places={"z1": "the valley"},
    anchors={anchor.id: anchor for anchor in ANCHORS},
    spelt={},
)


def words(duty: Obligation, by: Speaker = BY) -> list[tuple[str, str]]:
    return [(said.what, said.words) for said in every_word(plain(duty, by))]


# --- obligations of every kind, of small ranges, so that two often differ in one thing alone ----------

WORDS = ["shown", "entered", "left", "all given up"]
EVENTS = [("done",), ("shown",), ("entered",), ("entered", "left"), ("left", "entered")]
IDS = [(), ("1.a",), ("2.b",), ("1.a", "2.b")]
WHO = [("all",), ("a",), ("b",), ("a", "b"), ("monitor",)]
PLACES = ["z1", "z2"]
WHEN = [datetime(2030, 6, 3, 21, tzinfo=UTC) + timedelta(seconds=n) for n in (0, 1, 60, 7200, 86400)]
NAMED = ["signing", "entry"]
DUE = [
    *(Deadline(at=at) for at in WHEN),
    *(Deadline(day=day, rule=rule) for day in (date(2030, 6, 3), date(2030, 6, 4)) for rule in DayRule),
    *(Deadline(after=name, days=days, rule=rule) for name in NAMED for days in (0, 1, 2) for rule in DayRule),
    *(Deadline(after=name, hours=hours) for name in NAMED for hours in (1.0, 1.5, 48.0)),
]
MM = [None, 82.0, 100.0, 100.5]
FLAG = [False, True]
TEXTS = ["", "so they say", "a page, 3 June 2030"]
FORMS = list(AmendmentForm)


def some(known: Iterable[Any], least: int = 0) -> list[tuple[Any, ...]]:
    """None where that may be, each alone, and the first two in either order."""
    words = list(known)
    alone = [(each,) for each in words]
    return [*([] if least else [()]), *alone, tuple(words[:2]), tuple(words[1::-1])]


VALUES: dict[type, dict[str, list[Any]]] = {
    Band: {"distance_km": [0.0, 2.0, 2.5], "weapon_classes": some(WeaponClass), "from_mm": MM, "to_mm": MM, "models": some(["Tochka", "Smerch"])},
    Limit: {"item": WORDS[:2], "at_most": [None, 0, 1960], "at_least": [None, 0, 1960], "by": [None, *DUE], "label": TEXTS},
    Prohibit: {"phenomena": some(Phenomenon), "zone": [None, *PLACES]},
    KeepOut: {"unit": list(UnitKind), "zone": PLACES},
    Achieve: {"completes_on": EVENTS},
    Exchange: {"categories": some(PersonCategory), "all_for_all": FLAG},
    Allow: {"zone": [None, *PLACES]},
    Notify: {"lead": [timedelta(hours=n) for n in (0, 1, 1.5, 48)]},
    Mandate: {"term_months": [1, 12, 60], "renews_months": [0, 3, 60], "notice_months": [0, 1, 6]},
    PermitIf: {"exception_to": IDS[1:], "conditions": EVENTS},
    Establish: {"opens_on": WORDS, "closes_on": WORDS},
    Condition: {"first": ["1.a", "2.b"], "then": ["1.a", "2.b"], "relation": list(Order)},
    Pause: {"start": WHEN, "until": [None, *WHEN], "form": FORMS, "source": TEXTS, "accepted_by": [(), *WHO]},
    Ended: {"on": WHEN, "form": FORMS, "source": TEXTS, "accepted_by": [(), *WHO]},
    Practice: {"text": ["They met.", "They did not meet."], "source": TEXTS},
}  # fmt: skip
LIMITS = [
    (Limit(item="men", at_most=5),),
    (Limit(item="men", at_least=5),),
    (Limit(item="men", at_most=5), Limit(item="arms", at_least=5)),
]
BANDS = [(Band(distance_km=2),), (Band(distance_km=5),), (Band(distance_km=2), Band(distance_km=5))]
VALUES[Withdraw] = {"bands": BANDS, "line": ["", "z1"]}
VALUES[Ceiling] = {"limits": LIMITS, "basis": list(CountedBy), "is_composition": FLAG}
KINDS = {Prohibit: ObligationKind.PROHIBIT, Withdraw: ObligationKind.WITHDRAW, KeepOut: ObligationKind.KEEP_OUT, Achieve: ObligationKind.ACHIEVE, Exchange: ObligationKind.EXCHANGE, Ceiling: ObligationKind.CEILING, Allow: ObligationKind.ALLOW, Notify: ObligationKind.NOTIFY, Mandate: ObligationKind.MANDATE, PermitIf: ObligationKind.PERMIT_IF, Establish: ObligationKind.ESTABLISH, Condition: ObligationKind.CONDITION}  # fmt: skip
PAUSES = [(), (Pause(start=WHEN[0], until=None, form=FORMS[0]),), (Pause(start=WHEN[0], until=WHEN[3], form=FORMS[0]),)]
VALUES[Obligation] = {
    "bearers": WHO,
    "from_time": WHEN,
    "act": ["transfer:town", "transfer:hill", "leave"],
    "toward": [(), *WHO[1:]],
    "until_time": [None, *WHEN],
    "deadline": [None, *DUE],
    "verify": some(Proof, 1),
    "requires": IDS,
    "overrides": IDS,
    "exclusive": FLAG,
    "practices": [(), (Practice(text="They met."),), (Practice(text="They met."), Practice(text="They parted."))],
    "pauses": PAUSES,
    "ended": [None, Ended(on=WHEN[0], form=FORMS[0]), Ended(on=WHEN[1], form=FORMS[0])],
    "doubts": some(["Whether?", "Where?"]),
    "source": TEXTS,
    "note": TEXTS,
    "method_missing": TEXTS,
}
MADE = {kind: {name: st.sampled_from(values) for name, values in known.items()} for kind, known in VALUES.items()}
FIRST = {kind: {name: values[-1] for name, values in known.items()} for kind, known in VALUES.items()}


def make(kind: type) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(MADE[kind]).map(lambda given: kind(**given))


DUTIES = st.one_of(
    [
        st.fixed_dictionaries({**MADE[Obligation], "terms": make(terms), "kind": st.just(kind), "id": st.just("1.a")})
        for terms, kind in KINDS.items()
    ]
).map(lambda given: Obligation(**given))


def duty_of(terms: Any, **settings: Any) -> Obligation:
    given = {**FIRST[Obligation], "method_missing": "", "doubts": (), **settings}
    return Obligation(id="1.a", kind=KINDS[type(terms)], terms=terms, **given)


def holding(thing: Any) -> Obligation:
    """An obligation that has this thing, and all else alike."""
    fitting = {Band: lambda: {"terms": Withdraw(bands=(thing,))}, Limit: lambda: {"terms": Ceiling(limits=(thing,))}}
    lists = {
        Pause: lambda: {"pauses": (thing,)},
        Ended: lambda: {"ended": thing},
        Practice: lambda: {"practices": (thing,)},
    }
    given = {**fitting, **lists}.get(type(thing), lambda: {"terms": thing})()
    return duty_of(given.pop("terms", Allow()), **given)


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind is not Obligation], ids=lambda kind: kind.__name__)
def test_no_two_of_a_kind_that_differ_in_any_setting_have_the_same_words(kind):
    known = VALUES[kind]
    things = [kind(**dict(zip(known, values, strict=True))) for values in product(*known.values())]
    things = [each for each in things if not isinstance(each, Limit) or (each.at_most, each.at_least) != (None, None)]
    assert len(things) == len({tuple(words(holding(each))) for each in things})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("setting", VALUES[Obligation])
def test_every_value_of_every_setting_of_an_obligation_has_words_of_its_own(kind, setting):
    terms = kind(**FIRST[kind])
    duties = [duty_of(terms, **{setting: value}) for value in VALUES[Obligation][setting]]
    told = {tuple(words(duty)) for duty in duties}
    # whose word shows it is no setting of what is judged by other means
    assert len(told) == (1 if setting == "verify" and not is_proved(duties[0]) else len(duties))


def otherwise(thing: Any, data: st.DataObject) -> Any:
    """The same thing with one setting of it, or of what it holds, drawn anew."""
    known = {
        **MADE.get(type(thing), {}),
        **({"terms": make(type(thing.terms))} if isinstance(thing, Obligation) else {}),
    }
    name = data.draw(st.sampled_from(sorted(known)), label="setting")
    value = getattr(thing, name)
    holds = value[0] if isinstance(value, tuple) and value and type(value[0]) in MADE else value
    if type(holds) in MADE and data.draw(st.booleans(), label="inside"):
        inside = otherwise(holds, data)
        return replace(thing, **{name: (inside, *value[1:]) if isinstance(value, tuple) else inside})
    return replace(thing, **{name: data.draw(known[name], label=name)})


@UNHURRIED
@given(DUTIES, st.data())
def test_every_setting_of_an_obligation_changes_the_words(duty, data):
    other = otherwise(duty, data)
    assume(other != duty)
    # whose word shows it is no setting of what is judged by other means, or by nobody
    assume(other.verify == duty.verify or (is_proved(duty) and not duty.method_missing))
    assume(not isinstance(other.terms, Prohibit) or other.terms.phenomena or other.act)
    assert words(duty) != words(other)


def test_no_setting_of_the_nouns_is_left_out_of_the_property_above():
    told = {"id", "kind", "terms", "review", "readings", "amendments"}  # the last two: below; a review is of the words
    for kind, known in VALUES.items():
        assert {f.name for f in fields(kind)} - (told if kind is Obligation else {"within"}) == set(known), kind


# --- readings and amendments ----------------------------------------------------------------------

BASE = Obligation(
    id="1.a", kind=ObligationKind.ACHIEVE, bearers=("a",), from_time=datetime(2030, 6, 3, tzinfo=UTC), terms=Achieve(),
    act="transfer:town", deadline=Deadline(after="signing", days=3),
)  # fmt: skip
ANY = {"deadline": DUE, "deadline_rule": list(DayRule), "from_time": WHEN, "until_time": WHEN, "exclusive": FLAG, "anchor": [0, 1, 2]}  # fmt: skip
CHANGES = {
    Achieve(): {"completes_on": EVENTS},
    Prohibit(phenomena=(Phenomenon.SHOT,)): {"phenomena": some(Phenomenon, 1)},
    Withdraw(bands=(Band(distance_km=25), Band(distance_km=35))): {"distances_km": [(25.0, 35.0), (25.0, 70.0)]},
    Ceiling(limits=(Limit(item="men", at_most=6),)): {"limits": LIMITS, "basis": list(CountedBy), "is_composition": FLAG},
}  # fmt: skip


@pytest.mark.parametrize("terms", CHANGES, ids=lambda terms: type(terms).__name__)
def test_every_value_of_every_setting_of_a_reading_or_an_amendment_has_words_of_its_own(terms):
    duty = replace(BASE, terms=terms)
    for name, values in {**ANY, **CHANGES[terms]}.items():
        changes = [Change(), *(Change(**{name: value}) for value in values)]
        read = {tuple(words(replace(duty, readings=(Reading(by=("a",), change=each),)))) for each in changes}
        assert len(read) == len(changes), name
        amended = {tuple(words(replace(duty, amendments=(replace(AMENDED, change=each),)))) for each in changes}
        assert len(amended) == len(changes), name


def test_every_setting_that_a_change_may_have_is_in_the_property_above():
    known = {name for terms in CHANGES.values() for name in terms} | set(ANY)
    assert {field.name for field in fields(Change)} == known


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Reading(by=("a",)), Reading(by=("b",))),
        (Reading(by=("a",)), Reading(by=("a",), inferred=True)),
        (Reading(by=("a",)), Reading(by=("a",), source="a page")),
        (Reading(by=("a",)), Reading(by=("a",), note="as far as known")),
    ],
)
def test_whose_reading_it_is_and_whether_they_argued_it_is_said(one, other):
    assert words(replace(BASE, readings=(one,))) != words(replace(BASE, readings=(other,)))


AMENDED = Amendment(on=BASE.from_time, form=AmendmentForm.ORAL, accepted_by=("a",))


@pytest.mark.parametrize(
    "change",
    [{"on": BASE.from_time + timedelta(hours=1)}, {"form": AmendmentForm.LETTER}, {"accepted_by": ()}, {"accepted_by": ("all",)}, {"source": "s"}, {"note": "n"}],
)  # fmt: skip
def test_when_how_and_by_whom_an_amendment_was_accepted_is_said(change):
    assert words(replace(BASE, amendments=(AMENDED,))) != words(replace(BASE, amendments=(replace(AMENDED, **change),)))


# --- fair words -----------------------------------------------------------------------------------


def exchanged(thing: Any) -> Any:
    """The same thing with the two parties in each other's place."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{f.name: exchanged(getattr(thing, f.name)) for f in fields(thing)})
    if isinstance(thing, tuple):
        return tuple(exchanged(each) for each in thing)
    return {"a": "b", "b": "a"}.get(thing, thing) if isinstance(thing, str) else thing


@UNHURRIED
@given(DUTIES)
def test_the_words_of_a_duty_are_the_same_whichever_party_it_binds(duty):
    swapped = replace(BY, names={"a": BY.names["b"], "b": BY.names["a"]})
    assert words(exchanged(duty), swapped) == words(duty)


def of(paper: Agreement, duty_id: str, parties: tuple[Party, ...] = ()) -> Plain:
    by = speaker(paper, parties)
    return next(plain(duty, by) for clause in paper.clauses for duty in clause.obligations if duty.id == duty_id)


def karabakh() -> tuple[Agreement, tuple[Party, ...]]:
    paper = bundled("karabakh", "nk-2020-11-10.md")
    return paper, parse_case((BUNDLED / "karabakh" / "case.toml").read_bytes(), "karabakh").parties


def test_the_hand_over_of_agdam_can_be_compared_with_the_paper():
    told = of(karabakh()[0], "2.a", karabakh()[1])
    assert told.sentences == (
        "Armenia must transfer: Agdam. Due by the end of 20 November 2020 (Moscow time; 21:00 UTC). Counted as done when "
        "“armed forces exit” and “entry of other side” have happened. Shown when those whom it is owed to "
        "confirm it or two independent sources say so."
    )
    first, second = (reading.text for reading in told.readings)
    assert first == (
        "As read by Armenia (from the wording; not argued by them): Due by the end of 20 November 2020 (Moscow time; "
        "21:00 UTC). Source: am-pm-en: by."
    )
    assert second == (
        "As read by Azerbaijan (from the wording; not argued by them): Due before the beginning of 20 November 2020 "
        "(Moscow time; 21:00 UTC on 19 November 2020). Source: az-mfa-en: before."
    )


def test_an_amendment_says_when_how_what_and_who_accepted_it():
    (change,) = of(karabakh()[0], "6.a", karabakh()[1]).changes
    assert change.text.startswith(
        "Amended on 15 November 2020 by announcement: Due by the end of 25 November 2020 (Moscow time; 21:00 UTC). "
        "Accepted by Armenia and Azerbaijan. Source: "
    )


def test_the_names_of_both_sides_are_spelt_as_the_paper_spells_them():
    first, second = (of(*karabakh()[:1], name).sentences for name in ("1.b", "1.c"))
    assert "leave positions (Armenian forces)" in first
    assert "leave positions (Azerbaijani forces)" in second


def test_days_after_an_anchor_say_which_day_that_is_and_from_which_others_count():
    paper = parse_agreement((BUNDLED / "donbas" / "agreements" / "minsk-2015-02-12.md").read_bytes(), "minsk.md")
    assert (
        "Due by the end of day 14, day 0 being the first day of the ceasefire (15 February 2015; others count from 14 "
        "February 2015 or 16 February 2015); that is by the end of 1 March 2015 (Kyiv time; 22:00 UTC)."
    ) in of(paper, "2.d").sentences


def test_a_duty_that_nobody_can_verify_says_so():
    paper = parsed('id = "1"\nkind = "allow"\nbearer = "all"\nact = "x"\nnot_verifiable = "secret by nature"')
    assert ("not verifiable", "Nobody can verify this: secret by nature") in [
        (said.what, said.words) for said in of(paper, "1").settings
    ]


@pytest.mark.parametrize(
    ("tz", "called"),
    [("Europe/Kyiv", "Kyiv time"), ("UTC", "UTC"), ("Etc/UTC", "UTC"), ("Etc/GMT-4", "UTC+04:00"), ("America/New_York", "New York time")],
)  # fmt: skip
def test_a_time_zone_is_called_as_people_call_it(tz, called):
    assert zone_words(tz) == called
