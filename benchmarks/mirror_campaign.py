"""How many bits differ when the parties are exchanged, and how many claims become findings: both must be 0.

Each world is made twice as bytes, with two ids and with the same ids exchanged everywhere in them; both go through the
readers, the verdict, the tables and the report, and the second is exchanged back and compared with the first, published
file by file and conclusion by conclusion (floats in full). The first of the two also goes through the permanent mirror
run (`trucewatch.impartial`), which lists the parties in another order too: all of the claims' worlds, and every tenth
of the others, since it costs twice what it checks. One mirrored verdict is one incident so compared.
Beside it, worlds of nothing but words (`claims_world`) in which nobody may be found to have done anything.

The state file has one line per world: a campaign that was stopped goes on where it stood. Worlds are made up, so this
is a test of the arithmetic, not of anybody's accuracy.
"""

import argparse
import csv
import io
import json
import random
import sys
import time
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path

import claims_world
import world

from trucewatch import centre, impartial, pipeline
from trucewatch.evidence import UNDETERMINED
from trucewatch.intake import read
from trucewatch.model import Assessment, Observation, Rejection

# no id is a part of another word of the input, so that exchanging text exchanges ids; lengths and alphabets differ
IDS = (
    ("north_side", "south_side"), ("zulu", "a-much-longer-name"), ("Zenit Q9", "abend.x"), ("північ", "південь"),
    ("xanthe", "zephyr"), ("q7", "Q8-two"),
)  # fmt: skip
CLAIM_WORLDS_EACH = 5  # per mirrored world


def table(rows: Iterable[dict[str, object]], header: Iterable[str]) -> bytes:
    """Return rows as the bytes of a canonical table."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(header), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def case_files(one: str, two: str) -> dict[str, bytes]:
    """Return the case of `world` as the bytes of its files; names and aliases carry no id."""
    parties = "".join(
        f'[[party]]\nid = "{party}"\naliases = ["{alias} army"]\n[party.name]\nen = "The {alias} & friends"\n'
        for party, alias in ((one, "left"), (two, "right"))
    )
    return {
        "case.toml": f'id = "made"\ntime_zone = "Europe/Kyiv"\n{parties}'.encode(),
        "places.geojson": json.dumps(world.places(one, two), ensure_ascii=False).encode(),
    }


def exchanged(data: bytes, one: str, two: str) -> bytes:
    """Return the bytes with the two ids exchanged, also as ASCII JSON writes them."""
    for a, b in {(one, two), tuple(json.dumps(name)[1:-1] for name in (one, two))}:
        first, second = a.encode(), b.encode()
        data = data.replace(first, b"\0").replace(second, first).replace(b"\0", second)
    return data


def through(files: dict[str, bytes], rows: bytes, *, check: bool) -> tuple[Assessment, dict[str, bytes]]:
    """Return what a run makes of these bytes, with its own mirror run or without."""
    opened = centre.assemble(files, "made")
    outcomes = list(read("observations/rows.csv", [rows], opened.context))
    observations = [o for o in outcomes if isinstance(o, Observation)]
    rejections = [o for o in outcomes if isinstance(o, Rejection)]
    if not check:
        assessment = pipeline.assess(opened.case, observations, rejections)
        return assessment, pipeline.publications(assessment)
    found = impartial.checked(opened.case, opened.context, observations, rejections)
    return found.assessment, dict(found.published)


def said(assessment: Assessment) -> bytes:
    """Return every conclusion in full: `repr` writes floats to their last bit."""
    incidents = ((i.id, [o.key for o in i.observations], i.shares, i.place) for i in assessment.incidents)
    whole = (*incidents, *assessment.attributions, *assessment.statuses, *assessment.efforts, assessment.touched)
    return "\n".join(map(repr, whole)).encode()


def bits(one: bytes, other: bytes) -> int:
    """Return in how many bits two byte strings differ; bytes that only one has count whole."""
    if one == other:
        return 0
    return sum((a ^ b).bit_count() if b is not None and a is not None else 8 for a, b in zip_longest(one, other))


def mirrored(seed: int, count: int) -> dict[str, int]:
    """Return the verdicts of one world and in how many bits of how many they differ from the exchanged ones."""
    chance = random.Random(seed)
    one, two = chance.sample(chance.choice(IDS), 2)
    made = [row for row, _, _ in world.rows(count, seed, one, two)]
    files, rows = case_files(one, two), table(made, world.HEADER)
    ours, written = through(files, rows, check=seed % 10 == 1)
    other = {name: exchanged(data, one, two) for name, data in files.items()}
    theirs, rewritten = through(other, exchanged(rows, one, two), check=False)
    compared = [(said(ours), said(theirs)), *((written[n], rewritten.get(n, b"")) for n in written)]
    return {
        "verdicts": len(ours.incidents),
        "determined": sum(a.determination != UNDETERMINED for a in ours.attributions),
        "bits": 8 * sum(len(data) for data, _ in compared),
        "differing": sum(bits(data, exchanged(again, one, two)) for data, again in compared),
    }


def claimed(seed: int) -> dict[str, int]:
    """Return how many incidents one world of words has, and how many were promoted to a finding."""
    chance = random.Random(f"claims {seed}")
    one, two = chance.sample(IDS[0], 2)
    rows = claims_world.rows(chance, (one, two), most=chance.choice((5, 40, 200)))
    ours, _ = through(case_files(one, two), table(rows, [*world.HEADER, "stance"]), check=True)
    promoted = sum(a.determination != UNDETERMINED for a in ours.attributions)
    return {"statements": len(ours.observations), "claim_incidents": len(ours.incidents), "promoted": promoted}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verdicts", type=int, default=1_000_000, help="mirrored verdicts to reach")
    parser.add_argument("--rows", type=int, default=6000, help="rows of each world")
    parser.add_argument("--seed", type=int, default=1, help="the first world's seed")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long; run again to go on")
    parser.add_argument("--state", type=Path, default=Path("out/mirror-campaign.jsonl"))
    given = parser.parse_args()
    given.state.parent.mkdir(parents=True, exist_ok=True)
    done = [json.loads(line) for line in given.state.read_text().splitlines()] if given.state.exists() else []
    total: dict[str, int] = {}
    for world_done in done:
        add(total, world_done)
    seed = max((one["seed"] for one in done), default=given.seed - 1)
    begun = time.monotonic()
    with given.state.open("a") as state:
        while total.get("verdicts", 0) < given.verdicts and time.monotonic() - begun < given.seconds:
            seed += 1
            found = mirrored(seed, given.rows)
            for n in range(CLAIM_WORLDS_EACH):
                add(found, claimed(CLAIM_WORLDS_EACH * seed + n))
            add(total, found)
            state.write(json.dumps({"seed": seed, **found}) + "\n")
            state.flush()
    print(
        f"{total.get('verdicts', 0):,} mirrored verdicts ({total.get('determined', 0):,} of them determinations) in "
        f"{total.get('bits', 0):,} compared bits: {total.get('differing', 0):,} bits differ"
    )
    print(
        f"{total.get('statements', 0):,} statements in {total.get('claim_incidents', 0):,} incidents of nothing but "
        f"words: {total.get('promoted', 0):,} promoted to a finding"
    )
    print(f"worlds from seed {given.seed} to {seed}; made up, so no figure about a real front")
    sys.exit(1 if total.get("differing", 0) or total.get("promoted", 0) else 0)


def add(total: dict[str, int], found: dict[str, int]) -> None:
    """Add each figure but the seed."""
    for name, number in found.items():
        if name != "seed":
            total[name] = total.get(name, 0) + number


if __name__ == "__main__":
    main()
