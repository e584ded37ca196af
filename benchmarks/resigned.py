"""What the log's own key signs, well-formed or not: the two verifiers must agree on all of it.

A mutant of a signed log is refused by its hashes, so it never tells whether the verifiers read an entry alike. Here one
thing of a small log is made odd (an entry's bytes or fields, its authors' signatures, a disclosure with its commitment,
the policy, the checkpoint), and then tiles, checkpoint and cosignatures are made for it, with the honest keys. Neither
verifier has a policy but the log's.
"""

import base64
import hashlib
import json
import random
from collections.abc import Callable
from typing import Any

from mutants import PART_OPERATORS, Change, Files, Target
from rich_logs import AUTHORS, COSIGNERS, LOG, ORIGIN, TIME, cosigned, key, policy

from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.tlog import checkpoint, root, tiles

BLOBS = sorted((hashlib.sha256(data).hexdigest(), data) for data in (b"one", b"two"))
DIGEST = hashlib.sha256(b"a").hexdigest()

VALUES = (
    *(b"1.0 1e2 -0 0 01 00 - +1 1. .5 1E400 NaN Infinity -1 true tru null nul false [] {} [1,] [,1] {1:2}".split()),
    *(b"9007199254740991 9007199254740992 -9007199254740991 -9007199254740992 12345678901234567890".split()),
    rb'"\u0041"', rb'"\/"', rb'"\u001F"', rb'"\u001f"', rb'"\u000a"', rb'"\n"', rb'"\b\f\r\t\"\\"', rb'"\u007f"',
    rb'"\ud83d\ude00"', rb'"\ud83d"', rb'"\u12"', rb'"\x41"', rb'"', b'"\t"', b'"\n"', b'"\x00"', b'"\x7f"',
    '"😀"'.encode(), '"\u2028\ufeff"'.encode(), b'"\xed\xa0\xbd"', b'"\xff"', b'"\xc0\x80"', b'"\xf4\x90\x80\x80"',
    b"[ 1]", b"[1 ,2]", b'{"b":1,"a":2}', b'{"a":1,"b":2}', b'{"a":1,"a":1}', b'{"":1}', '{"é":1}'.encode(),
    '{"ﬀ":1,"𐏃":2}'.encode(), '{"𐏃":1,"ﬀ":2}'.encode(), b'{"a" :1}', b"1 ", b" 1", b"[1]]", b"1,2",
    *(b"[" * depth + b"]" * depth for depth in (8, 31, 32, 33, 64, 65, 63, 300, 600, 2000, 20000)),
    *(b'{"a":' * depth + b"1" + b"}" * depth for depth in (31, 63, 64, 65, 300, 600, 2000)),
)  # fmt: skip
LISTS: tuple[Any, ...] = (
    [], None, "", 1, {}, [1], [None], [[]], [""], ["x"], [DIGEST], [DIGEST, DIGEST], [BLOBS[0][0]],
    [BLOBS[0][0], BLOBS[1][0]], [BLOBS[1][0], BLOBS[0][0]], [BLOBS[0][0].upper()], [BLOBS[0][0] + "\n"], ["A" * 43],
    ["A" * 42], ["A" * 44], ["A" * 43, "B" * 43], ["B" * 43, "A" * 43], ["A" * 43, "A" * 43], ["=" * 43], ["é" * 43],
)  # fmt: skip
WRITABLE = (
    "ledger/x", "ledgers/x", "-x", ".x", "a/.x", "a" * 255, "a\n", "é", "a b", "_", "a/-x", "checkpoint", "A.html",
    "x" * 127 + "/" + "y" * 127, "x" * 127 + "/" + "y" * 128, "a~b", "a.", "a/b/c/d", "policy", "a\\b",
    "ledger/blobs/x",
)  # fmt: skip
PATHS = (*WRITABLE, "../x", "/x", "a//b", "ledger", "a\0", "a/", "a" * 256, "", ".", "a.html", "a.html/x")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


class Draft:
    """A small log before it is signed; each oddity changes something of it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.hidden: dict[int, list[bytes]] = {1: [_b64(_json([self.salt(), "00:a", "é"]))]}
        self.fields: list[dict[str, Any]] = [
            {"type": "observation", "v": "1", "n": 1, "text": "Ağdam", "blobs": [BLOBS[0][0]]},
            {"type": "record", "v": "1", "cells": {"a": [1, None, True], "b": {}}},
            {"type": "record", "v": "1", "n": 3},
            {"type": "beat", "v": "1", "n": -4, "blobs": [BLOBS[1][0]]},
            {"type": "publication", "v": "1", "files": {"a.html": DIGEST}},
        ]
        self.authors: dict[int, list[Key]] = {2: list(chance.sample(AUTHORS, chance.choice((1, 2, 3))))}
        self.raw: dict[int, Callable[[bytes], bytes]] = {}  # what is done to an entry's bytes at last
        self.text: dict[int, Callable[[bytes], bytes]] = {}  # what is done to its JSON before it is signed
        self.published = {"a.html": b"a"}
        self.policy = policy(quorum=chance.choice(("both", "either", "none")))
        self.head: Callable[[bytes], bytes] = lambda text: text
        self.lines: Callable[[bytes], bytes] = lambda note: note
        self.shown: Callable[[bytes], bytes] = lambda data: data

    def salt(self, size: int = 16) -> str:
        """Return a salt of that many bytes."""
        return _b64(self.chance.randbytes(size)).decode()

    def entry(self, at: int) -> bytes:
        """Return the bytes of an entry, odd as they may be."""
        fields = self.fields[at]
        if at in self.hidden and "commitments" not in fields:
            digests = {_b64(hashlib.sha256(each).digest()).decode() for each in self.hidden[at]}
            fields = fields | {"commitments": sorted(digests)}
        if at in self.authors and "by" not in fields:
            fields = fields | {"by": [str(verifier_key(author)) for author in self.authors[at]]}
        text = self.text.get(at, lambda data: data)(_json(fields))
        signed = sign(text + b"\n", *self.authors[at]) if at in self.authors else text
        return self.raw.get(at, lambda data: data)(signed)

    def files(self) -> Files:
        """Return all files, signed and cosigned."""
        entries = [self.entry(at)[:65_535] for at in range(len(self.fields))]
        files = tiles(entries)
        text = self.head(checkpoint(ORIGIN, len(entries), root(entries))).removesuffix(b"\n") + b"\n"
        files["checkpoint"] = self.lines(sign(text, LOG))
        files["policy"] = self.policy
        rows = (b"~".join((b"%d" % at, *each)) + b"\n" for at, each in sorted(self.hidden.items()) if each)
        files["disclosures/000"] = self.shown(b"".join(rows))
        files |= {f"blobs/{digest}": data for digest, data in BLOBS}
        return {f"ledger/{path}": data for path, data in files.items()} | self.published


def _edited(draft: Draft) -> Callable[[bytes], bytes]:
    """Return an operator of `mutants` on bytes, with chance of its own."""
    operator, seed = draft.chance.choice(PART_OPERATORS), draft.chance.random()

    def edit(data: bytes) -> bytes:
        change = operator(random.Random(seed), {"": data}, Target("", "", 0, len(data)), {})
        return bytes(change.get("", data)) if data else data  # type: ignore[arg-type]

    return edit


def _replaced(draft: Draft) -> Callable[[bytes], bytes]:
    """Return what puts an odd value, or two, in the place of a value of the JSON."""
    values = draft.chance.choices(VALUES, k=draft.chance.choice((1, 1, 2)))
    spot = draft.chance.random()

    def edit(data: bytes) -> bytes:
        for value in values:
            colons = [at for at in range(len(data) - 1) if data[at : at + 1] == b":"] or [0]
            start = colons[int(spot * len(colons))] + 1
            ends = [data.find(mark, start) for mark in (b",", b"}")]
            end = min([end for end in ends if end >= 0] or [len(data)])
            data = data[:start] + value + data[end:]
        return data

    return edit


def odd_bytes(draft: Draft) -> None:
    draft.raw[draft.chance.randrange(5)] = _edited(draft)


def odd_text(draft: Draft) -> None:
    draft.text[draft.chance.randrange(5)] = _edited(draft)


def odd_value(draft: Draft) -> None:
    draft.text[draft.chance.randrange(5)] = _replaced(draft)


def odd_name(draft: Draft) -> None:
    names = ("", "é", "by", "type", "v", "blobs", "commitments", "act", "files", "\U000103c3", "a" * 300)
    fields = draft.fields[draft.chance.randrange(5)]
    fields[draft.chance.choice(names)] = draft.chance.choice((1, "x", [], None, {"é": 1, "z": 2}, {"ﬀ": 1, "𐏃": 2}))


def odd_list(draft: Draft) -> None:
    at = draft.chance.randrange(5)
    draft.fields[at][draft.chance.choice(("blobs", "commitments", "by", "type"))] = draft.chance.choice(LISTS)


def odd_files(draft: Draft) -> None:
    files = draft.chance.choice((None, [], {}, "x", {"a.html": None}, {"a.html": DIGEST.upper()}, {"a.html": "0" * 64}))
    if draft.chance.random() < 0.7:
        path = draft.chance.choice(PATHS)
        files = {"a.html": DIGEST, path: draft.chance.choice((DIGEST, DIGEST, None, 1))}
        draft.published = {"a.html": b"a"} | ({path: b"a"} if path in WRITABLE else {})
    draft.fields[4]["files"] = files


def odd_authors(draft: Draft) -> None:
    chance = draft.chance
    at = chance.randrange(5)
    many = [key(f"device-{n}.example") for n in range(chance.choice((15, 16, 17, 99, 101)))]
    authors = chance.choice(([AUTHORS[0]] * 2, many, list(AUTHORS), [COSIGNERS["a-ed25519"]], [key("é" * 0 + "x")]))
    draft.authors[at] = [author for author in authors if author.kind != b"\x06"]
    listed = [str(verifier_key(author)) for author in draft.authors[at]]
    forms = (
        listed,
        listed[::-1],
        listed[1:],
        [*listed, listed[0]],
        listed[0],
        [],
        [1],
        [listed],
        None,
        [""],
        [listed[0] + "\n"],
    )
    if chance.random() < 0.7:
        draft.fields[at]["by"] = chance.choice(forms)


def odd_note(draft: Draft) -> None:
    line = sign(b"x\n", AUTHORS[0]).split(b"\n\n")[1]
    edits: tuple[Callable[[bytes], bytes], ...] = (
        lambda note: note + line,
        lambda note: note + note[note.rfind("— ".encode()) :],
        lambda note: note.replace(b"\n\n", b"\n\n\n"),
        lambda note: note.replace(b"\n\n", b"\n"),
        lambda note: note.replace("— ".encode(), b"- "),
        lambda note: note.replace("— ".encode(), "—  ".encode()),
        lambda note: note[:-1],
        lambda note: note + b"\n",
        lambda note: b"\n" + note,
        lambda note: note.replace(b"\n\n", b"\n\n\n\n"),
        lambda note: note.replace(b"device", "devıce".encode()),
        lambda note: note.replace(b"=\n", b"\n"),
        lambda note: note.replace(b"\n", b"\r\n"),
        _edited(draft),
    )
    draft.raw[2] = draft.chance.choice(edits)


def odd_disclosure(draft: Draft) -> None:
    """Put in an odd disclosure that the entry commits to all the same."""
    chance, salt = draft.chance, draft.salt()
    honest = _json([salt, "01:b", "x"])
    odd = (
        _json([salt, "01:b"]), _json([salt, "01:b", 1, 2]), _json({"a": 1}), _json("x"), b"[]", b"", b"x", b"[[],1,2]",
        _json([draft.salt(15), "01:b", "x"]), _json([draft.salt(17), "01:b", "x"]), _json([salt + "=", "01:b", "x"]),
        _json([salt[:-1] + "_", "01:b", "x"]), _json([1, "01:b", "x"]), _json([salt, 1, "x"]), _json([salt, "", "x"]),
        _json([salt, "é", "x"]), _json([salt, "type", "x"]), _json([salt, "00:a", "x"]), _json([salt, "n", "x"]),
        _json([salt, "commitments", "x"]), _json([salt, "a~b", "x"]), _json([salt, "a\nb", "x"]), honest + b" ",
        json.dumps([salt, "01:b", "x"]).encode(), _json([salt, "01:b", {"é": 1}]), _json([salt, "01:b", None]),
        *(b'["%s","01:b",%s]' % (salt.encode(), chance.choice(VALUES)) for _ in range(20)),
    )  # fmt: skip
    found = _b64(chance.choice(odd))
    if chance.random() < 0.2:
        found = chance.choice(
            (_b64(honest) + b"=", _b64(honest)[:-1], b"", base64.b64encode(honest), _b64(honest) + b"\r")
        )
    at = chance.randrange(5)
    draft.hidden[at] = chance.choice(([found], [*draft.hidden.get(at, []), found], [found, *draft.hidden.get(at, [])]))
    if chance.random() < 0.1:
        draft.hidden[at] *= 2


def odd_disclosure_file(draft: Draft) -> None:
    edits: tuple[Callable[[bytes], bytes], ...] = (
        lambda data: data + data,
        lambda data: data + b"4~\n",
        lambda data: data + b"4\n",
        lambda data: data + b"5~x\n",
        lambda data: b"0" + data,
        lambda data: data.replace(b"~", b"~~"),
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda _: b"",
        lambda _: b"\n",
        lambda data: data.replace(b"\n", b"~\n"),
        lambda data: "é".encode() + data,
        lambda data: data.replace(b"1~", b"9" * 30 + b"~"),
        _edited(draft),
    )
    draft.shown = draft.chance.choice(edits)


POLICY_LINES = (
    b"quorum none", b"quorum both", b"quorum x", b"quorum", b"quorum a b", b"log", b"log x", b"witness x y", b"witness",
    b"group", b"group g", b"group g any", b"group g any a-ed25519", b"group g 1 a-ed25519", b"group g ALL a", b"Log x",
    b"group none any a-ed25519", b"group g 0 a", b"group g 01 a", b"group g +1 a", b"group g 2 a", b"group g 999 a",
    b"group g 1000 a", b"group g any none", b"group g any a a", b"group both any a", b"group g any both", b"\x7f", b"x",
    b"group a any both", b"#", b"#x", b" # x", b"\t", b"   ", b"\x0b", b"\x0c", b"\r", b"\x85", b"\xa0", b"\xff",
    "é".encode(),
)  # fmt: skip


def odd_policy(draft: Draft) -> None:
    chance = draft.chance
    lines = draft.policy.split(b"\n")
    vkey = str(verifier_key(chance.choice([LOG, *AUTHORS, *COSIGNERS.values()]))).encode()
    extra = (*POLICY_LINES, b"witness z " + vkey, b"log " + vkey, b"witness none " + vkey, b"witness a " + vkey)
    at = chance.randrange(len(lines))
    words = lines[at].split(b" ")
    word = chance.randrange(len(words))
    match chance.randrange(7):
        case 0 | 1:
            lines.insert(at, chance.choice(extra))
        case 2:
            del lines[at]
        case 3:
            lines[at] = b" ".join([*words[:word], *words[word + 1 :]])
        case 4:
            lines[at] = b" ".join([*words[:word], chance.choice((b"", b"x", b"a", b"\t", b"none")), *words[word:]])
        case 5:
            lines[at] = chance.choice((b" ", b"\t", b"  \t", b"\xa0")).join(words)
        case 6:
            chance.shuffle(lines)
    draft.policy = b"\n".join(lines)
    if chance.random() < 0.2:
        draft.policy = _edited(draft)(draft.policy)


def odd_checkpoint(draft: Draft) -> None:
    heads: tuple[Callable[[bytes], bytes], ...] = (
        lambda text: text.replace(b"\n5\n", b"\n05\n"),
        lambda text: text.replace(b"\n5\n", b"\n+5\n"),
        lambda text: text.replace(b"\n5\n", b"\n6\n"),
        lambda text: text.replace(b"\n5\n", b"\n4\n"),
        lambda text: text.replace(b"\n5\n", b"\n0\n"),
        lambda text: text.replace(b"\n5\n", b"\n-5\n"),
        lambda text: text.replace(b"\n5\n", b"\n999999999999999999\n"),
        lambda text: text.replace(b"\n5\n", b"\n9223372036854775807\n"),
        lambda text: text.replace(b"\n5\n", b"\n18446744073709551621\n"),
        lambda text: text + b"extension\n",
        lambda text: text + b"\n",
        lambda text: b"\n" + text,
        lambda text: text.replace(b"campaign", b"campaigns"),
        lambda text: text.replace(b"=\n", b"\n"),
        lambda text: text.replace(b"\n", b" \n"),
        lambda text: text.replace(b"\n", b"\r\n"),
        _edited(draft),
    )
    draft.head = draft.chance.choice(heads)
    if draft.chance.random() < 0.1:
        draft.lines = lambda note: note + sign(b"x\n", AUTHORS[0]).split(b"\n\n")[1]


def odd_cosignatures(draft: Draft) -> None:
    chance = draft.chance
    names = chance.sample(list(COSIGNERS), chance.randrange(5))
    names += chance.choices(list(COSIGNERS), k=chance.choice((0, 0, 1)))
    if chance.random() < 0.5:
        names.sort()
    time = chance.choice((TIME, 0, 1, 253_402_300_799, 253_402_300_800, 2**63 - 1, 2**63, 2**64 - 1))
    strange = {"z": key("z.example", b"\x04")} if chance.random() < 0.1 else {}

    def lines(note: bytes) -> bytes:
        for name in names:
            note = cosigned(note, {name: COSIGNERS[name]}, time)
        return cosigned(note, strange, time)

    draft.lines = lines


ODDITIES = (
    odd_bytes, odd_text, odd_value, odd_value, odd_value, odd_name, odd_list, odd_list, odd_files, odd_authors,
    odd_note, odd_disclosure, odd_disclosure, odd_disclosure, odd_disclosure_file, odd_policy, odd_policy,
    odd_checkpoint, odd_cosignatures,
)  # fmt: skip


def base() -> Files:
    """Return the files of the log without any oddity."""
    return Draft(random.Random(0)).files()


def resigned(seed: int, number: int, honest: Files) -> tuple[str, Change]:
    """Return what is odd about the log of a seed and a number, and the files that differ from the honest log's."""
    chance = random.Random(f"resigned {seed} {number}")
    draft = Draft(chance)
    odd = ODDITIES[number % len(ODDITIES)]
    odd(draft)
    files = draft.files()
    change: Change = {path: data for path, data in files.items() if honest.get(path) != data}
    return odd.__name__, change
