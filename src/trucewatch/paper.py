"""The nouns of the signed paper: clauses in their words, obligations of a closed set of kinds, readings, amendments.

Frozen, keyword-only, tuples inside, standard library only. A party id here is one of the case's; an actor id is
declared by the paper itself (a guarantor, a monitor: bound by the paper, no side of the conflict). Distances are
kilometres, calibres millimetres, instants UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trucewatch.vocabulary import (
    AmendmentForm,
    CountedBy,
    DayRule,
    ObligationKind,
    Order,
    PersonCategory,
    Phenomenon,
    Proof,
    Role,
    UnitKind,
    WeaponClass,
)

EVERY_PARTY = "all"  # as a bearer: every party of the case, so that the file names none


# --- words ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words of a clause in one language; `verbatim` False marks our own summary; `source` says where they were read."""

    tag: str
    text: str
    verbatim: bool = True
    language: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody whom the paper binds or names and who is no party of the case."""

    id: str
    name: str
    role: Role


# --- days and moments -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """By when: a moment, a day under a rule ("by", "before"), or so long after an anchor.

    Exactly one of `at`, `day` and `after` (an anchor's id) is set. A day's deadline passes at the end or at the
    beginning of that day in the paper's time zone; that of an anchored one of whole `days` likewise, counted from the
    anchor's own day (day 0); of `hours` at that moment.
    """

    at: datetime | None = None
    day: date | None = None
    after: str = ""
    days: int = 0
    hours: float = 0.0
    rule: DayRule = DayRule.END_OF_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A day or moment from which the paper counts: known (`at` or `day`), or told by records of an `event` of an `act`.

    `readings` are other days that somebody counts from.
    """

    id: str
    words: str
    at: datetime | None = None
    day: date | None = None
    act: str = ""
    event: str = ""
    readings: tuple["AnchorReading", ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorReading:
    """The day or moment that some count from instead."""

    by: tuple[str, ...]
    at: datetime | None = None
    day: date | None = None
    source: str = ""
    inferred: bool = False


# --- what each kind says --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibit:
    """No such phenomenon in the zone (None: anywhere); `act` names one that no sensor perceives, told by records."""

    phenomena: tuple[Phenomenon, ...] = ()
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Weapons of `weapon_classes` (empty: any) with `from_mm` <= calibre <= `to_mm`, kept `distance_km` away.

    Bounds None are open. `models` name weapons directly ("Tochka-U"); they match whatever the calibre.
    """

    distance_km: float
    weapon_classes: tuple[WeaponClass, ...] = ()
    from_mm: float | None = None
    to_mm: float | None = None
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Weapons stay as far from the line as their band says; `line` is a line's feature id ("": the line of contact)."""

    bands: tuple[Band, ...]
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepOut:
    """Units stay out of `zone`, or inside one of the areas of `within` (a geofence)."""

    unit: UnitKind
    zone: str | None = None
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Achieve:
    """Done when every event of `completes_on` has happened."""

    completes_on: tuple[str, ...] = ("done",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Persons or bodies of these categories change hands; `all_for_all`: every one on either side's list."""

    categories: tuple[PersonCategory, ...] = ()
    all_for_all: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most, or at least, so many of an item: by a day, or at all times where `by` is None."""

    item: str
    at_most: int | None = None
    at_least: int | None = None
    by: Deadline | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Counts held against limits: a ceiling, a floor or a schedule of stages. `basis` says which count counts."""

    limits: tuple[Limit, ...]
    basis: CountedBy = CountedBy.COUNTED
    is_composition: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """Passage, access or return is let happen; `zone` is where, None where the act says it."""

    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Announced at least `lead` before it happens, to those whom it is owed to."""

    lead: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A term from the obligation's beginning, renewed unless notice is given so long before its end; in months."""

    term_months: int
    renews_months: int = 0
    notice_months: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitIf:
    """A defence: what `exception_to` forbids is allowed where every one of `conditions` holds, each three-valued."""

    exception_to: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Establish:
    """An institution that opens, and that later closes."""

    opens_on: str = "opened"
    closes_on: str = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The order of two obligations, by id: `first` before, in parallel with, or after `then`."""

    first: str
    then: str
    relation: Order


Terms = (
    Prohibit
    | Withdraw
    | KeepOut
    | Achieve
    | Exchange
    | Ceiling
    | Allow
    | Notify
    | Mandate
    | PermitIf
    | Establish
    | Condition
)


# --- how it is read and changed -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a reading or an amendment sets otherwise; None and empty leave the obligation as it is written.

    `anchor` is the number, from 1, of the reading of the deadline's anchor (0: the anchor as it is stated).
    """

    deadline: Deadline | None = None
    deadline_rule: DayRule | None = None
    from_time: datetime | None = None
    until_time: datetime | None = None
    completes_on: tuple[str, ...] = ()
    basis: CountedBy | None = None
    phenomena: tuple[Phenomenon, ...] = ()
    distances_km: tuple[float, ...] = ()
    limits: tuple[Limit, ...] = ()
    is_composition: bool | None = None
    exclusive: bool | None = None
    anchor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How some read an obligation; `inferred` when from the wording, not argued by them. `written` is it in words.

    `written` are (name, value) as the file writes them, for the reader.
    """

    by: tuple[str, ...]
    change: Change = Change()
    written: tuple[tuple[str, str], ...] = ()
    source: str = ""
    inferred: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A later change, also without a signature. It sets once known (`on`) and accepted by whom it disadvantages.

    `written` is as in a reading.
    """

    on: datetime
    form: AmendmentForm
    accepted_by: tuple[str, ...]
    change: Change = Change()
    written: tuple[tuple[str, str], ...] = ()
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """How the parties behaved under an obligation: a lawyer's hint, never applied by itself."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A dated event that stops an obligation's clock until another; `until` None: still stopped."""

    start: datetime
    until: datetime | None
    form: AmendmentForm
    source: str = ""
    accepted_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A dated event after which an obligation binds nobody any more."""

    on: datetime
    form: AmendmentForm
    source: str = ""
    accepted_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who read the words and the obligation together; `is_stale` when either has changed since."""

    by: str
    on: date
    digest: str
    is_stale: bool


# --- the whole ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One duty of the closed set of kinds.

    Applies from `from_time` to `until_time` (exclusive). `act` is what it is about, the word under which records speak
    of it; `toward` are those whom it is owed to (empty: every other party). `verify` are the proofs any one of which
    shows an event. `requires` are obligations that must be fulfilled before this one's clock starts; `overrides` those
    that give way to this one where both would apply. `exclusive`: the paper names who may, and nobody else may.
    `method_missing` says why nobody can verify it. `bearers` may be the single word "all".
    """

    id: str
    kind: ObligationKind
    bearers: tuple[str, ...]
    from_time: datetime
    terms: Terms
    act: str = ""
    toward: tuple[str, ...] = ()
    until_time: datetime | None = None
    deadline: Deadline | None = None
    verify: tuple[Proof, ...] = (Proof.OTHER_PARTY, Proof.TWO_SOURCES)
    requires: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    exclusive: bool = False
    readings: tuple[Reading, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    practices: tuple[Practice, ...] = ()
    pauses: tuple[Pause, ...] = ()
    ended: Ended | None = None
    doubts: tuple[str, ...] = ()
    review: Review | None = None
    source: str = ""
    note: str = ""
    method_missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered clause: its words, its obligations, or the stated reason why it has none.

    `notes` are its paragraphs for the reader; `line` is the line of its heading in the file.
    """

    id: str
    quotations: tuple[Quotation, ...]
    obligations: tuple[Obligation, ...] = ()
    not_verifiable: str = ""
    notes: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A signed paper as versioned clauses; `digest` is the SHA-256 of the file, `time_zone` that of its days.

    `notes` are the paragraphs that stand before its first clause.
    """

    id: str
    title: str
    digest: str
    signed: date | None
    clauses: tuple[Clause, ...]
    in_force: datetime | None = None
    time_zone: str = "UTC"
    authentic: tuple[str, ...] = ()
    note: str = ""
    amends: tuple[str, ...] = ()
    actors: tuple[Actor, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    notes: tuple[str, ...] = ()
