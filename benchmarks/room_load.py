"""The room's queue over 100,000 incidents of 1,000,000 observations, in a GeoPackage and in PostGIS.

usage: python -m benchmarks.room_load [--incidents N] [--runs N] [--datasette PROGRAM] [--page FILE]

In one run: the room's own pages over HTTP, as a signed-in officer gets them (who asks, the folds, the policy in SQL
and in Cedar, rows, counts, HTML), over each database; Datasette over the very same table (JSON, its rows and its
count); and as the floor a bare query of 50 rows over one open connection to PostGIS, without counts, policy or page.
Each server is a process of its own, and they are asked in turn: what else runs on the machine falls on all of them.

The incidents are invented, spread over 90 days and 2 by 1.4 degrees; 2 % have no time, 3 % no place. The observations
are in the centre's memory, as conclusions hold them; the lists have no row of them, since no page lists them.
Datasette is no part of any environment here: give its program (`pip install datasette==0.65.5` somewhere).
"""

import argparse
import json
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [
    str(ROOT),
    str(ROOT / "benchmarks"),
    *(str(ROOT / "tests" / part) for part in ("ledger", "db", "web", "web/room")),
]

from postgis_server import served, why_not  # noqa: E402
from room_visits import GUARANTORS, NOON, SIDES, Rooms, running  # noqa: E402

from trucewatch.cases import Review  # noqa: E402
from trucewatch.cases.reviews import Determination, Proposal, Voice, judged_by  # noqa: E402
from trucewatch.cases.said import Said, Terms  # noqa: E402
from trucewatch.db.lists import FILE  # noqa: E402
from trucewatch.db.postgis import schema_of  # noqa: E402
from trucewatch.model import Attribution, Incident  # noqa: E402
from trucewatch.vocabulary import Position  # noqa: E402
from trucewatch.web.room import guard  # noqa: E402
from trucewatch.web.room.desk import Conclusions  # noqa: E402

OF_EACH = 10  # observations of an incident
WEST, SOUTH, WIDE, HIGH = 37.0, 47.5, 2.0, 1.4  # degrees
MIB = 2**20
CHANGED = 1000  # incidents of which a guarantor speaks between two heartbeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One thing that people ask of the queue: fields of the room's address, and the same for Datasette and in SQL."""

    name: str
    room: Mapping[str, str]
    datasette: Mapping[str, str]
    sql: str


# --- an invented centre, in a process of its own --------------------------------------------------


def invented(c: Conclusions, count: int) -> tuple[Conclusions, dict[str, Review]]:
    """Return conclusions with so many incidents, and what the guarantors said of them."""
    chance = random.Random(11)
    ((incident, attribution),) = c.found.values()
    found = [_incident(chance, incident, attribution, number) for number in range(count)]
    found.sort(key=lambda pair: (pair[0].first_time or NOON, pair[0].id))
    incidents, attributions = zip(*found, strict=True)
    assessment = replace(c.assessment, incidents=incidents, attributions=attributions)
    terms = Terms(guarantors=GUARANTORS, parties=SIDES, rule=c.case.review.rule, reply_days=3, remedy_days=3)
    reviews = {one.id: _review(chance, one.id, a, terms) for one, a in found}
    return replace(c, assessment=assessment), reviews


def _incident(chance: random.Random, like: Incident, a: Attribution, number: int) -> tuple[Incident, Attribution]:
    name = f"{number:08x}"
    when = None if chance.random() < 0.02 else NOON - timedelta(seconds=chance.randrange(90 * 86_400))
    where = replace(
        like.place, lon=WEST + WIDE * chance.random(), lat=SOUTH + HIGH * chance.random(),
        radius_km_68=10 ** chance.uniform(-1, 1),
    )  # fmt: skip
    seen = tuple(
        replace(like.observations[n % len(like.observations)], key=f"{name}-{n}", id=f"{name}-{n}")
        for n in range(OF_EACH)
    )
    one = replace(
        like, id=f"made-{name}", observations=seen, shares=(), first_time=when, last_time=when,
        place=None if chance.random() < 0.03 else where,
    )  # fmt: skip
    found = chance.choices(("undetermined", *SIDES, "both"), (80, 9, 9, 2))[0]
    return one, replace(a, incident_id=one.id, determination=found)


def _review(chance: random.Random, name: str, a: Attribution, terms: Terms) -> Review:
    said = Said(index=1, time=NOON, fields={"id": name}, shown={})
    proposal = Proposal(said=said, of=1, until=1, determination=a.determination, probabilities=(), why="")
    silent = Review(incident=name, proposals=(proposal,), voices=tuple(Voice(guarantor=g) for g in GUARANTORS))
    spoken = {g: _determination(chance, said, g, a) for g in GUARANTORS if chance.random() < 0.3}
    voices = tuple(Voice(guarantor=g, newest=spoken.get(g)) for g in GUARANTORS)
    return judged_by(replace(silent, voices=voices), terms)


def _determination(chance: random.Random, said: Said, guarantor: str, a: Attribution) -> Determination:
    position = chance.choices((Position.CONCUR, Position.CONTEST, Position.ABSTAIN), (7, 2, 1))[0]
    finding = {Position.CONCUR: a.determination, Position.ABSTAIN: ""}.get(position, "undetermined")
    return Determination(
        said=said, guarantor=guarantor, incident=a.incident_id, of=1, clause="", position=position, finding=finding
    )


def centre(folder: Path, database: str, count: int) -> None:
    """Serve an invented centre until the input ends; the first line says where, and what it took."""
    with running(folder, database=database) as rooms:
        before = _rss_mib("self")
        conclusions, reviews = invented(rooms.room.desk.conclusions, count)
        rooms.room.desk.conclusions = conclusions
        held = _rss_mib("self")
        made = _listed(rooms, conclusions, reviews)
        changed = dict(list(reviews.items())[:CHANGED])
        again = {name: replace(review, is_stale=not review.is_stale) for name, review in changed.items()}
        beat = _listed(rooms, conclusions, reviews | again)
        told = {
            "address": str(rooms.client.base_url), "cookie": rooms.visitor("officer-1").cookie, "made_s": made,
            "beat_s": beat, "empty_mib": before, "held_mib": held, "listed_mib": _rss_mib("self"),
        }  # fmt: skip
        print(json.dumps(told), flush=True)
        sys.stdin.read()


def _listed(rooms: Rooms, conclusions: Conclusions, reviews: Mapping[str, Review]) -> float:
    """Return in how many seconds the lists were brought up to date, in the thread that does it."""
    start, room = time.perf_counter(), rooms.room
    terms = room.desk.office(NOON).terms
    room._lister.submit(room._listing.write, room.desk.seen, conclusions, terms, reviews, {}).result()  # noqa: SLF001
    return time.perf_counter() - start


def _rss_mib(process: str) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


# --- who is asked ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One of the four: `ask` answers one query, and raises where the answer is none."""

    name: str
    ask: Callable[[Query], int]
    told: Mapping[str, float]


@contextmanager
def room(name: str, folder: Path, database: str, count: int) -> Iterator[Asked]:
    """Run a centre in a process of its own."""
    folder.mkdir()
    command = [sys.executable, "-m", "benchmarks.room_load", "--serve", str(folder), "--incidents", str(count)]
    with subprocess.Popen(
        [*command, "--database", database], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        told = json.loads(process.stdout.readline())
        headers = {"cookie": f"{guard.COOKIE}={told['cookie']}", "host": "localhost"}
        with httpx.Client(base_url=told["address"], headers=headers, trust_env=False, timeout=60) as client:

            def ask(query: Query) -> int:
                answer = client.get("/room/", params=query.room)
                rows = answer.text.count('<tr><th scope="row"><a href="/room/incidents/')
                assert answer.status_code == 200, answer.text[-500:]
                return rows

            yield Asked(name=name, ask=ask, told=told)
        process.stdin.close()


@contextmanager
def datasette(program: str, file: Path, port: int = 8765) -> Iterator[Asked]:
    """Datasette over the file of the first room, as it comes; only its limit of time is higher."""
    settings = ["--setting", "sql_time_limit_ms", "60000", "--setting", "facet_time_limit_ms", "1"]
    command = [program, "serve", str(file), "--port", str(port), *settings]
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
    ):
        _wait_for(client)

        def ask(query: Query) -> int:
            fields = {"_size": "50", "_sort_desc": "newest_ms", "_nosuggest": "1", "_labels": "off"}
            answer = client.get(f"/{file.stem}/incidents.json", params=fields | query.datasette)
            assert answer.status_code == 200, answer.text[:500]
            return len(answer.json()["rows"])

        yield Asked(name="Datasette", ask=ask, told={"listed_mib": _rss_mib(str(process.pid))})
        process.terminate()


def _wait_for(client: httpx.Client) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            client.get("/-/versions.json")
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("Datasette does not answer")


@contextmanager
def floor(address: str, origin: str) -> Iterator[Asked]:
    """Ask a bare query over one connection."""
    import psycopg

    with psycopg.connect(address, options=f"-csearch_path={schema_of(origin)},public", autocommit=True) as held:
        columns = "id, time_words, place_words, what_words, proposal_words, outcome, is_stale"

        def ask(query: Query) -> int:
            found = held.execute(
                f"SELECT {columns} FROM incidents WHERE {query.sql} ORDER BY newest_ms DESC, id DESC LIMIT 50"
            )
            return len(found.fetchall())

        yield Asked(name="bare query", ask=ask, told={})


# --- what is asked --------------------------------------------------------------------------------


def queries(chance: random.Random) -> list[Query]:
    """Return one of each kind, with what varies drawn anew."""
    now = int(NOON.timestamp() * 1000)
    guarantor, side = chance.choice(GUARANTORS), chance.choice(SIDES)
    outcome = chance.choice(("differing", "agreed", "abstained"))
    west, south = WEST + chance.random() * (WIDE - 0.3), SOUTH + chance.random() * (HIGH - 0.2)
    box = (west, south, west + 0.3, south + 0.2)
    deep = now - chance.randrange(5, 85) * 86_400_000
    silent = f"id IN (SELECT incident FROM voices WHERE guarantor = '{guarantor}' AND position = '')"
    named = f"id IN (SELECT incident FROM named WHERE party = '{side}')"
    edges = {"west__lte": box[2], "east__gte": box[0], "south__lte": box[3], "north__gte": box[1]}
    within = f"geom && ST_MakeEnvelope({', '.join(f'{edge:.6f}' for edge in box)}, 4326)"
    asked = {"box": ",".join(f"{edge:.6f}" for edge in box)}
    day, week = (str(now - hours * 3_600_000) for hours in (24, 168))
    return [
        Query(name="the first page of all", room={}, datasette={}, sql="true"),
        Query(
            name="the last 24 hours",
            room={"hours": "24"}, datasette={"newest_ms__gte": day}, sql=f"newest_ms >= {day}",
        ),
        Query(
            name="one outcome",
            room={"outcome": outcome}, datasette={"outcome": outcome}, sql=f"outcome = '{outcome}'",
        ),
        Query(
            name="a guarantor still has to speak",
            room={"awaits": guarantor}, datasette={"_where": silent}, sql=silent,
        ),
        Query(name="a side is named", room={"names": side}, datasette={"_where": named}, sql=named),
        Query(name="a box of 0.3 by 0.2 degrees", room=asked, datasette=_text(edges), sql=within),
        Query(
            name="box, last week, still has to speak",
            room={**asked, "hours": "168", "awaits": guarantor},
            datasette=_text(edges) | {"newest_ms__gte": week, "_where": silent},
            sql=f"{within} AND newest_ms >= {week} AND {silent}",
        ),
        Query(
            name="a page far down",
            room={"older": f"{deep}~made"},
            datasette={"newest_ms__lt": str(deep)},
            sql=f"newest_ms < {deep}",
        ),
    ]  # fmt: skip


def _text(fields: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{value:.6f}" for name, value in fields.items()}


Times = dict[str, dict[str, list[float]]]  # of each query, by who was asked, in ms


def measured(everybody: Sequence[Asked], runs: int) -> Times:
    """Ask everybody every query in turn, so many times after three that are not counted."""
    chance, times = random.Random(5), Times()
    for number in range(runs + 3):
        for query in queries(chance):
            for asked in everybody:
                start = time.perf_counter()
                rows = asked.ask(query)
                took = (time.perf_counter() - start) * 1000
                assert rows or "box" in query.name, (asked.name, query)
                if number >= 3:
                    times.setdefault(query.name, {}).setdefault(asked.name, []).append(took)
    return times


# --- the page -------------------------------------------------------------------------------------


def p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


def page(times: Times, everybody: Sequence[Asked], count: int, runs: int, file_mib: float) -> str:
    names = [asked.name for asked in everybody]
    bare = names[-1]
    load = Path("/proc/loadavg").read_text(encoding="ascii").rsplit(" ", 2)[0]
    lines = [
        f"# The room's queue with {count:,} incidents of {count * OF_EACH:,} observations, {time.strftime('%F')}",
        "",
        f"Python {platform.python_version()}, SQLAlchemy {version('sqlalchemy')}, APSW {version('apsw')}, PostgreSQL",
        f"15, PostGIS 3.3, 2 cores on which other work ran (load averages at the end: {load}): compare within the",
        "table.",
        f"Each query {runs} times, all four in turn. Made by `python -m benchmarks.room_load`, whose head says what is",
        "counted.",
        "",
        "| query, p50 / p95 in ms | " + " | ".join(names) + " | room over PostGIS : bare query, p95 |",
        "| --- |" + " --- |" * (len(names) + 1),
    ]
    for query, of in times.items():
        cells = [f"{quantiles(of[name], n=2)[0]:.0f} / {p95(of[name]):.0f}" for name in names]
        ratio = p95(of[names[1]]) / p95(of[bare])
        lines.append(f"| {query} | " + " | ".join(cells) + f" | {ratio:.0f} |")
    every = {name: [took for of in times.values() for took in of[name]] for name in names}
    cells = [f"{quantiles(every[name], n=2)[0]:.0f} / {p95(every[name]):.0f}" for name in names]
    lines.append("| **all of them** | " + " | ".join(cells) + f" | {p95(every[names[1]]) / p95(every[bare]):.0f} |")
    lines += ["", "| centre | " + " | ".join(names[:2]) + " |", "| --- | --- | --- |"]
    for key, words in _TOLD.items():
        lines.append(f"| {words} | " + " | ".join(f"{asked.told[key]:,.1f}" for asked in everybody[:2]) + " |")
    lines += [f"| size of the file, MiB | {file_mib:,.0f} | |", ""]
    ratio = p95(every[names[0]]) / p95(every["Datasette"])
    lines += [
        f"Over all queries the p95 of the room's page over the GeoPackage is {ratio:.2f} times that of Datasette's",
        "JSON.",
        "",
        "- The room answers more than both beside it: tallies of all statuses, both guarantors' words, the policy",
        "  as SQL and once more row by row in Cedar, what has no time or place, HTML. Datasette counts the rows of its",
        "  query; the bare query counts nothing. Datasette's box leaves out what has no place.",
        "- One visitor at a time was measured. No row of an observation is in the lists: no page lists them.",
        "",
    ]
    return "\n".join(lines)


_TOLD = {
    "made_s": "all lists made anew, s",
    "beat_s": f"a heartbeat in which {CHANGED:,} incidents changed, s",
    "empty_mib": "memory of the process before, MiB",
    "held_mib": "memory with the conclusions, MiB",
    "listed_mib": "memory after listing, MiB",
}


def main() -> None:
    arguments = _arguments()
    if arguments.serve:
        centre(arguments.serve, arguments.database, arguments.incidents)
        return
    if reason := why_not():
        sys.exit(reason)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = stack.enter_context(served(settings=""))
        own = stack.enter_context(room("GeoPackage", folder / "file", "", arguments.incidents))
        shared = stack.enter_context(room("PostGIS", folder / "server", address, arguments.incidents))
        file = folder / "file" / "centre" / FILE
        peer = stack.enter_context(datasette(arguments.datasette, file))
        bare = stack.enter_context(floor(address, _origin()))
        everybody = (own, shared, peer, bare)
        text = page(
            measured(everybody, arguments.runs),
            everybody,
            arguments.incidents,
            arguments.runs,
            file.stat().st_size / MIB,
        )
    print(text)
    if arguments.page:
        arguments.page.write_text(text, encoding="utf-8")


def _origin() -> str:
    from live_books import CENTRE

    return CENTRE.name


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--datasette", default=str(Path(sys.executable).with_name("datasette")))
    parser.add_argument("--page", type=Path)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--database", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
