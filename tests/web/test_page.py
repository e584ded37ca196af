import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import invented_case
import numpy as np
import pytest
from invented_room import Centre, room
from picture import browser_page, served, serving, wait_for_map
from playwright.sync_api import Page, expect

from trucewatch.report.overview import overview_of
from trucewatch.report.places import Settlements, in_turn, near
from trucewatch.spacetime import utc

pytestmark = pytest.mark.browser

SIZE = {"width": 1180, "height": 760}  # a smaller map is drawn faster by the software renderer
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FETCHED_BY_THE_BROWSER_ITSELF = ("data:", "blob:")
expect.set_options(timeout=30_000)  # ms: a machine under load draws slowly


class Visit:
    """The page open in a browser, with everything that it asked for and complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.context.on("request", lambda request: self.asked.append(request.url))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.open()

    def open(self, fragment: str = "") -> None:
        self.page.goto("about:blank")
        self.page.goto(self.address + fragment)
        wait_for_map(self.page)

    def reset(self) -> None:
        """As it was when it opened; opening it anew would take seconds each time."""
        self.page.set_viewport_size(SIZE)
        self.page.evaluate("location.hash = '#incident='")
        self.page.get_by_role("button", name="all of the record").click()
        self.page.keyboard.press("x")
        self.page.locator(".incidents .scroll").evaluate("list => list.scrollTo(0, 0)")
        self.page.get_by_role("button", name="Whole area").click()
        self.page.mouse.move(0, 0)
        wait_for_map(self.page)

    def on_map(self) -> set[str]:
        return set(self.page.evaluate("() => document.querySelector('.chart').drawn()"))

    def where(self, lon: float, lat: float) -> tuple[float, float]:
        script = """([lon, lat]) => { const box = document.querySelector('.chart'), at = box.chart.project([lon, lat]),
                    edge = box.getBoundingClientRect(); return [edge.left + at.x, edge.top + at.y] }"""
        return tuple(self.page.evaluate(script, [lon, lat]))

    def count(self) -> str:
        return self.page.locator(".incidents h2").inner_text()

    def _heard(self, message) -> None:
        # the driver of the software renderer talks about its own speed
        if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture(scope="module")
def visit(directory: Path) -> Iterator[Visit]:
    with served(directory) as address, browser_page() as page:
        yield Visit(page, address)


@pytest.fixture(autouse=True)
def afresh(visit: Visit) -> None:
    visit.reset()


def features() -> list[dict]:
    return invented_case.case_map()["incidents"]["features"]


def alone() -> dict:
    """An incident with no other one near, so that a click on it is a click on nothing else."""
    placed = [f for f in features() if f["geometry"]]

    def nearest(one: dict) -> float:
        (x, y) = one["geometry"]["coordinates"]
        return min(abs(x - u) + abs(y - v) for f in placed if f is not one for u, v in [f["geometry"]["coordinates"]])

    west, south, east, north = 37.7, 47.95, 38.6, 48.55  # in sight, and not under the legend
    return max(
        (
            f
            for f in placed
            if west < f["geometry"]["coordinates"][0] < east and south < f["geometry"]["coordinates"][1] < north
        ),
        key=nearest,
    )


def test_the_map_draws_the_incidents_that_have_a_place(visit: Visit) -> None:
    drawn = visit.on_map()
    assert len(drawn) > 80
    assert drawn <= {f["properties"]["id"] for f in features() if f["geometry"]}
    assert (
        "112 incidents on the map, 8 without a place; 3 of all without a time"
        in visit.page.locator(".notice").inner_text()
    )


def test_counts_on_the_map_never_miscount(visit: Visit) -> None:
    """Whatever the zoom, each incident that has a place is drawn once: by its own sign or in one count."""
    case = invented_case.case_map(2000)
    placed = [f["geometry"]["coordinates"] for f in case["incidents"]["features"] if f["geometry"]]
    page = visit.page.context.new_page()
    page.set_viewport_size({"width": 800, "height": 500})
    page.route("**/case/overview", lambda route: route.fulfill(body=overview_of(case)))
    page.goto(visit.address)
    wait_for_map(page)
    counted = []
    for zoom in (5, 8.3, 15):
        page.evaluate("zoom => { document.querySelector('.chart').chart.jumpTo({ zoom }) }", zoom)
        page.evaluate(
            "() => new Promise(done => document.querySelector('.chart').chart.once('render', () => done()).triggerRepaint())"
        )
        told = page.evaluate("() => document.querySelector('.chart').told()")
        assert told["single"] + sum(told["counts"]) == len(placed)
        assert all(count > 12 for count in told["counts"])
        counted.append(len(told["counts"]))
    assert counted[0] > 0
    assert counted[-1] == 0  # from near each stands alone
    page.close()


def test_a_count_says_what_it_is_made_of_and_a_click_comes_nearer(visit: Visit) -> None:
    case = invented_case.case_map(40)
    for feature in case["incidents"]["features"]:
        feature["geometry"] = {"type": "Point", "coordinates": [38.0, 48.2]}
    case["incidents"]["features"][0]["geometry"]["coordinates"] = [38.01, 48.21]
    page = visit.page.context.new_page()
    page.route("**/case/overview", lambda route: route.fulfill(body=overview_of(case)))
    page.goto(visit.address)
    wait_for_map(page)
    page.wait_for_function("() => document.querySelector('.chart').told().counts[0] === 40")
    assert page.evaluate("() => document.querySelector('.chart').told()") == {
        "single": 0,
        "counts": [40],
        "circles": True,
    }
    script = "() => { const box = document.querySelector('.chart'), at = box.chart.project([38.0, 48.2]), edge = box.getBoundingClientRect(); return [edge.left + at.x, edge.top + at.y] }"
    page.mouse.move(*page.evaluate(script))
    found = [f["properties"]["determination"] for f in case["incidents"]["features"]]
    expect(page.locator(".hint")).to_contain_text("40 incidents close together")
    expect(page.locator(".hint")).to_contain_text(f"Undetermined: {found.count('undetermined')}")
    page.mouse.click(*page.evaluate(script))
    page.wait_for_function("() => document.querySelector('.chart').told().counts[0] === 39")
    page.close()


def test_the_page_asks_nobody_but_its_own_server_and_never_complains(visit: Visit) -> None:
    visit.page.locator("button.head").first.click()
    visit.page.get_by_role("button", name="Previous day").click()
    wait_for_map(visit.page)
    own = urlsplit(visit.address).netloc
    elsewhere = [
        url
        for url in visit.asked
        if urlsplit(url).netloc != own and not url.startswith((*FETCHED_BY_THE_BROWSER_ITSELF, "about:"))
    ]
    assert elsewhere == []
    paths = {urlsplit(url).path for url in visit.asked}
    assert {"/", "/case/overview", "/case/relief.png", "/assets/worker.js"} <= paths
    assert len([path for path in paths if path.startswith("/case/incidents/")]) == 1  # the one that was opened
    assert not [path for path in paths if path.endswith("/events")]  # a case that was written once is not live
    assert visit.complaints == []


def test_the_bundle_itself_could_not_reach_out_even_if_it_tried(visit: Visit) -> None:
    tried = visit.page.evaluate("() => fetch('http://127.0.0.2:9/').then(() => 'reached', () => 'refused')")
    assert tried == "refused"
    assert any("Content Security Policy" in complaint for complaint in visit.complaints)
    visit.complaints.clear()


def test_a_click_on_the_map_selects_in_the_list_and_in_the_address(visit: Visit) -> None:
    target = alone()
    visit.page.mouse.click(*visit.where(*target["geometry"]["coordinates"]))
    key = target["properties"]["id"]
    card = visit.page.locator(f"#card-{key}")
    card.locator(".detail").wait_for()
    assert card.locator("button.head").get_attribute("aria-expanded") == "true"
    assert visit.page.evaluate("location.hash") == f"#incident={key}"
    assert target["properties"]["why"][:40] in card.inner_text()


def test_an_address_opens_its_incident_with_its_observations_and_lines_of_sight(visit: Visit) -> None:
    target = next(f["properties"] for f in features() if f["geometry"] and int(f["properties"]["id"][-1]) % 2 == 0)
    visit.open(f"#incident={target['id']}")
    text = visit.page.locator(f"#card-{target['id']} .detail").inner_text()
    assert all(observation["id"] in text for observation in target["observations"])
    visit.page.get_by_role("button", name="Closer on the map").click()
    wait_for_map(visit.page)
    assert target["id"] in visit.on_map()
    assert visit.page.evaluate("document.querySelector('.chart').chart.getZoom()") > 9
    rays = "() => document.querySelector('.chart').chart.querySourceFeatures('rays').length"
    assert visit.page.evaluate(rays) >= 1


def test_the_keys_reach_every_incident(visit: Visit) -> None:
    page = visit.page
    page.locator("li[aria-posinset='1'] button.head").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    second = page.locator("li[aria-posinset='2'] button.head")
    assert second.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert second.get_attribute("aria-expanded") == "false"
    assert page.evaluate("location.hash") == ""


def test_the_keys_move_the_timeline_from_day_to_day(visit: Visit) -> None:
    slider = visit.page.get_by_role("slider", name="Day shown")
    slider.press("End")
    assert slider.get_attribute("aria-valuetext").startswith("20 Aug 2016")
    slider.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext").startswith("19 Aug 2016")
    assert visit.page.locator(".timeline h2").inner_text() == "19 Aug 2016"
    slider.press("Escape")
    assert visit.count() == "120 incidents"


def test_a_brush_over_the_timeline_selects_a_period_for_map_and_list(visit: Visit) -> None:
    first, last = (visit.page.locator("text.label", has_text=day).bounding_box() for day in ("19 Aug", "20 Aug"))
    visit.page.mouse.move(first["x"] + first["width"] / 2, first["y"] - 60)
    visit.page.mouse.down()
    visit.page.mouse.move(last["x"] + last["width"] / 2, last["y"] - 60, steps=4)
    visit.page.mouse.up()
    wait_for_map(visit.page)
    assert visit.page.locator(".timeline h2").inner_text() == "19 Aug 2016 to 20 Aug 2016"
    shown = int(visit.count().split()[0])
    assert 0 < shown < 120
    assert visit.page.locator(".incidents li").first.get_attribute("aria-setsize") == str(shown + 3)  # 3 have no time
    assert len(visit.on_map()) <= shown


def test_the_list_of_a_day_counts_what_its_bar_counts(visit: Visit) -> None:
    for _ in range(3):
        visit.page.get_by_role("button", name="Previous day").click()
        spoken = visit.page.get_by_role("slider", name="Day shown").get_attribute("aria-valuetext")
        assert f": {visit.count()}." in spoken


def test_every_count_stands_beside_the_hours_covered(visit: Visit) -> None:
    efforts = [e for e in invented_case.case_map()["efforts"] if e["side"] == invented_case.SIDES[0]]
    words = visit.page.locator(".incidents table").first.inner_text()
    assert f"{sum(e['hours'] for e in efforts):g} h of {24 * len(invented_case.DAYS)} h covered" in words


def test_a_day_that_nobody_covered_never_looks_quiet(visit: Visit) -> None:
    day = next(
        d
        for d in reversed(invented_case.DAYS)
        if any(e["hours"] == 0 for e in invented_case.case_map()["efforts"] if e["day"] == d)
    )
    slider = visit.page.get_by_role("slider", name="Day shown")
    slider.press("End")
    while int(day[8:]) != int(slider.get_attribute("aria-valuetext").split()[0]):
        slider.press("ArrowLeft")
    assert "nothing of 24 h" in slider.get_attribute("aria-valuetext")
    assert "not covered" in visit.page.get_by_role("img", name="Hours of").get_attribute("aria-label")


def test_an_hour_of_a_longer_window_of_fire_has_its_own_letter(visit: Visit) -> None:
    effort = next(e for e in invented_case.case_map()["efforts"] if "fire_at_some_time" in e["by_hour"])
    slider = visit.page.get_by_role("slider", name="Day shown")
    slider.press("Home")
    for _ in range(invented_case.DAYS.index(effort["day"]) + 3):  # incidents of the eve make days of their own
        if int(effort["day"][8:]) == int(slider.get_attribute("aria-valuetext").split()[0]):
            break
        slider.press("ArrowRight")
    chart = visit.page.get_by_role("img", name="Hours of")
    assert "h fire at some time" in chart.get_attribute("aria-label")
    same_day = [e["by_hour"] for e in invented_case.case_map()["efforts"] if e["day"] == effort["day"]]
    hours = sum(states.count("fire_at_some_time") for states in same_day)
    assert chart.locator("text.sometime:not(.key-letter)").all_text_contents() == ["f"] * hours


def test_the_line_says_below_the_map_how_well_it_is_known(visit: Visit) -> None:
    assert (
        "line of contact (known to ± 3 km), control (accuracy not stated), zone (accuracy not stated): sketch"
        in visit.page.locator(".credits").inner_text()
    )


def test_an_empty_period_says_that_it_is_not_the_same_as_quiet(visit: Visit) -> None:
    visit.page.get_by_role("button", name="last 1 h").click()
    assert visit.count() == "0 incidents"
    assert visit.page.get_by_text("That is not the same as quiet").is_visible()
    assert (
        "and 3 without a time, which may lie in the period, listed last" in visit.page.locator(".totals").inner_text()
    )


def test_filters_narrow_list_and_map_and_say_of_how_many(visit: Visit) -> None:
    visit.page.get_by_label("Machine proposes").select_option("undetermined")
    wait_for_map(visit.page)
    kinds = {f["properties"]["id"]: f["properties"]["determination"] for f in features()}
    assert {kinds[key] for key in visit.on_map()} == {"undetermined"}
    assert (
        visit.count().split() == f"{list(kinds.values()).count('undetermined')} incidents of 120 in the period".split()
    )


def test_the_warning_and_the_files_are_in_sight(visit: Visit) -> None:
    assert visit.page.get_by_text("Machine proposal for the two staffs. Not for publication.").is_visible()
    links = visit.page.locator("nav a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links == [
        "case/report.html",
        *(f"case/{name}.csv" for name in ("incidents", "links", "clauses", "rejected")),
    ]
    assert "GeoNames" in visit.page.locator(".credits").inner_text()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (768, 1024), (390, 844)])
def test_nothing_is_cut_off_sideways_down_to_a_phone(visit: Visit, width: int, height: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": height})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_exchanging_the_sides_exchanges_their_signs_and_nothing_else(visit: Visit, tmp_path: Path) -> None:
    """The first party of the case is A, whoever it is; no number, place or colour depends on a side's id."""
    text = (invented_case.write(tmp_path) / "map.json").read_text()
    one, two = invented_case.SIDES
    swapped = text.replace(one, "\0").replace(two, one).replace("\0", two)
    (tmp_path / "map.json").write_text(swapped)
    before = visit.page.locator("#page").inner_html()
    with served(tmp_path) as address:
        visit.page.goto(address)
        wait_for_map(visit.page)
        after = visit.page.locator("#page").inner_html()
    visit.open()
    assert after.replace(one, "\0").replace(two, one).replace("\0", two) == before


@pytest.fixture
def live(visit: Visit, directory: Path) -> Iterator[tuple[Page, Centre]]:
    """The page of the room in a tab of its own, without the two newest incidents."""
    centre = Centre(invented_case.case_map())
    centre.leave_out(2)
    page = visit.page.context.new_page()
    page.set_viewport_size({"width": 900, "height": 600})
    with serving(room(centre, directory)) as address:
        page.goto(f"{address}room/map")
        expect(page.locator(".status .words")).to_have_text("live")
        yield page, centre
        page.close()
        centre.line_is_cut = True


def test_the_page_of_the_room_is_live(live: tuple[Page, Centre]) -> None:
    page, centre = live
    status, heading = page.locator(".status"), page.locator(".incidents h2")
    expect(heading).to_have_text("118 incidents")
    expect(status).to_contain_text("nothing new since you last looked")
    page.get_by_label("Phenomenon").focus()
    newest = sorted(centre.leave_out(2))
    centre.leave_out(0)
    centre.say("beat", time="2016-08-20T16:31:05Z", received=2, witnessed=1204)
    centre.say("conclusions", of=1206)
    expect(status).to_contain_text("live; newest entry 19:31:05, witnessed up to 1,204 of 2 entries")
    expect(heading).to_have_text("120 incidents")
    expect(status).to_contain_text("2 new incidents since you last looked")
    assert page.evaluate("document.activeElement.labels[0].innerText").startswith("Phenomenon")
    page.get_by_role("button", name="Only new").click()
    cards = page.locator(".incidents article").evaluate_all("all => all.map(card => card.id).sort()")
    assert cards == [f"card-{name}" for name in newest]
    page.keyboard.press("n")
    expect(status).to_contain_text("1 new incident since")
    centre.line_is_cut = True
    expect(status).to_contain_text("connection lost since")
    assert page.locator(".status").evaluate("box => getComputedStyle(box).borderTopStyle") == "solid"
    centre.line_is_cut = False
    expect(status.locator(".words")).to_contain_text("live")
    page.reload()
    expect(status).to_contain_text("1 new incident since")
    page.get_by_role("button", name="Mark all as seen").click()
    expect(status).to_contain_text("nothing new")


def test_a_long_list_is_whole_though_only_what_is_in_sight_is_in_the_page(visit: Visit) -> None:
    first = visit.page.locator("li[aria-posinset='1'] button.head")
    assert 5 < visit.page.locator("button.head").count() < 40
    first.focus()
    visit.page.keyboard.press("End")
    visit.page.wait_for_function("() => document.activeElement.closest('li')?.getAttribute('aria-posinset') === '120'")
    last = visit.page.locator("li[aria-posinset='120']")
    assert last.get_attribute("aria-setsize") == "120"
    assert "Time not stated" in last.inner_text()
    visit.page.keyboard.press("Home")
    visit.page.wait_for_function("() => document.activeElement.closest('li')?.getAttribute('aria-posinset') === '1'")


def test_keys_go_through_the_incidents_of_the_map_in_the_order_of_the_list(visit: Visit) -> None:
    page = visit.page
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    spoken = page.locator("#page > p[role=status]")
    expect(spoken).to_contain_text("2 of 120 incidents: ")
    opened = page.locator("li[aria-posinset='2'] article").get_attribute("id")
    assert page.evaluate("location.hash") == f"#incident={opened.removeprefix('card-')}"
    assert page.evaluate("document.activeElement.className") == "maplibregl-canvas"  # the focus stays where it was
    page.keyboard.press("k")
    expect(spoken).to_contain_text("1 of 120 incidents: ")
    page.keyboard.press("Escape")
    expect(spoken).to_have_text("")


def test_the_list_of_keys_opens_by_a_key_and_can_switch_the_keys_off(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    assert "next incident of the list" in dialog.inner_text()
    dialog.get_by_label("Keys of one character").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator(".detail").count() == 0
    page.get_by_role("button", name="Keys").click()
    dialog.get_by_label("Keys of one character").check()
    dialog.get_by_role("button", name="Close").click()


def test_everything_on_the_map_stands_in_a_table(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("t")
    counts = {
        "Incidents": 120,
        "Posts and cameras": 2,
        "Zones and areas": 2,
        "Line of contact": 1,
        "Places": 9,
        "Hours covered": 20,
    }
    for name, count in counts.items():
        page.get_by_role("button", name=f"{name} ({count})").click()
        assert page.get_by_role("grid", name=name).get_attribute("aria-rowcount") == str(count + 1)
    page.get_by_role("button", name="Incidents (").click()
    page.get_by_role("button", name="Within (68 %)").press("Enter")
    smallest = min(features(), key=lambda f: f["properties"]["radius_km_68"] or 99)["properties"]["id"]
    first = page.locator("tr[data-at='0']")
    assert smallest in first.inner_text()
    first.press("Enter")
    expect(page.locator(f"#card-{smallest} .detail")).to_be_visible()
    assert first.get_attribute("aria-selected") == "true"
    page.keyboard.press("m")


def on_map_now(visit: Visit) -> list[str]:
    """The passes that the map draws, as it drew them."""
    visit.page.wait_for_timeout(300)
    wait_for_map(visit.page)
    script = """() => [...new Set(document.querySelector('.chart').chart.querySourceFeatures('looked')
                    .map(({properties}) => `${properties.unit} ${properties.view}`))].sort()"""
    return visit.page.evaluate(script)


def test_where_drones_looked_is_on_the_map_and_follows_the_brush(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Whole area").click()
    assert on_map_now(visit) == ["flight 6 degraded", "flight 7 clear", "flight 7 denied"]
    legend = visit.page.locator("details.legend")
    for words in ("a drone looked (500 m squares)", "looked, view degraded", "view denied: nothing seen"):
        expect(legend).to_contain_text(words)
    visit.page.get_by_role("button", name="Previous day").click()
    visit.page.get_by_role("button", name="Previous day").click()  # 19 August
    assert on_map_now(visit) == ["flight 7 clear", "flight 7 denied"]


def test_who_points_at_what_a_drone_saw_reads_how_surely_it_lies_there(visit: Visit) -> None:
    visit.page.evaluate("document.querySelector('.chart').chart.jumpTo({center: [38.13, 48.24], zoom: 11})")
    visit.page.wait_for_timeout(300)
    wait_for_map(visit.page)
    visit.page.mouse.move(*visit.where(38.13, 48.235))
    hint = visit.page.locator(".hint")
    expect(hint).to_contain_text("Drone, view clear")
    expect(hint).to_contain_text("fits its own metadata; edge ± 22 m")
    expect(hint).to_contain_text("41.3 km² seen, drawn in squares of 500 m")


def test_the_table_has_every_pass_of_the_period_also_what_is_not_drawn(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Tables").click()
    visit.page.get_by_role("button", name="Where drones looked (4)").click()
    table = visit.page.locator(".tables")
    for words in ("Denied", "nothing", "Not known, counts for nothing", "not drawn", "± 180 m", "12.9 km²"):
        expect(table).to_contain_text(words)
    visit.page.get_by_role("button", name="last 24 h").click()
    expect(visit.page.get_by_role("button", name="Where drones looked (0)")).to_be_visible()
    visit.page.get_by_role("button", name="Map", exact=True).click()


@pytest.mark.parametrize("age", ["of today", "written before there were any"])
def test_a_case_without_drones_shows_nothing_of_them_and_complains_of_nothing(
    visit: Visit, tmp_path: Path, age: str
) -> None:
    folder = invented_case.write(tmp_path / "out", 12)
    case = json.loads((folder / "map.json").read_text(encoding="utf-8"))
    case["footprints"]["features"] = []
    if age != "of today":
        del case["footprints"], case["footprints_left_out"]
    (folder / "map.json").write_text(json.dumps(case), encoding="utf-8")
    page, before = visit.page, len(visit.complaints)
    with served(folder) as address:
        page.goto(address)
        assert on_map_now(visit) == []
        page.get_by_role("button", name="Tables").click()
        expect(page.get_by_role("button", name="Hours covered (")).to_be_visible()
        assert page.get_by_role("button", name="Where drones looked").count() == 0
        assert "drone" not in page.locator("body").inner_text()
    visit.open()
    assert visit.complaints[before:] == []


def test_the_names_of_a_place_take_turns_from_day_to_day_as_in_reports(visit: Visit) -> None:
    given = invented_case.case_map()
    places = [f["properties"] for f in given["features"]["features"] if f["properties"]["role"] == "settlement"]
    for place, names in zip(
        places, ({"en": "E", "hy": "H", "az": "A", "ru": "R"}, {"uk": "U", "ru": "R"}), strict=False
    ):
        place["names"] = names
    page = visit.page.context.new_page()
    for day in ("2016-08-20", "2016-08-21", "2016-08-22"):
        given["case"]["as_of"] = f"{day}T16:30:00Z"
        written = overview_of(given)
        page.route("**/case/overview", lambda route, _, written=written: route.fulfill(body=written))
        page.goto(visit.address)
        page.get_by_role("button", name="Tables").click()
        page.get_by_role("button", name="Places (").click()
        table = page.get_by_role("grid", name="Places")
        for place in places[:2]:
            expect(table).to_contain_text(" / ".join(in_turn(tuple(place["names"].items()), utc(f"{day}T16:30:00Z"))))
    page.close()


def test_a_place_reads_on_the_map_as_in_reports_and_on_the_pages_of_the_room(visit: Visit) -> None:
    """One direction has one name: the nearest place, how far, and of sixteen points, as `report.places` has them."""
    given = invented_case.case_map()
    placed = [f for f in given["features"]["features"] if f["properties"]["role"] == "settlement"]
    as_of = utc(given["case"]["as_of"])
    lons, lats = zip(*(f["geometry"]["coordinates"] for f in placed), strict=True)
    names = tuple(" / ".join(in_turn(tuple(f["properties"]["names"].items()), as_of)) for f in placed)
    known = Settlements(names=names, lon=np.array(lons), lat=np.array(lats))
    expected = {f["properties"]["id"]: near(*f["geometry"]["coordinates"], known) for f in features() if f["geometry"]}
    script = (
        """cards => cards.map(card => [card.id.replace('card-', ''), card.querySelector('.near')?.innerText.trim()])"""
    )
    read: dict[str, str] = {}
    for at in range(0, 20_000, 300):
        visit.page.locator(".incidents .scroll").evaluate("(list, at) => list.scrollTo(0, at)", at)
        visit.page.wait_for_timeout(30)
        read |= dict(visit.page.locator("[id^='card-']").evaluate_all(script))
    assert len(read) > 100
    assert {name: read[name] for name in read.keys() & expected.keys()} == {
        name: expected[name] for name in read.keys() & expected.keys()
    }
    assert {words.split(" of ")[0].split()[-1] for words in expected.values()} & {"NNE", "WSW", "SSE", "ENE", "NNW"}


def test_the_hours_of_a_day_are_brushed_with_the_keys(visit: Visit) -> None:
    visit.page.get_by_role("slider", name="Day shown").press("End")
    hours = visit.page.get_by_role("slider", name="Hours of the day")
    hours.press("Home")
    for _ in range(2):
        hours.press("ArrowRight")
    hours.press("Shift+ArrowRight")
    assert hours.get_attribute("aria-valuetext").startswith("02:00 to 04:00. ")
    assert visit.page.locator(".timeline h2").inner_text() == "20 Aug 2016 02:00 to 20 Aug 2016 04:00"
    first, last = "2016-08-19T23:00:00Z", "2016-08-20T01:00:00Z"  # 3 hours ahead of UTC
    inside = [
        f
        for f in features()
        if (p := f["properties"])["first"] and p["first"] < last and max(p["last"], p["first"] + "~") > first
    ]
    assert visit.count() == f"{len(inside)} incidents"


def test_a_part_of_a_name_finds_what_lies_nearest_to_that_place_in_either_spelling(visit: Visit) -> None:
    found = []
    for name in ("донецьк", "Донецк"):
        visit.page.get_by_label("Nearest place has").fill(name)
        assert all("Донецьк / Донецк" in text for text in visit.page.locator(".incidents .near").all_inner_texts())
        found.append(visit.count())
    assert found[0] == found[1] != "120 incidents"


@pytest.mark.skipif(
    not AXE.exists(), reason="axe-core comes with frontend/node_modules, which only builders of the page have"
)
@pytest.mark.parametrize(("width", "theme", "view"), [(1180, "light", "m"), (390, "dark", "t"), (1180, "dark", "m")])
def test_axe_finds_nothing_to_object_to(visit: Visit, width: int, theme: str, view: str) -> None:
    visit.page.set_viewport_size({"width": width, "height": 760})
    visit.page.locator("button.head").first.click()
    visit.page.get_by_label("Light or dark").select_option(theme)
    visit.page.locator("h1").click()
    visit.page.keyboard.press(view)
    visit.page.evaluate(AXE.read_text(encoding="utf-8") + "\n;0")
    found = visit.page.evaluate(
        "() => axe.run().then(result => result.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"
    )
    visit.page.get_by_label("Light or dark").select_option("system")
    visit.page.get_by_role("button", name="Map", exact=True).click()
    assert found == [], json.dumps(found, indent=1)
