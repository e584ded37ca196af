"""A shift as a story, told in browsers: who does what on which page, and what must then be in sight.

From an observation on the submission page to the correction on the next day. Each step is looked at in both widths.
"""

from dataclasses import dataclass
from pathlib import Path

from browsers import Stage
from playwright.sync_api import Locator, Page, expect
from real_log import RealLog

NOTES = "Handed over quiet: two watches without a sound."
SAW = "One explosion behind the ridge, then nothing."
CONCURS = "One observer alone; from where it was fired cannot be told."
CONTESTS = "The quarry announced blasting for this hour; nothing prohibited happened."
HARM = "Nothing that either side did not know; the post of the observer is left out."
TOLD = "Both of you: an explosion was observed; hold your fire until the finding."
REPLIED = "Our engineers blasted nothing that day."
CORRECTED = "The announced hour of blasting was 11:00, not 10:00."


@dataclass(frozen=True, kw_only=True)
class World:
    """A case, its posts, and where the observer of the story stands and what the observer sees."""

    case: Path
    posts: dict[str, tuple[str, str]]
    guarantors: tuple[str, str]
    sees: dict[str, str]

    def post(self, role: str, of: str = "") -> str:
        return next(name for name, post in self.posts.items() if post == (role, of))


class Story:
    """The steps in their order; each leaves what the next one needs."""

    def __init__(self, stage: Stage, log: RealLog, world: World) -> None:
        self.stage, self.log, self.world = stage, log, world
        self.at = stage.address
        self.incident = self.finding = ""

    def begun(self) -> None:
        """The short story: what an observer sends is before the officer, with the reasons, without anybody's asking."""
        self.officer = self.stage.person(self.world.post("officer"))
        self.a_shift_begins()
        self.an_observation_appears_on_the_map_by_itself()
        self.the_officer_opens_the_incident_and_its_reasons()

    def told(self) -> None:
        self.begun()
        self.the_guarantors_speak()
        self.the_officer_publishes_what_the_procedure_makes_of_it()
        self.a_liaison_receives_and_replies()
        self.the_daily_report_has_both()
        self.the_next_day_a_correction()
        self.when_the_time_to_reply_is_over_everybody_sees_it()

    def a_shift_begins(self) -> None:
        self.stage.look(self.officer, "first-page")
        self.until(self.officer, "/room/", "Conclusions from the first")
        self.say(self.officer, "/room/shift", "shift", "shift", what="begin", text=NOTES)
        self.officer.goto(f"{self.at}/room/shift")
        expect(self.officer.get_by_text(NOTES)).to_be_visible()
        self.stage.look(self.officer, "shift-log")

    def an_observation_appears_on_the_map_by_itself(self) -> None:
        chart = self.officer.context.new_page()
        chart.goto(f"{self.at}/room/map")
        status = chart.locator(".status .words")
        expect(status).to_contain_text("live", timeout=60_000)
        loaded: list[Page] = []
        chart.on("load", lambda page: loaded.append(page))  # noqa: PLW0108 - Playwright writes into what it is given
        monitor = self.stage.person(self.world.post("monitor"))
        self.observes(monitor)
        expect(chart.get_by_text("1 new incident", exact=True)).to_be_visible(timeout=60_000)
        chart.get_by_role("button", name="Next new").click()
        opens = chart.get_by_role("link", name="Open its page")
        expect(opens).to_be_visible()
        assert not loaded, "the map was loaded anew; it should have heard of it"
        self.stage.look(chart, "map")
        self.incident = f"/room/{opens.get_attribute('href')}"
        chart.close()

    def observes(self, monitor: Page) -> None:
        monitor.goto(f"{self.at}/room/")
        self.stage.look(monitor, "queue-of-the-monitor")
        monitor.goto(f"{self.at}/room/observations/new")
        form = monitor.locator('form[action="/room/observations/new"]')
        self.stage.look(monitor, "observation-empty")
        monitor.get_by_text("The place itself is known").click()
        self.fill(form, text=SAW, **self.world.sees)
        self.stage.look(monitor, "observation-filled")
        self.approved(monitor, form, "observation")

    def the_officer_opens_the_incident_and_its_reasons(self) -> None:
        self.officer.goto(f"{self.at}/room/")
        self.stage.look(self.officer, "queue")
        self.officer.goto(f"{self.at}{self.incident}")
        self.officer.get_by_text("Reasons weighed").click()
        expect(self.officer.get_by_text(SAW).first).to_be_visible()
        self.stage.look(self.officer, "incident")

    def the_guarantors_speak(self) -> None:
        words = (
            {"position": "concur", "text": CONCURS},
            {"position": "contest", "finding": "no_violation", "text": CONTESTS},
        )
        for guarantor, said in zip(self.world.guarantors, words, strict=True):
            reviewer = self.stage.person(self.world.post("reviewer", guarantor))
            reviewer.goto(f"{self.at}{self.incident}")
            self.stage.look(reviewer, f"incident-before-{guarantor}-speaks")
            self.say(reviewer, self.incident, "determination", f"{said['position']}s", **said)
        self.officer.goto(f"{self.at}{self.incident}")
        for one in (CONCURS, CONTESTS, "the guarantors differ"):
            expect(self.officer.get_by_text(one).first).to_be_visible()
        self.equal(self.officer)
        self.stage.look(self.officer, "incident-with-both-words")
        self.officer.goto(f"{self.at}/room/")
        self.stage.look(self.officer, "queue-with-both-words")
        self.officer.goto(f"{self.at}/room/counts")
        self.stage.look(self.officer, "counts")

    def the_officer_publishes_what_the_procedure_makes_of_it(self) -> None:
        harm = dict.fromkeys(("harm_use", "harm_trace", "harm_done"), HARM)
        index = self.say(self.officer, self.incident, "finding", "finding", **harm)
        self.finding = f"/room/findings/{index}"
        self.officer.goto(f"{self.at}{self.finding}")
        for one in (CONCURS, CONTESTS):
            expect(self.officer.get_by_text(one)).to_be_visible()
        self.equal(self.officer)
        self.stage.look(self.officer, "finding")
        self.say(self.officer, "/room/messages", "message", "message", text=TOLD)

    def a_liaison_receives_and_replies(self) -> None:
        side = self.side()
        liaison = self.stage.person(self.world.post("liaison", side))
        self.stage.look(liaison, "queue-of-the-liaison")
        liaison.goto(f"{self.at}/room/messages")
        expect(liaison.get_by_text(TOLD)).to_be_visible()
        self.stage.look(liaison, "messages-of-the-liaison")
        self.say(liaison, "/room/messages", "receipt", "receipt")
        liaison.goto(f"{self.at}{self.finding}")
        self.stage.look(liaison, "finding-of-the-liaison")
        self.say(liaison, self.finding, "reply", "reply", stance="rejects", text=REPLIED)
        liaison.goto(f"{self.at}{self.finding}")
        expect(liaison.get_by_text(REPLIED)).to_be_visible()
        self.stage.look(liaison, "finding-with-the-reply")
        self.liaison = liaison

    def the_daily_report_has_both(self) -> None:
        self.reports([CONCURS, CONTESTS, REPLIED])
        self.stage.look(self.officer, "daily-report")

    def the_next_day_a_correction(self) -> None:
        self.log.days_later(1)
        self.red_is_over(self.officer)
        self.say(self.officer, self.finding, "correction", "correction", text=CORRECTED)
        for who in (self.officer, self.liaison):
            who.goto(f"{self.at}{self.finding}")
            expect(who.get_by_text(CORRECTED)).to_be_visible()
            expect(who.get_by_text("Corrected:")).to_be_visible()
        self.stage.look(self.liaison, "finding-corrected")
        self.officer.goto(f"{self.at}/room/")
        self.stage.look(self.officer, "queue-the-next-day")
        self.reports([CORRECTED])

    def when_the_time_to_reply_is_over_everybody_sees_it(self) -> None:
        public = self.stage.person()
        assert public.request.get(f"{self.at}{self.finding}").status == 404
        self.log.days_later(5)
        self.red_is_over(public)
        self.stage.look(public, "public-findings")
        public.goto(f"{self.at}{self.finding}")
        for words in (CONCURS, CONTESTS, REPLIED, CORRECTED):
            expect(public.get_by_text(words)).to_be_visible()
        for words in (HARM, SAW):
            expect(public.get_by_text(words)).to_have_count(0)
        self.stage.look(public, "public-finding")

    # --- how people do it -------------------------------------------------------------------------

    def side(self) -> str:
        return next(of for role, of in self.world.posts.values() if role == "liaison")

    def until(self, page: Page, path: str, words: str) -> None:
        """Come back to a page until it has these words."""
        for _ in range(120):
            page.goto(f"{self.at}{path}")
            if page.get_by_text(words).count():
                return
            page.wait_for_timeout(500)
        raise AssertionError(f"{path} never had {words}")

    def red_is_over(self, page: Page) -> None:
        """Come back until the heart has beaten on the day that the calendar shows now."""
        for _ in range(120):
            page.goto(f"{self.at}/room/")
            if not page.locator(".red").count():
                return
            page.wait_for_timeout(250)
        raise AssertionError(page.locator(".red").inner_text())

    def reports(self, words: list[str]) -> None:
        """Open the newest day's report from the room, until new conclusions have brought these words into it."""
        for _ in range(60):
            self.officer.goto(f"{self.at}/room/case/report.html")
            self.officer.locator('a[href^="daily/"]').last.click()
            if all(self.officer.get_by_text(one).count() for one in words):
                return
            self.officer.wait_for_timeout(500)
        raise AssertionError(f"the daily report never had {words}")

    def say(self, page: Page, path: str, kind: str, name: str, **fields: str) -> int:
        """Say something through the page that offers it, and wait until the log has it; return its index."""
        page.goto(f"{self.at}{path}")
        form = page.locator(f'form[action="/room/say/{kind}"]').first
        inside = page.locator("details", has=form)
        if inside.count() and inside.first.get_attribute("open") is None:
            inside.first.locator("summary").click()
        self.fill(form, **fields)
        return self.approved(page, form, name)

    def fill(self, form: Locator, **fields: str) -> None:
        for field, value in fields.items():
            radio = form.locator(f'input[type=radio][name="{field}"][value="{value}"]')
            if radio.count():
                radio.check()
            elif form.locator(f'select[name="{field}"]').count():
                form.locator(f'select[name="{field}"]').select_option(value)
            else:
                form.locator(f'[name="{field}"]').fill(value)

    def approved(self, page: Page, form: Locator, name: str) -> int:
        form.locator("button").last.click()
        ask = page.get_by_role("button", name="Approve with your passkey")
        expect(ask).to_be_visible()
        self.stage.look(page, f"approve-{name}")
        ask.click()
        page.wait_for_url("**/room/receipts/*")
        self.stage.look(page, f"receipt-{name}")
        return self.log.settled(page.url.rpartition("/")[2])

    def equal(self, page: Page) -> None:
        """Both guarantors have the same room on the page: boxes of one size, beside each other, with headings of one size."""
        boxes = [page.locator(".voice").nth(n).bounding_box() for n in range(2)]
        assert boxes[0]["y"] == boxes[1]["y"]
        assert (boxes[0]["width"], boxes[0]["height"]) == (boxes[1]["width"], boxes[1]["height"])
