"""What the records say of matters other than fire, set out matter by matter. Pure folds; no verdict stands here."""

from collections.abc import Sequence

from trucewatch.model import Excursion, Feature, Near, Party, Record, Register
from trucewatch.registers.persons import exchanges, harms, returns
from trucewatch.registers.places import infrastructure, looked, outside
from trucewatch.registers.sites import inventory, sites
from trucewatch.registers.ways import mandates, notices, strengths, ways


def registers(
    records: Sequence[Record],
    parties: Sequence[Party],
    excursions: Sequence[Excursion] = (),
    found_near: Sequence[Near] = (),
    features: Sequence[Feature] = (),
) -> tuple[Register, ...]:
    """Return the registers that have a line, in the order of the requirements (R3, R6, R11 to R16)."""
    found = (
        notices(records),
        outside(excursions),
        looked(records),
        ways(records),
        strengths(records),
        mandates(records),
        exchanges(records, parties),
        returns(records),
        sites(records),
        inventory(records),
        harms(records),
        infrastructure(found_near, features),
    )
    return tuple(register for register in found if register.rows)
