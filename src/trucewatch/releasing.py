"""Releases made from a log by whoever holds it: the centre, a mirror, somebody with a copy. The same bytes from all.

The log is read twice: once for what the folds and the maps say, once for the rows, whose names and words must not stand
in a release. Of the rows nothing is kept.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from trucewatch.cases import Office, Signed, office
from trucewatch.hearing import Hearing, Logged
from trucewatch.ledger import store
from trucewatch.ledger.commitments import row
from trucewatch.ledger.submission import fields_of
from trucewatch.ledger.verify import disclosed, fold, leaf_hash
from trucewatch.release import (
    SIGNED,
    Checked,
    Conclusion,
    Facts,
    Given,
    Grams,
    Source,
    check,
    digest_of,
    drafted,
    files,
    hits_of,
    released,
    signed_file,
    sizes_asked,
)
from trucewatch.report.words import local_words

ROWS = frozenset({"observation", "record", "rejection"})
MAP = "map.json"

Read = Callable[[], Iterable[Logged]]  # the first entries of the log, from the beginning each time
Blob = Callable[[str], bytes]


class NoReleaseError(ValueError):
    """There is nothing to release, or nothing that may be handed out; the message is for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A release of the first `of` entries, before or after it was signed: its files, and what each check found."""

    of: int
    files: Mapping[str, bytes]
    checks: tuple[Checked, ...]
    findings: int
    held_back: tuple[tuple[int, str], ...]

    @property
    def digest(self) -> str:
        """Return what an officer signs."""
        return digest_of(self.files)

    @property
    def holds(self) -> bool:
        """Tell whether every check holds: only then it may be handed out."""
        return not any(one.found for one in self.checks)


@dataclass(slots=True, kw_only=True)
class _Heard:
    hearing: Hearing
    leaves: list[bytes]
    maps: dict[int, tuple[int, str]]
    origin: str = ""
    newest: str = ""


def prepare(read: Read, blob: Blob) -> Prepared:
    """Return the release of the entries that `read` gives, up to the last heartbeat among them.

    Raises NoReleaseError where no case or no conclusions are in it; OSError, KeyError or ValueError where a file of it
    is not there or cannot be read: a copy from which it was withheld makes no release.
    """
    heard = _hear(read())
    source = _source(heard, blob)
    names, quotes = _looked_through(read(), source)
    made = released(source, names, quotes)
    held = tuple((one["entry"], one["because"]) for one in made.value["held_back"])
    return Prepared(
        of=source.size,
        files=files(made),
        checks=check(Given(release=made, source=source, names=names, quotes=quotes)),
        findings=len(made.value["findings"]),
        held_back=held,
    )


def _hear(logged: Iterable[Logged]) -> _Heard:
    heard = _Heard(hearing=Hearing(), leaves=[], maps={})
    for index, entry, disclosures in logged:
        fields = fields_of(entry)
        heard.hearing.hear(index, fields, disclosures)
        heard.leaves.append(leaf_hash(entry))
        heard.newest = fields["type"]
        if fields["type"] == "charter":
            heard.origin = fields["origin"]
        if _is_publication(fields) and MAP in fields["files"]:
            heard.maps[fields["of"]] = (index, fields["files"][MAP])
    return heard


def _is_publication(fields: Mapping[str, Any]) -> bool:
    """Return whether the centre itself published conclusions here: nobody else does, whatever is said."""
    own = fields["type"] == "publication" and "by" not in fields and "approval" not in fields
    return own and isinstance(fields.get("of"), int) and isinstance(fields.get("files"), dict)


def _source(heard: _Heard, blob: Blob) -> Source:
    hearing = heard.hearing
    procedure = hearing.procedure(blob)
    if procedure is None or not heard.maps:
        raise NoReleaseError("nothing was concluded in this log yet, so there is nothing to release")
    if heard.newest != "beat":
        raise NoReleaseError("a release is made of as many entries as a heartbeat closed, and this is not so many")
    folded = office(hearing.said, procedure, hearing.staff, hearing.time)
    return Source(
        origin=heard.origin,
        size=hearing.size,
        root=fold(heard.leaves).hex(),
        time=hearing.time,
        office=folded,
        conclusions=tuple(_conclusions(heard.maps, folded, blob)),
    )


def _conclusions(maps: Mapping[int, tuple[int, str]], folded: Office, blob: Blob) -> Iterator[Conclusion]:
    """Yield the conclusions that findings speak of, and the newest: oldest first."""
    asked = {of for size in sizes_asked(folded) for of in sorted(of for of in maps if of <= size)[-1:]}
    for of in sorted({*asked, max(maps)}):
        entry, digest = maps[of]
        yield Conclusion(entry=entry, of=of, facts=Facts(map=json.loads(blob(digest))))


def _looked_through(logged: Iterable[Logged], source: Source) -> tuple[Grams, Grams]:
    """Return which names and which words of the rows stand in what would be released."""
    known, harmless = drafted(source)
    names: set[tuple[str, ...]] = set()
    quotes: set[tuple[str, ...]] = set()
    for _, entry, disclosures in logged:
        fields = fields_of(entry)
        if fields["type"] in ROWS and disclosures:
            named, quoted = hits_of(_cells(fields, disclosures), known, harmless)
            names |= named
            quotes |= quoted
    return frozenset(names), frozenset(quotes)


def _cells(fields: dict[str, Any], disclosures: Sequence[str]) -> dict[str, str]:
    """Return the cells of a row by column, as far as they are shown, with its id and what of it could not be read."""
    shown = disclosed(fields, disclosures)
    rest = {name: str(value) for name, value in shown.items() if not name[:1].isdigit()}
    return rest | dict(row(shown))


# --- what was signed ------------------------------------------------------------------------------


def newest_signed(folded: Office, entry: int | None = None) -> Signed:
    """Return the newest release that was signed, or that of an entry. Raises NoReleaseError where there is none."""
    every = [one for one in folded.releases if one.said.index >= 0 and entry in (None, one.said.index)]
    if not every:
        raise NoReleaseError("nobody has signed a release" + ("" if entry is None else f" in entry {entry}"))
    return every[-1]


def handed_out(prepared: Prepared, signed: Signed) -> dict[str, bytes]:
    """Return the files of a release, with who signed it.

    Raises NoReleaseError where a check does not hold, or the files are not those that were signed: something that they
    are made of is withheld or erased here, or another version made them.
    """
    failed = [one.name for one in prepared.checks if one.found]
    if failed:
        raise NoReleaseError(f"the harm check does not hold: {', '.join(failed)}")
    if prepared.digest != signed.digest:
        raise NoReleaseError(
            f"these are not the files that entry {signed.said.index} signed: words or files that they are made of are "
            "withheld or erased here, or another version of the program made them"
        )
    day = local_words(signed.said.time, "UTC")[:10] if signed.said.time else ""
    own = signed_file(entry=signed.said.index, of=signed.of, who=signed.said.who, digest=signed.digest, day=day)
    return {**prepared.files, SIGNED: own}


def release_of_folder(ledger: Path, entry: int | None = None) -> tuple[Signed, dict[str, bytes]]:
    """Return what was signed of a log's folder, and its files. Run `ledger.verify` first: this trusts what it reads."""

    def first(size: int | None) -> Iterator[Logged]:
        logged = ((at, data, shown) for at, (data, shown) in enumerate(store.read_entries(ledger)))
        return islice(logged, size)

    def blob(digest: str) -> bytes:
        return (ledger / "blobs" / digest).read_bytes()

    signed = newest_signed(_folded(first(None), blob), entry)
    return signed, handed_out(prepare(lambda: first(signed.of), blob), signed)


def _folded(logged: Iterable[Logged], blob: Blob) -> Office:
    hearing = Hearing()
    for index, entry, disclosures in logged:
        hearing.hear(index, fields_of(entry), disclosures)
    procedure = hearing.procedure(blob)
    if procedure is None:
        raise NoReleaseError("the log holds no case: nothing can be released of it")
    return office(hearing.said, procedure, hearing.staff, hearing.time)
