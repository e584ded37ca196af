"""Words of a paper that point to another part of it must find it: obligations, anchors, readings of anchors."""

from collections.abc import Iterator, Mapping, Sequence

from trucewatch.agreement.fault import AgreementError, Block, at_key, not_one_of
from trucewatch.agreement.toml_lines import Path
from trucewatch.paper import Agreement, Obligation

Placed = tuple[Block, Obligation]

# where an obligation names others of its paper
POINTERS = ("requires", "overrides", "lex_specialis_of", "exception_to", "first", "then")


def strays(paper: Agreement, placed: Sequence[Placed]) -> Iterator[AgreementError]:
    """Yield what is wrong with ids: one that stands twice, and whatever names what is not there, each with its line.

    `placed` are the paper's obligations with their blocks, in its order.
    """
    known = [duty.id for _, duty in placed]
    for number, (block, duty) in enumerate(placed):
        if duty.id in known[:number]:
            yield at_key(block, "id", f"obligation {duty.id} stands twice; give each obligation its own id")
        others = [each for each in known if each != duty.id]
        for path, named in _pointed(block):
            if named not in others:
                yield at_key(block, path, f"in obligation {duty.id}: {not_one_of(str(path[0]), named, others)}")
        yield from _stray_anchors(paper, block, duty)


def _pointed(block: Block) -> Iterator[tuple[Path, str]]:
    for key in POINTERS:
        value = block.table.get(key, [])
        if isinstance(value, str):
            yield (key,), value
        else:
            yield from (((key, number), named) for number, named in enumerate(value))


def _stray_anchors(paper: Agreement, block: Block, duty: Obligation) -> Iterator[AgreementError]:
    anchors = {anchor.id: len(anchor.readings) for anchor in paper.anchors}
    for path, name in _anchored(block.table, ()):
        if name not in anchors:
            remedy = f"declare it in the front matter as [anchor.{name}]"
            yield at_key(block, path, f"in obligation {duty.id}: {not_one_of('anchor', name, anchors)}; {remedy}")
    there = 0 if duty.deadline is None else anchors.get(duty.deadline.after, -1)
    for key in ("reading", "amendment"):
        for number, table in enumerate(block.table.get(key, ())):
            if "anchor" in table and (duty.deadline is None or not duty.deadline.after or table["anchor"] > there):
                what = f"in obligation {duty.id}: the anchor of its deadline has no reading {table['anchor']}"
                yield at_key(block, (key, number, "anchor"), f"{what}; number them from 1 as [[anchor.name.reading]]")


def _anchored(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every `{ after = "anchor" }` below a value with its path."""
    if isinstance(value, Mapping):
        if path and isinstance(value.get("after"), str):
            yield (*path, "after"), value["after"]
        for key, each in value.items():
            yield from _anchored(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _anchored(each, (*path, number))
