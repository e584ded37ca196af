"""A seeded campaign: whatever is done to whichever file, the outsider's program refuses the directory."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ledgers import CENTRE, STRANGER, honest, lay, observations, publication, sha256

from trucewatch.ledger.note import verifier_key
from trucewatch.ledger.verify import VerificationError, split_bundle, verify

HONEST = honest(300, CENTRE)
TRUSTED = str(verifier_key(CENTRE))
Corruption = Callable[[random.Random, Path, str], None]


def kind(name: str) -> str:
    """Return the kind of a file; the campaign visits every kind as often as every other."""
    if name.startswith("ledger/tile/"):
        return "/".join(name.split("/")[:3]) + (" partial" if ".p/" in name else "")
    return name if name.startswith("ledger/") and "blobs" not in name else name.split("/")[1 if "ledger" in name else 0]


KINDS = {kind(name): [n for n in HONEST if kind(n) == kind(name)] for name in HONEST}


def flip_a_bit(chance, directory, name):
    data = bytearray(HONEST[name])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    (directory / name).write_bytes(data)


def flip_bits_of_one_byte_at_the_end(chance, directory, name):
    data = HONEST[name]
    (directory / name).write_bytes(data[:-1] + bytes([data[-1] ^ chance.randrange(1, 256)]))


def truncate(chance, directory, name):
    (directory / name).write_bytes(HONEST[name][: chance.randrange(len(HONEST[name]))])


def append(chance, directory, name):
    with (directory / name).open("ab") as file:
        file.write(chance.choice([b"\n", b"\x00", b" ", chance.randbytes(32), HONEST[name]]))


def insert(chance, directory, name):
    at = chance.randrange(len(HONEST[name]))
    (directory / name).write_bytes(HONEST[name][:at] + chance.randbytes(1) + HONEST[name][at:])


def delete(chance, directory, name):
    (directory / name).unlink()


def empty(chance, directory, name):
    (directory / name).write_bytes(b"")


def rename(chance, directory, name):
    (directory / name).rename(directory / (name + chance.choice(["0", ".bak", "~", " "])))


def rename_to_a_digest(chance, directory, name):
    digest = sha256(chance.randbytes(4))
    (directory / name).rename(directory / "ledger" / "blobs" / digest)


def add_a_file_beside(chance, directory, name):
    (directory / name).with_name(f"{chance.randrange(1000):03d}").write_bytes(HONEST[name])


def add_a_folder_beside(chance, directory, name):
    (directory / name).with_name(f"x{chance.randrange(1000):03d}").mkdir()


def end_lines_as_windows_does(chance, directory, name):
    data = HONEST[name].replace(b"\n", b"\r\n")
    (directory / name).write_bytes(data if data != HONEST[name] else data + b"\r\n")


def put_another_file_in_its_place(chance, directory, name):
    others = [n for n in HONEST if HONEST[n] != HONEST[name]]
    (directory / name).write_bytes(HONEST[chance.choice(others)])


def exchange_with_another_file(chance, directory, name):
    other = chance.choice([n for n in HONEST if HONEST[n] != HONEST[name]])
    (directory / name).write_bytes(HONEST[other])
    (directory / other).write_bytes(HONEST[name])


def replace_by_a_link(chance, directory, name):
    (directory / name).rename(directory.parent / "aside")
    (directory / name).symlink_to(directory.parent / "aside")


def replace_by_a_folder(chance, directory, name):
    (directory / name).unlink()
    (directory / name).mkdir()


def repeat_an_entry(chance, directory, name):
    bundle = "ledger/tile/entries/000"
    entries = split_bundle(HONEST[bundle], 256)
    one, other = chance.sample(range(256), 2)
    entries[one] = entries[other]
    (directory / bundle).write_bytes(b"".join(len(e).to_bytes(2, "big") + e for e in entries))


def add_an_entry(chance, directory, name):
    bundle = chance.choice(["ledger/tile/entries/000", "ledger/tile/entries/001.p/44"])
    entry = chance.choice([publication(), *observations(3, {})])
    with (directory / bundle).open("ab") as file:
        file.write(len(entry).to_bytes(2, "big") + entry)


def exchange_two_hashes(chance, directory, name):
    tile = chance.choice(["ledger/tile/0/000", "ledger/tile/0/001.p/44"])
    data = HONEST[tile]
    one, other = sorted(chance.sample(range(len(data) // 32), 2))
    hashes = [data[i : i + 32] for i in range(0, len(data), 32)]
    hashes[one], hashes[other] = hashes[other], hashes[one]
    (directory / tile).write_bytes(b"".join(hashes))


def replace_the_key(chance, directory, name):
    key = verifier_key(STRANGER)
    (directory / "ledger/vkey").write_text(f"{key}\n")


def sign_all_anew(chance, directory, name):
    shutil.rmtree(directory)
    lay(directory, honest(chance.randrange(1, 300), STRANGER))


def roll_back_the_checkpoint(chance, directory, name):
    (directory / "ledger/checkpoint").write_bytes(honest(chance.randrange(1, 300), CENTRE)["ledger/checkpoint"])


EVERYWHERE: tuple[Corruption, ...] = (
    flip_a_bit,
    flip_bits_of_one_byte_at_the_end,
    truncate,
    append,
    insert,
    delete,
    empty,
    rename,
    rename_to_a_digest,
    add_a_file_beside,
    add_a_folder_beside,
    end_lines_as_windows_does,
    put_another_file_in_its_place,
    exchange_with_another_file,
    replace_by_a_link,
    replace_by_a_folder,
)
OF_THE_WHOLE: tuple[Corruption, ...] = (
    repeat_an_entry,
    add_an_entry,
    exchange_two_hashes,
    replace_the_key,
    sign_all_anew,
    roll_back_the_checkpoint,
)


def refused(tmp_path: Path, corrupt: Corruption, chance: random.Random, name: str) -> None:
    directory = tmp_path / "out"
    lay(directory, HONEST)
    corrupt(chance, directory, name)
    with pytest.raises(VerificationError) as caught:
        verify(directory, TRUSTED)
    assert str(caught.value).isprintable()
    shutil.rmtree(directory)
    (tmp_path / "aside").unlink(missing_ok=True)


def test_the_ledger_is_honest_before_anything_is_done_to_it(tmp_path):
    assert verify(lay(tmp_path, HONEST), TRUSTED).trusted


@pytest.mark.parametrize("corrupt", EVERYWHERE, ids=lambda corrupt: corrupt.__name__)
def test_no_corruption_of_any_kind_of_file_passes(tmp_path, corrupt):
    chance = random.Random(corrupt.__name__)
    for names in KINDS.values():
        for _ in range(4):
            refused(tmp_path, corrupt, chance, chance.choice(names))


@pytest.mark.parametrize("corrupt", OF_THE_WHOLE, ids=lambda corrupt: corrupt.__name__)
def test_no_cleverer_corruption_passes(tmp_path, corrupt):
    chance = random.Random(corrupt.__name__)
    for _ in range(10):
        refused(tmp_path, corrupt, chance, "ledger/checkpoint")


def test_the_campaign_is_large_enough():
    assert sorted(KINDS) == [
        "blobs",
        "daily",
        "incidents.csv",
        "ledger/checkpoint",
        "ledger/tile/0",
        "ledger/tile/0 partial",
        "ledger/tile/1 partial",
        "ledger/tile/entries",
        "ledger/tile/entries partial",
        "ledger/vkey",
        "report.html",
    ]
    assert 4 * len(KINDS) * len(EVERYWHERE) + 10 * len(OF_THE_WHOLE) >= 700


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_a_longer_campaign_finds_nothing_that_passes(tmp_path, seed):
    chance = random.Random(seed)
    for _ in range(500):
        name = chance.choice(chance.choice(list(KINDS.values())))
        refused(tmp_path, chance.choice(EVERYWHERE + OF_THE_WHOLE), chance, name)
