"""Redaction: withholding any field leaves a log as good as it was, altering what is shown never does.

Every disclosure of the log is left out, alone, with all of its entry and with all of the log; then every byte of every
disclosure is altered in several ways, and every disclosure is made anew with another salt, name or value.
"""

import base64
import json
import random
from collections.abc import Iterator

from mutants import Change, Files

PATHS = "ledger/disclosures/"
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
Shown = list[tuple[str, bytes, bytes]]  # file, index of the entry, disclosure


def shown(files: Files) -> Shown:
    """Return every disclosure of a log in its order."""
    rows = [(path, line.split(b"~")) for path in files if path.startswith(PATHS) for line in files[path].splitlines()]
    return [(path, row[0], disclosure) for path, row in rows for disclosure in row[1:]]


def written(all_shown: Shown, paths: set[str]) -> Change:
    """Return the files of disclosures that show just this; a file of nothing is gone."""
    change: Change = dict.fromkeys(paths)
    for path in paths:
        rows: dict[bytes, list[bytes]] = {}
        for _, index, disclosure in (each for each in all_shown if each[0] == path):
            rows.setdefault(index, [index]).append(disclosure)
        if rows:
            change[path] = b"".join(b"~".join(row) + b"\n" for row in rows.values())
    return change


def withheld(files: Files) -> Iterator[tuple[str, Change]]:
    """Yield what is withheld, and the files without it."""
    everything = shown(files)
    for at, (path, index, _) in enumerate(everything):
        yield f"field {at} of entry {index.decode()}", written(everything[:at] + everything[at + 1 :], {path})
    for path, index in {(path, index) for path, index, _ in everything}:
        rest = [each for each in everything if each[:2] != (path, index)]
        yield f"all fields of entry {index.decode()}", written(rest, {path})
    yield "every field", written([], {path for path, _, _ in everything})


def _encoded(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=")


def _made_anew(chance: random.Random, disclosure: bytes) -> Iterator[tuple[str, bytes]]:
    salt, name, value = json.loads(base64.urlsafe_b64decode(disclosure + b"=" * (-len(disclosure) % 4)))
    other_salt = base64.urlsafe_b64encode(chance.randbytes(16)).rstrip(b"=").decode()
    yield "another value", _encoded([salt, name, "another"])
    yield "another type of value", _encoded([salt, name, [value]])
    yield "another name", _encoded([salt, name + "x", value])
    yield "another salt", _encoded([other_salt, name, value])
    yield "a fourth part", _encoded([salt, name, value, value])
    yield "padding", disclosure + b"=" * (-len(disclosure) % 4 or 4)
    yield "the other alphabet", disclosure.translate(bytes.maketrans(b"-_", b"+/"))


def alterations(chance: random.Random, disclosure: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield how a disclosure is altered and what it becomes: never what it was."""
    for at, byte in enumerate(disclosure):
        before, after = disclosure[:at], disclosure[at + 1 :]
        others = LETTERS.replace(bytes([byte]), b"")
        yield "another letter", before + bytes([chance.choice(others)]) + after
        neighbour = LETTERS[LETTERS.index(byte) ^ 1]  # one bit of what it decodes to
        yield "another bit", before + bytes([neighbour]) + after
        yield "another byte", before + bytes([byte ^ 1 << chance.randrange(8)]) + after
        yield "a letter dropped", before + after
        yield "a letter added", before + bytes([chance.choice(LETTERS), byte]) + after
    yield from ((how, new) for how, new in _made_anew(chance, disclosure) if new != disclosure)


def altered(files: Files, seed: int) -> Iterator[tuple[str, Change]]:
    """Yield how a disclosure is altered, and the file with it: every byte of every disclosure of the log."""
    everything = shown(files)
    chance = random.Random(f"altered {seed}")
    for path, index, disclosure in everything:
        old = files[path]
        line = b"\n" + index + b"~"
        start = (b"\n" + old).index(line)
        at = old.index(disclosure, start)
        for how, new in alterations(chance, disclosure):
            yield how, {path: old[:at] + new + old[at + len(disclosure) :]}
