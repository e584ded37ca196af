"""The outbox of a device: what an observer wrote stays here until the other side of the log's promise is proved.

A submission is frozen when it is finalised: the entry signed by the device's key, its disclosures, its files, all on
the disk before anything is sent. From then on only its state changes. It is sent as often as need be and lands once,
because its digest is its name at both ends. Nothing is deleted before this device itself has checked that the log
holds it and that the policy's witnesses have cosigned; even then only when asked.

    DIR/policy                  whose signatures this device goes by; `policy.origin` says where it is from
    DIR/blobs/<sha256>          files, each once
    DIR/<digest>/submission     the frozen bytes, named by their SHA-256
    DIR/<digest>/receipt        the centre's signature: it has them; `checkpoint` is the log's head just after
    DIR/<digest>/standing       what the centre last said, and when this device asked
    DIR/<digest>/proof          a tlog-proof under a cosigned checkpoint: witnessed; `policy` is the one it is under
    DIR/<digest>/denied, withheld, contradicted, went-back, refused
                                the centre's words and signatures where they are not what was promised
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from trucewatch.ledger import courier
from trucewatch.ledger.commitments import Salts, commit
from trucewatch.ledger.courier import Door, RefusedError, Said
from trucewatch.ledger.disk import Disk, RealDisk
from trucewatch.ledger.encoding import canonical, encode
from trucewatch.ledger.ladder import LADDER, RECEIVED, SAVED, SEQUENCED, WITNESSED
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.parties import together
from trucewatch.ledger.submission import Submission, parse_submission, read_submission
from trucewatch.ledger.verify import (
    Cosignature,
    Policy,
    VerificationError,
    check_proof,
    parse_checkpoint,
    parse_policy,
    parse_proof,
)

MOST_FILE_BYTES = 256 << 20  # one file of evidence; a guess: some minutes of video, and what a centre takes at once

_ITEM = re.compile(r"([0-9a-f]{64})/submission")
_OURS = {"by", "blobs", "commitments"}
_WRONG = ("denied", "withheld", "contradicted", "went-back")  # what is shown red for as long as the file is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One submission in an outbox and how far it has come, as far as this device can tell.

    `state` is a rung of the ladder; witnessed only by proof. `by` are the witnesses and their clocks. `said` is what
    the centre says beyond that, or why it was not sent; `red` what it did that it must never do, in words.
    """

    digest: str
    state: str
    index: int | None = None
    by: tuple[Cosignature, ...] = ()
    said: str = ""
    red: str = ""


def written(
    fields: Mapping[str, Any], hidden: Mapping[str, Any], files: Iterable[bytes], key: Key, salts: Salts
) -> Submission:
    """Return what a device says, signed by its key: open fields, fields that are only committed to, and files' digests.

    `fields` has at least `type`, `v`. Raises ValueError for what an entry cannot hold, such as more than 65,535 bytes.
    """
    blobs = sorted({hashlib.sha256(data).hexdigest() for data in files})
    if set(fields) & _OURS or set(hidden) & {*_OURS, "type", "v"}:
        raise ValueError(f"{', '.join(sorted(_OURS))} are not fields to be chosen, and type and v are not hidden")
    own = {**fields, "by": [str(verifier_key(key))], **({"blobs": blobs} if blobs else {})}
    entry, disclosures = commit(own, hidden, salts)
    submission = Submission(entry=sign(encode(entry) + b"\n", key), disclosures=disclosures)
    read_submission(submission)
    return submission


class Outbox:
    """The outbox in a folder. One process at a time works on it: `close` lets the next one in."""

    def __init__(self, folder: Path, *, disk: Disk | None = None) -> None:
        """Open or make it, and tidy up after a device that lost its power. Raises OSError, also where it is in use."""
        self._folder, self._disk = folder, disk or RealDisk()
        self._release = self._disk.hold(folder / "lock")
        self._disk.settle(folder)

    def close(self) -> None:
        """Let another process work on it."""
        self._release()

    # --- what is kept -----------------------------------------------------------------------------

    def save(self, submission: Submission, files: Iterable[bytes]) -> str:
        """Freeze a submission; when this returns its digest, it is saved on the device. Again the same is fine.

        Raises ValueError where the files are not just those that it names, OSError where the disk refuses.
        """
        data = {hashlib.sha256(file).hexdigest(): file for file in files}
        if sorted(data) != _files(submission):
            raise ValueError("the files are not just those that the entry names")
        for name, file in data.items():
            if len(file) > MOST_FILE_BYTES:
                raise ValueError(f"a file has {len(file)} bytes, more than {MOST_FILE_BYTES}")
            if not self._disk.exists(self._blob(name)):
                self._disk.write(self._blob(name), file)
        self._write(submission.digest, "submission", submission.wire)  # last: no form without its files
        return submission.digest

    def digests(self) -> list[str]:
        """Return what was ever saved here, by digest; what was forgotten since still has its receipt and proof."""
        names = (name.partition("/") for name in self._disk.names(self._folder))
        return sorted({item for item, _, file in names if re.fullmatch(r"[0-9a-f]{64}", item) and file})

    def unfinished(self) -> list[str]:
        """Return what is not proved to be witnessed yet."""
        return [digest for digest in self.digests() if self.kept(digest).state != WITNESSED]

    def kept(self, digest: str) -> Kept:
        """Return how far a submission has come, from what lies here alone."""
        red = "; ".join(filter(None, (self._words(digest, name) for name in _WRONG)))
        said = self._words(digest, "refused")
        if self._has(digest, "proof"):
            proof = parse_proof(self._read(digest, "proof"))
            policy = _policy_of(self._read(digest, "policy"))
            cosigned = together(policy, courier.head_of(proof.checkpoint, policy).cosigned)
            state = SEQUENCED if policy.quorum == "none" else WITNESSED
            return Kept(digest=digest, state=state, index=proof.index, by=cosigned, said=said, red=red)
        standing = json.loads(self._read(digest, "standing")) if self._has(digest, "standing") else {}
        if not self._has(digest, "receipt"):
            return Kept(digest=digest, state=SAVED, said=said, red=red)
        # "witnessed" on the centre's word alone is no more than sequenced
        state = RECEIVED if standing.get("state", RECEIVED) == RECEIVED else SEQUENCED
        return Kept(
            digest=digest, state=state, index=standing.get("index"), said=said or _by_its_word(standing), red=red
        )

    def submission(self, digest: str) -> Submission:
        """Return what was frozen; raise VerificationError where its bytes are not what they were."""
        wire = self._read(digest, "submission")
        if hashlib.sha256(wire).hexdigest() != digest:
            raise VerificationError(f"{digest}: the saved bytes were altered on this device")
        return parse_submission(wire)

    def receipt(self, digest: str) -> bytes | None:
        """Return the centre's receipt, where there is one."""
        return self._read(digest, "receipt") if self._has(digest, "receipt") else None

    def forget(self, digest: str) -> None:
        """Remove a submission's own words and files from the device; receipt and proof stay.

        Raises ValueError unless this device has the proof that it is witnessed, and nothing about it is red.
        """
        kept = self.kept(digest)
        if kept.state != WITNESSED or kept.red:
            raise ValueError(f"{digest}: not proved to be witnessed, so it is kept")
        if not self._has(digest, "submission"):
            return
        check_proof(
            self._read(digest, "proof"), self.submission(digest).entry, _policy_of(self._read(digest, "policy"))
        )
        others = {n for other in self.digests() if other != digest and self._has(other, "submission")
                  for n in _files(self.submission(other))}  # fmt: skip
        for name in set(_files(self.submission(digest))) - others:
            self._disk.remove(self._blob(name))
        self._disk.remove(self._folder / digest / "submission")

    # --- whose signatures count --------------------------------------------------------------------

    def pin(self, policy: bytes, origin: str) -> None:
        """Go by this policy from now on; `origin` says in words where it is from, and only a person brings a new one.

        What was proved under a former one stays proved. Raises VerificationError where it is not a policy, ValueError
        where it is of another log than before.
        """
        parsed = parse_policy(policy)
        if self._disk.exists(self._folder / "policy"):
            if self._pinned() == parsed:
                return
            if self._pinned().log != parsed.log:
                raise ValueError("this outbox is for another log, or another key of it; a new log needs a new outbox")
        self._disk.write(self._folder / "policy.origin", origin.encode())
        self._disk.write(self._folder / "policy", policy)

    def policy(self, door: Door) -> Policy:
        """Return the pinned policy; on the first contact, without one, take the one that the centre shows."""
        if not self._disk.exists(self._folder / "policy"):
            self.pin(courier.fetch_policy(door), "taken from the centre on first contact: nobody else vouched for it")
        return self._pinned()

    def policy_origin(self) -> str:
        """Return where the policy is from, in words; nothing where there is none yet."""
        path = self._folder / "policy.origin"
        return self._disk.read(path).decode() if self._disk.exists(path) else ""

    # --- one step ----------------------------------------------------------------------------------

    def advance(self, door: Door, digest: str, now: datetime) -> Kept:
        """Bring one submission as far up the ladder as it goes now, and return where it stands.

        `now` is the device's clock, which is written down and decides nothing. Raises courier.UnreachedError where the
        line breaks, which changes nothing; whatever the centre says or does wrong is kept and shown, not raised.
        """
        if self._has(digest, "proof"):
            return self.kept(digest)
        policy = self.policy(door)
        try:
            self._climb(door, policy, digest, now)
        except RefusedError as error:
            self._say(digest, "refused", now, str(error))
        except VerificationError as error:
            self._say(digest, "contradicted", now, f"CONTRADICTED BY THE CENTRE ITSELF: {error}", self._head(door))
        return self.kept(digest)

    def _climb(self, door: Door, policy: Policy, digest: str, now: datetime) -> None:
        submission = self.submission(digest)
        if not self._has(digest, "receipt"):
            self._hand_in(door, policy, submission)
        said = courier.ask_state(door, digest)
        if said is None:
            words = "DENIED: the centre signed a receipt for this, and now says that it does not have it"
            self._say(digest, "denied", now, words, self._head(door))
            self._hand_in(door, policy, submission)
            said = courier.ask_state(door, digest)
        self._heard(door, digest, now, said)
        if said is not None and said.index is not None:
            proof = courier.prove(door, policy, submission.entry, said.index)
            if proof is not None:
                check_proof(proof, submission.entry, policy)
                self._disk.remove(self._folder / digest / "refused")
                self._write(digest, "policy", self._disk.read(self._folder / "policy"))
                self._write(digest, "proof", proof)
            elif said.state == WITNESSED and parse_policy(courier.fetch_policy(door)) != policy:
                raise RefusedError("the log goes by another policy than this device: bring it the new one (--policy)")
        elif self._overtaken(door, policy, digest):
            words = (
                "WITHHELD: the centre signed a receipt for this, and its log has gone on for two heartbeats without it"
            )
            self._say(digest, "withheld", now, words, self._head(door))

    def _hand_in(self, door: Door, policy: Policy, submission: Submission) -> None:
        def read_file(name: str) -> bytes:
            if name not in _files(submission):
                raise RefusedError("the centre asks for a file that does not belong to this")
            return self._disk.read(self._blob(name))

        digest = submission.digest
        receipt = courier.hand_in(door, policy, digest, submission.wire, read_file)
        if not self._has(digest, "checkpoint"):
            with suppress(VerificationError, RefusedError, courier.UnreachedError):
                self._write(digest, "checkpoint", courier.fetch_head(door, policy).note)
        if not self._has(digest, "receipt"):
            self._write(digest, "receipt", receipt)
        self._disk.remove(self._folder / digest / "refused")

    def _overtaken(self, door: Door, policy: Policy, digest: str) -> bool:
        if not self._has(digest, "checkpoint"):
            return False
        size = parse_checkpoint(self._read(digest, "checkpoint")).size
        # the first may have begun before it was received; in the second it must be
        return courier.beats_after(door, policy, size) >= 2 and not self._has(digest, "withheld")

    def _head(self, door: Door) -> bytes:
        """Return the checkpoint that goes with what is wrong, as evidence; nothing where it cannot be had."""
        with suppress(VerificationError, RefusedError, courier.UnreachedError):
            return courier.fetch_head(door, self._pinned()).note
        return b""

    def _heard(self, door: Door, digest: str, now: datetime, said: Said | None) -> None:
        before = json.loads(self._read(digest, "standing")) if self._has(digest, "standing") else {}
        heard: dict[str, Any] = {"state": RECEIVED} if said is None else {"state": said.state, "by": list(said.by)}
        if said is not None and said.index is not None:
            heard["index"] = said.index
        if LADDER.index(before.get("state", RECEIVED)) > LADDER.index(heard["state"]):
            words = f"WENT BACK: the centre said {before['state']} before, and now says {heard['state']}"
            self._say(digest, "went-back", now, words, self._head(door))
        if {**before, "asked": ""} != {**heard, "asked": ""}:  # one writing for each change, not for each question
            self._write(digest, "standing", canonical({**heard, "asked": _clock(now)}))

    def _say(self, digest: str, name: str, now: datetime, words: str, evidence: bytes = b"") -> None:
        if name == "refused" or not self._has(digest, name):  # the first time is the evidence
            text = f"{words}\nby this device's clock: {_clock(now)}\n".encode()
            self._write(digest, name, text + (b"\n" + evidence if evidence else b""))

    # --- files -------------------------------------------------------------------------------------

    def _pinned(self) -> Policy:
        return _policy_of(self._disk.read(self._folder / "policy"))

    def _blob(self, name: str) -> Path:
        return self._folder / "blobs" / name

    def _has(self, digest: str, name: str) -> bool:
        return self._disk.exists(self._folder / digest / name)

    def _read(self, digest: str, name: str) -> bytes:
        return self._disk.read(self._folder / digest / name)

    def _write(self, digest: str, name: str, data: bytes) -> None:
        self._disk.write(self._folder / digest / name, data)

    def _words(self, digest: str, name: str) -> str:
        return self._read(digest, name).decode(errors="replace").partition("\n")[0] if self._has(digest, name) else ""


@lru_cache(4)  # it is asked for again with every step
def _policy_of(data: bytes) -> Policy:
    return parse_policy(data)


def _files(submission: Submission) -> list[str]:
    return list(read_submission(submission).blobs)


def _by_its_word(standing: Mapping[str, Any]) -> str:
    if standing.get("state") != WITNESSED:
        return ""
    return f"by the centre's word witnessed by {', '.join(standing.get('by', []))}; not proved to this device yet"


def _clock(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
