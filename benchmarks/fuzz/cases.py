"""Targets: the files of a case folder, which a stranger may have written."""

from collections.abc import Iterator
from functools import partial

from benchmarks.fuzz.faults import Targets, refuses
from benchmarks.fuzz.tables import BUNDLED, CONTEXT

from trucewatch.agreement.examples import parse_examples
from trucewatch.agreement.text import read_agreement
from trucewatch.calibration import parse_record
from trucewatch.intake.cards import parse_card
from trucewatch.intake.case import parse_case
from trucewatch.intake.gazetteer import parse_gazetteer
from trucewatch.intake.places import parse_places, theatre

DATA = BUNDLED.parent / "data"


def _places(data: bytes) -> None:
    theatre(parse_places(data, CONTEXT.parties))


def _agreement(data: bytes) -> bool:
    """Check that a file is read whole, or that each mistake has a line of the file and says what to do."""
    read, mistakes = read_agreement(data, "agreements/f.md")
    assert (read is None) == bool(mistakes), "either an agreement or its mistakes"
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert all(0 <= mistake.line <= lines for mistake in mistakes), "a mistake is on a line of the file"
    assert all("\n" not in str(mistake) for mistake in mistakes), "a mistake is one line"
    return read is not None


def _files(pattern: str, most: int = 65_536) -> Iterator[bytes]:
    return (path.read_bytes()[:most] for path in sorted(BUNDLED.glob(pattern)))


def _data(pattern: str, lines: int = 40) -> Iterator[bytes]:
    for path in sorted(DATA.glob(pattern)):
        yield b"".join(path.read_bytes().splitlines(keepends=True)[:lines])


def _clauses() -> Iterator[bytes]:
    """Yield each agreement cut down to its front and one of its clauses: short files get farther."""
    for whole in _files("*/agreements/*.md", 1 << 20):
        front, fence, body = whole.partition(b"\n+++\n")
        if fence:
            parts = body.split(b"\n## ")
            yield from (front + fence + b"\n## " + part for part in parts[1:] if len(part) < 4_000)


def _examples() -> Iterator[bytes]:
    """Yield the first cases of each file, one by one, and a reference with a merge."""
    for whole in _files("*/cases/*.yaml"):
        yield from (b"- case" + part for part in whole.split(b"- case")[1:4])
    yield b"- &a {x: 1}\n- {<<: [*a, *a]}\n"


TARGETS: Targets = (
    ("case-toml", refuses(partial(parse_case, folder="f")), partial(_files, "*/case.toml")),
    ("places-geojson", refuses(_places), partial(_files, "*/places.geojson")),
    ("agreement", _agreement, _clauses),
    (
        "examples-yaml",
        refuses(partial(parse_examples, name="cases/f.yaml", time_zone="Europe/Kyiv")),
        _examples,
    ),
    ("gazetteer", refuses(parse_gazetteer), partial(_data, "gazetteer/*.csv", 5)),
    ("method-card", refuses(partial(parse_card, name="methods/f.md")), partial(_data, "methods/*.md")),
    ("calibration-record", refuses(parse_record), partial(_data, "calibration/*.json", 100_000)),
)
