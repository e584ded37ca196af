"""A small centre's log and its keepers' keys, built in code: two mirrors, and a witness for a liaison officer."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from ledgers import CENTRE, lay

from trucewatch.ledger import signed_files
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.disk import RealDisk
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.tlog import checkpoint, root
from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44, Policy, parse_policy


def keys_of(name: str) -> tuple[Key, Key]:
    """Both cosigner keys of one keeper."""
    seed = hashlib.sha256(name.encode()).digest()
    return tuple(Key(name=name, seed=seed, kind=kind) for kind in (COSIGN_ED25519, COSIGN_ML_DSA_44))


MIRROR_A, MIRROR_B, LIAISON = keys_of("a.example/mirror"), keys_of("b.example/mirror"), keys_of("liaison.example")


def policy_text(key: Key = CENTRE, heads: str = "both") -> bytes:
    lines = [f"log {verifier_key(key)}"]
    for short, pair in (("a", MIRROR_A), ("b", MIRROR_B), ("l", LIAISON)):
        lines += [f"witness {short}{n} {verifier_key(each)}" for n, each in enumerate(pair)]
        lines += [f"group {short} all {short}0 {short}1"]
    return "\n".join([*lines, "group both all a b", f"quorum {heads}", ""]).encode()


POLICY = parse_policy(policy_text())


def policy_of(key: Key) -> Policy:
    return parse_policy(policy_text(key))


def blob(number: int) -> bytes:
    return f"evidence {number}\n".encode() * 10


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def history(number: int, tale: str = "", since: int = 0) -> list[tuple[bytes, tuple[str, ...]]]:
    """Entries and what they show; from `since` on they tell another tale. Every fifth brings a file."""
    told = []
    for index in range(number):
        about = tale if index >= since else ""
        fields = {"type": "observation", "v": "1", "n": index, "tale": about}
        if index % 5 == 1:
            fields["blobs"] = [sha256(blob(index))]
        hidden = {"00:place": f"place {index}", "01:who": "north"} if index % 3 == 0 else {}
        entry, shown = commit(fields, hidden, derived(b"salt", index.to_bytes(8, "big")))
        told.append((encode(entry), shown))
    return told


def log_files(
    told: Sequence[tuple[bytes, tuple[str, ...]]], key: Key = CENTRE, policy: bytes | None = None
) -> dict[str, bytes]:
    """Every file of the log that holds this history."""
    blobs = {sha256(blob(i)): blob(i) for i in range(len(told)) if i % 5 == 1}
    files = signed_files([entry for entry, _ in told], {i: shown for i, (_, shown) in enumerate(told)}, blobs, key)
    return files | {"policy": policy or policy_text(key)}


def head_of(told: Sequence[tuple[bytes, tuple[str, ...]]], key: Key = CENTRE) -> bytes:
    return sign(checkpoint(key.name, len(told), root([entry for entry, _ in told])), key)


class Log:
    """A log's folder that is rewritten as a whole: what lies there is what the operator wants to show."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def show(self, files: dict[str, bytes]) -> None:
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        lay(self.folder, files)


class Dict:
    """A source in memory; `without` are paths that it does not give."""

    def __init__(self, files: dict[str, bytes], without: Sequence[str] = ()) -> None:
        self.files = {path: data for path, data in files.items() if path not in without}
        self.asked: list[str] = []

    def __str__(self) -> str:
        return "memory"

    def fetch(self, path: str, most: int) -> bytes:
        self.asked.append(path)
        if path not in self.files:
            raise FileNotFoundError(2, "no such file", path)
        assert len(self.files[path]) <= most
        return self.files[path]


class _Unflushed:
    """The calls of the operating system without waiting for the medium: for tests that are not about power cuts."""

    def __getattr__(self, name: str):
        return getattr(os, name)

    def fsync(self, handle: int, /) -> None:
        pass


def fast_disk() -> RealDisk:
    return RealDisk(_Unflushed())
