"""Fields that may have to be withheld later: an entry holds a salted digest of each, the words lie beside it. Pure.

After RFC 9901 (selective disclosure), section 4.2: a disclosure is base64url(`[salt, name, value]`), the entry has its
SHA-256. Without the salt one of 10,000 village names is guessed in milliseconds; with it a withheld field shows that
it is there and no more. Checking is `verify.disclosed`: RFC 9901, section 7.1, step 5, refuses what nothing refers to.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from trucewatch.ledger.encoding import canonical, quoted
from trucewatch.ledger.verify import SALT_BYTES, disclosures_path, to_base64url

TILE_WIDTH = 256  # entries of a bundle, and of a file of disclosures

Salts = Callable[[int], bytes]


def derived(secret: bytes, label: bytes) -> Salts:
    """Return salts that are a function of a secret and a label: the same run writes the same bytes.

    With the published rehearsal key as the secret they hide nothing; with a centre's own key they do, but what was
    withheld can be shown again by whoever has the key: an erasure needs salts of chance.
    """
    return lambda fields: hashlib.shake_256(b"trucewatch salts\0" + secret + label).digest(SALT_BYTES * fields)


def pepper(secret: bytes, label: bytes) -> bytes:
    """Return what a centre mixes into the keys of rows, so that a withheld cell cannot be found by trying.

    It is logged as a committed field of the case, and withheld wherever a cell is.
    """
    return hashlib.shake_256(b"trucewatch pepper\0" + secret + label).digest(2 * SALT_BYTES)


def commit(entry: Mapping[str, Any], hidden: Mapping[str, Any], salts: Salts) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the entry with commitments for the hidden fields, and their disclosures in the order of their names.

    Raises ValueError for a name that the entry has itself or that is not ASCII.
    """
    names = sorted(hidden)
    if any(name in entry or not name or not name.isascii() for name in names):
        raise ValueError("a field that is hidden has an ASCII name that the entry does not have itself")
    if not names:
        return dict(entry), ()
    random = salts(len(names))
    texts = _each_to_base64url([random[at : at + SALT_BYTES] for at in range(0, len(random), SALT_BYTES)])
    disclosures = tuple(_disclosure(salt, name, hidden[name]) for salt, name in zip(texts, names, strict=True))
    digests = [hashlib.sha256(disclosure.encode()).digest() for disclosure in disclosures]
    return {**entry, "commitments": sorted(_each_to_base64url(digests))}, disclosures  # each is its `commitment`


def _disclosure(salt: str, name: str, value: Any) -> str:
    if type(value) is str:  # nearly all are: two thirds of the time of the general way
        return to_base64url(f'["{salt}",{quoted(name)},{quoted(value)}]'.encode())
    return to_base64url(canonical([salt, name, value]))


def _each_to_base64url(parts: Sequence[bytes]) -> list[str]:
    """Return `to_base64url` of each of parts of one length, in one go: filled up to whole groups, and cut."""
    length = len(parts[0])
    fill = b"\0" * (-length % 3)
    text = to_base64url(fill.join((*parts, b"")))
    step, long = (length + len(fill)) // 3 * 4, -(-length * 4 // 3)
    return [text[at : at + long] for at in range(0, len(text), step)]


def cells(raw: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return the cells of a row as fields: `00:column`, `01:column`, ... in the row's order."""
    return {_field(at, column): cell for at, (column, cell) in enumerate(raw)}


@lru_cache(maxsize=4096)  # a table has few columns and many rows
def _field(at: int, column: str) -> str:
    return f"{at:02}:{column.encode('unicode_escape').decode()}"


def row(fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the cells of a row from the fields that `cells` made, as far as they are shown."""
    named = [(name.partition(":"), value) for name, value in fields.items() if name[:1].isdigit()]
    named.sort(key=lambda found: int(found[0][0]))
    return tuple((name[2].encode().decode("unicode_escape"), value) for name, value in named)


def disclosure_files(disclosures: Mapping[int, Sequence[str]]) -> dict[str, bytes]:
    """Return path to bytes of every file of disclosures, from the disclosures of each entry by its index."""
    files: dict[int, list[str]] = {}
    for index in sorted(disclosures):
        if disclosures[index]:
            line = "~".join((str(index), *disclosures[index])) + "\n"
            files.setdefault(index // TILE_WIDTH, []).append(line)
    return {disclosures_path(tile): "".join(lines).encode() for tile, lines in files.items()}
