"""Ceilings, floors and schedules of a TOML table: what is counted, against which limits, on whose count."""

from dataclasses import replace

from trucewatch.agreement.cells import flag, tables, term, text, whole
from trucewatch.agreement.days import deadline
from trucewatch.agreement.fault import Block
from trucewatch.paper import Ceiling, Limit
from trucewatch.vocabulary import CountedBy


def ceiling(block: Block, tz: str) -> Ceiling:
    """Return the terms of a ceiling; stages that are said to be cumulative stand with their totals."""
    found = limits(block, tz)
    return Ceiling(
        limits=_added_up(found) if flag(block, "cumulative") else found,
        basis=basis(block) or CountedBy.COUNTED,
        is_composition=is_composition(block) or False,
    )


def limits(block: Block, tz: str) -> tuple[Limit, ...]:
    """Return the limits of a table; empty where it names none."""
    return tuple(_limit(each, tz) for each in tables(block, "limits"))


def _limit(block: Block, tz: str) -> Limit:
    return Limit(
        item=text(block, "item"),
        at_most=whole(block, "at_most"),
        at_least=whole(block, "at_least"),
        by=deadline(block, "by", tz),
        label=text(block, "label"),
    )


def _added_up(stages: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """Return stages with their totals: each limit of an item adds to those of the same item before it."""
    found: list[Limit] = []
    for stage in stages:
        before = [each for each in found if each.item == stage.item]
        most = next((each.at_most for each in reversed(before) if each.at_most is not None), 0)
        least = next((each.at_least for each in reversed(before) if each.at_least is not None), 0)
        found.append(
            replace(
                stage,
                at_most=None if stage.at_most is None else most + stage.at_most,
                at_least=None if stage.at_least is None else least + stage.at_least,
            )
        )
    return tuple(found)


def basis(block: Block) -> CountedBy | None:
    """Return which count counts, None where the table does not say."""
    return term(block, "basis", CountedBy) if "basis" in block.table else None


def is_composition(block: Block) -> bool | None:
    """Tell whether limits are a composition (exactly so many) or a ceiling; None where the table does not say."""
    return block.table["limits_apply"] == "composition" if "limits_apply" in block.table else None
