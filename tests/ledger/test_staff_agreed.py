"""The centre, its mirrors and an outsider's program take the same of what the staff says, whatever comes in what order."""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from couriers import quick_disk
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ledgers import lay
from live_books import CENTRE, GUARANTORS, MIRRORS, NOON, ORIGIN, approved
from staffs import KEYS, approve, dismissed, member, saying, staffed_book, to_say

from trucewatch.ledger import signed_files
from trucewatch.ledger import verify as outsider
from trucewatch.ledger.book import Book, Submission
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.mirror import follow
from trucewatch.ledger.premises import sha256
from trucewatch.ledger.rehearsal import SoftwarePasskey
from trucewatch.ledger.sources import FolderSource
from trucewatch.ledger.submission import fields_of

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
NEW, OTHER = SoftwarePasskey(seed=b"\x41" * 32), SoftwarePasskey(seed=b"\x42" * 32, eddsa=True)
POLICY = b"permit (principal, action, resource);\n"
TWICE, _ = to_say(hidden={}, nonce=8)


def bare(**entry: object) -> Submission:
    return Submission(entry=encode(entry))


def enrolling(key: SoftwarePasskey) -> dict:
    made = member("officer-1", key)["passkeys"][0]
    return approved("enrol", authors=[], passkeys=[{"guarantor": "a", **made}])


SAID = {
    "officer 1": saying("one"),
    "officer 1 again": saying("one", nonce=1),
    "twice": bare(**approve(TWICE, counter=1)),
    "twice, approved anew": bare(**approve(TWICE, counter=2)),
    "officer 1 with a new passkey": saying("new", key=NEW, nonce=2),
    "officer 9 with a new passkey": saying("nine", who="officer-9", key=NEW),
    "officer 9 with officer 1's": saying("nine", who="officer-9", key=KEYS["officer-1"], nonce=1),
    "liaison": saying("of a", who="liaison-a"),
    "guarantor": saying("guarantor", key=GUARANTORS["a"], nonce=3),
    "monitor's row": bare(**approve({**to_say(who="monitor-1", hidden={})[0], "type": "observation"})),
    "a conclusion": bare(**approve({**to_say(nonce=4, hidden={})[0], "type": "incident"})),
    "by nobody": bare(**to_say(nonce=5, hidden={})[0]),
    "a row without its approval": bare(**to_say(who="monitor-1", hidden={})[0] | {"type": "observation"}),
    "of another log": saying("elsewhere", log="elsewhere.example/log", nonce=6),
    "on another page": saying("page", page="elsewhere.example", nonce=7),
}
ACTS = {
    "appoint officer 9": approved("appoint", staff=[member("officer-9", NEW)]),
    "appoint officer 9 with officer 1's": approved("appoint", staff=[member("officer-9", KEYS["officer-1"])]),
    "officer 1 has a new passkey": approved("appoint", staff=[member("officer-1", NEW)]),
    "dismiss officer 1": approved("appoint", staff=[dismissed("officer-1")]),
    "dismiss liaison": approved("appoint", staff=[dismissed("liaison-a")]),
    "officer 9 becomes a monitor": approved("appoint", staff=[member("officer-9", OTHER, role="monitor")]),
    "a passkey of two": approved("appoint", staff=[member("officer-8", OTHER), member("officer-9", OTHER)]),
    "monitor 1 has zones": approved("appoint", staff=[member("monitor-1", zones=["north", "south"])]),
    "officer 1 has zones": approved("appoint", staff=[member("officer-1", zones=["north"])]),
    "enrol officer 1's for a": enrolling(KEYS["officer-1"]),
    "enrol the new one for a": enrolling(NEW),
    "access": approved("access", policy=sha256(POLICY)),
}
EVERYTHING = sorted({**SAID, **ACTS})


def outside(entries: list[bytes]) -> outsider.Rules | None:
    """What an outsider's program makes of a log with these entries; VerificationError where it refuses them."""
    read = [outsider.parse_entry(entry).fields for entry in entries]
    ruled = [at for at, fields in enumerate(read) if outsider.is_ruled(fields)]
    return outsider.follow_rules(None, ORIGIN, ruled, {}, lambda index: read[index])


def taken(book: Book, name: str) -> bool:
    with suppress(ValueError):
        if name in SAID:
            book.receive(SAID[name])
        else:
            book.say(ACTS[name])
        return True
    return False


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*EVERYTHING, "beat"]), max_size=12, unique=True))
@example(["dismiss officer 1", "enrol officer 1's for a", "officer 1", "appoint officer 9 with officer 1's"])
@example(["dismiss officer 1", "beat", "appoint officer 9 with officer 1's", "officer 9 with officer 1's", "liaison"])
@example(["twice", "beat", "twice, approved anew", "officer 1 has a new passkey", "officer 1", "access"])
@example(EVERYTHING)
def test_the_centre_the_mirror_and_the_outsider_take_the_same(names):
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        book = staffed_book(Path(folder) / "centre", disk=quick_disk())
        book.put_blob(POLICY)
        entries = [book.read(0)[0][1]]
        for name in names:
            if name == "beat":
                book.beat(NOON)
                entries.append(book.read(book.status().size - 1)[0][1])
                continue
            entry = SAID[name].entry if name in SAID else encode(ACTS[name])
            holds = False
            with suppress(outsider.VerificationError):
                outside([*entries, entry])
                holds = True
            assert taken(book, name) == holds, name
            entries += [entry] if holds else []
        book.beat(NOON)
        ledger = Path(folder) / "centre" / "ledger"
        rules = outside(entries)
        assert dict(outsider.verify(ledger, processes=1).approved) == rules.said
        keys = [MIRRORS["a-ed"], MIRRORS["a-ml"]]
        follow(FolderSource(ledger), Path(folder) / "copy", book.charter.policy, keys, lambda: 7, disk=quick_disk())
        assert outsider.verify(Path(folder) / "copy", processes=1).size == book.status().size == len(entries) + 1
        assert {name: set(keys) for name, keys in rules.staff.items()} == {
            name: {key.id for key in each.passkeys} for name, each in book.staff.items()
        }
        given = "monitor 1 has zones" in names
        assert book.staff["monitor-1"].zones == (("north", "south") if given else ())
        book.close()


def test_a_mirror_takes_no_log_in_which_a_statement_is_altered_or_said_twice(tmp_path):
    book = staffed_book(tmp_path / "centre", disk=quick_disk())
    charter, keys = book.read(0)[0][1], [MIRRORS["a-ed"], MIRRORS["a-ml"]]
    book.close()
    one, again = SAID["twice"].entry, SAID["twice, approved anew"].entry
    altered = encode(fields_of(one) | {"kind": "call"})
    stripped = encode({"type": "observation", "v": "1", "who": "officer-1"})
    text = fields_of(charter)["policy"].encode()
    for name, entries, reason in (
        ("altered", [charter, altered], "other words"),
        ("twice", [charter, one, again], "stands a second time"),
        ("nobody", [charter, SAID["by nobody"].entry], "nobody approved"),
        ("stripped", [charter, stripped], "nobody approved"),
    ):
        log = lay(tmp_path / name, {**signed_files(entries, {}, {}, CENTRE), "policy": text})
        with pytest.raises(outsider.VerificationError, match=reason):
            follow(FolderSource(log), tmp_path / f"{name}-copy", outsider.parse_policy(text), keys, lambda: 7)
