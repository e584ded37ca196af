"""Honest logs that hold one of everything, for the campaigns against both verifiers: functions of size and seed.

Two guarantors cosign, each with Ed25519 and with ML-DSA-44, and the policy asks for all four; entries are said by the
centre, signed by one or two authors or approved by a passkey of the staff whom the charter and an act appoint; most
have committed fields, some of them withheld; some bring files.
"""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256

from trucewatch.ledger import signed_files
from trucewatch.ledger.acts import act_entry, approval, challenge, new_act
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, cosign, sign, verifier_key
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.statements import approved_entry, statement_challenge, unapproved
from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44, parse_checkpoint

Files = dict[str, bytes]
ORIGIN = "trucewatch.example/campaign"
TIME = 1_795_000_000  # seconds since 1970: November 2026
GUARANTORS = ("a", "b")
KINDS = {"ed25519": COSIGN_ED25519, "ml-dsa-44": COSIGN_ML_DSA_44}


def key(name: str, kind: bytes = b"\x01") -> Key:
    """Return a key that is a function of its name and kind."""
    return Key(name=name, seed=hashlib.sha256(name.encode() + kind).digest(), kind=kind)


LOG = key(ORIGIN)
AUTHORS = tuple(key(f"device-{n}.example") for n in range(4))
PAGE = "centre.example"


class Passkey(SoftwarePasskey):
    """One whose ES256 signatures are a function of what it signs, as everything here is (RFC 6979)."""

    def sign(self, message: bytes) -> bytes:
        """Return its signature over this message."""
        if self.eddsa:
            return self._ed25519().sign(message)
        return self._p256().sign(message, ECDSA(SHA256(), deterministic_signing=True))

    _sign = sign


def passkey(name: str, *, eddsa: bool = False) -> Passkey:
    """Return a passkey that is a function of its name."""
    return Passkey(seed=hashlib.sha256(f"passkey {name}".encode()).digest(), eddsa=eddsa)


APPROVERS = {"a": passkey("a"), "b": passkey("b", eddsa=True)}
POSTS = {
    "liaison-a": ("liaison", "a"),
    "monitor-1": ("monitor", ""),
    "officer-1": ("officer", ""),
    "officer-2": ("officer", ""),
    "officer-3": ("officer", ""),
    "reviewer-a": ("reviewer", "a"),
}
PASSKEYS = {name: passkey(name, eddsa=at % 2 == 1) for at, name in enumerate(POSTS)}
COSIGNERS = {f"{g}-{kind}": key(f"{g}.example", KINDS[kind]) for g in GUARANTORS for kind in KINDS}


def policy(log: Key = LOG, cosigners: Mapping[str, Key] = COSIGNERS, quorum: str = "both") -> bytes:
    """Return the policy: guarantors, each with both kinds of cosignature; `quorum` is `both`, `either`, or a name."""
    lines = ["# who signs, and who must have cosigned", f"log {verifier_key(log)} https://{ORIGIN}"]
    lines += [f"witness {name} {verifier_key(each)}" for name, each in cosigners.items()]
    lines += [f"group {g} all " + " ".join(f"{g}-{kind}" for kind in KINDS) for g in GUARANTORS]
    together = "either any" if quorum == "either" else "both all"
    lines += ["", f"group {together} " + " ".join(GUARANTORS), f"quorum {quorum}"]
    return "".join(f"{line}\n" for line in lines).encode()


def cosigned(checkpoint: bytes, cosigners: Mapping[str, Key] = COSIGNERS, time: int = TIME) -> bytes:
    """Return a checkpoint with a cosignature line of each cosigner, in their order."""
    parsed = parse_checkpoint(checkpoint)
    return checkpoint + b"".join(cosign(parsed, each, time) for each in cosigners.values())


def said(fields: Mapping[str, Any], authors: Sequence[Key]) -> bytes:
    """Return an entry, signed by its authors where it has any."""
    if not authors:
        return encode(fields)
    by = [str(verifier_key(each)) for each in authors]
    return sign(encode({**fields, "by": by}) + b"\n", *authors)


def member(name: str, *keys: SoftwarePasskey) -> dict[str, Any]:
    """Return one of the staff with these passkeys; without any, dismissed."""
    role, of = POSTS[name]
    return {"id": name, "role": role, "of": of, "passkeys": [asdict(each.public()) for each in keys]}


def charter(text: bytes, staff: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the fields of a charter with that policy: all authors are enrolled, both guarantors have a passkey."""
    guarantors = [{"name": name, "passkeys": [asdict(each.public())]} for name, each in APPROVERS.items()]
    own = {"type": "charter", "v": "1", "origin": ORIGIN, "policy": text.decode(), "heartbeat_s": 60, "rp_id": PAGE}
    authors = [str(verifier_key(each)) for each in AUTHORS]
    return {**own, "guarantors": guarantors, "authors": authors, "staff": list(staff)}


def appointing(staff: Sequence[Mapping[str, Any]], nonce: int = 0, by: Sequence[str] = GUARANTORS) -> dict[str, Any]:
    """Return the entry of the act by which these guarantors appoint staff."""
    named = sorted(staff, key=lambda one: str(one["id"]))
    act = new_act("appoint", log=ORIGIN, basis="Article 7", nonce=nonce.to_bytes(16, "big"), says={"staff": named})
    return act_entry(act, [approval(APPROVERS[name].assertion(challenge(act), PAGE), name) for name in by])


def to_approve(who: str, fields: Mapping[str, Any], hidden: Mapping[str, Any], nonce: bytes) -> tuple[dict, tuple]:
    """Return what one of the staff is to approve, and its disclosures."""
    return unapproved(fields, hidden, who=who, log=ORIGIN, nonce=nonce, salts=derived(LOG.seed, nonce))


def approved(entry: Mapping[str, Any], by: SoftwarePasskey, *, counter: int = 1) -> dict[str, Any]:
    """Return it approved with this passkey."""
    return approved_entry(entry, by.assertion(statement_challenge(entry), PAGE, counter=counter))


def statement(chance: random.Random, at: int, blobs: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields of an entry and those that it only commits to."""
    if at % 4:
        return {"type": "beat", "v": "1", "time": f"2026-11-22T10:{at % 60:02}:00Z", "received": 1}, {}
    kind = chance.choice(("observation", "record"))
    fields: dict[str, Any] = {"type": kind, "v": "1", "reader": chance.choice(("thermal", "hotline")), "n": at}
    if blobs:
        fields["blobs"] = sorted(blobs)
    names = chance.sample(["00:time", "01:place", "02:calibre", "03:names", "04:count", "05:note"], chance.randrange(5))
    texts = ("Ağdam / Акна", 'said "120 mm"\tand\\or\n', "", "𐏃 ﬀ", "\x00\x1f\x7f", "x" * chance.randrange(200))
    values: tuple[Any, ...] = (*texts, at, -at, None, True, [1, ["2"], {}], {"a": {"b": [False]}})
    return fields, {name: chance.choice(values) for name in names}


def rich(size: int, seed: int = 0, quorum: str = "both") -> Files:
    """Return every file of a directory: `ledger/` with a log of that many entries, and what was published with it."""
    chance = random.Random(f"{size} {seed}")
    published = {
        "incidents.csv": f"incident_id,p_a,p_b\ni{seed},0.2,0.3\n".encode(),
        "report.html": "<p>Ağdam / Акна</p>\n".encode(),
        "daily/2026-11-22.html": b"<p>3 of 24 hours were covered</p>\n",
    }
    evidence = [chance.randbytes(chance.randrange(1, 300)) for _ in range(min(4, (size - 2) // 4))]
    blobs = {hashlib.sha256(data).hexdigest(): data for data in evidence}
    text = policy(quorum=quorum)
    first = charter(text, [member(name, PASSKEYS[name]) for name in POSTS if name != NEW_OFFICER])
    entries: list[bytes] = [encode(first)]
    shown: dict[int, list[str]] = {}
    for at in range(1, size - 1):
        names = sorted(blobs) if at <= 4 * len(blobs) else []
        entry, disclosures = _entry(chance, seed, at, names[at // 4 - 1 : at // 4] if at % 4 == 0 else [])
        entries.append(entry)
        shown[at] = [each for each in disclosures if chance.random() < 0.85]
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in published.items()}
    entries.append(encode({"type": "publication", "v": "1", "files": digests}))
    files = signed_files(entries, shown, blobs, LOG)
    files["checkpoint"] = cosigned(files["checkpoint"])
    files["policy"] = text
    return {f"ledger/{path}": data for path, data in files.items()} | published


NEW_OFFICER, APPOINTED_AT = "officer-3", 18  # from that entry on in the place of officer-2, who is dismissed by it


def _entry(chance: random.Random, seed: int, at: int, own: Sequence[str]) -> tuple[bytes, Sequence[str]]:
    """Return an entry, and what it commits to: of 32 two are signed by authors and four approved by the staff."""
    if at == APPOINTED_AT:
        staff = [member("officer-2"), member(NEW_OFFICER, PASSKEYS[NEW_OFFICER])]
        return encode(appointing(staff, seed)), ()
    fields, hidden = statement(chance, at, own)
    if at % 8 == 4:
        gone = "officer-2" if at > APPOINTED_AT else NEW_OFFICER
        who = chance.choice([name for name in POSTS if name != gone])
        if at % 16 == 4:
            fields = {"type": "statement", "v": "1", "kind": "evidence", "case": "c-1", "blobs": sorted(own)}
            hidden = {"text": f"the line is quiet, said {at} times"}
        entry, disclosures = to_approve(who, fields, hidden, hashlib.sha256(b"%d %d" % (seed, at)).digest()[:16])
        return encode(approved(entry, PASSKEYS[who])), disclosures
    committed, disclosures = commit(fields, hidden, derived(LOG.seed, b"%d %d" % (seed, at)))
    return said(committed, chance.sample(AUTHORS, 1 + at // 32 % 2) if at % 16 == 8 else []), disclosures


def large(size: int, seed: int = 0) -> Files:
    """Return a log without more than it needs to have tiles of a third level: short entries, the last a publication."""
    entries = [encode({"type": "beat", "v": "1", "n": at}) for at in range(size - 1)]
    entries.append(encode({"type": "publication", "v": "1", "files": {}, "seed": seed}))
    files = signed_files(entries, {}, {}, LOG)
    files["checkpoint"] = cosigned(files["checkpoint"])
    files["policy"] = policy()
    return {f"ledger/{path}": data for path, data in files.items()}


def lay(directory: Path, files: Mapping[str, bytes]) -> Path:
    """Write files under a directory."""
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return directory
