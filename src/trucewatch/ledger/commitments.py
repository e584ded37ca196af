"""Fields that may have to be withheld later: an entry holds a salted digest of each, the words lie beside it. Pure.

After RFC 9901 (selective disclosure), section 4.2: a disclosure is base64url(`[salt, name, value]`), the entry has its
SHA-256. Without the salt one of 10,000 village names is guessed in milliseconds; with it a withheld field shows that
it is there and no more. Checking is `verify.disclosed`: RFC 9901, section 7.1, step 5, refuses what nothing refers to.
"""

import hashlib
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from trucewatch.ledger.encoding import canonical, quoted
from trucewatch.ledger.verify import SALT_BYTES, disclosures_path

TILE_WIDTH = 256  # entries of a bundle, and of a file of disclosures
_TO_URL = bytes.maketrans(b"+/", b"-_")  # RFC 4648, section 5

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
    if not hidden:
        return dict(entry), ()
    names, written = _names(tuple(hidden))
    if not entry.keys().isdisjoint(names):
        raise ValueError(_OWN_NAME)
    random = salts(len(names))
    texts = _each_to_base64url([random[at : at + SALT_BYTES] for at in range(0, len(random), SALT_BYTES)])
    values = [hidden[name] for name in names]
    disclosures = _each_to_base64url(map(_disclosure, texts, names, written, values))
    digests = [hashlib.sha256(disclosure.encode()).digest() for disclosure in disclosures]
    return {**entry, "commitments": sorted(_each_to_base64url(digests))}, tuple(disclosures)  # each is its `commitment`


_OWN_NAME = "a field that is hidden has an ASCII name that the entry does not have itself"


@lru_cache(maxsize=256)  # the rows of a table have the same ones
def _names(hidden: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of hidden fields in order, and how each is written."""
    names = tuple(sorted(hidden))
    if not all(name and name.isascii() for name in names):
        raise ValueError(_OWN_NAME)
    return names, tuple(map(quoted, names))


def _disclosure(salt: str, name: str, written: str, value: Any) -> bytes:
    if type(value) is str:  # nearly all are
        return f'["{salt}",{written},{quoted(value)}]'.encode()
    return canonical([salt, name, value])


def _each_to_base64url(parts: Iterable[bytes]) -> list[str]:
    """Return `verify.to_base64url` of each part, in one go for all of them."""
    return b"".join(map(b2a_base64, parts)).translate(_TO_URL, b"=").decode().splitlines()  # each ends its line


def cells(raw: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return the cells of a row as fields: `00:column`, `01:column`, ... in the row's order."""
    columns, found = zip(*raw, strict=True) if (raw := tuple(raw)) else ((), ())
    return dict(zip(_fields(columns), found, strict=True))


@lru_cache(maxsize=256)  # a table has few columns and many rows
def _fields(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{at:02}:{column.encode('unicode_escape').decode()}" for at, column in enumerate(columns))


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
