"""What counts as the same in a mirror run: every float to its last bit, every word; with or without the order of lists.

Lists stand in the parties' order ("towards north and south"), which the case file states and is no preference. Pure.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from itertools import repeat
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
    if one is mirror:
        return True
    kind = type(one)
    if kind is not type(mirror):
        return False
    if kind is float and one == mirror and one != 0:  # nearly all that is no text; the two zeros are equal and differ
        return True
    if kind is tuple:
        return len(one) == len(mirror) and rule.lists(one, mirror, back)
    if (names := _names(kind)) is not None:  # type: ignore[arg-type]  # mypy: a type is hashable
        return all(_same(getattr(one, name), getattr(mirror, name), back, rule) for name in names)
    return (rule.texts if isinstance(one, str) else rule.rest)(one, mirror, back)


def _same_leaf(one: Any, mirror: Any) -> bool:
    return repr(one) == repr(mirror)  # also floats: of the two zeros, and NaN is unequal to itself


def _same_words(one: str, mirror: str, back: Back) -> bool:
    return one == mirror or one == (real := back(mirror)) or _words(one) == _words(real)


def _same_parts(ours: tuple[Any, ...], theirs: tuple[Any, ...], back: Back) -> bool:
    """Return whether each part of ours has one of theirs to itself; which one is no matter, all alike are alike."""
    fresh = iter(theirs)
    passed: list[Any] = []
    for part in ours:
        if passed and (at := next((n for n, one in enumerate(passed) if _same(part, one, back, _ANY_ORDER)), -1)) >= 0:
            del passed[at]
            continue
        for mirror in fresh:
            if _same(part, mirror, back, _ANY_ORDER):
                break
            passed.append(mirror)
            if len(passed) > MOST_SOUGHT:
                return unordered(ours) == unordered(theirs, back)
        else:
            return False
    return True


_ANY_ORDER = _Rule(lists=_same_parts, texts=_same_words, rest=lambda one, mirror, _: _same_leaf(one, mirror))
_IN_ORDER = _Rule(
    lists=lambda ours, theirs, back: all(map(identical, ours, theirs, repeat(back))),
    texts=lambda one, mirror, back: one == mirror or one == back(mirror),
    rest=lambda one, mirror, back: _same_leaf(one, mirror) or repr(one) == back(repr(mirror)),
)


@cache
def _names(kind: Any) -> tuple[str, ...] | None:
    """Return the names of a dataclass's fields, None of what is none."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


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
