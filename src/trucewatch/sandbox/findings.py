"""What is said of a stranger's file: what kind it is and what is in it, or why nothing is said. Frozen values only.

A finding comes from a child that may have been taken over by the file, so it is numbers, yes or no, and short words
of a closed form: nothing that the file says is repeated in it, because a file's own words can hold a person's name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

MOST_NUMBER = 2**53 - 1  # what every reader of JSON keeps exactly (RFC 8785, section 3.2.2.3)
LAYERS = frozenset({"limits", "namespace", "landlock", "seccomp", "audit"})  # see `confine`
_WORD = re.compile(r"[A-Za-z0-9_.:+-]{1,64}")


class Reason(StrEnum):
    """Why a file is in quarantine: one of these sentences, and never a parser's own message."""

    TOO_LARGE = "it is larger than what is looked into"
    TOO_MUCH = "it would unfold to more than is allowed"
    TIME = "looking into it took longer than is allowed"
    MEMORY = "looking into it took more memory than is allowed"
    DIED = "its parser died of it"
    FORBIDDEN = "its parser tried what no parser needs: a network, another program or another process"
    BROKEN = "it is cut short, damaged, or not what its first bytes say"
    TWO_KINDS = "it is two kinds of file at once"
    ENTITIES = "it declares a document type or entities, which can unfold or refer to other files"
    METHOD = "it is packed or written in a way that is not read here"
    NO_PICTURE = "it is not a picture of which a working copy can be made"
    UNCONFINED = "this machine cannot confine its parser, so it was not looked into"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture: its size in pixels, how many frames, and which kinds of metadata it has (never what they say)."""

    format: str
    width: int
    height: int
    frames: int
    exif: bool
    gps: bool
    xmp: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A PDF: `launches`: it may start a program or fetch something; `pages` is 0 where a password hides them."""

    pages: int
    encrypted: bool
    javascript: bool
    launches: bool
    attachments: int
    metadata: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive or one packed file: what it declares and what it really unfolds to, in bytes.

    `escapes` counts members whose name leads outside, `links` those that are links or devices, `repeated` names that
    stand more than once, `nested` members that are archives themselves (not opened), `encrypted` members that a
    password hides, of which `expanded` says nothing.
    """

    format: str
    members: int
    declared: int
    expanded: int
    escapes: int
    links: int
    repeated: int
    nested: int
    encrypted: int
    macros: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """An XML document: the name of its root (without namespace; "other" if that is no plain word) and its extent."""

    root: str
    depth: int
    elements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Packets:
    """KLV after SMPTE ST 336: `telemetry` counts MISB ST 0601 packets, `right` and `wrong` those by their checksum."""

    packets: int
    telemetry: int
    right: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain text: its encoding, its lines, and whether it is one JSON value (`form` is "json" or "plain")."""

    encoding: str
    form: str
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opaque:
    """A kind that nothing here looks into: kept as it is."""


Facts = Picture | Document | Archive | Markup | Packets | Text | Opaque
KINDS: Mapping[str, type[Facts]] = {
    "picture": Picture,
    "document": Document,
    "archive": Archive,
    "markup": Markup,
    "packets": Packets,
    "text": Text,
    "opaque": Opaque,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """A file that was looked into: `size` in bytes, the media type by its content, and what is in it.

    `layers` are those that confined the child (see `confine`); none for what was not parsed at all.
    """

    sha256: str
    size: int
    media_type: str
    facts: Facts
    layers: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A file that nobody should open: why, which, and its `size` in bytes."""

    reason: Reason
    sha256: str
    size: int
    layers: tuple[str, ...] = field(default=(), compare=False)


def read_facts(kind: Any, said: Any) -> Facts | None:
    """Return the facts of a child's answer; None for an answer that is not of the form, whatever it is."""
    made = KINDS.get(kind) if isinstance(kind, str) else None
    if made is None or not isinstance(said, dict):
        return None
    wanted = {each.name: each.type for each in fields(made)}
    if said.keys() != wanted.keys() or not all(_is(said[name], kind) for name, kind in wanted.items()):
        return None
    return made(**said)


def _is(value: Any, kind: Any) -> bool:
    if type(value) is not kind:
        return False
    if isinstance(value, str):
        return _WORD.fullmatch(value) is not None
    return isinstance(value, int) and 0 <= value <= MOST_NUMBER
