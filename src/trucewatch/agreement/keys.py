"""The keys of an agreement file with their shapes and meanings: words of one kind, and the front matter.

This and `duty_keys` are the one list of keys: the reader refuses what is not in it, and the published schema is
written from it (`schema`).
"""

from trucewatch.agreement.shapes import (
    DAY,
    FLAG,
    MOMENT,
    TEXT,
    UNSEEN,
    Either,
    Key,
    Listed,
    Named,
    Table,
    Tables,
    Word,
    counted,
    matching,
    measured,
    of,
)
from trucewatch.paper import EVERY_PARTY
from trucewatch.vocabulary import DayRule, Role

ID = matching(
    r"[A-Za-z0-9][A-Za-z0-9._-]*", "one word of letters, digits, dot, hyphen or underscore, such as 2.a", '"2.a"'
)
# the word of a case or of a record, which may have blanks and letters of any script: `case.toml`, columns of tables
NAME = matching(rf"[^\s{UNSEEN}]([^{UNSEEN}]*[^\s{UNSEEN}])?", "a word in quotation marks", '"..."')
ACT = matching(
    r"[a-z0-9-]+(:[a-z0-9_.-]+)?",
    "lower case words such as transfer:agdam, under which records speak of it",
    '"verb:object"',
)
HASH = matching(r"[0-9a-f]{12}", "the 12 digits that `trucewatch agreement check --hashes` prints", '"0123456789ab"')
NAMES, IDS, TEXTS = Listed(item=NAME), Listed(item=ID), Listed(item=TEXT)
EVENTS = Listed(item=NAME, least=1)
PARTIES = Either(plain=Word(known=(EVERY_PARTY,)), nested=Listed(item=NAME, least=1))
SOURCE = Key(shape=TEXT, says="Where this was read: the point of the paper, or a publication with its day.")
NOTE = Key(shape=TEXT, says="What a reader should know.")
INFERRED = Key(shape=FLAG, says="true: from the wording; they have not argued it.")

AFTER = Table(
    what="a deadline after an anchor",
    keys={
        "after": Key(shape=ID, says="The anchor, declared in the front matter."),
        "days": Key(shape=counted(0), says="Whole days after the anchor's own day, which is day 0."),
        "hours": Key(shape=measured(above=0), says="Hours after the anchor's moment."),
    },
    required=("after",),
    one_of=(("days", "hours"),),
    example='{ after = "anchor", days = 30 }',
)
DUE = Either(plain=MOMENT, nested=AFTER)
RULE = Key(shape=of(DayRule), says="Which edge of its day a deadline is: its end (by) or its beginning (before).")

# --- front matter ---------------------------------------------------------------------------------

QUOTATION = Table(
    what="a quotation's source",
    keys={
        "source": Key(shape=TEXT, says="Where the words were read, with the day."),
        "language": Key(
            shape=matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag such as en or uk", '"en"'),
            says="Their language, as a tag of BCP 47.",
        ),
        "verbatim": Key(shape=FLAG, says="true: quoted word for word; false: our own summary."),
    },
    required=("source", "language", "verbatim"),
)
ACTOR = Table(
    what="an actor",
    keys={
        "name": Key(shape=TEXT, says="Its name for the reader."),
        "role": Key(shape=of(Role), says="What it is to the paper."),
    },
    required=("name", "role"),
)
ANCHOR_READING = Table(
    what="a reading of an anchor",
    keys={
        "by": Key(shape=NAMES, says="Who counts from it."),
        "at": Key(shape=MOMENT, says="The day or moment that they count from."),
        "source": SOURCE,
        "inferred": INFERRED,
    },
    required=("at",),
)
ANCHOR = Table(
    what="an anchor",
    keys={
        "words": Key(shape=TEXT, says="What day this is, in words."),
        "at": Key(shape=MOMENT, says="The day or moment, where it is known."),
        "act": Key(shape=ACT, says="The act whose event is the anchor, where records tell it."),
        "event": Key(shape=NAME, says="The event of that act."),
        "source": SOURCE,
        "reading": Key(shape=Tables(table=ANCHOR_READING), says="Other days that somebody counts from."),
    },
    required=("words",),
    one_of=(("at", "act"),),
    together=(("act", "event"),),
)
FRONT = Table(
    what="the front matter",
    keys={
        "id": Key(shape=ID, says="The paper's id, one word."),
        "title": Key(shape=TEXT, says="Its title."),
        "signed": Key(shape=DAY, says="The day of signature."),
        "in_force": Key(shape=MOMENT, says="The moment from which it binds."),
        "tz": Key(shape=TEXT, says="The time zone of its days, a name of the IANA database."),
        "authentic": Key(shape=TEXTS, says="The languages whose text is authentic."),
        "note": NOTE,
        "amends": Key(shape=IDS, says="Ids of agreements that this one changes."),
        "quotation": Key(shape=Named(table=QUOTATION, name=ID), says="Where quoted words come from, by tag."),
        "actor": Key(
            shape=Named(table=ACTOR, name=NAME), says="Whom the paper binds or names that is no party of the case."
        ),
        "anchor": Key(shape=Named(table=ANCHOR, name=ID), says="Days from which the paper counts."),
    },
    required=("id", "title", "in_force", "tz"),
)
REASON = Table(
    what="a clause without an obligation",
    keys={"not_verifiable": Key(shape=TEXT, says="Why nothing of this clause is judged.")},
    required=("not_verifiable",),
)
