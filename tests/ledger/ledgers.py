"""Small ledgers for these tests, built in code, with published files beside them."""

import hashlib
from pathlib import Path

from trucewatch.ledger import signed_files
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, rehearsal, sign, verifier_key
from trucewatch.ledger.tlog import checkpoint, root, tiles

ORIGIN = "trucewatch.example/test"
KEY = rehearsal(ORIGIN)
CENTRE = Key(name=ORIGIN, seed=bytes(range(32)))
STRANGER = Key(name=ORIGIN, seed=bytes(32))

PUBLISHED = {
    "incidents.csv": b"incident_id,p_a,p_b\ni1,0.2,0.3\n",
    "report.html": "<p>Daily report: Ağdam / Акна</p>\n".encode(),
    "daily/2021-01-01.html": b"<p>no fire was recorded; 3 of 24 hours were covered</p>\n",
}


def vkey(name: str, kind: bytes = b"\x01", seed: str | None = None) -> str:
    """Return a public key as text, made from its name, or from another name."""
    own = hashlib.sha256((name if seed is None else seed).encode()).digest()
    return str(verifier_key(Key(name=name, seed=own, kind=kind)))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def publication(published: dict[str, bytes] = PUBLISHED) -> bytes:
    return encode({"type": "publication", "v": "1", "files": {path: sha256(data) for path, data in published.items()}})


def observations(number: int, blobs: dict[str, bytes]) -> list[bytes]:
    """Entries of growing length; each blob is named by one of the first entries."""
    names = sorted(blobs)
    return [
        encode({"type": "observation", "v": "1", "n": i, "text": "é" * (i % 7), "blobs": names[i : i + 1]})
        for i in range(number)
    ]


def honest(size: int, key: Key = KEY, blob_count: int = 2) -> dict[str, bytes]:
    """Every file of an output directory whose log has that many entries, the last a publication."""
    texts = [f"evidence {i}\n".encode() for i in range(min(blob_count, size - 1))]
    blobs = {sha256(text): text for text in texts}
    entries = [*observations(size - 1, blobs), publication()]
    return within(signed_files(entries, {}, blobs, key)) | PUBLISHED


def signed(entries: list[bytes], blobs: dict[str, bytes] | None = None, key: Key = KEY) -> dict[str, bytes]:
    """An output directory whose log is well signed, whatever its entries are."""
    files = tiles(entries) | {f"blobs/{name}": data for name, data in (blobs or {}).items()}
    files["checkpoint"] = sign(checkpoint(ORIGIN, len(entries), root(entries)), key)
    files["policy"] = honest(1, key)["ledger/policy"]
    return within(files) | PUBLISHED


def within(files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"ledger/{path}": data for path, data in files.items()}


def lay(directory: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return directory
