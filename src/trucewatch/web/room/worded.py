"""What an act of two guarantors does, in sentences, for whoever is to approve it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from trucewatch.ledger.law import Law
from trucewatch.ledger.staff import Member
from trucewatch.ledger.submission import sealed_in
from trucewatch.ledger.verify import Policy, VerifierKey, parse_policy
from trucewatch.web.room.areas import area_words
from trucewatch.web.room.enrolling import check_words, line_of
from trucewatch.web.room.visit import Visit
from trucewatch.web.room.writing import About

Act = Mapping[str, Any]


def act_words(visit: Visit, act: Act, law: Law, about: About | None) -> list[str]:
    """Return what an act does, each thing in a sentence.

    `law` is what holds now, `about` the entry that the act is about, None where it is about none.
    """
    found: Iterator[str]
    match act["kind"]:
        case "appoint":
            found = (_appointed(visit, one, law.staff.get(one["id"])) for one in act["staff"])
        case "enrol":
            found = _enrolled(visit, act)
        case "policy":
            found = _policy(parse_policy(act["policy"].encode()), law.charter.policy)
        case "publish" if about:
            found = _publishes(about)
        case "unseal" if about:
            found = _unseals(act, about)
        case kind:
            found = iter((_SHORT[kind].format(**{**act, "fields": _fields(act) if "entry" in act else ""}),))
    return list(found)


# what it is called: an act to …
CALLED = {
    "publish": "stand for a publication",
    "enrol": "enrol a passkey or a key",
    "policy": "change the log’s own policy",
    "unseal": "open what is sealed",
    "redact": "withhold from copies",
    "erase": "destroy",
    "appoint": "appoint, dismiss or give zones",
    "access": "change the rules of access",
}
_SHORT = {
    "access": "From then on the rules of access are the text below, SHA-256 {policy}, for everybody.",
    "redact": "{fields} may be left out of copies that are handed on. The log keeps them.",
    "erase": "{fields} are destroyed, at the centre and at every mirror. Nobody brings them back.",
}


def _appointed(visit: Visit, one: Mapping[str, Any], before: Member | None) -> str:
    of = f" of {visit.name(one['of'])}" if one["of"] else ""
    if not one["passkeys"]:
        return f"{one['id']}, {one['role']}{of}, is dismissed: speaks no more, and every session ends."
    # by the key itself too: the name of a passkey is free, and a line may hold another's key under a name that stands
    had = {(key.id, key.public) for key in before.passkeys} if before else set()
    now = {(key["id"], key["public"]) for key in one["passkeys"]}
    news = f"{len(now - had)} new, {len(now & had)} kept, {len(had - now)} taken away"
    what = "is appointed" if before is None else "stays" if before.passkeys else "was dismissed and is again appointed"
    what = f"{what} {one['role']}{of}"
    line = {name: value for name, value in one.items() if name != "zones"}  # the page that made it knows of no zones
    told = f"{one['id']} {what}; passkeys: {news}. The check of this line: {check_words(line_of(line))}."
    return f"{told} {_zones(visit, one, before)}" if one["role"] == "monitor" else told


def _zones(visit: Visit, one: Mapping[str, Any], before: Member | None) -> str:
    """Return where a monitor may look, and where before."""
    now, had = one.get("zones", []), list(before.zones) if before else []
    first, then = (", ".join(area_words(visit.conclusions, zones)) for zones in (now, had))
    told = f"It reads what may have happened in {first}" if now else "It has no zone, and reads of no incident"
    if before is None:
        return f"{told}."
    return f"{told}, as before." if now == had else f"{told}; until now {f'in {then}' if had else 'it had none'}."


def _enrolled(visit: Visit, act: Act) -> Iterator[str]:
    for key in act["passkeys"]:
        yield (
            f"The guarantor {visit.name(key['guarantor'])} may approve acts with one more passkey. The check of this "
            f"line: {check_words(line_of(key))}."
        )
    for author in act["authors"]:
        yield f"What is signed by {author} is taken as a record of an enrolled author."


def _fields(act: Act) -> str:
    named = [f"the field {name}" for name in act["fields"]] + [f"the file {name}" for name in act.get("blobs", ())]
    return f"Of entry {act['entry']:,}: {', '.join(named)}"


def _publishes(about: About) -> Iterator[str]:
    files = sorted(about.fields["files"])
    yield (
        f"Both guarantors stand for the publication in entry {about.index:,}: the conclusions from the first "
        f"{about.fields['of']:,} entries of the log, in {len(files)} files."
    )
    yield f"The files: {', '.join(files)}."
    yield "That both stood for it stays in the log. Nothing waits for this, and nobody sees more by it than before."


def _unseals(act: Act, about: About) -> Iterator[str]:
    sealed = sealed_in(about.fields)
    for name in act["blobs"]:
        fields = f"{sealed[name]} field{'' if sealed[name] == 1 else 's'}"
        yield f"Of entry {about.index:,}, what is sealed in the file {name} is to be opened: {fields}."
    yield (
        "It opens with the sealing keys of both guarantors, one after the other, on their own machines (trucewatch "
        "unseal). This room opens nothing and shows nothing of it; that it was to be opened, and why, stays in the log."
    )


def _policy(now: Policy, had: Policy) -> Iterator[str]:
    yield "With the heartbeat that brings it the text below is the log's own policy, for every mirror and every reader."
    yield f"A tree then counts as witnessed {_when(now, now.quorum)}; until now {_when(had, had.quorum)}."
    new = [_witness(name, key) for name, key in now.witnesses if (name, key) not in had.witnesses]
    gone = [_witness(name, key) for name, key in had.witnesses if (name, key) not in now.witnesses]
    kept = [name for name, key in now.witnesses if (name, key) in had.witnesses]
    for what, names in (("New", new), ("Not any more", gone), ("As before", kept)):
        if names:
            yield f"{what}: the witness{'es' if len(names) > 1 else ''} {', '.join(names)}."
    yield "Until enough of those named have cosigned, nothing new is witnessed: see that they run before you approve."


def _witness(name: str, key: VerifierKey) -> str:
    """Return a witness with the check of its public key, which may have two thousand letters."""
    return f"{name} ({key.name}, the check of its key: {check_words(str(key))})"


def _when(policy: Policy, quorum: str) -> str:
    return "with nobody's cosignature" if quorum == "none" else f"when {_needed(policy, quorum)} cosigned it"


def _needed(policy: Policy, name: str) -> str:
    """Return who has to have cosigned, in words; a group in brackets with its members."""
    group = next((one for one in policy.groups if one.name == name), None)
    if group is None:
        return name
    least = "all" if group.least == len(group.members) else str(group.least)
    return f"{least} of “{name}” ({', '.join(_needed(policy, member) for member in group.members)})"
