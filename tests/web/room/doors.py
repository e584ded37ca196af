"""Every address of the running application, asked as everybody: status and words are what the policy says.

`DOORS` has a line for each route of the application, so that a new one is missed: the requests that are made there, and
which status whoever asks may get. Nothing here asks the pages' own reading of the policy.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import httpx
from tests.web.room.room_visits import POSTS, Forms
from tests.web.room.said_room import CANARY, World, canaries, happened, inside, of_side, things

from trucewatch.web.room import guard
from trucewatch.web.room.access import SAYING, Thing
from trucewatch.web.room.forms import FORMS
from trucewatch.web.room.saying import HARM

EVERYBODY = ("", *POSTS)
Expected = Callable[[str], set[int]]  # by whoever asks, the statuses that may come


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request, and which status the policy gives it; `sent` is a form, `form` what its token is for."""

    path: str
    expected: Expected
    method: str = "GET"
    form: str = ""
    sent: Mapping[str, str] | None = None


Door = Callable[[World], Iterable[Ask]]


def knock(world: World, who: str, ask: Ask) -> httpx.Response:
    """Ask as somebody who is signed in, with the form token that a page of that session would have."""
    visitor = world.rooms.visitor(who)
    if ask.method == "GET":
        with world.rooms.client.stream("GET", ask.path, headers=visitor._headers({})) as answer:
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                answer.read()
            return answer
    if ask.sent is None:
        headers = {"origin": world.rooms.address, **visitor._headers({})}
        return world.rooms.client.request(ask.method, ask.path, content=b"nonsense", headers=headers)
    token = {"token": guard.form_token(visitor.cookie, ask.form)} if visitor.cookie and ask.form else {}
    return visitor.post(ask.path, {**ask.sent, **token})


# --- who may get what -----------------------------------------------------------------------------


def all_get(*statuses: int) -> Expected:
    return lambda _: set(statuses)


def staff_get(*statuses: int) -> Expected:
    return lambda who: set(statuses) if who else {401}


def seen(world: World, *what: Thing) -> Expected:
    return lambda who: {200} if world.sees(who, *what) else {404}


def seen_inside(world: World, *what: Thing) -> Expected:
    return lambda who: seen(world, *what)(who) if who else {401}


def allowed(world: World, action: str, thing: Callable[[str], Thing], *statuses: int) -> Expected:
    """To send a form: the public has no session that a form could be of."""
    return lambda who: set(statuses) if who and world.may(who, action, thing(who)) else {403}


def shown_form(world: World, action: str, thing: Callable[[str], Thing]) -> Expected:
    return lambda who: allowed(world, action, thing, 200)(who) if who else {401}


def submission(world: World) -> Callable[[str], Thing]:
    def of(who: str) -> Thing:
        person = world.person(who)
        side = person.of if person.role == "liaison" else ""
        return Thing(kind="observation", id="", protection=2, embargo=None, side=side, owner=who)

    return of


def saying(world: World, kind: str) -> Callable[[str], Thing]:
    """What it would be to the policy to say that: about which side, in whose name, of what class."""
    one = world.sides[0]
    about = dict.fromkeys(("call", "heard", "remedy", "remedied", "measure_done", "correction"), one)

    def of(who: str) -> Thing:
        person = world.person(who)
        own = person.of if person.role == "reviewer" and kind in {"determination", "case_finding"} else ""
        owner = "investigator-1" if kind == "task_done" else who
        side = about.get(kind, "")
        return Thing(kind=kind, id="", protection=1, embargo=None, side=side, guarantor=own, owner=owner)

    return of


# --- what is asked --------------------------------------------------------------------------------


def entries(world: World) -> Iterator[Ask]:
    of, book = things(world), world.rooms.service.counter.book
    by_index = {index: of[name] for name, index in world.at.items()}
    for index, entry, _ in book.read(0):
        thing = by_index.get(index, happened(2) if b'"type":"observation"' in entry else inside())
        yield Ask(path=f"/room/entries/{index}", expected=seen(world, thing))
    yield Ask(path="/room/entries/999999", expected=all_get(404))


def receipts(world: World) -> Iterator[Ask]:
    yield from (Ask(path=path, expected=staff_get(200)) for path in world.receipts.values())


def published(world: World) -> Iterator[Ask]:
    conclusions = world.rooms.room.desk.conclusions
    of_the_map = ("overview", *(f"incidents/{one}.json" for one in conclusions.found))
    for name in (*conclusions.published, *of_the_map):
        yield Ask(path=f"/room/case/{name}", expected=seen_inside(world, inside(2)))


def a_case(world: World) -> Iterator[Ask]:
    of = things(world)
    parts = (of[name] for name in ("final_n", "heard_one", "heard_other", "remedy"))
    yield Ask(path="/room/cases/c-1", expected=seen_inside(world, inside(), *parts))


def says(world: World) -> Iterator[Ask]:
    for kind in FORMS:  # whoever may, gets the draft, or is told what the procedure does not allow now
        expected = allowed(world, SAYING[kind], saying(world, kind), 200, 422)
        yield Ask(
            method="POST", path=f"/room/say/{kind}", form=f"say/{kind}", sent=filled(world)[kind], expected=expected
        )


def approves(world: World) -> Iterator[Ask]:
    """Drafts of those who may, handed in by others, and by whoever made them without a passkey."""
    others = {"message": {}, "correction": {"corrects": str(world.at["later"])}}
    for (kind, more), author in zip(others.items(), ("officer-1", "reviewer-n"), strict=True):
        path, sent = f"/room/say/{kind}", {**filled(world)[kind], **more}
        draft = knock(world, author, Ask(method="POST", path=path, form=f"say/{kind}", sent=sent, expected=all_get()))
        said = {"said": Forms(draft.text).of("/room/approve")["fields"]["said"][0], "assertion": "{}"}
        expected = lambda who, author=author: {422} if who == author else {403}  # noqa: E731
        yield Ask(method="POST", path="/room/approve", form="approve", sent=said, expected=expected)


def log_files(world: World) -> Iterator[Ask]:
    """What keepers alone get, for whom a session of the room is none; and tiles, which are everybody's."""
    names = sorted(path.name for path in (world.rooms.folder / "ledger" / "blobs").iterdir())
    for path in (*(f"/blobs/{name}" for name in names[:3]), "/disclosures/000"):
        yield Ask(path=path, expected=all_get(401))
    yield Ask(path=f"/tile/entries/000.p/{world.rooms.room.desk.seen.size}", expected=all_get(200, 404))


def next_release(world: World) -> Iterator[Ask]:
    of = world.rooms.room.desk.conclusions.of
    # the draft is for who may sign it; a rule of the procedure may still hold it back
    expected = lambda who: {200, 404, 422} if world.may(who, "publish", of_side("")) else {404}  # noqa: E731
    yield Ask(path=f"/room/release/draft-{of}/findings.json", expected=expected)


def at(path: str, expected: Expected) -> Door:
    return lambda _: [Ask(path=path, expected=expected)]


def sent(path: str, expected: Expected, given: Mapping[str, str] | None = None, method: str = "POST") -> Door:
    return lambda _: [Ask(method=method, path=path, sent=given, expected=expected)]


def in_room(path: str, expect: Callable[..., Expected], *what: Thing) -> Door:
    return lambda world: [Ask(path=path, expected=expect(world, *what))]


_OPEN = ("/", "/checkpoint", "/policy", "/status", "/openapi.json", "/room/", "/room/help", "/room/release")
_NONSENSE = all_get(400, 401, 403, 404, 409, 422)
DOORS: Mapping[tuple[str, str], Door] = {
    **{("GET", path): at(path, all_get(200)) for path in _OPEN},
    **{("POST", path): sent(path, _NONSENSE) for path in ("/session", "/submissions", "/cosignatures")},
    **{("GET", f"/room/{name}"): at(f"/room/{name}", staff_get(200)) for name in ("cases", "messages", "meetings")},
    ("GET", "/witnessed"): at("/witnessed", all_get(200, 404)),
    ("POST", "/challenge"): sent("/challenge", all_get(200)),
    ("GET", "/submissions/{digest}"): lambda world: (
        Ask(path=f"/submissions/{path.rsplit('/', 1)[1]}", expected=all_get(200)) for path in world.receipts.values()
    ),
    ("PUT", "/blobs/{digest}"): sent(f"/blobs/{'0' * 64}", all_get(404, 422), method="PUT"),
    ("GET", "/{path:path}"): log_files,
    ("GET", "/room/passkey"): at("/room/passkey?who=officer-1", all_get(200)),
    ("POST", "/room/passkey"): sent("/room/passkey", all_get(422, 429), {"who": "officer-1"}),
    ("GET", "/room/sign-in"): at("/room/sign-in?who=officer-1", all_get(200)),
    ("POST", "/room/sign-in"): sent("/room/sign-in", all_get(403, 429), {"who": "officer-1", "nonce": "x"}),
    ("POST", "/room/sign-out"): sent("/room/sign-out", all_get(403), {"token": "0" * 64}),
    ("GET", "/room/incidents/{name}"): lambda world: [
        Ask(path=f"/room/incidents/{world.incident}", expected=seen(world, happened()))
    ],
    ("GET", "/room/findings/{index}"): lambda world: [
        Ask(path=f"/room/findings/{world.at['finding']}", expected=seen(world, things(world)["finding"]))
    ],
    ("GET", "/room/counts"): in_room("/room/counts", seen, inside()),
    ("GET", "/room/shift"): in_room("/room/shift", seen_inside, inside()),
    ("GET", "/room/map"): in_room("/room/map", seen_inside, inside(2)),
    ("GET", "/room/staff"): lambda world: [
        Ask(path="/room/staff", expected=shown_form(world, "administer", lambda _: inside()))
    ],
    ("GET", "/room/acts"): lambda world: [
        Ask(path="/room/acts", expected=shown_form(world, "administer", lambda _: inside()))
    ],
    **{
        ("POST", path): lambda world, path=path: [
            Ask(method="POST", path=path, form=path.removeprefix("/room/"), sent={"act": "none"},
                expected=lambda who: {403, 422} if who and world.may(who, "administer", inside()) else {401, 403})
        ]
        for path in ("/room/acts", "/room/acts/approve")
    },
    ("GET", "/room/observations/new"): lambda world: [
        Ask(path="/room/observations/new", expected=shown_form(world, "submit", submission(world)))
    ],
    ("GET", "/room/cases/{name}"): a_case,
    ("GET", "/room/receipts/{digest}"): receipts,
    ("GET", "/room/entries/{index}"): entries,
    ("GET", "/room/events"): at("/room/events", staff_get(200)),
    ("GET", "/room/case/{name:path}"): published,
    ("GET", "/room/assets/{name}"): at("/room/assets/none.js", all_get(404)),
    ("GET", "/room/static/{name}"): at("/room/static/room.css", all_get(200)),
    ("GET", "/room/release/{index}/{name}"): next_release,
    ("POST", "/room/say/{kind}"): says,
    ("POST", "/room/observations/new"): lambda world: [
        Ask(method="POST", path="/room/observations/new", form="observe", sent=OBSERVED,
            expected=allowed(world, "submit", submission(world), 200))
    ],
    ("POST", "/room/approve"): approves,
    ("POST", "/room/assess"): lambda world: [
        Ask(method="POST", path="/room/assess", form="assess", sent={},
            expected=allowed(world, "shift", lambda _: inside(), 303))
    ],
}  # fmt: skip


OBSERVED = {
    "phenomenon": "explosion", "means": "saw", "time": "2021-03-01T12:00", "observer_lon": "38.0",
    "observer_lat": "48.0", "lon": "37.95", "lat": "48.0002", "position_sd_km": "0.3",
}  # fmt: skip


def filled(world: World) -> dict[str, dict[str, str]]:
    """Each form as it would be filled in about what stands in the room."""
    one, at = world.sides[0], {name: str(index) for name, index in world.at.items()}
    harm = {name: "Nothing that either side did not know." for name, _ in HARM}
    when, incident = {"time": "2021-03-02T13:00"}, {"incident": world.incident, "of": "12"}
    case = {"case": "c-1", "clause": ""}
    own = {
        "determination": {**incident, "position": "concur"},
        "reply": {"to": at["finding"], "stance": "explains"},
        "finding": {**incident, "reply_by": "2021-03-20T12:00", **harm},
        "release": {"of": str(world.rooms.room.desk.conclusions.of), "digest": "0" * 64, **harm},
        "message": {"about": world.incident},
        "receipt": {"message": at["message"]},
        "call": {"side": one, **when, "direction": "in"},
        "meeting": {**when, "present": "officer-1"},
        "measure": {"meeting": at["meeting"], "bearer": one, "due": "2021-03-09T12:00"},
        "measure_done": {"measure": at["measure"], "state": "done"},
        "shift": {"what": "begin", **when},
        "case": {**case, "move": "closed", "incidents": ""},
        "task": {**case, "to": "monitor-1", "due": "2021-03-09T12:00"},
        "task_done": {"task": at["task"]},
        "evidence": {**case, "entries": at["row"]},
        "heard": {**case, "side": one, "present": "yes"},
        "case_finding": {**case, "stage": "final", "finding": one, "standard": "0.95"},
        "remedy": {**case, "side": one, "due": "2021-03-20T12:00"},
        "remedied": {"remedy": at["remedy"], "state": "done"},
        "correction": {"corrects": at["corrected_call"]},
    }
    return {kind: {"text": "Nothing new.", **fields} for kind, fields in own.items()}


# --- what is wrong --------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Tally:
    """What was asked, what was answered otherwise than the policy says, and who read which words."""

    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    read: set[tuple[str, str]] = field(default_factory=set)


def tried(world: World, who_asks: Callable[[int], Iterable[str]]) -> Tally:
    """Knock at every door; `who_asks` says who makes the request of that number at a door."""
    tally, every = Tally(), canaries(world)
    for door in DOORS.values():
        for number, ask in enumerate(door(world)):
            for who in who_asks(number):
                tally.asked += 1
                _try(world, who, ask, every, tally)
    return tally


def _try(world: World, who: str, ask: Ask, every: Mapping[str, Thing], tally: Tally) -> None:
    answer, asked = knock(world, who, ask), f"{who or 'nobody'} {ask.method} {ask.path}"
    if answer.status_code not in ask.expected(who):
        tally.wrong.append(f"{asked}: {answer.status_code}, not {sorted(ask.expected(who))}")
    words = set(CANARY.findall(answer.text)) if answer.is_stream_consumed else set()
    tally.wrong += [f"{asked}: {each}" for each in words if not world.sees(who, every[each])]
    tally.read |= {(who, each) for each in words}
