"""What the records say of matters other than fire, set out matter by matter. Pure folds; no verdict stands here."""

from collections.abc import Sequence

from trucewatch.model import Party, Record, Register
from trucewatch.registers.persons import exchanges, harms, returns
from trucewatch.registers.sites import inventory, sites
from trucewatch.registers.ways import mandates, notices, strengths, ways


def registers(records: Sequence[Record], parties: Sequence[Party]) -> tuple[Register, ...]:
    """Return the registers that have a line, in the order of the requirements (R3, R11 to R16)."""
    found = (
        notices(records),
        ways(records),
        strengths(records),
        mandates(records),
        exchanges(records, parties),
        returns(records),
        sites(records),
        inventory(records),
        harms(records),
    )
    return tuple(register for register in found if register.rows)
