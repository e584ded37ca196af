"""A shift from the first observation to the correction, through the pages alone, and what everybody can check of it."""

import re

import httpx
import pytest
from live_books import POLICY
from room_visits import POSTS, SIDES, Rooms, running
from tests.test_whole_path import exchange

from trucewatch import live
from trucewatch.ledger.verify import verify
from trucewatch.web.room import guard

HARM = dict.fromkeys(("harm_use", "harm_trace", "harm_done"), "Nothing that either side did not know already.")
SEEN, CONCURS, CONTESTS = "beyond the mill", "Three who saw it", "The mill lies on the line"
CHECKED, REPLIED, CORRECTED, NOTES = "did not know already", "cleared mines", "not noon sharp", "Quiet so far"
CALLED, TOLD = "the other bank is restless", "Both of you: hold your fire"
INSIDE = {"officer-1", "officer-2", "reviewer-n", "reviewer-s", "investigator-1", "auditor-1", "reporter-1"}
LIAISONS = {"liaison-x", "liaison-z"}


def only_incident(rooms: Rooms) -> str:
    (name,) = rooms.room.desk.conclusions.found
    return name


def shift(rooms: Rooms) -> str:
    """Walk through a shift up to the reply; return the finding's address."""
    officer, monitor = rooms.visitor("officer-1"), rooms.visitor("monitor-1")
    officer.say("/room/shift", "shift", what="begin", text=f"{NOTES}.")
    before = only_incident(rooms)
    receipt = monitor.observe(
        phenomenon="explosion", means="saw", direction="outgoing", time="2021-03-01T12:00", time_sd_s="30",
        observer_lon="38.0", observer_lat="48.0", lon="37.95", lat="48.0002", position_sd_km="0.3",
        text=f"One explosion {SEEN}.",
    )  # fmt: skip
    assert "here it is" in monitor.page(receipt)
    rooms.beat()
    rooms.assess(officer)
    at = f"/room/incidents/{only_incident(rooms)}"
    assert before not in at, "the machine takes the new observation into the incident"
    assert only_incident(rooms) in officer.page("/room/")
    page = officer.page(at)
    assert f"One explosion {SEEN}." in page
    assert "Reasons weighed" in page
    # the two guarantors: the first concurs, the second contests
    north, south = rooms.visitor("reviewer-n"), rooms.visitor("reviewer-s")
    north.say(at, "determination", position="concur", text=f"{CONCURS}, independent of each other.")
    south.say(at, "determination", position="contest", finding="undetermined", text=f"{CONTESTS} itself.")
    rooms.beat()
    page = officer.page(at)
    first, second = rooms.room.desk.seen.guarantors
    assert page.index(f"Guarantor <bdi>{first}") < page.index(f"Guarantor <bdi>{second}")
    assert "the guarantors differ; <bdi>undetermined" in page
    assert "they find otherwise" in south.page("/room/counts")
    # published after a harm check, and answered
    assert "what the procedure asks for is there" in page
    queue = officer.page("/room/")
    assert "ready to publish: 1<" in queue
    assert '<span class="state ready">ready to publish</span>' in queue
    assert only_incident(rooms) in officer.page("/room/?outcome=ready")
    assert only_incident(rooms) not in officer.page("/room/?outcome=published").partition('id="incidents"')[2]
    officer.say(at, "finding", **HARM)
    officer.say("/room/messages", "message", text=f"{TOLD}.")
    rooms.beat()
    assert '<span class="state published">published</span>' in officer.page("/room/?outcome=published")
    page = officer.page(at)
    assert "It is published, with these very determinations" in page
    assert "You are asked" not in page
    assert 'action="/room/say/finding"' not in page
    finding = f"/room/findings/{rooms.room.desk.office(rooms.clock[0]).findings[0].said.index}"
    liaison = rooms.visitor("liaison-x")
    page = liaison.page(finding)
    for words in (CONCURS, CONTESTS, "Every side may reply until"):
        assert words in page
    liaison.say(finding, "reply", stance="explains", text=f"Our own engineers {REPLIED} there.")
    liaison.say("/room/messages", "receipt")
    liaison.say("/room/messages", "call", time="2021-03-02T13:00", direction="out", text=f"We said that {CALLED}.")
    rooms.beat()
    for who in ("officer-1", "reviewer-s", "liaison-z", ""):
        for page in PAGES:
            rooms.visitor(who).get(page)
    return finding


PAGES = [
    f"/room/{name}" for name in ("", "counts", "cases", "messages", "meetings", "shift", "staff", "observations/new")
]


def read_everything(rooms: Rooms, finding: str) -> dict[str, str]:
    """What each post, and the public, is shown under every address that there is."""
    entries = [f"/room/entries/{index}" for index in range(rooms.room.desk.seen.size)]
    incident = only_incident(rooms)
    files = [f"/room/case/{name}" for name in ("map.json", "report.html", "overview", f"incidents/{incident}.json")]
    one = [finding, f"/room/incidents/{incident}", *files]
    found = {}
    for who in ("", *POSTS):
        visitor = rooms.visitor(who)
        answers = [visitor.get(path) for path in (*PAGES, "/room/map", *one, *entries)]
        assert {answer.status_code for answer in answers} <= {200, 401, 403, 404}
        found[who] = "".join(answer.text for answer in answers if answer.status_code == 200)
    return found


def shown_to(found: dict[str, str], words: str) -> set[str]:
    return {who for who, text in found.items() if words in text}


def the_same(pages: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Pages without what chance, a digest or a session's token makes of them."""
    signs = re.compile(r"[0-9a-f]{8,}|[A-Za-z0-9_-]{20,}")
    return [(who, signs.sub("#", path), signs.sub("#", text)) for who, path, text in pages]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A room after that shift, with everything that was shown until then, and all that everybody may read."""
    folder = tmp_path_factory.mktemp("room")
    with running(folder) as rooms:
        finding = shift(rooms)
        pages = list(rooms.pages)
        yield rooms, finding, pages, read_everything(rooms, finding), folder


def test_everybody_reads_what_the_policy_allows_and_nothing_else(told):
    *_, found, _ = told
    expected = {
        SEEN: INSIDE - {"reporter-1"},  # a monitor hands it in, and does not see it here again
        "Reasons weighed": INSIDE - {"reporter-1"},
        "What the machine propose": INSIDE | {"monitor-near"},  # in whose zone it happened
        CONCURS: INSIDE | LIAISONS,  # with the published finding
        CONTESTS: INSIDE | LIAISONS,
        CHECKED: INSIDE,
        NOTES: INSIDE,
        REPLIED: INSIDE | {"liaison-x"},  # the other side answers the finding, not this answer
        CALLED: INSIDE | {"liaison-x"},
        TOLD: INSIDE | LIAISONS,
    }
    assert {words: shown_to(found, words) for words in expected} == expected


def test_reading_what_sources_wrote_is_an_entry_and_other_reading_is_not(told):
    rooms, *_ = told
    rooms.beat()
    book = rooms.service.counter.book
    entries = [live.fields_of(entry) for _, entry, _ in book.read(0)]
    rows = {str(at) for at, fields in enumerate(entries) if fields["type"] == "observation"}
    read = [(fields["who"], fields["what"]) for fields in entries if fields["type"] == "read"]
    full = ("officer-1", "officer-2", "reviewer-n", "reviewer-s", "investigator-1", "auditor-1")
    files = ("map.json", "report.html")
    what = {*(f"observation:{row}" for row in rows), *(f"published:{name}" for name in files)}
    what |= {f"incident:{only_incident(rooms)}", "map:overview"}
    assert set(read) == {(who, this) for who in full for this in what}


def test_that_somebody_read_something_is_the_centres_word_and_shown_as_nobodys_approval(told):
    rooms, *_ = told
    rooms.beat()
    entries = [live.fields_of(entry) for _, entry, _ in rooms.service.counter.book.read(0)]
    at = next(at for at, fields in enumerate(entries) if fields["type"] == "read")
    page = rooms.visitor("auditor-1").page(f"/room/entries/{at}")
    assert "Said by the centre" in page
    assert "approved with a passkey" not in page
    assert entries[at]["who"] in page
    statement = next(at for at, fields in enumerate(entries) if fields["type"] == "statement")
    assert "approved with a passkey" in rooms.visitor("auditor-1").page(f"/room/entries/{statement}")


def test_what_the_map_asks_of_one_incident_is_on_record_with_whoever_asked(told):
    rooms, *_ = told
    incident = only_incident(rooms)
    visitor = rooms.visitor("auditor-1")
    before = rooms.room.desk.seen.size
    assert SEEN in visitor.get(f"/room/case/incidents/{incident}.json").text
    assert visitor.get("/room/case/incidents/nobody.json").status_code == 404
    assert rooms.visitor("liaison-x").get(f"/room/case/incidents/{incident}.json").status_code == 404
    rooms.beat()
    entries = [live.fields_of(entry) for _, entry, _ in rooms.service.counter.book.read(before)]
    read = [(fields["who"], fields["what"]) for fields in entries if fields["type"] == "read"]
    assert read == [("auditor-1", f"incident:{incident}")]


def test_the_first_view_of_the_map_has_no_word_of_a_source(told):
    rooms, *_ = told
    view = rooms.visitor("officer-1").get("/room/case/overview")
    assert view.headers["content-encoding"] == "gzip"
    assert only_incident(rooms).encode() in view.content
    assert SEEN.encode() not in view.content
    assert rooms.visitor("liaison-x").get("/room/case/overview").status_code == 404


def test_with_the_parties_exchanged_every_page_is_the_same_with_the_labels_exchanged(told, tmp_path):
    _, _, pages, *_ = told
    with running(tmp_path, is_exchanged=True) as rooms:
        shift(rooms)
        mirrored = rooms.pages
    assert len(pages) == len(mirrored) > 40
    for (who, path, text), there in zip(the_same(pages), the_same(mirrored), strict=True):
        assert (who, path, exchange(text, *SIDES)) == there


def test_a_browser_that_comes_back_is_told_what_it_missed(told):
    rooms, *_ = told
    visitor = rooms.visitor("auditor-1")
    headers = {"cookie": f"{guard.COOKIE}={visitor.cookie}", "last-event-id": "3"}
    size, found = rooms.room.desk.seen.size, []
    with httpx.stream("GET", f"{rooms.client.base_url}/room/events", headers=headers | {"host": "localhost"}) as stream:
        for line in stream.iter_lines():
            found.append(line)
            if line == f"id: {size}":
                break
    ids = [int(line[4:]) for line in found if line.startswith("id: ")]
    assert ids == list(range(4, size + 1))
    assert {"event: statement", "event: beat", "event: conclusions", "event: entry"} <= set(found)
    assert not any(words in line for line in found for words in (SEEN, CONCURS, REPLIED))
    assert rooms.visitor().get("/room/events").status_code == 401


def test_what_the_procedure_does_not_allow_is_refused_before_it_is_signed(told):
    rooms, *_ = told
    north = rooms.visitor("reviewer-n")
    at = f"/room/incidents/{only_incident(rooms)}"
    answer = north.draft(at, "determination", position="contest", finding="", text="")
    assert answer.status_code == 422
    for words in ("Nothing was said yet", "Reasons: is missing", "“undetermined” is one"):
        assert words in answer.text
    form = {"token": "0" * 64, "position": "concur"}
    assert north.post("/room/say/determination", form).status_code == 403
    assert north.post("/room/say/determination", form, origin="https://elsewhere.example").status_code == 403
    stranger = rooms.visitor("liaison-z")
    token = guard.form_token(stranger.cookie, "say/finding")
    answer = stranger.post("/room/say/finding", {"token": token, "incident": only_incident(rooms), **HARM})
    assert answer.status_code == 403
    assert "on shift" in answer.text


def test_before_the_first_conclusions_a_page_says_that_there_are_none_yet(told, monkeypatch):
    rooms, *_ = told
    monkeypatch.setattr(rooms.room.desk, "conclusions", None)
    page = rooms.visitor("officer-1").page("/room/counts", 503)
    assert "Not yet" in page
    assert "No conclusions have been drawn yet" in page


def test_cells_that_a_phone_shows_one_below_the_other_each_say_what_they_are(told):
    rooms, *_ = told
    officer = rooms.visitor("officer-1")
    for path in (f"/room/incidents/{only_incident(rooms)}", "/room/counts", "/room/", "/room/messages"):
        for table in re.findall(r'<table[^>]*class="stack".*?</table>', officer.page(path), re.DOTALL):
            cells = re.findall(r"<td[^>]*>(.*?)</td>", table[table.index("<tbody>") :], re.DOTALL)
            assert table.count("data-of=") == sum(bool(re.sub(r"<[^>]*>", "", cell)) for cell in cells), table


def test_when_the_time_to_reply_is_over_everybody_sees_all_of_it_coarse_and_late(told):
    rooms, finding, _, _, folder = told
    public = rooms.visitor()
    public.page(finding, 404)
    rooms.later(days=4)
    officer = rooms.visitor("officer-1")
    officer.say(finding, "correction", text=f"The hour was 12:00, {CORRECTED}.")
    rooms.beat()
    assert REPLIED in rooms.visitor("liaison-z").page(finding)
    page = public.page(finding)
    assert page.index("Corrected:") < page.index("What was said first stays") < page.index("Both determinations")
    assert '<span class="state">corrected</span>' in public.page("/room/")
    for words in (CORRECTED, REPLIED, CONCURS, CONTESTS):
        assert words in page
    for words in (CHECKED, "38.0", "47.9", "12:00 –", SEEN):
        assert words not in page
    rooms.assess(officer)
    report = rooms.room.desk.conclusions.published["report.html"].decode()
    for words in ("What the two staffs say", CONCURS, CONTESTS, REPLIED, CORRECTED):
        assert words in report
    assert CHECKED not in report
    ledger = folder / "centre" / "ledger"
    verify(ledger, policy=POLICY.replace("quorum both", "quorum none").encode())
    assert all(live.recompute(ledger).values())
