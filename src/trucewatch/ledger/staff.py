"""Who speaks in a log with a passkey: the staff of the centre, of the guarantors and of the sides. Pure.

Each is a post, never a person's name. The charter appoints them, and acts of two guarantors after it; docs/ledger.md,
section 3, has the fields. What a passkey signs is checked in `passkeys`, which needs a library that is slow to load.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trucewatch.ledger.verify import from_base64url

# COSE keys in the one form that CTAP2 allows (canonical CBOR): ES256 on P-256, EdDSA on Ed25519
_ES256 = re.compile(rb"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20.{32}\x22\x58\x20.{32}", re.DOTALL)
_EDDSA = re.compile(rb"\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20.{32}", re.DOTALL)


class PasskeyError(ValueError):
    """A passkey, or what one has signed, is not what it must be; the message is one line for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One credential of a person: its id and its public key, a COSE key, both base64url."""

    id: str
    public: str

    def __post_init__(self) -> None:
        if not from_base64url(self.id) or not _is_cose(from_base64url(self.public)):
            raise PasskeyError("a passkey is an id and a COSE key of ES256 or EdDSA, both base64url without padding")


def _is_cose(key: bytes) -> bool:
    return bool(_ES256.fullmatch(key) or _EDDSA.fullmatch(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the staff, by the name of the post.

    `role` is one of `verify.ROLES`; `of` the name of a reviewer's guarantor, the id of a liaison's party, else "".
    Without passkeys: dismissed. `zones` are the ids of those areas of the case in which a monitor may look, sorted.
    """

    id: str
    role: str
    of: str
    passkeys: tuple[Passkey, ...]
    zones: tuple[str, ...] = ()


def members(staff: Iterable[Mapping[str, Any]]) -> dict[str, Member]:
    """Return the staff, by their ids, of a charter or an act to appoint that `verify` accepts."""
    return {one["id"]: _member(one) for one in staff}


def _member(one: Mapping[str, Any]) -> Member:
    return Member(
        id=one["id"],
        role=one["role"],
        of=one["of"],
        passkeys=tuple(Passkey(**key) for key in one["passkeys"]),
        zones=tuple(one.get("zones", ())),
    )


def listed(member: Member) -> dict[str, Any]:
    """Return a member as a charter or an act to appoint lists one; zones are left out where there are none."""
    passkeys = [{"id": key.id, "public": key.public} for key in member.passkeys]
    own = {"id": member.id, "role": member.role, "of": member.of, "passkeys": passkeys}
    return {**own, "zones": list(member.zones)} if member.zones else own


def public_keys(staff: Mapping[str, Member]) -> dict[str, dict[str, str]]:
    """Return the public keys of the staff as `verify.check_approved` takes them: by id and credential."""
    return {name: {key.id: key.public for key in member.passkeys} for name, member in staff.items()}


def appointing(
    given: Iterable[Mapping[str, Any]], zones: Mapping[str, Iterable[str]], staff: Mapping[str, Member]
) -> list[dict[str, Any]]:
    """Return those whom an act is to appoint, sorted by their ids, each with the zones that the post is to have.

    `given` are members as an act lists them. Zones are those in `zones` by the post, else those that the member states,
    else those that the post has; a post of `zones` alone is listed as it stands in `staff`, unless nothing changes.
    Who is dismissed has none. Raises ValueError for a post that stands twice, or is nobody's.
    """
    every = [dict(one) for one in given]
    found = {one["id"]: one for one in every}
    if len(found) != len(every):
        raise ValueError("a post stands twice among those to appoint; leave one of its lines out")
    for name, wanted in zones.items():
        if name in found:
            continue
        if name not in staff or not staff[name].passkeys:
            raise ValueError(f"{name} is not of the staff; appoint it in the same act, with its line")
        if tuple(sorted(wanted)) != staff[name].zones:
            found[name] = listed(staff[name])
    for name, one in found.items():
        stated = one.pop("zones", staff[name].zones if name in staff else ())
        if not isinstance(stated, list | tuple) or not all(isinstance(zone, str) for zone in stated):
            raise ValueError(f"the zones of {name} are not a list of names")
        wanted = sorted(set(zones.get(name, stated)))
        if wanted and one.get("passkeys"):
            one["zones"] = wanted
    return [found[name] for name in sorted(found)]
