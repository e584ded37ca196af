"""By which rule a mutant that a verifier accepted is harmless: stated here, and worked out without a verifier.

An acceptance that no rule explains counts as missed.
"""

import base64
import re
from collections.abc import Mapping, Sequence

from mutants import Change

WITHHELD = "what is shown of the entries is a part of what the honest log shows: somebody withholds fields"
SAME_POLICY = "the policy says the same: only remarks, blank lines, spaces or addresses differ"
FEWER = "the checkpoint and its signature are the honest ones, with fewer of the cosignatures, and a quorum among them"
UNCHECKED = "the change is in ML-DSA-44 cosignatures alone, which Go 1.19 cannot check"


def _shown(data: bytes) -> list[tuple[bytes, bytes]]:
    rows = [line.split(b"~") for line in data.split(b"\n")]
    return [(row[0], disclosure) for row in rows for disclosure in row[1:]]


def _words(policy: bytes) -> list[list[bytes]]:
    """Return the words of the lines that say something; of `log` and `witness` without the address at their end."""
    kept = {b"log": 2, b"witness": 3}
    lines = [re.split(rb"[ \t]+", line.strip(b" \t")) for line in policy.split(b"\n")]
    return [line[: kept.get(line[0], len(line))] for line in lines if line != [b""] and line[0][:1] != b"#"]


def _lines(checkpoint: bytes) -> list[bytes]:
    return checkpoint.split(b"\n")


def _is_less(some: Sequence[object], of: Sequence[object]) -> bool:
    """Tell whether something was left out, and nothing else done."""
    rest = iter(of)
    return len(some) < len(of) and all(each in rest for each in some)


def _enough(lines: list[bytes], *, either: bool) -> bool:
    """Tell whether both kinds of cosignature of both guarantors are there, or of one where that is enough."""
    named = [line.split(b" ")[1] for line in lines if line.startswith("— ".encode())][1:]
    both = [named.count(guarantor) == 2 for guarantor in (b"a.example", b"b.example")]
    return any(both) if either else all(both)


def _without_ml_dsa(checkpoint: bytes) -> list[bytes]:
    """Return the lines of a checkpoint, those of ML-DSA-44 cut down to name and key id.

    The time is what the signature is over, so whoever cannot check the signature cannot check the time either.
    """
    return [_key_only(line) if len(line) > 3000 else line for line in _lines(checkpoint)]


def _key_only(line: bytes) -> bytes:
    name, _, signature = line.rpartition(b" ")
    try:
        return name + b" " + base64.b64decode(signature, validate=True)[:4]
    except ValueError:
        return line


def _rule(path: str, old: bytes | None, new: bytes | None, *, either: bool) -> str | None:
    if path.startswith("ledger/disclosures/") and old is not None and _is_less(_shown(new or b""), _shown(old)):
        return WITHHELD
    if old is None or not isinstance(new, bytes):
        return None
    if path == "ledger/policy" and _words(new) == _words(old):
        return SAME_POLICY
    if path == "ledger/checkpoint" and _is_less(_lines(new), _lines(old)) and _lines(new)[:5] == _lines(old)[:5]:
        return FEWER if _enough(_lines(new), either=either) else None
    return None


def rule(files: Mapping[str, bytes], change: Change, *, either: bool = False) -> str | None:
    """Return the rule by which this change is harmless, or None."""
    rules = set()
    for path, new in change.items():
        found = _rule(path, files.get(path), new, either=either) if new is None or isinstance(new, bytes) else None
        rules.add(found)
    return None if None in rules else "; ".join(sorted(rules))


def unchecked(files: Mapping[str, bytes], change: Change) -> str | None:
    """Return why the second verifier cannot see this change, or None."""
    new = change.get("ledger/checkpoint")
    alone = list(change) == ["ledger/checkpoint"] and isinstance(new, bytes)
    return UNCHECKED if alone and _without_ml_dsa(new) == _without_ml_dsa(files["ledger/checkpoint"]) else None
