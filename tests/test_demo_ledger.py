"""The demo's own ledger: `verify` accepts it, and refuses it after each of more than 500 seeded corruptions.

`tests/ledger/test_corruptions.py` corrupts a small ledger built for the purpose, this one what `make demo` writes.
Each corruption is done in place and undone afterwards, so that only the first and the last check pass.
"""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from trucewatch import centre
from trucewatch.ledger import signed_files
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import REHEARSAL, Key, verifier_key
from trucewatch.ledger.verify import HASH_BYTES, TILE_WIDTH, VerificationError, split_bundle, verify

TRUSTED = str(verifier_key(REHEARSAL))
STRANGER = Key(name=REHEARSAL.name, seed=bytes(range(32)))
ALL = 500  # as many as the log was first held to; `make mutations` takes a hundred thousand
ROUNDS = 2  # over every file and every way of corrupting it

Files = dict[str, bytes]
Changes = dict[str, bytes | None]  # None: the file is gone
Corruption = Callable[[random.Random, Files, str], Changes]  # from the honest files and the name of one of them


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "out"
    centre.assess(centre.find_case("donbas"), out)
    return out


def files_of(folder: Path) -> Files:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# --- of any file ----------------------------------------------------------------------------------


def flip_a_bit(chance, files, name):
    data = bytearray(files[name])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return {name: bytes(data)}


def change_a_byte(chance, files, name):
    data = bytearray(files[name])
    at = chance.randrange(len(data))
    data[at] = (data[at] + chance.randrange(1, 256)) % 256
    return {name: bytes(data)}


def truncate(chance, files, name):
    return {name: files[name][: chance.randrange(1, len(files[name]))]}


def append(chance, files, name):
    return {name: files[name] + chance.choice([b"\n", b"\x00", b" ", chance.randbytes(32), files[name]])}


def insert_a_byte(chance, files, name):
    at = chance.randrange(len(files[name]))
    return {name: files[name][:at] + chance.randbytes(1) + files[name][at:]}


def delete_a_byte(chance, files, name):
    at = chance.randrange(len(files[name]))
    return {name: files[name][:at] + files[name][at + 1 :]}


def delete(chance, files, name):
    return {name: None}


def empty(chance, files, name):
    return {name: b""}


def rename(chance, files, name):
    return {name: None, name + chance.choice(["0", ".bak", "~", " "]): files[name]}


def add_a_copy_beside(chance, files, name):
    return {f"{name.rpartition('/')[0] or '.'}/{chance.randrange(1000):03d}x": files[name]}


def exchange_with_another(chance, files, name):
    other = chance.choice([n for n in files if files[n] != files[name]])
    return {name: files[other], other: files[name]}


def change_a_digit(chance, files, name):
    """A probability, a time, a count: what somebody who wants another result would change."""
    data = files[name]
    at = chance.choice([i for i, byte in enumerate(data) if 0x30 <= byte <= 0x39] or [0])
    return {name: data[:at] + bytes([0x30 + (data[at] + 1) % 10]) + data[at + 1 :]}


ANYWHERE: tuple[Corruption, ...] = (
    flip_a_bit,
    change_a_byte,
    truncate,
    append,
    insert_a_byte,
    delete_a_byte,
    delete,
    empty,
    rename,
    add_a_copy_beside,
    exchange_with_another,
    change_a_digit,
)


# --- of the log, by somebody who knows it ---------------------------------------------------------


def bundles(files: Files) -> list[str]:
    return [name for name in files if name.startswith("ledger/tile/entries/")]


def width(name: str) -> int:
    return int(name.rpartition("/")[2]) if ".p/" in name else TILE_WIDTH


def bundle(entries: list[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_of(files: Files) -> list[bytes]:
    return [entry for name in bundles(files) for entry in split_bundle(files[name], width(name))]


def change_an_entry(chance, files, name):
    name = chance.choice(bundles(files))
    entries = split_bundle(files[name], width(name))
    at = chance.randrange(len(entries))
    entries[at] = encode({**json.loads(entries[at]), "note": "added later"})
    return {name: bundle(entries)}


def exchange_two_entries(chance, files, name):
    name = chance.choice(bundles(files))
    entries = split_bundle(files[name], width(name))
    one, other = chance.sample(range(len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]
    return {name: bundle(entries)}


def change_a_hash_of_a_tile(chance, files, name):
    name = chance.choice([n for n in files if n.startswith("ledger/tile/") and "entries" not in n])
    at = HASH_BYTES * chance.randrange(len(files[name]) // HASH_BYTES)
    return {name: files[name][:at] + chance.randbytes(HASH_BYTES) + files[name][at + HASH_BYTES :]}


def replace_the_key(chance, files, name):
    return {"ledger/policy": f"log {verifier_key(STRANGER)}\nquorum none\n".encode()}


def signed(entries: list[bytes], files: Files, key: Key) -> Files:
    """Return the ledger that somebody with that key writes about these entries: whole and coherent."""
    blobs = {name.rpartition("/")[2]: data for name, data in files.items() if name.startswith("ledger/blobs/")}
    return {f"ledger/{name}": data for name, data in signed_files(entries, {}, blobs, key).items()}


def sign_anew_with_another_key(chance, files, name):
    entries = entries_of(files)
    at = chance.randrange(len(entries) - 1)
    entries[at] = encode({**json.loads(entries[at]), "note": "added later"})
    return signed(entries, files, STRANGER)


def go_back_to_an_older_checkpoint(chance, files, name):
    entries = entries_of(files)
    older = signed(entries[: chance.randrange(1, len(entries))], files, REHEARSAL)
    return {"ledger/checkpoint": older["ledger/checkpoint"]}


IN_THE_LOG: tuple[Corruption, ...] = (
    change_an_entry,
    exchange_two_entries,
    change_a_hash_of_a_tile,
    replace_the_key,
    sign_anew_with_another_key,
    go_back_to_an_older_checkpoint,
)


# --- the campaign ---------------------------------------------------------------------------------


@contextmanager
def corrupted(folder: Path, files: Files, changes: Changes) -> Iterator[None]:
    """Do it in place, and undo it."""
    lay(folder, changes)
    try:
        yield
    finally:
        lay(folder, {name: files.get(name) for name in changes})


def lay(folder: Path, changes: Changes) -> None:
    for name, data in changes.items():
        if data is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(data)


def says_the_same(files: Files, changes: Changes) -> bool:
    """Tell whether nothing changed but blank lines of the policy, which a C2SP tlog-policy may have anywhere."""
    (name, data), *others = changes.items()
    lines = [None if of is None else [line for line in of.split(b"\n") if line.strip()] for of in (files[name], data)]
    return not others and name == "ledger/policy" and lines[0] == lines[1]


@pytest.mark.parametrize("number", [80, pytest.param(ALL, marks=pytest.mark.slow)])
def test_every_corruption_of_the_demos_ledger_is_refused(demo, number):
    assert verify(demo, TRUSTED).trusted
    files = files_of(demo)
    chance = random.Random("the demo's ledger")
    campaign = [(corrupt, name) for name in files for corrupt in ANYWHERE] * ROUNDS
    campaign += [(corrupt, "ledger/checkpoint") for corrupt in IN_THE_LOG] * 10
    assert len(campaign) >= ALL
    chance.shuffle(campaign)
    campaign = campaign if number == ALL else campaign[:number]
    refused = withheld = same = 0
    for corrupt, name in campaign:
        changes = corrupt(chance, files, name)
        assert any(files.get(n) != data for n, data in changes.items()), f"{corrupt.__name__} of {name} did nothing"
        with corrupted(demo, files, changes):
            try:
                found = verify(demo, TRUSTED)
            except VerificationError as error:
                assert str(error).isprintable()  # noqa: PT017
                refused += 1
            else:
                # leaving disclosures out is a right, not a corruption; it is counted and said
                if "disclosures" in name and found.withheld > 0:
                    withheld += 1
                else:
                    assert says_the_same(files, changes), f"{corrupt.__name__} of {name} passes"
                    same += 1
    assert refused + withheld + same == len(campaign) >= number
    assert same <= ROUNDS
    assert withheld <= 2 * ROUNDS * sum("disclosures" in name for name in files)
    assert files_of(demo) == files
    assert verify(demo, TRUSTED).trusted


def test_the_campaign_reaches_every_kind_of_file_of_the_demo(demo):
    kinds = {"/".join(name.split("/")[:-1]) for name in files_of(demo)}
    assert kinds >= {"", "daily", "ledger", "ledger/blobs", "ledger/tile/0", "ledger/tile/entries"}
    assert any(kind.endswith(".p") for kind in kinds)
