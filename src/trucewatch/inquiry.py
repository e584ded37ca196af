"""Questions asked of a case, which write nothing: what is concluded, where things stand, whether examples come out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from trucewatch import centre, pipeline
from trucewatch.agreement.compared import Compared, compared
from trucewatch.agreement.examples import Example, parse_examples
from trucewatch.agreement.unheard import unheard
from trucewatch.following import Followed, follow
from trucewatch.intake import reread
from trucewatch.intake.case import CaseError
from trucewatch.intake.reader import Context
from trucewatch.model import Assessment, Observation, Record
from trucewatch.report.board import only
from trucewatch.report.status import until_words
from trucewatch.spacetime import asked


def concluded(folder: Path, moment: pipeline.Moment = pipeline.NOW) -> Assessment:
    """Return what is concluded of a case folder, as of a moment and as known at one, and write nothing."""
    opened = centre.open_case(folder)
    with centre.batch():
        return pipeline.assess(opened.case, *centre.rows_of(folder, opened), moment)


def followed(folder: Path, opened: centre.Opened) -> tuple[Followed, int]:
    """Return a case after a full run, held in memory for rows that come later, and how many rows were rejected."""
    with centre.batch():
        read, rejections = centre.rows_of(folder, opened)
        found = pipeline.gather(opened.case, *pipeline.enrolled(opened.case, read))
        held = follow(opened.case, found, pipeline.judged(opened.case, found)[0])
    centre.settle()
    return held, sum(rejection.rows for rejection in rejections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a board shows: the assessment, that of an earlier moment if asked for, and words for what it is about.

    `notes` are sentences on records that no obligation hears.
    """

    now: Assessment
    before: Assessment | None
    as_known: str
    plain: Mapping[tuple[str, ...], str]
    notes: tuple[str, ...] = ()


def board(folder: Path, *, as_of: str, as_known: str, since: str, agreement: str) -> Asked:
    """Return what is asked of a case's board; times are days (their ends) or RFC 3339, "" where nothing is asked.

    Raises:
        ValueError: when a time does not exist, no such agreement is there, or `since` is not before `as_of`.

    """
    opened = centre.open_case(folder)
    zone = opened.case.time_zone
    known, earlier = (asked(text, zone) if text else None for text in (as_known, since))
    moment = pipeline.Moment(as_of=asked(as_of, zone) if as_of else known, as_known=known)
    with centre.batch():
        read = centre.rows_of(folder, opened)
        now = pipeline.assess(opened.case, *read, moment)
        if earlier is not None and earlier >= now.as_of:
            raise CaseError(f"--diff-since {since}: is not before the moment that is asked for")
        then = None if earlier is None else pipeline.assess(opened.case, *read, replace(moment, as_of=earlier))
    return Asked(
        now=only(now, agreement) if agreement else now,
        before=only(then, agreement) if agreement and then else then,
        as_known="" if known is None else f"what could be known by {until_words(known, zone)}",
        plain=pipeline.plain_words(opened.case),
        notes=unheard(opened.case, now.records),
    )


def examples(file: Path) -> Iterator[tuple[Example, tuple[Compared, ...]]]:
    """Yield each example of a file in the cases/ of a case folder, with what comes out along the one path.

    Raises:
        ValueError: when the file, its case, or what it expects cannot be read.

    """
    folder = file.resolve().parent.parent
    if not (folder / "case.toml").is_file():
        raise CaseError(f"{file}: stands in no case; example cases are files of CASE/cases/")
    opened = centre.open_case(folder)
    wanted = parse_examples(centre.input_bytes(file), file.name, opened.case.time_zone)
    with centre.batch():
        read, rejections = centre.rows_of(folder, opened)
        for example in wanted:
            rows = _as_in(example, read, opened.context)
            moment = pipeline.Moment(as_of=example.as_of, as_known=example.as_known)
            yield example, compared(example, pipeline.assess(opened.case, rows, rejections, moment).statuses)


def _as_in(example: Example, read: Iterable[Observation | Record], context: Context) -> list[Observation | Record]:
    """Return what was read without what the example leaves out, and with what it adds."""
    rows = list(read)
    unknown = set(example.without) - {row.id for row in rows}
    if unknown:
        raise CaseError(f"{example.place}: leaves out {', '.join(sorted(unknown))}, which no table of the case has")
    try:
        added = [reread(table, cells, context) for table, cells in example.records]
    except ValueError as error:
        raise CaseError(f"{example.place}: a record {error}") from error
    return [*(row for row in rows if row.id not in example.without), *added]


def example_files(name: str) -> list[Path]:
    """Return the file of examples of that name, or those of a case folder or bundled case.

    Raises:
        CaseError: when there is none.

    """
    if Path(name).is_file():
        return [Path(name)]
    folder = centre.find_case(name)
    files = sorted((folder / "cases").glob("*.yaml"))
    if not files:
        raise CaseError(f"{name}: has no examples; write them into {folder.name}/cases/*.yaml")
    return files
