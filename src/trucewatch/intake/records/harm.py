"""Reader of harm to civilians and to what they depend on, and of how far its report was followed up."""

from trucewatch.intake import cells as cell
from trucewatch.intake.reader import Context, Reader
from trucewatch.intake.records.common import Cells, number, record, term
from trucewatch.model import Coded, Harm, Record
from trucewatch.vocabulary import HarmCause, HarmStage

COLUMNS = ("stage", "killed", "injured", "cause")


def _read(cells: Cells, context: Context) -> Record:
    cause = cell.coded(cells.get("cause", ""), HarmCause)
    killed, injured = number(cells, "killed"), number(cells, "injured")
    is_silent = cause == Coded(term=None) and not cells.get("text", "").strip()
    if killed is None and injured is None and is_silent:
        raise ValueError("says nothing of the harm: killed, injured, cause and text are all empty")
    body = Harm(
        stage=term(cells, "stage", HarmStage),
        killed=killed,
        injured=injured,
        cause=None if cause == Coded(term=None) else cause,
    )
    return record(cells, context, HARM.kind, body)


HARM = Reader(kind="harm", columns=frozenset({"stage", "killed", "injured"}), read=_read)
