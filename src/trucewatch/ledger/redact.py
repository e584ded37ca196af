"""A copy of a log for others, with fields withheld: every proof still verifies, and what it still shows is said.

Withholding takes disclosures away and leaves the commitments: entries, tiles, root and signatures are the same bytes.
What an entry states openly, and the files that it names, cannot be withheld from a copy; they can only be erased
everywhere (`erase` acts). So the copy is searched for the withheld words, and not made where one still stands in it.
"""

import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trucewatch.ledger.commitments import TILE_WIDTH, disclosure_files
from trucewatch.ledger.encoding import canonical
from trucewatch.ledger.store import flush_tree, read_entries
from trucewatch.ledger.submission import fields_of
from trucewatch.ledger.verify import (
    Verified,
    disclosed,
    disclosures_path,
    list_folder,
    parse_disclosures,
    read_disclosure,
    verify,
)

ROWS = frozenset({"observation", "record"})
PEPPER = "pepper"  # of a `case` entry: with it a withheld cell of a row can be found by trying (`intake.enrol`)
SHORTEST_WORD = 4  # characters; shorter values stand everywhere by chance, and are not looked for
MOST_WORDS = 10_000  # different values that are looked for; a guess that bounds the search
_CHUNK = 1 << 20

Places = Mapping[int, Collection[str]]  # names of fields by the index of their entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """What a copy withholds, and what it still shows.

    `withheld` are (index, name) in their order. `open` are the names of the fields, by entry, that stand in the entry
    itself; `files` the digests of its files. `found` are the places where a withheld value still stands.
    """

    verified: Verified
    withheld: tuple[tuple[int, str], ...]
    open: Mapping[int, tuple[str, ...]]
    files: Mapping[int, tuple[str, ...]]
    found: tuple[str, ...]


class StillThereError(ValueError):
    """A withheld value still stands in the copy, at `places`: no copy was made."""

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__(f"a withheld value still stands in {len(places):,} places of the copy")
        self.places = tuple(places)


def redact(
    source: Path, out: Path, places: Places, everywhere: Collection[str] = (), *, anyway: bool = False
) -> Redacted:
    """Write a copy of a log's folder without the disclosures of these fields, and return what it withholds and shows.

    `source` is a log's folder, or one that holds it as `ledger/`: what was published beside it is not copied, since it
    repeats what the log says. `everywhere` are names that are withheld from every entry that shows them. With a cell of
    a row goes the case's pepper.

    Raises:
        VerificationError: where the log does not verify; nothing is written then.
        ValueError: where a field is not there to be withheld, or something stands at `out`.
        StillThereError: where a withheld value still stands in the copy and that was not taken into account (`anyway`).

    """
    if out.exists():
        raise ValueError(f"{out}: is there already; a copy is never written over")
    before = verify(source)
    log = source if (source / "checkpoint").is_file() else source / "ledger"
    building = out.with_name(f"{out.name}.partial-new")
    if building.exists():
        shutil.rmtree(building)
    chosen = _chosen(log, places, everywhere)
    withheld = tuple((at, name) for at, names in sorted(chosen.items()) for name in sorted(names))
    try:
        _copy(log, building, chosen)
        after = verify(building)
        found = tuple(_found(building, _words(log, chosen)))
        flush_tree(building)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    if (after.root, after.withheld) != (before.root, before.withheld + len(withheld)):
        raise OSError(f"{building}: what was copied is not what was read; the disk or the source changed meanwhile")
    if found and not anyway:
        shutil.rmtree(building)
        raise StillThereError(found)
    building.rename(out)
    own = {at: fields for at, fields, _ in _entries(log) if at in chosen}
    return Redacted(
        verified=after,
        withheld=withheld,
        open={at: tuple(sorted(fields.keys() - {"blobs", "commitments"})) for at, fields in own.items()},
        files={at: tuple(fields.get("blobs", ())) for at, fields in own.items()},
        found=found,
    )


# --- what goes ------------------------------------------------------------------------------------


def _entries(log: Path) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    """Yield index, own fields and shown fields of every entry of a log that verifies."""
    for at, (entry, disclosures) in enumerate(read_entries(log)):
        fields = fields_of(entry)
        yield at, fields, disclosed(fields, disclosures)


def _chosen(log: Path, places: Places, everywhere: Collection[str]) -> dict[int, frozenset[str]]:
    """Return the names to withhold by entry; raise ValueError for one that is not shown where it was asked for."""
    chosen: dict[int, frozenset[str]] = {}
    peppered: list[int] = []
    unseen, beyond, of_a_row = set(everywhere), set(places), False
    for at, fields, shown in _entries(log):
        names = frozenset(places.get(at, ()))
        if missing := names - shown.keys():
            raise ValueError(_not_there(at, min(missing), fields, shown))
        names |= shown.keys() & set(everywhere)
        unseen, beyond = unseen - names, beyond - {at}
        if names:
            chosen[at] = names
            of_a_row |= fields["type"] in ROWS
        if fields["type"] == "case" and PEPPER in shown:
            peppered.append(at)
    if beyond or unseen:
        raise ValueError(f"the log has no entry {min(beyond)}" if beyond else f"no entry shows a field {min(unseen)!a}")
    if not chosen:
        raise ValueError("nothing to withhold: name an entry and its fields")
    for at in peppered if of_a_row else ():
        chosen[at] = chosen.get(at, frozenset()) | {PEPPER}
    return chosen


def _not_there(at: int, name: str, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    if name in fields:
        return f"entry {at} states {name!a} openly: what an entry itself says cannot be withheld"
    return f"entry {at} shows no field {name!a}; it shows {', '.join(sorted(shown)) or 'none'}"


def _copy(log: Path, out: Path, chosen: Mapping[int, frozenset[str]]) -> None:
    """Copy a log's files, the disclosures without the chosen ones; a file of them in which nothing is left goes too."""
    bundles = {disclosures_path(at // TILE_WIDTH): at // TILE_WIDTH for at in chosen}
    for name in list_folder(log).sizes:
        path = out / name
        if name not in bundles:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(log / name, path, follow_symlinks=False)
            continue
        lines = parse_disclosures((log / name).read_bytes(), bundles[name] * TILE_WIDTH, TILE_WIDTH)
        left = disclosure_files({at: _without(line, chosen.get(at, ())) for at, line in lines.items()})
        for data in left.values():  # one file, or none
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _without(disclosures: Sequence[str], names: Collection[str]) -> list[str]:
    return [disclosure for disclosure in disclosures if read_disclosure(disclosure)[0] not in names]


# --- what stays -----------------------------------------------------------------------------------


def _found(copy: Path, words: Iterable[str]) -> Iterator[str]:
    """Yield where a withheld word still stands in a copy, as it is or as JSON writes it: never the word itself."""
    forms = {form for word in words for form in (word.encode(), canonical(word)[1:-1])}
    if not forms:
        return
    pattern = re.compile(b"|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)))
    for at, fields, shown in _entries(copy):
        if pattern.search(canonical(fields)):
            yield f"entry {at}, in what it states openly"
        for name, value in shown.items():
            if pattern.search(canonical(value)):
                yield f"entry {at}, field {name}"
    longest = max(map(len, forms))
    for name in sorted(list_folder(copy).sizes):
        if not name.startswith(("tile/", "disclosures/")) and _is_in(copy / name, pattern, longest):
            yield f"file {name}"


def _is_in(path: Path, pattern: re.Pattern[bytes], longest: int) -> bool:
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            if pattern.search(tail + chunk):
                return True
            tail = (tail + chunk)[-longest:]
    return False


def _words(log: Path, chosen: Mapping[int, frozenset[str]]) -> set[str]:
    """Return the different withheld values that are worth looking for; texts within lists are texts of their own."""
    words: set[str] = set()
    for at, _, shown in _entries(log):
        for name in chosen.get(at, ()):
            words.update(word for word in _texts(shown[name]) if len(word) >= SHORTEST_WORD)
        if len(words) > MOST_WORDS:
            break
    return words


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
