"""Acts that need two staffs: written, approved by passkeys of two guarantors, put into the log. Pure.

An approval is a WebAuthn assertion whose challenge is the SHA-256 of the act's canonical JSON, so that a guarantor's
authenticator signs just this act. It is checked here with the `webauthn` library, before anything enters the log; what
an outsider checks afterwards is written a second time, in `verify`, without that library.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from trucewatch.ledger.encoding import canonical, encode
from trucewatch.ledger.passkeys import as_bytes, check_assertion, read_assertion, request
from trucewatch.ledger.staff import Passkey, PasskeyError, members
from trucewatch.ledger.verify import NAME, read_entry, to_base64url

NONCE_BYTES = 16  # of chance, so that an approved act cannot be put into the log a second time under another index
LONGEST_BASIS = 4096  # characters; a guess: a paragraph that names the article and the reason
APPROVALS = 2  # different guarantors
# what each kind of act says beside kind, log, basis and nonce
NEEDS: Mapping[str, tuple[str, ...]] = {
    "publish": ("publication",),
    "enrol": ("authors", "passkeys"),
    "policy": ("policy",),
    "unseal": ("blobs", "entry"),
    "redact": ("entry", "fields"),
    "erase": ("blobs", "entry", "fields"),
    "appoint": ("staff",),
    "access": ("policy",),
}
_COMMON = frozenset({"kind", "log", "basis", "nonce"})
_APPROVAL = frozenset({"guarantor", "credential", "authenticator_data", "client_data", "signature"})
_DIGEST = re.compile("[0-9a-f]{64}")


class ActError(ValueError):
    """An act or an approval is not what it must be; the message is one line for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantor:
    """One of those whose approval counts, as the charter and later acts name it."""

    name: str
    passkeys: tuple[Passkey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed:
    """Whose approval counts in a log: of what origin, on the page of which domain, and by which guarantors."""

    origin: str
    rp_id: str
    guarantors: tuple[Guarantor, ...]


# --- the act --------------------------------------------------------------------------------------


def new_act(kind: str, *, log: str, basis: str, nonce: bytes, says: Mapping[str, Any]) -> dict[str, Any]:
    """Return an act of that kind on the log of that origin, with its reason in words and what the kind needs.

    Raises ActError where something is missing or too much. The act is public and stays: no names in the basis.
    """
    act = {"kind": kind, "log": log, "basis": basis, "nonce": to_base64url(nonce), **says}
    check_act(act)
    return act


def check_act(act: Any) -> None:
    """Raise ActError unless this is an act of a known kind with just what it needs."""
    if not isinstance(act, dict) or not isinstance(act.get("kind"), str) or act["kind"] not in NEEDS:
        raise ActError(f"an act is of one of these kinds: {', '.join(NEEDS)}")
    kind = act["kind"]
    _check(act, "log", re.fullmatch(NAME, str(act.get("log"))), "the origin of a log")
    basis = act.get("basis")
    _check(act, "basis", isinstance(basis, str) and 0 < len(basis.strip()) <= LONGEST_BASIS, "a reason in words")
    with _as_act_error():
        nonce = as_bytes(act.get("nonce"), "the nonce")
    _check(act, "nonce", len(nonce) == NONCE_BYTES, "16 bytes, base64url")
    said = act.keys() - _COMMON
    if said != set(NEEDS[kind]):
        raise ActError(f"an act to {kind} says {', '.join(NEEDS[kind])}; this one says {', '.join(sorted(said))}")
    for name in NEEDS[kind]:
        _check_said(act, name)
    if kind in {"unseal", "erase"} and not any(act.get(name) for name in ("blobs", "fields")):
        raise ActError(f"an act to {kind} names no field and no file")
    if kind == "enrol" and not (act["authors"] or act["passkeys"]):
        raise ActError("an act to enrol names nobody")


def _check_said(act: Mapping[str, Any], name: str) -> None:
    value = act[name]
    if name == "entry":
        _check(act, name, type(value) is int and value >= 0, "the index of an entry")
    elif name == "publication":
        _check(act, name, isinstance(value, str) and _DIGEST.fullmatch(value), "a SHA-256 digest")
    elif name == "policy" and act["kind"] == "access":
        _check(act, name, isinstance(value, str) and _DIGEST.fullmatch(value), "the SHA-256 digest of its text")
    elif name == "policy":
        _check(act, name, isinstance(value, str) and value.endswith("\n"), "the text of a tlog-policy")
    elif name == "blobs":
        _check(act, name, _rising(value) and all(map(_DIGEST.fullmatch, value)), "a sorted list of SHA-256 digests")
    elif name == "staff":
        if value == []:
            raise ActError("an act to appoint changes nobody: it appoints, dismisses or gives other zones")
        _check(act, name, _is_staff(value), "members of the staff, sorted by their ids, as a charter has them")
    elif name == "passkeys":
        _check(act, name, isinstance(value, list) and all(map(_is_enrolment, value)), "passkeys, each of a guarantor")
    else:
        wanted = "a sorted list of names" if name == "fields" else "a sorted list of vkeys"
        _check(act, name, _rising(value) and (act["kind"] != "redact" or value), wanted)


def _check(act: Mapping[str, Any], name: str, holds: object, wanted: str) -> None:
    if not holds:
        raise ActError(f"{name!r} of an act to {act['kind']} is not {wanted}")


def _rising(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and v for v in value) and value == sorted(set(value))


def _is_enrolment(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"guarantor", "id", "public"}:
        return False
    if not all(isinstance(part, str) for part in value.values()):
        return False
    with _as_act_error():
        Passkey(id=value["id"], public=value["public"])
    return bool(value["guarantor"])


def _is_staff(value: Any) -> bool:
    try:
        found = members(value)
    except (ValueError, TypeError, KeyError):
        return False
    return bool(found) and [one["id"] for one in value] == sorted(found)


def challenge(act: Mapping[str, Any]) -> bytes:
    """Return what an authenticator signs for this act: the SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical(dict(act))).digest()


# --- approvals ------------------------------------------------------------------------------------


def options(act: Mapping[str, Any], guarantor: Guarantor, rp_id: str) -> dict[str, Any]:
    """Return what the page hands to navigator.credentials.get, in WebAuthn's JSON form of request options."""
    return request(challenge(act), guarantor.passkeys, rp_id)


def approval(assertion: bytes, guarantor: str) -> dict[str, str]:
    """Return an approval from the JSON of a browser's assertion (PublicKeyCredential.toJSON), not yet checked."""
    with _as_act_error():
        return {"guarantor": guarantor, **read_assertion(assertion)}


def check_approval(act: Mapping[str, Any], given: Any, appointed: Appointed) -> str:
    """Return the name of the guarantor who approved this act; raise ActError where the approval does not hold."""
    if act.get("log") != appointed.origin:
        raise ActError(f"the act is for another log than {appointed.origin}")
    if not isinstance(given, dict) or given.keys() != _APPROVAL:
        raise ActError(f"an approval is {', '.join(sorted(_APPROVAL))}")
    name = given["guarantor"]
    passkey = _passkey(given, appointed.guarantors)
    with _as_act_error(f"the approval of {name}: "):
        check_assertion(given, passkey, challenge(act), appointed.rp_id)
    return str(name)


def check_approved(act: Mapping[str, Any], approvals: Any, appointed: Appointed) -> tuple[str, ...]:
    """Return who approved, in the order of the approvals; raise ActError unless that is two different guarantors.

    Every approval must hold: one that does not is no approval less, but something that should not be there.
    """
    check_act(act)
    if not isinstance(approvals, list):
        raise ActError("the approvals are not a list")
    names = tuple(check_approval(act, given, appointed) for given in approvals)
    if len(set(names)) != len(names):
        raise ActError("one guarantor approved twice: the other staff's approval is needed")
    if len(names) < APPROVALS:
        raise ActError(f"an act needs the approval of two guarantors; this one has {len(names)}")
    return names


def _passkey(given: Mapping[str, Any], guarantors: Sequence[Guarantor]) -> Passkey:
    """Return the passkey that an approval names, of the guarantor that it names."""
    check_apart(guarantors)
    for guarantor in guarantors:
        for passkey in guarantor.passkeys:
            if (guarantor.name, passkey.id) == (given["guarantor"], given["credential"]):
                return passkey
    raise ActError("an approval is by a passkey that its guarantor does not have")


def check_apart(guarantors: Sequence[Guarantor]) -> None:
    """Raise ActError where guarantors share a name or a passkey: one hand would do for two."""
    names = [guarantor.name for guarantor in guarantors]
    keys = [passkey for guarantor in guarantors for passkey in guarantor.passkeys]
    for found in (names, [key.id for key in keys], [key.public for key in keys]):
        if len(set(found)) != len(found):
            raise ActError("two guarantors have one name or one passkey, or a passkey stands twice")


@contextmanager
def _as_act_error(before: str = "") -> Iterator[None]:
    try:
        yield
    except PasskeyError as error:
        raise ActError(f"{before}{error}") from None


# --- the file of an act, which becomes its entry ----------------------------------------------------


def act_entry(act: Mapping[str, Any], approvals: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return the entry that an act becomes; its canonical bytes are also the file that goes from hand to hand."""
    entry = {"type": "act", "v": "1", "act": dict(act), "approvals": [dict(given) for given in approvals]}
    # the text of an access policy is in force, so it has to be there: the entry brings it
    return {**entry, "blobs": [act["policy"]]} if act["kind"] == "access" else entry


def write_act(entry: Mapping[str, Any]) -> bytes:
    """Return the bytes of the file of an act."""
    return encode(entry)


def read_act(data: bytes) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return act and approvals of the file of an act, the approvals not yet checked; raise ActError for another."""
    try:
        entry = read_entry(data)
    except ValueError as error:
        raise ActError(f"this is not the file of an act: {error}") from None
    if not {"act", "approvals"} <= entry.keys() or (entry["type"], entry["v"]) != ("act", "1"):
        raise ActError("this is not the file of an act")
    if not isinstance(entry["approvals"], list) or not all(isinstance(given, dict) for given in entry["approvals"]):
        raise ActError("the approvals are not a list of objects")
    check_act(entry["act"])
    if act_entry(entry["act"], entry["approvals"]) != entry:
        raise ActError("this is not the file of an act: it says something else beside it")
    return entry["act"], entry["approvals"]


def with_approval(
    act: Mapping[str, Any],
    approvals: Sequence[Mapping[str, str]],
    given: Mapping[str, str],
    appointed: Appointed,
) -> list[dict[str, str]]:
    """Return the approvals with one more, in the guarantors' order, whoever came first.

    Raises ActError where one of them does not hold or the guarantor has approved already.
    """
    more = [dict(one) for one in (*approvals, given)]
    names = [check_approval(act, one, appointed) for one in more]
    if len(set(names)) != len(names):
        raise ActError(f"{names[-1]} has approved this act already")
    places = [guarantor.name for guarantor in appointed.guarantors]
    return sorted(more, key=lambda one: places.index(one["guarantor"]))


# --- who may approve --------------------------------------------------------------------------------


def appointed(entries: Iterable[Mapping[str, Any]]) -> Appointed:
    """Return whose approval counts after these entries of a log that verifies: by its charter and its `enrol` acts."""
    charter: Mapping[str, Any] = {}
    keys: dict[str, list[Passkey]] = {}
    for entry in entries:
        if not charter:
            if entry.get("type") != "charter":
                raise ActError("the log has no charter: nobody approves anything in it")
            charter = entry
            keys = {one["name"]: [Passkey(**key) for key in one["passkeys"]] for one in charter["guarantors"]}
        elif entry.get("type") == "act" and entry["act"]["kind"] == "enrol":
            for key in entry["act"]["passkeys"]:
                keys[key["guarantor"]].append(Passkey(id=key["id"], public=key["public"]))
    if not charter:
        raise ActError("the log is empty: nobody approves anything in it")
    guarantors = tuple(Guarantor(name=name, passkeys=tuple(found)) for name, found in keys.items())
    check_apart(guarantors)
    return Appointed(origin=charter["origin"], rp_id=charter.get("rp_id", ""), guarantors=guarantors)
