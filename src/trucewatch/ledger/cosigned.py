"""Who cosigned which tree head of a log, and how far the policy's quorum reaches. No file, no clock."""

import base64
from collections.abc import Iterable, Sequence

from trucewatch.ledger.database import Line
from trucewatch.ledger.verify import (
    Checkpoint,
    Policy,
    Signature,
    VerificationError,
    VerifierKey,
    check_cosignature,
    has_quorum,
    is_by,
    key_id,
)


class Cosigned:
    """The cosignatures that a centre has collected; of one witness for one size the newest."""

    def __init__(self, policy: Policy, lines: Iterable[Line] = ()) -> None:
        self._policy = policy
        self._by_size: dict[int, dict[str, Line]] = {}
        self.witnessed = 0  # entries below this index are in a tree that has the quorum; a policy without one: none
        self.add(lines)

    def follow(self, policy: Policy) -> None:
        """Go on under another policy. What was witnessed stays so; lines by keys that it no longer has are dropped."""
        former, now = dict(self._policy.witnesses), dict(policy.witnesses)
        self._policy = policy
        for size, of_size in list(self._by_size.items()):
            self._by_size[size] = {w: line for w, line in of_size.items() if w in now and now[w] == former[w]}

    def check(self, checkpoint: Checkpoint) -> tuple[Line, ...]:
        """Return those cosignature lines of a checkpoint of this log that are by a witness and verify."""
        found = {}
        for signature in checkpoint.signatures[1:]:
            for witness, key in self._policy.witnesses:
                if is_by(signature, key) and (line := _checked(checkpoint, witness, key, signature.signature)):
                    found[witness] = line
        return tuple(found.values())

    def check_again(self, checkpoint: Checkpoint, lines: Iterable[Line]) -> tuple[Line, ...]:
        """Return those of the lines kept for a checkpoint that its witnesses' present keys verify."""
        keys = dict(self._policy.witnesses)
        again = (_checked(checkpoint, k.witness, keys[k.witness], k.signature) for k in lines if k.witness in keys)
        return tuple(line for line in again if line is not None)

    def witnessed_before(self, checkpoint: Checkpoint, policies: Iterable[Policy]) -> None:
        """Take a checkpoint of this log as witnessed where one of the policies that it has had was met."""
        for policy in policies:
            former = Cosigned(policy)
            former.add(former.check(checkpoint))
            self.witnessed = max(self.witnessed, former.witnessed)

    def add(self, lines: Iterable[Line]) -> None:
        """Keep lines that were checked."""
        for line in lines:
            of_size = self._by_size.setdefault(line.size, {})
            if line.witness not in of_size or line.time > of_size[line.witness].time:
                of_size[line.witness] = line
            if line.size > self.witnessed and self._has_quorum(of_size):
                self.witnessed = line.size

    def _has_quorum(self, witnesses: Iterable[str]) -> bool:
        # `quorum none` is always reached, and says that nobody watches: that is no witness
        return self._policy.quorum != "none" and has_quorum(self._policy, witnesses)

    def forget_below_quorum(self) -> int:
        """Forget what says nothing more, smaller trees than the one with the quorum; return its size.

        Of each witness the newest stays: it says what that one has.
        """
        newest = {witness: size for size in sorted(self._by_size) for witness in self._by_size[size]}
        for size in [size for size in self._by_size if size < self.witnessed]:
            kept = {w: line for w, line in self._by_size[size].items() if newest[w] == size}
            if kept:
                self._by_size[size] = kept
            else:
                del self._by_size[size]
        return self.witnessed

    def by(self, index: int) -> tuple[str, ...]:
        """Return who has cosigned a tree with the entry of that index, in the policy's order."""
        names = {witness for size, of_size in self._by_size.items() if size > index for witness in of_size}
        return tuple(witness for witness, _ in self._policy.witnesses if witness in names)

    def shown(self, checkpoint: Checkpoint) -> bytes:
        """Return a checkpoint of this log with its own signature and the lines collected, in the policy's order."""
        of_size = self._by_size.get(checkpoint.size, {})
        lines = [
            Signature(name=key.name, key_id=key_id(key), signature=of_size[witness].signature)
            for witness, key in self._policy.witnesses
            if witness in of_size
        ]
        return _note(checkpoint.text, [checkpoint.signatures[0], *lines])


def _checked(checkpoint: Checkpoint, witness: str, key: VerifierKey, signature: bytes) -> Line | None:
    try:
        time = check_cosignature(checkpoint, key, signature)
    except VerificationError:
        return None
    return Line(size=checkpoint.size, witness=witness, time=time, signature=signature)


def _note(text: str, signatures: Sequence[Signature]) -> bytes:
    lines = (f"— {s.name} {base64.b64encode(s.key_id + s.signature).decode()}\n" for s in signatures)
    return f"{text}\n{''.join(lines)}".encode()
