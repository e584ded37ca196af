"""Names that must lead somewhere in the case: whom a paper binds and names, and the places it speaks of."""

from collections.abc import Iterator

from trucewatch.agreement.fault import Block, not_one_of
from trucewatch.agreement.links import Placed
from trucewatch.agreement.lint.finding import Finding, Surroundings, at
from trucewatch.agreement.text import Copy
from trucewatch.agreement.toml_lines import Path
from trucewatch.paper import Allow, KeepOut, Obligation, Prohibit, Withdraw
from trucewatch.vocabulary import FeatureRole

WHO = ("bearer", "toward", "by", "accepted_by")  # keys under which parties and actors are named
HOLDERS = ("reading", "amendment", "pause")


def names(copy: Copy, case: Surroundings) -> Iterator[Finding]:
    """Yield whoever is neither a party of the case nor an actor of the paper, and places that the case has not."""
    known = (*case.parties, *(actor.id for actor in copy.agreement.actors))
    for placed in copy.placed:
        yield from _strangers(placed, known)
        yield from _places(placed, case)
    for anchor in copy.front.table.get("anchor", {}):
        for number, reading in enumerate(copy.front.table["anchor"][anchor].get("reading", ())):
            path = ("anchor", anchor, "reading", number)
            yield from _unknown(copy.front, (*path, "by"), reading.get("by", ()), known, f"anchor {anchor}")


def _strangers(placed: Placed, known: tuple[str, ...]) -> Iterator[Finding]:
    block, duty = placed
    for path, table in _tables(block):
        for key in WHO:
            named = table.get(key, ())
            if not isinstance(named, str):  # "all" is every party
                yield from _unknown(block, (*path, key), named, known, f"obligation {duty.id}")


def _tables(block: Block) -> Iterator[tuple[Path, dict[str, object]]]:
    yield (), dict(block.table)
    for key in HOLDERS:
        yield from (((key, number), table) for number, table in enumerate(block.table.get(key, ())))
    if "ended" in block.table:
        yield ("ended",), block.table["ended"]


def _unknown(block: Block, path: Path, named: object, known: tuple[str, ...], where: str) -> Iterator[Finding]:
    for number, name in enumerate(named if isinstance(named, list) else ()):
        if name not in known:
            remedy = f"write a party of case.toml, or declare [actor.{name}] in the front matter"
            yield at(block, (*path, number), f"in {where}: {not_one_of(str(path[-1]), name, known)}; {remedy}")


# --- places ---------------------------------------------------------------------------------------


def _places(placed: Placed, case: Surroundings) -> Iterator[Finding]:
    block, duty = placed
    for path, name, role in _named_places(duty):
        known = tuple(dict.fromkeys(place.id for place in case.places if place.id and place.role is role))
        if name not in known:
            word = role.value.replace("_", " ")
            remedy = f"give places.geojson a {word} with this id"
            what = f"in obligation {duty.id}: {not_one_of(word, name, known)}; {remedy}"
            yield at(block, path, what, is_note=bool(duty.method_missing))  # nobody judges it, with or without a map


def _named_places(duty: Obligation) -> Iterator[tuple[Path, str, FeatureRole]]:
    match duty.terms:
        case Prohibit(zone=str() as zone) | KeepOut(zone=str() as zone) | Allow(zone=str() as zone):
            yield ("zone",), zone, FeatureRole.ZONE
        case KeepOut(within=areas):
            yield from ((("within", number), area, FeatureRole.PERMITTED_AREA) for number, area in enumerate(areas))
        case Withdraw(line=line) if line:
            yield ("line",), line, FeatureRole.LINE_OF_CONTACT
