"""Mutants of a log: whatever can be done to a file, or to a part of one, as a change of a directory.

A `Target` is a part of a file that has a role of its own: of a checkpoint its text, the log's signature, and the
cosignatures of each kind; of a bundle what a passkey approved, its approval, and who was appointed; else whole files.
An operator takes chance, the honest files, a target and another honest log of the same keys, and returns which files
become what; nothing where it finds nothing to do.
"""

import base64
import os
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from trucewatch.ledger.tlog import tiles
from trucewatch.ledger.verify import TILE_WIDTH, split_bundle

Files = Mapping[str, bytes]


class Special(Enum):
    """What may stand in the place of a file and is none."""

    LINK = "a link to a file of the same bytes"
    DANGLING = "a link to nothing"
    FOLDER = "an empty folder"
    PIPE = "a pipe"


Change = dict[str, bytes | Special | None]  # None: the file is gone


@dataclass(frozen=True, slots=True)
class Target:
    """A part of a file, and what it is."""

    kind: str
    path: str
    start: int
    end: int


Operator = Callable[[random.Random, Files, Target, Files], Change]


def _of_checkpoint(path: str, data: bytes) -> list[Target]:
    at = data.index(b"\n\n") + 2
    found = [Target("checkpoint: text", path, 0, at - 1)]
    for line in data[at:].splitlines(keepends=True):
        kind = "cosignature, ML-DSA-44" if len(line) > 1000 else "cosignature, Ed25519"
        kind = "checkpoint: the log's signature" if len(found) == 1 else kind
        found.append(Target(kind, path, at, at + len(line)))
        at += len(line)
    return found


def _of_bundle(path: str, data: bytes) -> Iterator[Target]:
    yield Target(_kind(path), path, 0, len(data))
    end = 0
    for entry in split_bundle(data, _width(path)) if any(mark in data for mark in (APPROVAL, *APPOINTING)) else ():
        start, end = end + 2, end + 2 + len(entry)
        if APPROVAL in entry:
            at = start + entry.index(APPROVAL)
            yield Target("an entry that a passkey approved", path, start, end)
            yield Target("an approval by a passkey", path, at, at + entry[at - start :].index(b"}") + 1)
        elif entry.startswith(APPOINTING):
            yield Target("charter, or act that appoints", path, start, end)


APPROVAL, APPOINTING = b'"approval":{', (b'{"act":', b'{"authors":')  # the first names of an act's entry and a charter


def _kind(path: str) -> str:
    match path.split("/"):
        case ["ledger", "tile", "entries", *_]:
            return "bundle of entries, " + ("partial" if ".p/" in path else "full")
        case ["ledger", "tile", level, *_]:
            return f"tile of level {level}, " + ("partial" if ".p/" in path else "full")
        case ["ledger", folder, *_]:
            return folder
        case _:
            return "published file"


BUNDLES = "ledger/tile/entries/"


def targets(files: Files) -> dict[str, list[Target]]:
    """Return the targets of a log by their kind."""
    found: dict[str, list[Target]] = {}
    for path, data in files.items():
        parts: Iterable[Target] = [Target(_kind(path), path, 0, len(data))]
        if path == "ledger/checkpoint":
            parts = _of_checkpoint(path, data)
        elif path.startswith(BUNDLES):
            parts = _of_bundle(path, data)
        for part in parts:
            found.setdefault(part.kind, []).append(part)
    return found


# --- bytes of a part ------------------------------------------------------------------------------


def _part(edit: Callable[[random.Random, bytes], bytes]) -> Operator:
    def operator(chance: random.Random, files: Files, target: Target, _: Files) -> Change:
        data = files[target.path]
        edited = edit(chance, data[target.start : target.end])
        return {target.path: data[: target.start] + edited + data[target.end :]}

    operator.__name__ = edit.__name__
    return operator


def _spot(chance: random.Random, part: bytes, longest: int) -> tuple[int, int]:
    start = chance.randrange(len(part))
    return start, min(len(part), start + chance.randrange(1, longest + 1))


@_part
def flip_a_bit(chance: random.Random, part: bytes) -> bytes:
    at = chance.randrange(len(part))
    return part[:at] + bytes([part[at] ^ 1 << chance.randrange(8)]) + part[at + 1 :]


@_part
def flip_a_bit_near_an_end(chance: random.Random, part: bytes) -> bytes:
    at = chance.choice([*range(min(4, len(part))), *range(max(0, len(part) - 6), len(part))])
    return part[:at] + bytes([part[at] ^ 1 << chance.randrange(8)]) + part[at + 1 :]


@_part
def change_a_byte(chance: random.Random, part: bytes) -> bytes:
    at = chance.randrange(len(part))
    return part[:at] + chance.randbytes(1) + part[at + 1 :]


@_part
def change_a_letter_for_a_letter(chance: random.Random, part: bytes) -> bytes:
    places = [m.start() for m in re.finditer(rb"[A-Za-z0-9]", part)]
    if not places:
        return part
    at = chance.choice(places)
    return part[:at] + chance.choice("abcxyzABCXYZ0123456789-_+/").encode() + part[at + 1 :]


@_part
def change_the_case_of_a_letter(chance: random.Random, part: bytes) -> bytes:
    places = [m.start() for m in re.finditer(rb"[A-Za-z]", part)]
    at = chance.choice(places or [0])
    return part[:at] + part[at : at + 1].swapcase() + part[at + 1 :]


@_part
def overwrite_some(chance: random.Random, part: bytes) -> bytes:
    start, end = _spot(chance, part, 64)
    fill = chance.choice((bytes(end - start), chance.randbytes(end - start), b"\xff" * (end - start)))
    return part[:start] + fill + part[end:]


@_part
def cut_off(chance: random.Random, part: bytes) -> bytes:
    return part[: chance.randrange(len(part))]


@_part
def drop_some(chance: random.Random, part: bytes) -> bytes:
    start, end = _spot(chance, part, chance.choice((1, 2, 32, 300)))
    return part[:start] + part[end:]


@_part
def insert_some(chance: random.Random, part: bytes) -> bytes:
    at = chance.randrange(len(part) + 1)
    return part[:at] + chance.choice((b"\n", b"\r", b"\0", b" ", b"~", b"=", chance.randbytes(4))) + part[at:]


@_part
def append_some(chance: random.Random, part: bytes) -> bytes:
    return part + chance.choice((b"\n", b"\0", b" ", b"\r\n", chance.randbytes(32), part, part[-32:]))


@_part
def repeat_some(chance: random.Random, part: bytes) -> bytes:
    start, end = _spot(chance, part, chance.choice((1, 32, 300)))
    return part[:end] + part[start:]


@_part
def exchange_two_bytes(chance: random.Random, part: bytes) -> bytes:
    edited = bytearray(part)
    one, other = chance.randrange(len(part)), chance.randrange(len(part))
    edited[one], edited[other] = edited[other], edited[one]
    return bytes(edited)


@_part
def exchange_two_hashes(chance: random.Random, part: bytes) -> bytes:
    rows = [part[at : at + 32] for at in range(0, len(part), 32)]
    one, other = chance.randrange(len(rows)), chance.randrange(len(rows))
    rows[one], rows[other] = rows[other], rows[one]
    return b"".join(rows)


# --- lines of a part, and base64 in it -------------------------------------------------------------


def _lines(edit: Callable[[random.Random, list[bytes]], list[bytes]]) -> Operator:
    def edited(chance: random.Random, part: bytes) -> bytes:
        return b"".join(edit(chance, part.splitlines(keepends=True)))

    edited.__name__ = edit.__name__
    return _part(edited)


@_lines
def drop_a_line(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at = chance.randrange(len(lines))
    return lines[:at] + lines[at + 1 :]


@_lines
def repeat_a_line(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at = chance.randrange(len(lines))
    return lines[: at + 1] + lines[at:]


@_lines
def exchange_two_lines(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    chance.shuffle(lines)
    return lines


@_lines
def add_a_line(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at = chance.randrange(len(lines) + 1)
    added = (b"\n", b"# a remark\n", b" \n", b"0~AAAA\n", b"extension\n", "— x AAAAAAAA\n".encode())
    return [*lines[:at], chance.choice(added), *lines[at:]]


@_part
def end_lines_as_windows_does(_: random.Random, part: bytes) -> bytes:
    return part.replace(b"\n", b"\r\n")


@_part
def leave_out_the_last_newline(_: random.Random, part: bytes) -> bytes:
    return part.removesuffix(b"\n")


@_part
def put_space_at_the_end_of_a_line(chance: random.Random, part: bytes) -> bytes:
    places = [m.start() for m in re.finditer(rb"\n", part)]
    at = chance.choice(places or [len(part)])
    return part[:at] + chance.choice((b" ", b"\t", b"\x0b", b"\xc2\xa0")) + part[at:]


def _padding_bits(word: bytes) -> bytes:
    """Return base64 that a lenient reader decodes to the same bytes: a bit that must be 0 is 1."""
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bare = word.rstrip(b"=")
    at = letters.find(bare[-1:].replace(b"-", b"+").replace(b"_", b"/"))
    free = {2: 15, 3: 3}.get(len(bare) % 4, 0)
    return bare[:-1] + letters[at | 1 : (at | 1) + 1] + word[len(bare) :] if free and at >= 0 else word


@_part
def write_base64_otherwise(chance: random.Random, part: bytes) -> bytes:
    words = list(re.finditer(rb"[A-Za-z0-9+/_-]{22,}={0,2}", part))
    if not words:
        return part
    found = chance.choice(words)
    word = found[0]
    forms = (
        word.replace(b"+", b"-").replace(b"/", b"_"),
        word.replace(b"-", b"+").replace(b"_", b"/"),
        word.rstrip(b"="),
        word + b"=",
        word + b"==",
        word + b"A",
        word[:8] + b"\n" + word[8:],
        word[:8] + b" " + word[8:],
        word[:8] + b"=" + word[8:],
        _padding_bits(word),
        _padding_bits(word),
        base64.b16encode(word),
    )
    return part[: found.start()] + chance.choice(forms) + part[found.end() :]


# --- whole files ----------------------------------------------------------------------------------


def empty(_: random.Random, __: Files, target: Target, ___: Files) -> Change:
    return {target.path: b""}


def delete(_: random.Random, __: Files, target: Target, ___: Files) -> Change:
    return {target.path: None}


def rename(chance: random.Random, files: Files, target: Target, _: Files) -> Change:
    folder, slash, name = target.path.rpartition("/")
    names = (name + "0", name + ".bak", name + "~", name + " ", "." + name, name.upper(), name.swapcase(), "x" + name)
    new = folder + slash + chance.choice(names)
    return {target.path: None, new: files[target.path]} if new not in files else {}


def move_elsewhere(chance: random.Random, files: Files, target: Target, _: Files) -> Change:
    folders = sorted({path.rpartition("/")[0] for path in files} - {""})
    new = f"{chance.choice(folders)}/{chance.choice(('000', '001', chance.randbytes(32).hex()))}"
    return {target.path: None, new: files[target.path]} if new not in files else {}


def add_a_copy(chance: random.Random, files: Files, target: Target, _: Files) -> Change:
    folder, slash, name = target.path.rpartition("/")
    number = f"{chance.randrange(1000):03}"
    names = (
        number,
        f"x{number}/{number}",
        f"{number}.p/{chance.randrange(256)}",
        f"{name}.p/7",
        chance.randbytes(32).hex(),
    )
    new = folder + slash + chance.choice(names)
    return {new: files[target.path]} if new not in files and not any(p.startswith(f"{new}/") for p in files) else {}


def add_a_file(chance: random.Random, files: Files, _: Target, __: Files) -> Change:
    new = chance.choice(
        ("ledger/vkey", "ledger/notes", "ledger/.x", "other.html", "ledger/blobs/x", "ledger/tile/9/000")
    )
    new = chance.choice((new, "ledger/timestamps/x.tsr", f"ledger/blobs/{chance.randbytes(32).hex()}"))
    return {new: chance.choice((b"", b"x\n", chance.randbytes(40)))} if new not in files else {}


def add_an_empty_folder(chance: random.Random, _: Files, target: Target, __: Files) -> Change:
    return {f"{target.path.rpartition('/')[0] or 'ledger'}/x{chance.randrange(1000):03}": Special.FOLDER}


def put_something_else_in_its_place(chance: random.Random, _: Files, target: Target, __: Files) -> Change:
    return {target.path: chance.choice(list(Special))}


def put_another_file_in_its_place(chance: random.Random, files: Files, target: Target, _: Files) -> Change:
    return {target.path: files[chance.choice(list(files))]}


def exchange_with_another_file(chance: random.Random, files: Files, target: Target, _: Files) -> Change:
    other = chance.choice(list(files))
    return {target.path: files[other], other: files[target.path]}


def take_it_from_another_honest_log(chance: random.Random, _: Files, target: Target, other: Files) -> Change:
    same = [path for path in other if _kind(path) == _kind(target.path)]
    path = target.path if target.path in other else chance.choice(same or list(other))
    return {target.path: other[path]}


def take_the_part_from_another_honest_log(chance: random.Random, files: Files, target: Target, other: Files) -> Change:
    parts = targets(other).get(target.kind)
    if not parts:
        return {}
    part, data = chance.choice(parts), files[target.path]
    return {target.path: data[: target.start] + other[part.path][part.start : part.end] + data[target.end :]}


# --- what somebody does who knows the format --------------------------------------------------------


def _bundles(files: Files) -> list[str]:
    return [path for path in files if path.startswith(BUNDLES)]


def _width(path: str) -> int:
    return int(path.partition(".p/")[2] or TILE_WIDTH)


def _split(files: Files, path: str) -> list[bytes]:
    return split_bundle(files[path], _width(path))


def _written(entries: list[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def change_a_bundle(chance: random.Random, files: Files, _: Target, other: Files) -> Change:
    """Repeat, drop, add or exchange entries of a bundle, whose form stays right."""
    path = chance.choice(_bundles(files))
    entries = _split(files, path)
    one, two = chance.randrange(len(entries)), chance.randrange(len(entries))
    strange = _split(other, chance.choice(_bundles(other)))
    choices = (
        [*entries[:one], entries[two], *entries[one + 1 :]],
        [*entries[:one], *entries[one + 1 :]],
        [*entries, chance.choice(entries)],
        [*entries[:one], chance.choice(strange), *entries[one + 1 :]],
        [*entries[:one], entries[one] + b" ", *entries[one + 1 :]],
    )
    return {path: _written(chance.choice(choices))}


def rewrite_an_entry_and_every_tile(chance: random.Random, files: Files, _: Target, __: Files) -> Change:
    """Change one entry and make all tiles anew, as whoever has the disk but not the key can."""
    entries: list[bytes] = []
    for path in sorted(_bundles(files)):
        entries += _split(files, path)
    if len(entries) > 4 * TILE_WIDTH:
        return {}
    at = chance.randrange(len(entries))
    entries[at] = entries[at].replace(b'"v":"1"', b'"v":"2"')
    return {f"ledger/{path}": data for path, data in tiles(entries).items()}


def move_a_disclosure(chance: random.Random, files: Files, _: Target, __: Files) -> Change:
    """Show a field under another entry, out of order, or twice."""
    path = chance.choice([path for path in files if path.startswith("ledger/disclosures/")] or [""])
    lines = [line.split(b"~") for line in files.get(path, b"").splitlines()]
    if len(lines) < 2:
        return {}
    one, other = chance.sample(range(len(lines)), 2)
    shown = chance.choice(lines[one][1:])
    match chance.randrange(4):
        case 0:
            lines[other].append(shown)
        case 1:
            lines[one].append(shown)
        case 2:
            lines[one][1:] = reversed(lines[one][1:])
        case 3:
            lines[one][0], lines[other][0] = lines[other][0], lines[one][0]
    return {path: b"".join(b"~".join(line) + b"\n" for line in lines)}


def widen_or_narrow_a_tile(chance: random.Random, files: Files, _: Target, __: Files) -> Change:
    """Call a partial tile one of another width, with as many hashes."""
    path = chance.choice([path for path in files if ".p/" in path and "entries" not in path] or [""])
    stem, _, width = path.partition(".p/")
    if not width:
        return {}
    other = chance.randrange(1, TILE_WIDTH)
    return {path: None, f"{stem}.p/{other}": (files[path] * TILE_WIDTH)[: 32 * other]} if other != int(width) else {}


PART_OPERATORS: tuple[Operator, ...] = (
    flip_a_bit,
    flip_a_bit,  # twice: what storage does by itself
    flip_a_bit_near_an_end,
    change_a_byte,
    change_a_letter_for_a_letter,
    change_the_case_of_a_letter,
    overwrite_some,
    cut_off,
    drop_some,
    insert_some,
    append_some,
    repeat_some,
    exchange_two_bytes,
    exchange_two_hashes,
    drop_a_line,
    repeat_a_line,
    exchange_two_lines,
    add_a_line,
    end_lines_as_windows_does,
    leave_out_the_last_newline,
    put_space_at_the_end_of_a_line,
    write_base64_otherwise,
    write_base64_otherwise,
)
OPERATORS: tuple[Operator, ...] = (
    *PART_OPERATORS,
    empty,
    delete,
    rename,
    move_elsewhere,
    add_a_copy,
    add_a_file,
    add_an_empty_folder,
    put_something_else_in_its_place,
    put_another_file_in_its_place,
    exchange_with_another_file,
    take_it_from_another_honest_log,
    take_the_part_from_another_honest_log,
    change_a_bundle,
    rewrite_an_entry_and_every_tile,
    move_a_disclosure,
    widen_or_narrow_a_tile,
)


class Laid:
    """A log on the disk, to be changed and put back."""

    def __init__(self, folder: Path, files: Files) -> None:
        self.path, self._files, self._aside = folder / "log", files, folder / "aside"
        for name, data in files.items():
            self._put(self.path / name, data)

    def _put(self, path: Path, new: bytes | Special) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        match new:
            case bytes():
                path.write_bytes(new)
            case Special.LINK:
                self._aside.write_bytes(self._files[str(path.relative_to(self.path))])
                path.symlink_to(self._aside)
            case Special.DANGLING:
                path.symlink_to(self._aside / "nothing")
            case Special.FOLDER:
                path.mkdir()
            case Special.PIPE:
                os.mkfifo(path)

    def _take(self, path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        while path.parent != self.path and path.parent.is_dir() and not any(path.parent.iterdir()):
            path = path.parent
            path.rmdir()

    @contextmanager
    def changed(self, change: Change) -> Iterator[Path]:
        """Yield the directory with a change, and undo it."""
        for name in change:
            self._take(self.path / name)
        for name, new in change.items():
            if new is not None:
                self._put(self.path / name, new)
        yield self.path
        for name in change:
            self._take(self.path / name)
        for name in change:
            if name in self._files:
                self._put(self.path / name, self._files[name])


def mutant(chance: random.Random, files: Files, target: Target, other: Files) -> tuple[str, Change]:
    """Return the name of an operator and what it changes: something, always."""
    while True:
        operator = chance.choice(OPERATORS)
        change = {path: new for path, new in operator(chance, files, target, other).items() if files.get(path) != new}
        if change:
            return operator.__name__, change
