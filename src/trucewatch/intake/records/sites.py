"""Reader of cultural and religious sites: what one assessor saw of one site, and before or after."""

from trucewatch.intake.columns import cell as text_of
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, moment, record, stated, term
from trucewatch.model import Record, SiteSeen
from trucewatch.vocabulary import SiteCondition

COLUMNS = ("site", "community", "condition", "assessor", "imaged", "baseline")

_FLAGS = {"": False, "no": False, "yes": True}


def _read(cells: Cells, context: Context) -> Record:
    body = SiteSeen(
        site=stated(cells, "site", "the site, by a name that stays the same in all rows"),
        community=text_of(cells, "community"),
        condition=term(cells, "condition", SiteCondition),
        assessor=stated(cells, "assessor", "who judged the picture or the visit"),
        is_baseline=_is_baseline(text_of(cells, "baseline")),
        imaged=moment(cells, "imaged", context),
    )
    return record(cells, context, SITES.kind, body)


def _is_baseline(word: str) -> bool:
    if word.lower() not in _FLAGS:
        raise ValueError(f"baseline {word[:40]!r} is not yes or no")
    return _FLAGS[word.lower()]


SITES = Reader(kind="sites", columns=frozenset({"site", "community", "condition", "assessor"}), read=_read)
