"""Who may say what at a place in a log: its charter, as the acts of two guarantors before that place have changed it.

What enters a log is held to it before it is signed: a log that holds an act that does not hold, or an entry of somebody
who is not enrolled, or what nobody of the staff has approved, is refused by every checker from then on. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from trucewatch.ledger.charter import Charter, read_charter
from trucewatch.ledger.encoding import canonical
from trucewatch.ledger.staff import Member, members, public_keys
from trucewatch.ledger.submission import Read, sealed_in
from trucewatch.ledger.verify import (
    MOST_INTEGER,
    MOST_SIGNATURES,
    Policy,
    apply_act,
    appoint,
    check_approved,
    is_of_staff,
    parse_charter,
    parse_policy,
    parse_vkey,
)

OWN = frozenset({"charter", "beat"})  # types of entries that only the book itself writes, and nobody hands in
MOST_WITNESSES = MOST_SIGNATURES - 1  # of a policy: a checkpoint has a line for each, and its own

Shown = tuple[Mapping[str, Any], frozenset[str], frozenset[str]]  # an entry's object, fields shown, files named
Look = Callable[[int], Mapping[str, Any]]  # the object of the entry of that index; LookupError where there is none yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an act has destroyed of the entry of that index: committed fields, and files by their SHA-256."""

    entry: int
    fields: frozenset[str]
    blobs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What holds at a place in a log: `charter` with the policy and the authors as they are there.

    `entries` are the charter's entry and those of acts, `policies` all that there have been, the newest last; `staff`
    are those appointed, by their ids, also those who were dismissed.
    """

    charter: Charter
    entries: tuple[Mapping[str, Any], ...]
    policies: tuple[Policy, ...]
    staff: Mapping[str, Member] = field(default_factory=dict)
    erasures: tuple[Erasure, ...] = ()

    @property
    def erased(self) -> frozenset[str]:
        """The SHA-256 of every file that was erased, hexadecimal."""
        return frozenset(digest for erasure in self.erasures for digest in erasure.blobs)

    @property
    def rp_id(self) -> str:
        """The domain of the page on which guarantors and staff approve; empty where nobody does."""
        return str(self.entries[0].get("rp_id", ""))

    @property
    def access(self) -> str:
        """The SHA-256, hexadecimal, of the access policy in force; empty before the first act on it."""
        acts = (entry["act"] for entry in reversed(self.entries[1:]))
        return next((str(act["policy"]) for act in acts if act["kind"] == "access"), "")

    def after(self, entry: Mapping[str, Any]) -> "Law":
        """Return what holds after an act that was checked; any other entry changes nothing."""
        if entry["type"] != "act":
            return self
        law = replace(self, entries=(*self.entries, entry))
        act = entry["act"]
        if act["kind"] == "enrol":
            authors = self.charter.authors | {parse_vkey(vkey) for vkey in act["authors"]}
            return replace(law, charter=replace(self.charter, authors=authors))
        if act["kind"] == "policy":
            policy = parse_policy(act["policy"].encode())
            charter = replace(self.charter, policy=policy, text=act["policy"].encode())
            return replace(law, charter=charter, policies=(*self.policies, policy))
        if act["kind"] == "erase":
            erasure = Erasure(entry=act["entry"], fields=frozenset(act["fields"]), blobs=tuple(act["blobs"]))
            return replace(law, erasures=(*self.erasures, erasure))
        if act["kind"] == "appoint":
            return replace(law, staff={**self.staff, **members(act["staff"])})
        return law


def begun(charter: Mapping[str, Any]) -> Law:
    """Return what holds after the first entry of a log; ValueError where it is no charter."""
    read = read_charter(charter)
    return Law(charter=read, entries=(charter,), policies=(read.policy,), staff=members(charter.get("staff", [])))


def check(law: Law, read: Read, look: Look, *, own: bool) -> None:
    """Raise ValueError unless this may be the next entry of a log; `own` says that the centre itself hands it in."""
    kind = read.fields["type"]
    if kind in OWN:
        raise ValueError(f"an entry of the type {kind!a} is only the log's own to write")
    if is_of_staff(read.fields):
        _check_approved(law, read.fields)
    elif not read.authors and not own:
        raise ValueError("nobody signed this entry; unsigned, only the centre itself speaks in its log")
    for author in read.authors:
        if author not in law.charter.authors:
            raise ValueError(f"the entry's author is not enrolled in this log: {author}")
    if gone := law.erased.intersection(read.blobs):
        raise ValueError(f"the entry names a file that was erased by an act: {min(gone)}")
    if kind == "act":
        _check_act(law, read.fields, look)


def check_possible(law: Law, act: Mapping[str, Any], look: Callable[[int], Shown]) -> None:
    """Raise ValueError where an act, which nobody need have approved yet, names what is not there or could not hold."""
    if any(entry["act"] == act for entry in law.entries[1:]):
        raise ValueError("this act stands in the log already")
    if act["kind"] == "appoint":
        rules = parse_charter(dict(law.entries[0]), law.charter.origin)
        for each in law.entries[1:]:
            apply_act(rules, MOST_INTEGER, dict(each), lambda index: dict(look(index)[0]))
        appoint(rules, act["staff"])
    if act["kind"] == "policy":
        check_policy(law, act["policy"])
    if "entry" in act:
        named, fields, blobs = look(act["entry"])
        if act["kind"] == "unseal":
            blobs = frozenset(sealed_in(named))
        if strange := [*(set(act.get("fields", ())) - fields), *(set(act.get("blobs", ())) - blobs)]:
            what = "has nothing sealed" if act["kind"] == "unseal" else "shows nothing"
            raise ValueError(f"entry {act['entry']} {what} that is called {min(strange)!a}")


def check_policy(law: Law, text: str) -> None:
    """Raise ValueError for a text of the log's own policy that could not be put in force, or that is."""
    policy = parse_policy(text.encode())
    if policy.log != law.charter.policy.log:
        raise ValueError("the policy is for another log, or for another key of this one")
    if len(policy.witnesses) > MOST_WITNESSES:
        raise ValueError(_TOO_MANY)
    if text.encode() == law.charter.text:
        raise ValueError("this policy is in force already; change its text")


_TOO_MANY = f"the policy has more witnesses than a checkpoint has lines for, {MOST_WITNESSES}"


def _check_act(law: Law, entry: Mapping[str, Any], look: Look) -> None:
    """Raise ValueError unless both readings of the rules take the act: the library's, and the outsider's program."""
    from trucewatch.ledger.acts import appointed, check_approved, read_act  # its library takes half a second to load

    act, approvals = read_act(canonical(dict(entry)))
    check_approved(act, approvals, appointed(law.entries))
    rules = parse_charter(dict(law.entries[0]), law.charter.origin)
    try:
        for each in (*law.entries[1:], entry):
            apply_act(rules, MOST_INTEGER, dict(each), lambda index: dict(look(index)))
    except LookupError:
        raise ValueError(f"there is no entry {act['entry']} under a checkpoint yet: an act names one") from None
    if len(parse_policy(rules.policy.encode()).witnesses) > MOST_WITNESSES:
        raise ValueError(_TOO_MANY)


def _check_approved(law: Law, entry: Mapping[str, Any]) -> None:
    """Raise ValueError unless both readings of the rules find that one of the staff in force has approved this.

    That it was not said before is asked of the database (`Intake`): an approved entry is known by what it says.
    """
    from trucewatch.ledger.statements import check_approved as check_with_library  # it takes half a second to load

    check_with_library(entry, law.staff, law.charter.origin, law.rp_id)
    check_approved(dict(entry), public_keys(law.staff), law.charter.origin, law.rp_id)


def folded(law: Law, acts: Sequence[Mapping[str, Any]]) -> Law:
    """Return what holds after acts that were checked, in their order."""
    for act in acts:
        law = law.after(act)
    return law
