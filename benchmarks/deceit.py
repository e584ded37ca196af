"""What an operator who holds a log's key shows to whom: attacks, each a function of its number, and what is true.

A view is a list of words, one for each entry; a head that is shown is the length of a view and its root. Two heads
exclude each other if neither view is the beginning of the other: that, and nothing that any party concludes, is the
truth that the campaign is judged by.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

from trucewatch.ledger import signed_files
from trucewatch.ledger.commitments import commit, derived
from trucewatch.ledger.encoding import encode
from trucewatch.ledger.note import Key, sign, verifier_key
from trucewatch.ledger.tlog import checkpoint
from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44, Policy, parse_policy

PARTIES = ("a", "b", "l")  # both mirrors, and the liaison's witness
KINDS = ("fork", "rewrite", "drop", "insert", "reorder", "rollback")  # they may exclude each other; the truth decides
OTHERS = ("stall", "unbacked", "honest")
PHASES = 3  # looks of every party: at the start, a heartbeat later, just after the second one

OPERATOR = Key(name="operator.example/log", seed=bytes(range(32)))
KEEPERS = {
    party: tuple(
        Key(name=f"{party}.example", seed=bytes([at, *range(31)]), kind=kind)
        for kind in (COSIGN_ED25519, COSIGN_ML_DSA_44)
    )
    for at, party in enumerate(PARTIES)
}


def _policy() -> bytes:
    lines = [f"log {verifier_key(OPERATOR)}"]
    for party, keys in KEEPERS.items():
        lines += [f"witness {party}{at} {verifier_key(key)}" for at, key in enumerate(keys)]
        lines += [f"group {party} all {party}0 {party}1"]
    return "\n".join([*lines, "group both all a b", "quorum both", ""]).encode()


POLICY_TEXT = _policy()
POLICY: Policy = parse_policy(POLICY_TEXT)

CHARTER = {
    "type": "charter",
    "v": "1",
    "origin": OPERATOR.name,
    "policy": POLICY_TEXT.decode(),
    "heartbeat_s": 1,
    "rp_id": "",
    "guarantors": [],
    "authors": [],
}

View = tuple[str, ...]
BEAT = "a heartbeat each second"  # the word of a first entry that says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What each party is shown in each phase; `withheld`: beginnings of paths not given after the first."""

    number: int
    kind: str
    shown: Mapping[str, tuple[View, ...]]
    withheld: tuple[str, ...] = ()
    unbacked: frozenset[str] = frozenset()  # parties that get, after the first phase, a head without any tree


def attack(seed: int, number: int, kind: str | None = None) -> Attack:
    """Return the attack of that number; without a kind, one of `KINDS`."""
    chance = random.Random(f"{seed}:{number}")
    kind = kind or chance.choice(KINDS)
    # most logs are small; some end about a tile, some have two levels of them
    first = chance.choice([*[chance.randint(2, 40)] * 18, chance.randint(250, 258), chance.randint(505, 540)])
    sizes = [first, first + chance.randint(1, 9)]
    sizes.append(sizes[1] + chance.randint(1, 9))
    honest = tuple(tuple(map(str, range(size))) for size in sizes)
    deceived = _some(chance, everybody=kind == "stall")
    shown = dict.fromkeys(PARTIES, honest)
    unbacked: frozenset[str] = frozenset()
    if kind == "unbacked":
        unbacked = frozenset(deceived)
    elif kind != "honest":
        apart, early = chance.random() < 0.3, kind != "fork" and chance.random() < 0.5
        for party in deceived:
            tale = f"{kind[0]}{party if apart else ''}"
            shown[party] = _views(random.Random(f"{seed}:{number}:{tale}"), kind, honest, tale, early=early)
    made = Attack(number=number, kind=kind, shown=shown, unbacked=unbacked)
    withheld = chance.choice([(), (), (), ("tile/0", "tile/1"), ("tile/1",)])
    return replace(made, withheld=withheld) if first_lie(made) is not None else made


def _some(chance: random.Random, *, everybody: bool) -> tuple[str, ...]:
    groups = [group for size in (1, 2) for group in combinations(PARTIES, size)]
    return chance.choice([*groups, PARTIES] if everybody else groups)


def _views(chance: random.Random, kind: str, honest: tuple[View, ...], tale: str, *, early: bool) -> tuple[View, ...]:
    first = honest[0]
    if kind == "stall":
        return first, first, first
    if kind == "rollback":
        back = first[: chance.randint(1, len(first) - 1)]
        again = tuple(f"{tale}{at}" for at in range(chance.randint(1, 60)))
        return first, back, chance.choice([back, back + again])
    at = chance.randrange(len(first))
    seeds = chance.random()
    told = [_told(random.Random(seeds), kind, view, at, tale, len(first)) for view in honest]
    return told[0] if early else first, told[1], told[2]


def _told(chance: random.Random, kind: str, view: View, at: int, tale: str, common: int) -> View:
    if kind == "fork":
        return view[:common] + tuple(f"{tale}{word}" for word in range(chance.randint(1, 9) + len(view) - common))
    if kind == "rewrite":
        return (*view[:at], f"{tale}{view[at]}", *view[at + 1 :])
    if kind == "drop":
        return view[:at] + view[at + 1 :]
    if kind == "insert":
        return (*view[:at], tale, *view[at:])
    other = chance.randrange(common)
    changed = list(view)
    changed[at], changed[other] = changed[other], changed[at]
    return tuple(changed)


# --- the truth ------------------------------------------------------------------------------------------


def exclude(one: View, other: View) -> bool:
    """Return whether no one log can have had both."""
    shorter, longer = sorted((one, other), key=len)
    return longer[: len(shorter)] != shorter


def heads(attacked: Attack, phase: int) -> set[View]:
    """Return all views whose heads the operator has shown to anybody up to a phase, with a tree behind them."""
    return {
        views[at]
        for party, views in attacked.shown.items()
        for at in range(phase + 1)
        if at == 0 or party not in attacked.unbacked
    }


def first_lie(attacked: Attack) -> int | None:
    """Return the phase by whose end two heads that exclude each other have been shown; None if never."""
    for phase in range(PHASES):
        if any(exclude(*pair) for pair in combinations(heads(attacked, phase), 2)):
            return phase
    return None


def stale(attacked: Attack) -> set[str]:
    """Return the parties whose view has not grown since the first phase."""
    return {
        party
        for party, views in attacked.shown.items()
        if party in attacked.unbacked or max(map(len, views[1:])) <= len(views[0])
    }


# --- the files -------------------------------------------------------------------------------------------


@lru_cache(64)
def files(view: View) -> dict[str, bytes]:
    """Return the files of the log that has this view. Some entries have hidden fields, some a file."""
    entries, shown, blobs = [], {}, {}
    for at, word in enumerate(view):
        fields = {"type": "observation", "v": "1", "word": word}
        if word == BEAT:
            fields = CHARTER
        if at % 64 == 4:
            digest, data = _blob(word)
            fields["blobs"] = [digest]
            blobs[digest] = data
        entry, shown[at] = commit(fields, {"place": word} if at % 16 == 3 else {}, derived(b"", word.encode()))
        entries.append(encode(entry))
    return signed_files(entries, shown, blobs, OPERATOR) | {"policy": POLICY_TEXT}


@lru_cache(4096)
def _blob(word: str) -> tuple[str, bytes]:
    data = f"evidence of {word}\n".encode()
    return hashlib.sha256(data).hexdigest(), data


def made_up(attacked: Attack, size: int) -> bytes:
    """Return a signed head of a tree that nobody has."""
    root = random.Random(attacked.number).randbytes(32)
    return sign(checkpoint(OPERATOR.name, size, root), OPERATOR)


def answer(attacked: Attack, party: str, phase: int, path: str) -> bytes | None:
    """Return what the operator answers a party; None: 404."""
    view = attacked.shown[party][phase]
    if party in attacked.unbacked and phase:
        if path == "checkpoint":
            return made_up(attacked, max(map(len, heads(attacked, PHASES - 1))) + phase)  # larger than any tree
        view = attacked.shown[party][0]
    if phase and path.startswith(attacked.withheld):
        return None
    return files(view).get(path)


def plan(seed: int, number: int, others: int) -> Iterator[Attack]:
    """Yield the attacks of a campaign: so many that exclude each other, and so many of each of the others."""
    at, found = 0, 0
    while found < number:
        made = attack(seed, at)
        at += 1
        found += first_lie(made) is not None
        yield made
    for kind in OTHERS:
        for _ in range(others):
            yield attack(seed, at, kind)
            at += 1
