"""The board as lines for a terminal of some width: first where everything stands, then why, side by side."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from trucewatch.report.parts import AnswerPart, BoardPart, ClausePart, DutyPart, PaperPart, StatusPart, Tally

NARROWEST = 34  # columns of text beside each other; narrower ones stand below each other
BETWEEN = " | "
ASKED = 0.4  # the share of the width for what an obligation asks
NAMED = 8  # pieces of evidence named one by one; more are counted, and listed by --csv
CAUTION = "Machine proposals for the two staffs, not for publication."


def board_lines(board: BoardPart, width: int) -> Iterator[str]:
    """Yield the board line by line, none longer than `width` where its words allow."""
    known = board.as_known or "all that has come in"
    yield from _wrapped(f"Board of obligations: {board.case} ({board.case_id})", width)
    yield from _wrapped(f"As of {board.as_of} ({board.zone}); known: {known}.", width)
    yield from _wrapped(CAUTION, width)
    if board.since:
        yield from _changed(board, width)
    for paper in board.papers:
        yield from _paper(paper, width)
    if board.answers:
        yield from _answers(board.answers, width)


def _answers(answers: Sequence[AnswerPart], width: int) -> Iterator[str]:
    """Yield each public claim about a paper with what its clauses say."""
    yield ""
    yield from _wrapped("Public claims about the paper", width)
    for answer in answers:
        clauses = ", ".join(link.text for link in answer.clauses)
        yield from _wrapped(f"  {answer.record.text}: {answer.said}", width, "    ")
        yield from _wrapped(f"    {answer.answer}{_if(' (clauses ', clauses, ')')}: {answer.why}", width, "    ")


def _changed(board: BoardPart, width: int) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"Changed since {board.since}: {len(board.changes) or 'nothing'}", width)
    for change in board.changes:
        cell = change.now
        now = f"{cell.status}: {cell.state}{_if(', since ', cell.since)}"
        yield from _wrapped(f"  {cell.obligation}, {cell.bearer}: was {change.was}; is {now}", width, "    ")


def _paper(paper: PaperPart, width: int) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"{paper.title} ({paper.id})" if paper.id else paper.title, width)
    yield "=" * min(width, len(paper.title))
    counts = (
        f"{s.status} {s.tally.count}{_if(' (', s.coverage, ')') if s.tally.count else ''}" for s in paper.standings
    )
    clocks = f"Hours and deadlines on the clock of {paper.zone}; deeds of a day have the day of where they happened."
    yield from _wrapped(f"All bearers together: {'; '.join(counts)}. {clocks}", width)
    yield ""
    yield from _overview(paper, width)
    for clause in paper.clauses:
        yield from _clause(clause, width)


def _overview(paper: PaperPart, width: int) -> Iterator[str]:
    """Yield one row per obligation: what it asks, then where each stands that it binds."""
    rooms = _rooms(width, len(paper.columns))
    wide = [rooms[0], width - rooms[0] - len(BETWEEN)]
    yield from _beside([["Obligation"], *([column] for column in paper.columns)], rooms)
    yield "-" * width
    for clause in paper.clauses:
        for line in clause.lines:
            about = f"{line.id} {line.said}".strip()
            if line.others:
                stand = "; ".join(f"{cell.bearer}: {_stand(cell)}" for cell in line.others)
                yield from _beside([[about], [stand]], wide)
            else:
                yield from _beside([[about], *([_stand(cell) if cell else "not bound"] for cell in line.cells)], rooms)
        if not clause.duties:
            yield from _beside([[f"clause {clause.id}"], [clause.not_verifiable]], wide)


def _rooms(width: int, columns: int) -> list[int]:
    """Return the widths of what an obligation asks, and of each column."""
    rest = int((width * (1 - ASKED)) // max(columns, 1)) - len(BETWEEN)
    return [width - columns * (rest + len(BETWEEN)), *[rest] * columns]


def _stand(cell: StatusPart) -> str:
    return f"{cell.status}{_if(' since ', cell.since)}{_if(', next: ', cell.next_deadline)}"


def _clause(clause: ClausePart, width: int) -> Iterator[str]:
    for duty in clause.duties:
        yield ""
        yield from _wrapped(f"{duty.id} {duty.said}".strip() + f" [clause {clause.id}]", width)
        yield from _duty(duty, width)


def _duty(duty: DutyPart, width: int) -> Iterator[str]:
    cells = duty.statuses
    room = (width - len(BETWEEN) * (len(cells) - 1)) // len(cells)
    if room >= NARROWEST:
        yield from _beside([list(_facts(cell)) for cell in cells], [room] * len(cells))
    else:
        for cell in cells:
            yield from _beside([list(_facts(cell))], [width])


def _facts(cell: StatusPart) -> Iterator[str]:
    """Yield what is to be said of one obligation of one bearer, a fact for each paragraph."""
    yield cell.bearer
    yield f"{cell.status}: {cell.state}{_if(', since ', cell.since)}"
    yield f"why: {cell.why}"
    for reading in cell.readings:
        yield f"{reading.said} This gives {reading.state}: {reading.why}"
    if cell.would_change:
        yield f"what would change it: {cell.would_change}"
    if cell.next_deadline:
        yield f"next deadline: {cell.next_deadline}"
    yield f"coverage: {cell.coverage}"
    evidence = [f"{name} {_ids(tally)}" for name, tally in _behind(cell) if tally.count]
    yield f"evidence: {'; '.join(evidence) or 'none'}"


def _behind(cell: StatusPart) -> tuple[tuple[str, Tally], ...]:
    return ("incidents", cell.incidents), ("records", cell.records)


def _ids(tally: Tally) -> str:
    named = [link.text for link in tally.links[:NAMED]]
    more = tally.count - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


# --- lines ----------------------------------------------------------------------------------------


def _if(before: str, words: str, after: str = "") -> str:
    return f"{before}{words}{after}" if words else ""


def _beside(columns: Sequence[Sequence[str]], rooms: Sequence[int]) -> Iterator[str]:
    """Yield paragraphs side by side, each column in its room."""
    wrapped = [
        [line for paragraph in column for line in _wrapped(paragraph, wide, "  ")]
        for column, wide in zip(columns, rooms, strict=True)
    ]
    for lines in zip_longest(*wrapped, fillvalue=""):
        padded = (line.ljust(wide) for line, wide in zip(lines, rooms, strict=True))
        yield BETWEEN.join(padded).rstrip(" |")


def _wrapped(text: str, width: int, indent: str = "") -> Iterable[str]:
    """Return text in lines; what others wrote cannot steer the terminal: a sign that does not print becomes a blank."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    start = printable[: len(printable) - len(printable.lstrip())]
    return textwrap.wrap(printable.lstrip(), width, initial_indent=start, subsequent_indent=indent) or [""]
