"""The shell: files in, the one pure path, files out. The only module that touches the case's disk.

It has no clock of its own yet: everything that `assess` writes is a function of the case folder, so that two
machines write the same bytes. The output folder is written beside the old one, flushed
and then exchanged with it as a whole (`ledger.store`): a run cut short leaves the old publication with its log.
"""

import gc
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files as package_files
from itertools import chain
from pathlib import Path
from typing import Any

from trucewatch import __version__, pipeline
from trucewatch.agreement.text import parse_agreement
from trucewatch.agreement.unheard import unheard
from trucewatch.assess.associate import Spread
from trucewatch.calibration import parse_record
from trucewatch.impartial import Checked, checked
from trucewatch.intake import read, reread
from trucewatch.intake.cards import parse_card
from trucewatch.intake.case import CaseError, CaseFile, parse_case
from trucewatch.intake.gazetteer import Gazetteer, parse_gazetteer
from trucewatch.intake.mentions import mentions
from trucewatch.intake.places import parse_places, theatre
from trucewatch.intake.reader import Context
from trucewatch.intake.strays import strays
from trucewatch.ledger import commitments, entries, ledger_files, store
from trucewatch.ledger.note import REHEARSAL, Key, verifier_key
from trucewatch.ledger.verify import disclosed, is_rehearsal, parse_entry, parse_policy
from trucewatch.model import (
    Assessment,
    Calibration,
    Case,
    Feature,
    Observation,
    Party,
    Record,
    Rejection,
    Relief,
    StandardOfProof,
)

CHUNK = 1 << 20
LARGEST_INPUT = 16 << 20  # case.toml, places, an agreement, a picture: a larger one is a mistake, said in words
MOST_KEPT = 300 << 20  # bytes of observation files with unreadable rows, which are held in memory to be kept whole
MOST_DAYS = 500  # daily reports of one run: the log names every published file in one entry of 65,535 bytes
GAZETTEER = "gazetteer/"
CARDS, RECORDS = "package/methods/", "package/calibration/"  # of the methods in use, as the package ships them
CANONICAL = "canonical"

Outcome = Observation | Record | Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case as found on the disk: the parsed case and the bytes it was parsed from, by name."""

    case: Case
    inputs: Mapping[str, bytes]
    context: Context
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of the path gave: the assessment, the published files, the rows that were read.

    `notes` are sentences on what was read but not understood: keys, columns and words.
    """

    assessment: Assessment
    published: Mapping[str, bytes]
    rows: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What of a case the words of a paper lead to: its parties and its places."""

    titles: tuple[tuple[str, str], ...]
    parties: tuple[Party, ...]
    places: tuple[Feature, ...]


# --- the case folder ------------------------------------------------------------------------------


def find_case(name: str) -> Path:
    """Return the folder of that path, else the bundled case of that name.

    Raises:
        CaseError: when there is neither.

    """
    if (Path(name) / "case.toml").is_file():
        return Path(name)
    bundled = Path(str(package_files("trucewatch") / "bundled"))
    if name.isidentifier() and (bundled / name).is_dir():
        return bundled / name
    if Path(name).is_dir():
        return Path(name)
    known = ", ".join(sorted(p.name for p in bundled.iterdir() if (p / "case.toml").exists()))
    raise CaseError(f"{name}: no such folder, and no bundled case of that name (bundled: {known})")


def open_case(folder: Path) -> Opened:
    """Return the case of a folder; CaseError names the file and what is wrong with it."""
    if not (folder / "case.toml").is_file():
        raise CaseError(f"{folder}: no case.toml; a case folder has case.toml, places.geojson and observations/")
    if not (folder / "places.geojson").is_file():
        raise CaseError(f"{folder}: no places.geojson; write an empty FeatureCollection if no place is known")
    inputs = {name: input_bytes(_inside(folder, name)) for name in ("case.toml", "places.geojson")}
    settings = parse_case(inputs["case.toml"], folder.resolve().name)
    for name in _agreement_names(folder, settings):
        inputs[name] = input_bytes(folder / name)
    if settings.relief is not None:
        inputs[settings.relief.file] = input_bytes(_inside(folder, settings.relief.file))
    if settings.standard.calibrated_on:
        inputs[settings.standard.calibrated_on] = input_bytes(_inside(folder, settings.standard.calibrated_on))
    return assemble({**inputs, **_method_files(), **_gazetteer_files()}, folder.resolve().name)


def find_agreement(file: Path, case: str = "") -> tuple[Path, Ground | None]:
    """Return an agreement file, and the ground of its case: the named one, else the one in whose folder it lies.

    Raises:
        CaseError: when there is no such file, or the case cannot be read.

    """
    around = file.resolve().parent.parent
    lies_in_one = file.resolve().parent.name == "agreements" and (around / "case.toml").is_file()
    folder = find_case(case) if case else around if lies_in_one else None
    inside = [] if folder is None else [folder / "agreements" / name for name in (file.name, f"{file.name}.md")]
    found = next((path for path in (file, *inside) if path.is_file()), None)
    if found is None:
        known = ", ".join(sorted(path.stem for path in (folder / "agreements").glob("*.md"))) if folder else ""
        raise CaseError(f"{file}: no such file{f'; the case has {known}' if known else ''}")
    return found, None if folder is None else _ground(folder)


def _ground(folder: Path) -> Ground:
    settings = parse_case(input_bytes(_inside(folder, "case.toml")), folder.resolve().name)
    places = parse_places(input_bytes(_inside(folder, "places.geojson")), settings.parties)
    return Ground(titles=settings.titles, parties=settings.parties, places=places)


def assemble(inputs: Mapping[str, bytes], folder: str) -> Opened:
    """Return the case that these files describe: the folder's, or the same ones out of a ledger. Pure."""
    settings = parse_case(inputs["case.toml"], folder)
    features = parse_places(inputs["places.geojson"], settings.parties)
    papers = [name for name in inputs if name.startswith("agreements/")]
    picture = settings.relief
    case = Case(
        id=settings.id,
        titles=settings.titles,
        parties=settings.parties,
        time_zone=settings.time_zone,
        standard=_standard(settings.standard, inputs),
        places=features,
        agreements=tuple(parse_agreement(inputs[name], name) for name in papers),
        cut_off=settings.cut_off,
        days=settings.days,
        review=settings.review,
        relief=None
        if picture is None
        else Relief(
            png=inputs[picture.file],
            west=picture.west,
            south=picture.south,
            east=picture.east,
            north=picture.north,
            credit=picture.credit,
        ),
        cards=tuple(parse_card(data, name) for name, data in inputs.items() if name.startswith(CARDS)),
        records=tuple(
            _of_strangers(record)
            for name, data in inputs.items()
            if name.startswith(RECORDS) and set((record := _record(name, data)).methods) == set(pipeline.VERDICTS)
        ),  # a record of an older method says nothing of this one
    )
    context = Context(
        parties=case.parties,
        time_zone=case.time_zone,
        gazetteer=_gazetteer(inputs),
        settlements=mentions(features, case.parties),
        theatre=theatre(features),
        third_parties=settings.claims.third_parties,
        unplaced=settings.claims.unplaced,
    )
    return Opened(case=case, inputs=inputs, context=context, ignored=settings.ignored)


def _agreement_names(folder: Path, settings: CaseFile) -> list[str]:
    if settings.agreements is not None:
        return [str(_inside(folder / "agreements", name).relative_to(folder)) for name in settings.agreements]
    names = sorted(path.name for path in (folder / "agreements").glob("*.md"))
    return [str(_inside(folder / "agreements", name).relative_to(folder)) for name in names]


def _inside(folder: Path, name: str) -> Path:
    """Return the file of that name; a case cannot name files outside its own folder."""
    name = name.removeprefix(f"{folder.name}/")
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise CaseError(f"{name}: lies outside the case folder")
    if not path.is_file():
        raise CaseError(f"{name}: named in case.toml, but there is no such file in {folder.name}/")
    return path


def input_bytes(path: Path) -> bytes:
    """Return the bytes of a file of a case; CaseError where it is too large to be one."""
    if path.stat().st_size > LARGEST_INPUT:
        raise CaseError(f"{path.name}: {path.stat().st_size:,} bytes are more than {LARGEST_INPUT:,}")
    return path.read_bytes()


def _standard(stated: StandardOfProof, inputs: Mapping[str, bytes]) -> StandardOfProof:
    """Return the standard as the case states it, or as its record of calibration proves it where that is higher.

    A record of other methods proves nothing of these, and one without a threshold proves none: both are refused.
    """
    name = stated.calibrated_on
    if not name:
        return stated
    record = _record(name, inputs[name])
    if set(record.methods) != set(pipeline.VERDICTS):
        ours = ", ".join(pipeline.VERDICTS)
        raise CaseError(f"{name}: is of {', '.join(record.methods)}; this version uses {ours}: calibrate again")
    if record.threshold is None:
        raise CaseError(f"{name}: proves no threshold at its target of {record.target:g}; it sets no standard of proof")
    return replace(stated, probability=max(stated.probability, record.threshold))


def _record(name: str, data: bytes) -> Calibration:
    try:
        return parse_record(data)
    except ValueError as error:
        raise CaseError(f"{name}: {error}") from error


def _of_strangers(record: Calibration) -> Calibration:
    """Return the record with its sides by position: whatever they were called, they are no parties of this case."""
    sides = (replace(side, name=f"side {n} of these worlds") for n, side in enumerate(record.sides, start=1))
    return replace(record, sides=tuple(sides))


def _method_files() -> dict[str, bytes]:
    """Return the cards and the records of calibration of the methods in use, as far as the package has them."""
    data = Path(str(package_files("trucewatch") / "data"))
    names = [method.replace("/", "-") for method in pipeline.METHODS]
    wanted = {
        **{f"{CARDS}{name}.md": data / "methods" / f"{name}.md" for name in names},
        **{f"{RECORDS}{name}.json": data / "calibration" / f"{name}.json" for name in names},
    }
    return {name: path.read_bytes() for name, path in wanted.items() if path.is_file()}


def _gazetteer_files() -> dict[str, bytes]:
    tables = Path(str(package_files("trucewatch") / "data" / "gazetteer"))
    return {f"{GAZETTEER}{path.name}": path.read_bytes() for path in sorted(tables.glob("*.csv"))}


def _gazetteer(inputs: Mapping[str, bytes]) -> Gazetteer:
    tables = [data for name, data in sorted(inputs.items()) if name.startswith(GAZETTEER)]
    return parse_gazetteer(*tables)


# --- the run --------------------------------------------------------------------------------------


def assess(folder: Path, out: Path, key: Key = REHEARSAL, spread: Spread | None = None) -> Run:
    """Run the whole path for one case folder and write what interchange promises into `out`.

    `spread` says where the components of association are resolved (None: here); the bytes do not depend on it.

    Raises:
        CaseError: when the case cannot be opened, or `out` holds a log signed by another key.

    """
    opened = open_case(folder)
    if len(opened.case.days) > MOST_DAYS:
        raise CaseError(f"case.toml: {len(opened.case.days):,} days; at most {MOST_DAYS} daily reports in one run")
    _check_apart(out, folder)
    _may_replace(out, key)
    with batch():
        outcomes, kept = read_all(folder, opened.context)
        run = publish(opened, outcomes, kept, out=out, key=key, spread=spread)
        gc.freeze()  # or the collector walks through all of them when it is enabled again
    return run


def rows_of(folder: Path, opened: Opened) -> tuple[list[Observation | Record], list[Rejection]]:
    """Return what the observation files of a case hold: what could be read and what could not."""
    return parted(read_all(folder, opened.context)[0])


def parted(outcomes: Iterable[Outcome]) -> tuple[list[Observation | Record], list[Rejection]]:
    """Return what could be read and what could not."""
    outcomes = list(outcomes)
    return (
        [o for o in outcomes if not isinstance(o, Rejection)],
        [o for o in outcomes if isinstance(o, Rejection)],
    )


def read_all(folder: Path, context: Context) -> tuple[list[Outcome], dict[str, bytes]]:
    """Return what the readers made of every observation file, and the bytes of the files with rejected rows.

    Of a file that names people, or may, nothing is kept: a log forgets nothing.
    """
    there = sorted((folder / "observations").rglob("*"))
    sources = [path for path in there if path.is_file() or _leads_astray(path, folder)]
    if not sources:
        raise CaseError(f"{folder}: no file in observations/; at least one is needed")
    outcomes: list[Outcome] = []
    kept: dict[str, bytes] = {}
    for path in sources:
        name = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
        if _leads_astray(path, folder):
            outcomes.append(_led_out(name))
            continue
        found = list(read(name, _chunks(path), context))
        rejected = [outcome for outcome in found if isinstance(outcome, Rejection)]
        if rejected and not any(rejection.is_sealed for rejection in rejected):
            _check_room(kept, path)
            kept[name] = path.read_bytes()
        outcomes.extend(found)
    return outcomes, kept


def _leads_astray(path: Path, folder: Path) -> bool:
    return path.is_symlink() and not (path.exists() and path.resolve().is_relative_to(folder.resolve()))


def _led_out(name: str) -> Rejection:
    reason = "is a link that leads nowhere or out of the case folder; nothing outside it is read"
    return Rejection(file=name, row=0, reason=reason, raw="", size=0, sha256=entries.digest(b""))


def _check_room(kept: Mapping[str, bytes], path: Path) -> None:
    if sum(map(len, kept.values())) + path.stat().st_size > MOST_KEPT:
        raise CaseError(
            f"{path.name}: with it, files that have unreadable rows are over {MOST_KEPT >> 20} MiB; they would be kept "
            "whole beside the log. Take out or mend the largest of them; nothing was written"
        )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def publish(
    opened: Opened,
    outcomes: Iterable[Outcome],
    kept: Mapping[str, bytes],
    *,
    out: Path,
    key: Key,
    spread: Spread | None = None,
) -> Run:
    """Assess what was read, write the published files and then the ledger that names them.

    Raises:
        MirrorError: when the mirror run differs; nothing is written then, and what was published before stays.

    """
    read, rejections = parted(outcomes)
    pepper = b"" if is_rehearsal(verifier_key(key)) else commitments.pepper(key.seed, key.name.encode())
    concluded = checked(opened.case, opened.context, read, rejections, spread=spread, pepper=pepper)
    ledger = ((f"ledger/{name}", data) for name, data in _ledger(opened, concluded, kept, key, pepper))
    # one folder, changed as a whole: killed at any moment, there is the old publication with its log or the new one
    store.write(out.resolve(), chain(concluded.published.items(), ledger), check=lambda: _may_replace(out, key))
    return run_of(opened, concluded, len(read) + sum(r.rows for r in rejections))


def run_of(opened: Opened, concluded: Checked, rows: int) -> Run:
    """Return what a run gave, with sentences on what was read and not understood."""
    assessment = concluded.assessment
    keys = tuple(f"case.toml: the key {key[:40]!r} is not known and was ignored" for key in opened.ignored)
    return Run(
        assessment=assessment,
        published=concluded.published,
        rows=rows,
        notes=(
            *keys,
            *strays((*assessment.observations, *assessment.records)),
            *unheard(opened.case, assessment.records),
        ),
    )


def _published_in(out: Path) -> list[str]:
    """Return the files that the log of an output folder names, none where there is no log."""
    if not (out / "ledger" / "checkpoint").is_file():
        return []
    last = _entries(out, last=True)
    if not last or last[0][0]["type"] != "publication" or not isinstance(last[0][0].get("files"), dict):
        raise CaseError(f"{out}: holds a log that ends with no publication; choose another folder")
    return list(last[0][0]["files"])


def _entries(out: Path, *, last: bool = False) -> list[entries.Said]:
    """Return what each entry says, or only the last one: its own fields, and what is shown of the others."""
    try:
        found = store.read_last(out / "ledger") if last else store.read_entries(out / "ledger")
        return [_said(parse_entry(entry).fields, shown) for entry, shown in found]
    except (ValueError, OSError) as error:
        raise CaseError(f"{out}: its log cannot be read: {error}") from None


def _said(fields: dict[str, Any], shown: Sequence[str]) -> entries.Said:
    own = {name: value for name, value in fields.items() if name != "commitments"}
    return own, disclosed(fields, shown)


def _ledger(
    opened: Opened,
    concluded: Checked,
    kept: Mapping[str, bytes],
    key: Key,
    pepper: bytes,
) -> Iterator[tuple[str, bytes]]:
    said = _say(opened.inputs, concluded, kept, pepper)
    inputs = _needed(opened.inputs, concluded.assessment)
    blobs = {entries.digest(data): data for data in (*inputs.values(), *kept.values())}
    return ledger_files(said, blobs, key)


def _say(
    inputs: Mapping[str, bytes],
    concluded: Checked,
    kept: Mapping[str, bytes],
    pepper: bytes,
) -> Iterator[entries.Said]:
    """Yield everything that the log says of a run, in its order."""
    assessment = concluded.assessment
    rows: tuple[Observation | Record, ...] = (*assessment.observations, *assessment.records)
    needed = _needed(inputs, assessment)
    yield from entries.received(assessment.case.id, rows, assessment.rejections, needed, kept, pepper=pepper)
    yield from say_concluded(concluded)


def say_concluded(concluded: Checked) -> Iterator[entries.Said]:
    """Yield what the log says was made of what was received, last the published files."""
    run = {"methods": list(concluded.assessment.methods), "package": __version__}
    yield from entries.concluded(concluded.assessment, run)
    yield entries.mirrored(concluded.extent), {}
    yield entries.publication(concluded.published), {}


def _needed(inputs: Mapping[str, bytes], assessment: Assessment) -> dict[str, bytes]:
    """Return the inputs without the gazetteer where no reader looked a name up."""
    named = any(o.reader != CANONICAL for o in assessment.observations)
    return {name: data for name, data in inputs.items() if named or not name.startswith(GAZETTEER)}


def _check_apart(out: Path, folder: Path) -> None:
    there, case = out.resolve(), folder.resolve()
    if case.is_relative_to(there) or there.is_relative_to(case / "observations"):
        raise CaseError(f"{out}: results cannot be written over the case or among its observations")
    if Path.cwd().resolve().is_relative_to(there):
        raise CaseError(f"{out}: is where you stand, and is replaced as a whole; name a folder inside it")


def _may_replace(out: Path, key: Key) -> None:
    """Refuse to write over somebody's log or among somebody's files: only a rehearsal replaces a rehearsal."""
    if out.exists() and not out.is_dir():
        raise CaseError(f"{out}: is a file, not a folder")
    if not out.exists() or not any(out.iterdir()):
        return
    shown = out / "ledger" / "policy"
    if not shown.is_file():
        raise CaseError(f"{out}: holds files but no log of ours; choose a new or empty folder")
    if not is_rehearsal(parse_policy(shown.read_bytes()).log):
        raise CaseError(f"{out}: holds a log signed by a centre's own key; a log is never written over")
    if key is not REHEARSAL:
        raise CaseError(f"{out}: holds a rehearsal; write the centre's own log into a new folder")
    _check_nothing_foreign(out)


def _check_nothing_foreign(out: Path) -> None:
    ours = {out / name for name in _published_in(out)}
    for path in sorted(out.rglob("*")):
        if path.is_file() and path not in ours and not path.is_relative_to(out / "ledger"):
            raise CaseError(f"{out}: holds {path.relative_to(out)}, which no log of ours names; choose another folder")


# --- the same again, from the ledger --------------------------------------------------------------


def recompute(directory: Path) -> dict[str, bool]:
    """Recompute the log's entries and every published file from what DIRECTORY/ledger received.

    Return for each published file, and for "the log's own entries", whether the bytes are the same. Run
    `ledger.verify` first: this trusts the digests of the ledger it reads. Raises CaseError where the log is of no case,
    or says what this version does not understand.
    """
    try:
        return _recompute(directory)
    except (KeyError, IndexError, TypeError) as error:
        raise CaseError(f"{directory}: its log says what this version does not understand: {error!r}") from error


def _recompute(directory: Path) -> dict[str, bool]:
    ledger = directory / "ledger"
    said = _entries(directory)
    case, shown_of_case = next(((e, shown) for e, shown in said if e["type"] == "case"), ({}, {}))
    if not case:
        raise CaseError(f"{directory}: its log holds no case")
    pepper = entries.pepper_of(shown_of_case)
    opened = assemble({name: _blob(ledger, case, digest) for name, digest in case["files"]}, case["id"])
    kept = {e["file"]: _blob(ledger, e, e["blobs"][0]) for e, _ in said if e["type"] == "unread"}
    read = [
        reread(e["reader"], commitments.row(shown), opened.context)
        for e, shown in said
        if e["type"] in {"observation", "record"}
    ]
    rejections = [rejection_of({**e, **shown}) for e, shown in said if e["type"] == "rejection"]
    concluded = checked(opened.case, opened.context, read, rejections, pepper=pepper)
    again = concluded.published
    names = sorted({*again, *_published_in(directory)})
    same = {name: name in again and again[name] == _published(directory / name) for name in names}
    return {"the log's own entries": said == list(_say(opened.inputs, concluded, kept, pepper)), **same}


def _blob(ledger: Path, entry: Mapping[str, Any], digest: str) -> bytes:
    if digest not in entry["blobs"] or not re.fullmatch("[0-9a-f]{64}", digest):
        raise CaseError(f"{ledger}: an entry uses a file that it does not name as its evidence")
    return (ledger / "blobs" / digest).read_bytes()


def _published(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def rejection_of(entry: Mapping[str, str]) -> Rejection:
    """Return the rejection that an entry of the log and what it shows state."""
    return Rejection(
        file=entry["file"],
        row=int(entry["row"]),
        reason=entry["reason"],
        raw=entry["raw"],
        size=int(entry["size"]),
        sha256=entry["sha256"],
        rows=int(entry["rows"]),
    )


@contextmanager
def batch() -> Iterator[None]:
    """Keep the cyclic garbage collector from walking through a batch's frozen values again and again.

    They hold no cycles (a docket lets go of its own): everything is freed by reference counts. Measured on 100,000 rows
    (benchmarks/assess.py).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle() -> None:
    """Take all that lives now out of the garbage collector's walks, for good: for a case that is held in memory.

    Its frozen values hold no cycles, and a walk through those of a large case takes longer than what a new observation
    changes: 0.6 s among 20,000 rows.
    """
    gc.collect()
    gc.freeze()
