"""What the signs of the map mean, how long a kilometre is, which way is north, and whose lines these are.

Every column has a fixed place, so that no name, long or short, moves another.
"""

import textwrap
from collections.abc import Iterable, Iterator

from trucewatch.evidence import UNDETERMINED
from trucewatch.model import Case, Feature
from trucewatch.report.dots import LARGEST, SIZES
from trucewatch.report.frame import Frame, Period, within
from trucewatch.report.ground import STROKES, post_sign
from trucewatch.report.happenings import kinds
from trucewatch.report.palette import colour
from trucewatch.report.shares import hypotheses
from trucewatch.report.svg import element, marker, words
from trucewatch.report.words import hypothesis_names, party_name
from trucewatch.vocabulary import FeatureRole

ROW = 18.0
COLUMNS = 3
TEXT = 11.0
NOTE_LETTERS = 150  # of a line of notes across the page
STEPS_KM = (500, 200, 100, 50, 20, 10, 5, 2, 1)

ROLE_WORDS = {
    FeatureRole.LINE_OF_CONTACT: "line of contact",
    FeatureRole.CONTROL: "edge of ground held, as described by its source",
    FeatureRole.ZONE: "zone that an agreement names",
    FeatureRole.PERMITTED_AREA: "area permitted to monitors",
    FeatureRole.CORRIDOR: "corridor",
}

Entry = tuple[str, str]  # a sign drawn about (0, 0), and its meaning


def legend(case: Case, view: Frame, window: Period, notes: tuple[str, ...]) -> tuple[str, float]:
    """Return the legend below the map, and its height."""
    entries = (*_others(case), *_counts(), *_signs(case, window))
    wide = view.width / COLUMNS
    of_sides = _sides(case, view.height + 46)
    top = view.height + 46 + len(case.parties) * ROW
    rows = -(-len(entries) // COLUMNS)
    drawn = "".join(
        element(
            "g",
            sign,
            words(meaning, 26.0, 4.0, TEXT),
            transform=f"translate({(n // rows) * wide + 14:.1f} {top + (n % rows) * ROW + 8:.1f})",
        )
        for n, (sign, meaning) in enumerate(entries)
    )
    said = (*notes, *credits_of(case, window))
    small = [line for sentence in said for line in textwrap.wrap(sentence, NOTE_LETTERS)]
    end = top + rows * ROW + 12
    lines = "".join(words(line, 2.0, end + n * 14, 10.0, fill="#3a3d40") for n, line in enumerate(small))
    return scale_and_north(view)[0] + of_sides + drawn + lines, end - view.height + len(small) * 14


def scale_and_north(view: Frame) -> tuple[str, float]:
    """Return the scale bar and the arrow below the map, and their height."""
    return _scale(view) + _north(view), 30.0


def credits_of(case: Case, window: Period) -> tuple[str, ...]:
    """Return whose lines and places these are, each source once with what it gave and how well that is known."""
    given: dict[str, dict[FeatureRole, list[Feature]]] = {}
    for feature in within(case.places, window):
        if feature.source or feature.role in STROKES:
            given.setdefault(feature.source, {}).setdefault(feature.role, []).append(feature)
    sources = tuple(
        f"{', '.join(_known(role, found) for role, found in roles.items())}: {source or 'source not stated'}"
        for source, roles in given.items()
    )
    relief = (f"relief: {case.relief.credit}",) if case.relief else ()
    first, last = (instant.date().isoformat() for instant in window)
    when = first if first == last else f"{first} to {last}"
    dated = f"Lines and posts as they were, {when} (UTC). A dashed line is no statement on any border or name."
    return (dated, *sources, *relief)


def _known(role: FeatureRole, found: Iterable[Feature]) -> str:
    """Return a role with the accuracy of what is drawn; of a line without one, that nobody stated it."""
    name = role.value.replace("_", " ")
    stated = sorted({feature.accuracy_km for feature in found})
    if stated[-1] <= 0:
        return f"{name} (accuracy not stated)" if role in STROKES else name
    unstated = ", for some not stated" if stated[0] <= 0 else ""
    span = " to ".join(f"{km:g}" for km in dict.fromkeys((next(km for km in stated if km > 0), stated[-1])))
    return f"{name} (known to ± {span} km{unstated})"


def _sides(case: Case, top: float) -> str:
    """Return one full row per party: their names may be long, and neither may move the other."""
    return "".join(
        element(
            "g",
            _marker(f"side{n + 1}"),
            words(f"attributed to {party_name(party)} alone", 26.0, 4.0, TEXT),
            transform=f"translate(14 {top + n * ROW + 8:.1f})",
        )
        for n, party in enumerate(case.parties)
    )


def _others(case: Case) -> Iterator[Entry]:
    names = hypothesis_names(case)
    for hypothesis, kind in list(kinds(hypotheses(case)).items())[len(case.parties) :]:
        meaning = names[hypothesis] if kind == "no_violation" else f"attributed to {names[hypothesis]}"
        yield _marker(kind), meaning
    yield _marker(UNDETERMINED), "undetermined"


def _marker(kind: str) -> str:
    hollow = kind == "no_violation"
    ink = colour(kind)
    return element("path", d=marker(kind, 8, 0, 6), fill="#ffffff" if hollow else ink, stroke=ink, stroke_width="1.5")


def _counts() -> Iterator[Entry]:
    least = 1
    for most, radius in SIZES:
        yield _ring(radius), f"count {most}, or not stated" if most == 1 else f"count {least} to {most}"
        least = most + 1
    yield _ring(LARGEST), f"count above {SIZES[-1][0]}"


def _ring(radius: float) -> str:
    return element("path", d=marker(UNDETERMINED, 8, 0, radius), fill="none", stroke="#75777a", stroke_width="1")


def _signs(case: Case, window: Period) -> Iterator[Entry]:
    circle = element("circle", cx=8.0, cy=0.0, r=8.0, fill="#75777a", fill_opacity="0.1", stroke="#75777a")
    yield circle, "holds 68 % of the probability of the place"
    valid = within(case.places, window)
    for role, meaning in ROLE_WORDS.items():
        if any(feature.role is role for feature in valid):
            yield element("path", d="M-4 0h24", fill="none", **STROKES[role]), meaning
    posts = [f for f in valid if f.role is FeatureRole.OBSERVATION_POST]
    if any(not post.camera for post in posts):
        yield post_sign(8, 0, camera=False), "observation post"
    if any(post.camera for post in posts):
        yield post_sign(8, 0, camera=True), "camera"


def _scale(view: Frame) -> str:
    """Return a bar of a round number of kilometres, at most a quarter of the map's width."""
    step = next((km for km in STEPS_KM if km * view.per_km() <= view.width / 4), STEPS_KM[-1])
    length, y = step * view.per_km(), view.height + 16
    bar = element("path", d=f"M2 {y - 5:.1f}v5h{length:.1f}v-5", fill="none", stroke="#1a1a1a", stroke_width="1.4")
    return bar + words(f"{step} km", length + 10, y, TEXT)


def _north(view: Frame) -> str:
    x, y = view.width - 14, view.height + 22
    arrow = element("path", d=f"M{x:.1f} {y - 16:.1f}l5 16l-5 -4l-5 4z", fill="#1a1a1a")
    return arrow + words("north is up", x - 12, y - 2, TEXT, text_anchor="end")
