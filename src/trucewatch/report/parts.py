"""The parts of a report, as values. A page, a document or another language is a way to write these down."""

from dataclasses import dataclass, replace

from trucewatch.paper import Quotation
from trucewatch.vocabulary import Listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words and where they lead: an anchor in the page, or "" where the thing is not printed."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A number together with the records that it counts.

    `id` is its anchor; `left_out` of the counted things are not printed in this report.
    """

    id: str
    label: str
    count: int
    links: tuple[Link, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the report is about and how it was made; times are local, in `zone`.

    `as_of` is the end of the reporting period, or what was heard last while it is not over (`is_open`); `read_until`
    the latest time that any record of the case names; `days` the daily reports that stand beside the report of the
    whole record, empty in a daily report. `is_running`: hours of its days are still to come. `runs_over` says that a
    reporting day is no calendar day, "" of the whole record.
    """

    title: str
    case: str
    case_id: str
    parties: tuple[tuple[tuple[str, str], ...], ...]
    agreements: tuple[str, ...]
    standard: str
    methods: tuple[str, ...]
    package: str
    period: str
    as_of: str
    read_until: str
    zone: str
    days: tuple[str, ...]
    is_open: bool
    is_running: bool
    runs_over: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortDay:
    """What was watched on one side's ground in one local calendar day.

    `ground` is the share of its ground near the line that somebody watched for whole hours, averaged over the day;
    `cells` are what each hour allows to be said; None marks an hour outside the reporting period.
    """

    id: str
    day: str
    hours: str
    observers: int
    observer_hours: str
    ground: str
    cells: tuple[Listening | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One party's column: the effort on its ground first, then each count.

    `hours` counts the hours of the report by what each allows to be said; `rates` are (label, words) of what was found
    for the effort, or the reason why that cannot be said.
    """

    number: int
    name: str
    effort: str
    hours: tuple[tuple[Listening, int], ...]
    rates: tuple[tuple[str, str], ...]
    days: tuple[EffortDay, ...]
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One hypothesis in a bar: `kind` is side1, side2, ... or both, other, no_violation; edges in per cent."""

    kind: str
    name: str
    words: str
    start: str
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One row of the matrix of evidence and hypotheses; `bits` stand in the order of the hypotheses.

    `basis` says what it rests on: perceived, words only, admitted; `by` names the side whose word it is, or "".
    """

    text: str
    line: str
    basis: str
    by: str
    bits: tuple[str, ...]
    records: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPart:
    """One happening, then what may be concluded from it, kept apart.

    `explained` are at most six lines in plain words. `count` is that of `phenomenon` alone; `others` names the other
    phenomena of its records, which are never added. `perhaps` are records that may be of it and stand in none or in
    another one, with how likely that is. `staffs` is the anchor of what the two staffs say to it, "" none.
    """

    id: str
    anchor: str
    window: str
    place: str
    radius: str
    end: str
    phenomenon: str
    count: str
    others: str
    kind: str
    determination: str
    lines: int
    why: str
    explained: tuple[str, ...]
    credibility: str
    shares: tuple[Share, ...]
    reasons: tuple[Reason, ...]
    sums: tuple[str, ...]
    clauses: tuple[Link, ...]
    records: tuple[Link, ...]
    perhaps: tuple[tuple[Link, str], ...] = ()
    staffs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPart:
    """One observation in the columns of the field; also a claim or a total, which fill the last three."""

    anchor: str
    number: int
    source: str
    position: str
    location: str
    means: str
    count: str
    observation: str
    description: str
    weapon: str
    time: str
    incident: Link
    side: str = ""
    stance: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPart:
    """A public claim about the paper with what the paper says to it."""

    record: Link
    said: str
    answer: str
    clauses: tuple[Link, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPart:
    """What one reading gives: who reads it how, in words, the state and why."""

    said: str
    state: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPart:
    """One obligation of one bearer; `since`, `next_deadline` and `would_change` are "" where there is none."""

    anchor: str
    obligation: str
    bearer: str
    status: str
    state: str
    since: str
    as_of: str
    coverage: str
    why: str
    would_change: str
    next_deadline: str
    readings: tuple[ReadingPart, ...]
    incidents: Tally
    records: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPart:
    """One obligation: a cell for each column of its paper (None: it does not bind that one), then for others bound."""

    id: str
    said: str
    cells: tuple[StatusPart | None, ...]
    others: tuple[StatusPart, ...]

    @property
    def statuses(self) -> tuple[StatusPart, ...]:
        """All that it binds, the columns first."""
        return (*(cell for cell in self.cells if cell is not None), *self.others)

    @property
    def lines(self) -> tuple["DutyPart", ...]:
        """The obligation for the columns, then for the others, as far as it binds them."""
        columns, others = replace(self, others=()), replace(self, cells=(None,) * len(self.cells))
        return tuple(line for line in (columns, others) if line.statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClausePart:
    """A clause in its words, then its obligations, or why it has none."""

    anchor: str
    id: str
    quotations: tuple[Quotation, ...]
    not_verifiable: str
    duties: tuple[DutyPart, ...]

    @property
    def lines(self) -> tuple[DutyPart, ...]:
        """Its obligations as lines of the board: what binds others too has a line more."""
        return tuple(line for duty in self.duties for line in duty.lines)

    @property
    def statuses(self) -> tuple[StatusPart, ...]:
        """The statuses of all its obligations."""
        return tuple(status for duty in self.duties for status in duty.statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """How many obligations of a paper have one status, all bearers together, and how much of their hours was watched.

    Sides are never counted apart here: they bear unlike duties, and a share kept would compare what cannot be.
    """

    status: str
    tally: Tally
    coverage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePart:
    """A paper's stages, deadlines and terms: a picture (trusted markup of our own), and each row of it in words.

    `signs` are (kind of sign, name) of the sides in it, `outsiders` the names of other bearers.
    """

    svg: str
    signs: tuple[tuple[str, str], ...]
    outsiders: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPart:
    """One agreement: its clauses with their obligations side by side; times in `zone`, the paper's own.

    The columns are the sides in the order of the case, or those whom a paper binds that binds no side (a memorandum of
    two guarantors).
    """

    anchor: str
    id: str
    title: str
    zone: str
    columns: tuple[str, ...]
    clauses: tuple[ClausePart, ...]
    standings: tuple[Standings, ...]
    timeline: TimelinePart | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodPart:
    """A method by its card: what it does, then (label, sentences); none where the package has no card of it."""

    name: str
    does: str
    told: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPart:
    """How a method's probabilities held on labelled incidents; `pictures` are trusted markup of our own making."""

    about: str
    lines: tuple[str, ...]
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPart:
    """One record of something other than fire, as it was received; times in words, local."""

    anchor: str
    id: str
    source: str
    side: str
    about: str
    said: str
    time: str
    received: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One line of a register with the records behind it."""

    cells: tuple[str, ...]
    records: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPart:
    """One register: its columns, its lines, and how to read it."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[RegisterLine, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedPart:
    """A row that could not be read."""

    file: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPart:
    """How the counts go on: paragraphs under headings, and a picture (trusted markup of our own, "" where none)."""

    paragraphs: tuple[tuple[str, tuple[str, ...]], ...]
    svg: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPart:
    """A heading, the words under it (None: withheld), and by whom, when and where they stand in the log."""

    heading: str
    text: str | None
    by: str
    corrections: tuple["SaidPart", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffsPart:
    """One incident with what the two staffs say: `columns` are (guarantor, what it said), side by side."""

    incident: str
    anchor: str
    href: str
    stands: str
    note: str
    columns: tuple[tuple[str, tuple[SaidPart, ...]], ...]
    published: tuple[SaidPart, ...]
    replies: tuple[tuple[str, tuple[SaidPart, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report, whole: every number in it is a Tally or stands beside its records.

    `caution` says how far the probabilities may be trusted; `errors` are (class of source, its reports that told of it,
    what its stated errors are taken as); `words` are (probability, word, verdict) and `grades`
    (grade, meaning), the legends. `left_out` says in sentences what was too long to print. `map_svg` and `detail_svg`
    ("" where it would show no more) are trusted markup of our own making.
    """

    header: Header
    funnel: tuple[Tally, ...]
    undetermined: tuple[Tally, ...]
    sides: tuple[Side, ...]
    hypotheses: tuple[str, ...]
    incidents: tuple[IncidentPart, ...]
    observations: tuple[RecordPart, ...]
    claims: tuple[RecordPart, ...]
    totals: tuple[RecordPart, ...]
    answers: tuple[AnswerPart, ...]
    papers: tuple[PaperPart, ...]
    methods: tuple[MethodPart, ...]
    calibrations: tuple[CalibrationPart, ...]
    caution: str
    errors: tuple[tuple[str, int, str], ...]
    words: tuple[tuple[str, str, str], ...]
    grades: tuple[tuple[str, str], ...]
    rejected: tuple[RejectedPart, ...]
    rejected_left_out: int
    left_out: tuple[str, ...]
    map_svg: str
    detail_svg: str
    trend: TrendPart | None = None
    others: tuple[OtherPart, ...] = ()
    registers: tuple[RegisterPart, ...] = ()
    staffs: tuple[StaffsPart, ...] = ()

    @property
    def clauses(self) -> tuple[ClausePart, ...]:
        """The clauses of all papers."""
        return tuple(clause for paper in self.papers for clause in paper.clauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePart:
    """An obligation whose state is another than it was."""

    agreement: str
    was: str
    now: StatusPart


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPart:
    """The board by itself with the evidence that its statuses rest on.

    `as_known` "" means all that came in, `since` "" that no earlier moment was asked for.
    """

    case: str
    case_id: str
    zone: str
    as_of: str
    as_known: str
    papers: tuple[PaperPart, ...]
    incidents: tuple[IncidentPart, ...]
    others: tuple[OtherPart, ...]
    answers: tuple[AnswerPart, ...]
    since: str
    changes: tuple[ChangePart, ...]

    @property
    def clauses(self) -> tuple[ClausePart, ...]:
        """The clauses of all papers."""
        return tuple(clause for paper in self.papers for clause in paper.clauses)
