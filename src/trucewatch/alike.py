"""What counts as the same in a mirror run: every float to its last bit, every word; with or without the order of lists.

Lists stand in the parties' order ("towards north and south"), which the case file states and is no preference. Pure.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

MOST_SOUGHT = 32  # parts of a list in another order that are sought one by one; beyond, both lists are sorted whole

Back = Callable[[str], str]  # from the words of a mirror run to the real ones

_WORD = re.compile(r"\w+|[^\w\s]")


def alike(one: Any, mirror: Any, back: Back) -> bool:
    """Return whether the mirror's value is ours, with the real names and but for the order of lists and of words.

    It tells apart whatever `unordered` writes differently, without writing either down: over all incidents of a big
    run that takes a quarter of the time.
    """
    return _same(one, mirror, back, _ANY_ORDER)


def identical(one: Any, mirror: Any, back: Back) -> bool:
    """Return whether the mirror's value is ours with the real names, in the same order and words."""
    return _same(one, mirror, back, _IN_ORDER)


@dataclass(frozen=True, slots=True)
class _Rule:
    """When lists of one length, texts, and all that is neither nor has fields are the same; each of ours and theirs."""

    lists: Callable[[tuple[Any, ...], tuple[Any, ...], Back], bool]
    texts: Callable[[str, str, Back], bool]
    rest: Callable[[Any, Any, Back], bool]


def _same(one: Any, mirror: Any, back: Back, rule: _Rule) -> bool:
    kind = type(one)
    if kind is not type(mirror):
        return False
    # nearly all that is no text; the two zeros are equal and differ
    if one is mirror or (kind is float and one == mirror and one != 0):
        return True
    if kind is str:
        return rule.texts(one, mirror, back)
    if kind is tuple:
        return len(one) == len(mirror) and rule.lists(one, mirror, back)
    if (parts := _parts(kind)) is not None:  # type: ignore[arg-type]  # mypy: a type is hashable
        return _same_each(parts(one), parts(mirror), back, rule)
    return (rule.texts if isinstance(one, str) else rule.rest)(one, mirror, back)


def _same_each(ours: tuple[Any, ...], theirs: tuple[Any, ...], back: Back, rule: _Rule) -> bool:
    """Return whether each part is the same as the one that stands in its place."""
    for one, mirror in zip(ours, theirs, strict=True):
        if one is not mirror and not _same(one, mirror, back, rule):
            return False
    return True


def _same_leaf(one: Any, mirror: Any) -> bool:
    return repr(one) == repr(mirror)  # also floats: of the two zeros, and NaN is unequal to itself


def _same_words(one: str, mirror: str, back: Back) -> bool:
    return one == mirror or one == (real := back(mirror)) or _words(one) == _words(real)


def _same_parts(ours: tuple[Any, ...], theirs: tuple[Any, ...], back: Back) -> bool:
    """Return whether each part of ours has one of theirs to itself; which one is no matter, all alike are alike."""
    fresh = iter(theirs)
    passed: list[Any] = []
    for part in ours:
        if passed and (at := _place(part, passed, back)) >= 0:
            del passed[at]
            continue
        for mirror in fresh:
            if part is mirror or _same(part, mirror, back, _ANY_ORDER):
                break
            passed.append(mirror)
            if len(passed) > MOST_SOUGHT:
                return unordered(ours) == unordered(theirs, back)
        else:
            return False
    return True


def _place(part: Any, passed: Sequence[Any], back: Back) -> int:
    """Return where the part stands among others, -1 where it does not."""
    for at, mirror in enumerate(passed):
        if _same(part, mirror, back, _ANY_ORDER):
            return at
    return -1


_ANY_ORDER = _Rule(lists=_same_parts, texts=_same_words, rest=lambda one, mirror, _: _same_leaf(one, mirror))
_IN_ORDER: _Rule = _Rule(
    lists=lambda ours, theirs, back: _same_each(ours, theirs, back, _IN_ORDER),
    texts=lambda one, mirror, back: one == mirror or one == back(mirror),
    rest=lambda one, mirror, back: _same_leaf(one, mirror) or repr(one) == back(repr(mirror)),
)


@cache
def _parts(kind: Any) -> Callable[[Any], tuple[Any, ...]] | None:
    """Return what gives the fields of a dataclass's values, None of what is none."""
    if not is_dataclass(kind):
        return None
    names = [field.name for field in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    return " ".join(sorted(_WORD.findall(text)))


def _as_it_is(text: str) -> str:
    return text


def unordered(value: Any, back: Back = _as_it_is) -> str:
    """Return a value in full, with the real names, but for the order of what it lists and of the words of a text."""
    if isinstance(value, str):
        return _words(back(value))
    if is_dataclass(value):
        return "; ".join(f"{field.name}={unordered(getattr(value, field.name), back)}" for field in fields(value))
    if isinstance(value, tuple):
        return f"({', '.join(sorted(unordered(part, back) for part in value))})"
    return repr(value)
