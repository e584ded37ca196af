"""Worlds of nothing but words: claims, copies, admissions of third persons, the press, people who were told.

Nobody perceives anything in them, so nothing that they hold may become a finding against anybody, however many say it.
Every number is a guess made to crowd many statements onto few times and places.
"""

import random
from datetime import UTC, datetime, timedelta

START = datetime(2021, 3, 1, 8, tzinfo=UTC)
SPEAKERS = ("ministry", "press office", "brigade", "veterans", "embassy", "channel", "radio", "villager", "driver")


def rows(chance: random.Random, parties: tuple[str, ...], most: int = 40) -> list[dict[str, object]]:
    """Return canonical rows in which everything is said and nothing perceived."""
    stages = [(chance.uniform(0, 2), chance.uniform(-0.06, 0.06), chance.uniform(-0.2, 0.2)) for _ in range(3)]
    said = [_statement(chance, parties, chance.choice(stages)) for _ in range(chance.randint(1, most))]
    copies = [_copy(chance, chance.choice(said)) for _ in range(chance.randint(0, most))]
    return [{"id": f"c{n}", **row} for n, row in enumerate([*said, *copies])]


def own_claims_and_copies(chance: random.Random, author: str, accused: str) -> list[dict[str, object]]:
    """Return what one side says of one happening in several statements, with what others copied from it."""
    stage = (0.5, 0.0, 0.0)
    mine = [
        {
            **_statement(chance, (accused,), stage),
            "source": f"{chance.choice(SPEAKERS)} of {author}",
            "source_class": chance.choice(("party", "media", "")),
            "source_side": author,
            "stance": "accuses",
            "accuses": accused,
        }
        for _ in range(chance.randint(1, 6))
    ]
    copies = [{**_copy(chance, chance.choice(mine)), "source_class": "media"} for _ in range(chance.randint(0, 12))]
    return [{"id": f"c{n}", **row} for n, row in enumerate([*mine, *copies])]


def _statement(chance: random.Random, parties: tuple[str, ...], stage: tuple[float, float, float]) -> dict[str, object]:
    """Return somebody's word; nobody in these worlds confesses for himself, a party's own admission is evidence."""
    hours, east, north = stage
    side = chance.choice(("", *parties, "a brigade", "an army"))
    stance = chance.choice(("", "accuses", "accuses", "admits", "denies", "reports"))
    accused = chance.choice(("", *parties, *parties, "somebody"))
    if accused == side and stance in {"", "admits"}:
        stance = "denies"
    when = START + timedelta(hours=hours, seconds=chance.gauss(0, 300))
    placed = chance.random() < 0.8
    return {
        "source": f"{chance.choice(SPEAKERS)} {chance.randint(1, 9)}" + (f" of {side}" if side else ""),
        "source_class": chance.choice(("party", "party", "media", "interlocutor", "notification", "", "blog")),
        "source_side": side,
        "means": chance.choice(("party_report", "media", "told_by_interlocutor", "saw", "")),
        "phenomenon": chance.choice(
            ("explosion", "explosion", "shot", "impact", "weapon_seen", "hot_spot", "shelling")
        ),
        "direction": chance.choice(("", "outgoing", "impact", "outgoing_and_impact")),
        "count": chance.choice(("", "0", "1", "40")),
        "time": when.isoformat(timespec="seconds"),
        "time_sd_s": chance.choice(("", "5", "900")),
        "lon": round(38 + east + chance.gauss(0, 0.005), 5) if placed else "",
        "lat": round(48 + north + chance.gauss(0, 0.005), 5) if placed else "",
        "position_sd_km": chance.choice(("0.05", "1.5")) if placed else "",
        "stance": stance,
        "accuses": accused,
        "text": chance.choice(("", "They opened fire at our positions.", "A house was hit, two were hurt.")),
    }


def _copy(chance: random.Random, row: dict[str, object]) -> dict[str, object]:
    """Return the statement again as others pass it on: under their name, as their class, without a side."""
    return {
        **row,
        "source": f"{chance.choice(SPEAKERS)} {chance.randint(10, 99)}",
        "source_class": chance.choice(("media", "interlocutor", "", "aggregator")),
        "source_side": "",
        "stance": "accuses" if row["accuses"] else "reports",
    }
