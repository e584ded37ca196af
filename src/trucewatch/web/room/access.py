"""Who may see and do what: the Cedar policy of the room, asked about one thing, many things, or as a WHERE.

The text of the policy is `data/policy/room.cedar`, or what two guarantors put in force since (an act of kind `access`).
What no rule permits is refused, and so is what cannot be decided: an action, a role or a thing that is not of the kind
the rules speak of, a rule that fails.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files as package_files
from typing import Any

import cedarpy
from cedarpy import pst
from sqlalchemy import ColumnElement, FromClause, false, table

from trucewatch.db.tables import thing_columns, words_of
from trucewatch.ledger.verify import ROLES as STAFF_ROLES
from trucewatch.web.room.where import Known, PolicyError, Value, where

ACTIONS = (
    *("read", "submit", "determine", "publish", "reply", "message", "receive", "call", "meet", "shift"),
    *("open_case", "task", "hear", "find", "remedy", "correct", "administer"),
)
PUBLIC = "public"
ROLES = (*STAFF_ROLES, PUBLIC)
SPEAK_FOR = frozenset({"reviewer", "liaison"})  # a guarantor, a side
INSIDE = "\x01inside"  # the side of what is the centre's own work; nobody can be called so (PostgreSQL has no "\x00")
SEALED = 3
AUDITED = 2  # from this class of protection on every reading is an entry
# which action it is to say a statement of that kind
SAYING: Mapping[str, str] = {
    "determination": "determine",
    "reply": "reply",
    "finding": "publish",
    "release": "publish",
    "message": "message",
    "receipt": "receive",
    "call": "call",
    "meeting": "meet",
    "measure": "meet",
    "measure_done": "meet",
    "shift": "shift",
    "case": "open_case",
    "task": "task",
    "task_done": "task",
    "evidence": "hear",
    "heard": "hear",
    "case_finding": "find",
    "remedy": "remedy",
    "remedied": "remedy",
    "correction": "correct",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks: a member of staff, or the public (id "", role "public").

    `of` is a reviewer's guarantor and a liaison's side, "" for all others. `zones` are where a monitor may look: ids of
    areas of the case, given by two guarantors when they appoint.
    """

    id: str
    role: str
    of: str = ""
    zones: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.role not in ROLES or (self.role == PUBLIC) != (self.id == ""):
            raise ValueError("a person has a role of the room, and an id unless it is the public")
        if (self.role in SPEAK_FOR) != (self.of != ""):
            raise ValueError("a reviewer speaks for a guarantor, a liaison for a side, nobody else for anybody")
        if INSIDE in (self.id, self.of):
            raise ValueError("nobody speaks for the centre's own work as for a side")
        if "" in self.zones:
            raise ValueError("a zone has a name: what lies in none is in nobody's zone")


ANYBODY = Person(id="", role=PUBLIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What it is about: something to be seen, or a statement to be made.

    `kind` is the type of its entry, of a statement its kind (SAYING). `side`, `guarantor`, `owner` are "" for none;
    side "" is also both. `zones` are those in which it may lie. `protection` is its class, 0 (public) to 3 (sealed);
    nobody of the public sees it before `embargo`, None where nothing holds it back. Both are asked for each time:
    forgetting them must not publish.
    """

    kind: str
    id: str
    protection: int
    embargo: datetime | None
    side: str = ""
    guarantor: str = ""
    zones: frozenset[str] = frozenset()
    owner: str = ""

    def __post_init__(self) -> None:
        if type(self.protection) is not int or not 0 <= self.protection <= SEALED:
            raise ValueError("a class of protection is 0, 1, 2 or 3")
        if self.embargo is not None and self.embargo.tzinfo is None:
            raise ValueError("the end of an embargo needs its offset from UTC")
        if "" in self.zones:
            raise ValueError("a zone has a name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to the policy; `now` is the centre's clock."""

    person: Person
    action: str
    thing: Thing
    now: datetime
    on_shift: bool


def row(thing: Thing) -> dict[str, str | int]:
    """Return a thing as the columns of `db.tables.thing_columns`; of an embargo no part of a millisecond is lost."""
    return {**_plain(thing), "zones": words_of(thing.zones)}


def _plain(thing: Thing) -> dict[str, str | int]:
    texts = ("kind", "id", "side", "guarantor", "owner")
    held_ms = 0 if thing.embargo is None else -((_EPOCH - thing.embargo) // _MS)
    return {name: getattr(thing, name) for name in texts} | {"protection": thing.protection, "embargo": held_ms}


def reading(person: Person, thing: Thing) -> dict[str, Any] | None:
    """Return the entry that the centre writes before it shows protected evidence; None where none is due."""
    what = f"{thing.kind}:{thing.id}"
    return {"type": "read", "v": "1", "who": person.id, "what": what} if thing.protection >= AUDITED else None


def packaged_policy() -> str:
    """Return the policy that holds where no act has put another in force."""
    return _packaged("room.cedar")


def _packaged(name: str) -> str:
    return (package_files("trucewatch") / "data" / "policy" / name).read_text(encoding="utf-8")


class Access:
    """A policy in force, read once. Raises PolicyError for a text that is not one, or that nobody could rely on."""

    def __init__(self, text: str) -> None:
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self._policies, self._templates = _read(text)
        self.rules = {policy.annotations["id"]: policy.annotations["rule"] for policy in self._templates}
        for action in ACTIONS:  # every rule has its second reading and names nobody, or the policy is no policy
            self.where(ANYBODY, action, table("things", *thing_columns()), _EPOCH, on_shift=False)

    def may(self, person: Person, action: str, thing: Thing, now: datetime, *, on_shift: bool) -> bool:
        """Tell whether a person may do this now; `on_shift`, whether the person has a shift under way."""
        return self.decide([Asked(person=person, action=action, thing=thing, now=now, on_shift=on_shift)])[0]

    def decide(self, questions: Sequence[Asked]) -> list[bool]:
        """Answer many questions at once, in their order: each as `may` would."""
        answers = zip(questions, self._ask(questions), strict=True)
        return [asked.action in ACTIONS and _is_yes(answer) for asked, answer in answers]

    def refused(self, person: Person, action: str, thing: Thing, now: datetime, *, on_shift: bool) -> str:
        """Return why a person may not do this, in the words of the policy; "" where it is allowed.

        It names rules, nothing of the thing: whoever may not see it does not learn from here what it is.
        """
        asked = Asked(person=person, action=action, thing=thing, now=now, on_shift=on_shift)
        if self.decide([asked])[0]:
            return ""
        answer = self._ask([asked])[0]
        named = answer.diagnostics.id_annotations_by_reason.values()
        reasons = [self.rules[name] for name in named if not answer.allowed]  # then they are what forbids
        return " ".join(sorted(reasons)) or self._who_may(action)

    def where(
        self, person: Person, action: str, things: FromClause, now: datetime, *, on_shift: bool
    ) -> ColumnElement[bool]:
        """Return the condition on rows (`db.tables.thing_columns`) of which `may` would say yes."""
        if action not in ACTIONS:
            return false()
        known = Known(action=action, principal=_attributes(person), context=_context(now, on_shift=on_shift))
        return where(self._templates, known, things)

    def _ask(self, questions: Sequence[Asked]) -> list[cedarpy.AuthzResult]:
        people = {asked.person: str(number) for number, asked in enumerate(questions)}
        things = {asked.thing: str(number) for number, asked in enumerate(questions)}
        entities = [_entity("Person", number, _json(_attributes(person))) for person, number in people.items()]
        entities += [_entity("Thing", number, _thing(thing)) for thing, number in things.items()]
        try:
            known = cedarpy.Entities.from_json_str(json.dumps(entities))
        except ValueError:  # half a character, say: what Cedar cannot read it permits to nobody
            return [cedarpy.AuthzResult({"decision": "Deny"}) for _ in questions]
        requests = [
            {
                "principal": {"type": "Person", "id": people[asked.person]},
                "action": {"type": "Action", "id": asked.action},
                "resource": {"type": "Thing", "id": things[asked.thing]},
                "context": _context(asked.now, on_shift=asked.on_shift),
            }
            for asked in questions
        ]
        return cedarpy.is_authorized_batch(requests, self._policies, known)

    def _who_may(self, action: str) -> str:
        named = pst.EntityUid(pst.EntityType("Action"), action)
        permits = [rule for rule in self._templates if rule.effect == "permit" and named in pst.entity_uids(rule)]
        words = " ".join(rule.annotations["rule"] for rule in permits)
        return f"The policy allows this otherwise: {words}" if words else "No rule of the policy allows this."


def _is_yes(answer: cedarpy.AuthzResult) -> bool:
    """Tell whether Cedar permits, and no rule failed: one that forbids and fails would be passed over."""
    return answer.allowed and not answer.diagnostics.errors


# --- what Cedar is told -----------------------------------------------------------------------------


def _attributes(person: Person) -> dict[str, Value]:
    return {"id": person.id, "role": person.role, "of": person.of, "zones": person.zones}


def _json(attributes: Mapping[str, Value]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in attributes.items()}


def _thing(thing: Thing) -> dict[str, Any]:
    attributes: dict[str, Any] = {**_plain(thing), "zones": sorted(thing.zones)}
    del attributes["id"]
    return attributes


def _context(now: datetime, *, on_shift: bool) -> dict[str, Value]:
    return {"now": (now - _EPOCH) // _MS, "on_shift": on_shift}


def _entity(kind: str, name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": []}


# --- the text ---------------------------------------------------------------------------------------


def _read(text: str) -> tuple[cedarpy.PolicySet, tuple[pst.Template, ...]]:
    """Return a policy for Cedar and as trees; raise PolicyError unless it speaks of what the schema knows."""
    try:
        policies = cedarpy.PolicySet.from_str(text)
        checked = cedarpy.validate_policies(text, cedarpy.Schema.from_str(_packaged("room.cedarschema")))
        found = policies.to_pst()
    except ValueError as error:
        raise PolicyError(f"this is not a policy in Cedar: {error}") from None
    if not checked.validation_passed:
        raise PolicyError(f"the policy speaks of what there is not: {'; '.join(map(str, checked.errors))}")
    if found.templates or found.template_links:
        raise PolicyError("a policy has no blanks to be filled in")
    rules = tuple(found.static_policies.values())
    _check_words(rules)
    return policies, rules


def _check_words(rules: Iterable[pst.Template]) -> None:
    """Raise PolicyError unless each rule has a name of its own and says in words what it means."""
    annotations = [rule.annotations for rule in rules]
    names = [one.get("id", "") for one in annotations]
    if not all(names) or len(set(names)) != len(names) or not all(one.get("rule") for one in annotations):
        raise PolicyError("each rule of a policy needs an @id of its own, and @rule with its meaning in words")
