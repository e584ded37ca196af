"""How fast the room's page is with many incidents, in Debian's Chromium, and how much memory it holds.

usage: python -m benchmarks.room_page [--sizes 10000 100000] [--runs 30] [--page FILE]

Each size has its own browser and its own invented case (`tests/web/invented_case.py`), served on loopback. Measured
in the page: to the first contentful paint; until the list can be read; until the first frame of the map, which has all
incidents; until the map has drawn everything, relief and names included; the longest time in which the page answered
nobody while it read; a change of a filter, of the period and of the newest conclusions, each until the browser has
painted twice since (list, totals and map); the heap and what it keeps outside, after collecting. What the server needs
to make the first view is measured beside: once for each drawing of conclusions. There is no graphics card: WebGL is
drawn by the processor (SwiftShader), on cores shared with the page.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "web"), str(ROOT / "scripts")]

import invented_case  # noqa: E402
from invented_room import Centre, room  # noqa: E402
from picture import browser_page, serving  # noqa: E402
from playwright.sync_api import CDPSession, Page  # noqa: E402

PATIENCE_MS = 180_000
BARS = {
    "mapped": 1_000.0,
    "filter": 50.0,
    "brush": 50.0,
}  # ms; RAIL: 100 ms is felt as at once, half of it is the page's
WATCH = """() => {
  window.tasks = []
  const took = list => window.tasks.push(...list.getEntries().map(e => e.duration))
  new PerformanceObserver(took).observe({ type: 'longtask', buffered: true })
  const seen = () => { window.mapped ??= document.querySelector('[data-incidents]') ? performance.now() : undefined }
  new MutationObserver(seen).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-incidents'] })
}"""
READ = "() => document.querySelector('.incidents li') && performance.now()"
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
# two frames: after the first the change is on its way to the screen, and the second waits for it
TIMED = """([kind, step]) => new Promise(done => {
  const labels = [...document.querySelectorAll('label')]
  const label = name => labels.find(l => l.textContent.includes(name)).querySelector('select, input')
  const tell = (element, event) => element.dispatchEvent(event)
  const change = (field, value) => {
    field.value = value
    tell(field, new Event(field.matches('input') ? 'input' : 'change', { bubbles: true }))
  }
  const slider = document.querySelector('[role=slider]')
  const key = name => tell(slider, new KeyboardEvent('keydown', { key: name, bubbles: true }))
  const deeds = {
    filter: () => {
      const field = label(step % 2 ? 'Phenomenon' : 'Machine proposes')
      change(field, field.options[step % field.options.length].value)
    },
    place: () => change(label('Nearest place'), ['', 'до', 'гор', 'луг', 'мар'][step % 5]),
    brush: () => key(step % 12 === 0 ? 'Escape' : 'ArrowLeft'),
    sort: () => document.querySelectorAll('thead button')[step % 5].click(),
  }
  const start = performance.now()
  deeds[kind]()
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)))
})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One size. Times in ms, memory in MiB."""

    incidents: int
    file_mib: float
    made: float
    paint: float
    mapped: float
    read: float
    drawn: float
    blocked: float
    fresh: float
    fresh_blocked: float
    times: dict[str, tuple[tuple[float, ...], tuple[float, ...]]]  # by the clock, and of the processor
    heap: float
    outside: float


def main() -> None:
    """Measure each size, print what was found, and write the page where one is wanted."""
    arguments = _arguments()
    found = [measured(size, arguments.runs) for size in arguments.sizes]
    text = page(found, arguments.runs)
    print(text)
    if arguments.page:
        arguments.page.write_text(text, encoding="utf-8")


def measured(size: int, runs: int) -> Measured:
    """Return what one browser needs for so many incidents."""
    with tempfile.TemporaryDirectory() as folder, _opened(Path(folder), size) as (page, centre, made):
        read = page.wait_for_function(READ, timeout=PATIENCE_MS).json_value()
        page.wait_for_selector(".chart[data-state=idle]", timeout=PATIENCE_MS)
        drawn = page.evaluate("performance.now()")
        first = {
            "paint": page.evaluate(PAINT),
            "mapped": page.evaluate("window.mapped"),
            "read": read,
            "drawn": drawn,
            "blocked": _longest(page),
        }
        heap, outside = _memory(page)
        times = {kind: _times(page, kind, runs) for kind in ("filter", "place", "brush")}
        page.keyboard.press("t")
        times["sort"] = _times(page, "sort", runs)
        page.keyboard.press("m")
        page.keyboard.press("0")
        page.keyboard.press("x")
        fresh, blocked = _fresh(page, centre)
    return Measured(
        incidents=size,
        file_mib=len(centre.overview) / 2**20,
        made=made,
        **first,
        fresh=fresh,
        fresh_blocked=blocked,
        times=times,
        heap=heap,
        outside=outside,
    )


@contextmanager
def _opened(folder: Path, size: int) -> Iterator[tuple[Page, Centre, float]]:
    centre = Centre(invented_case.case_map(size))
    start = time.perf_counter()
    centre.leave_out(1)
    made_ms = 1000 * (time.perf_counter() - start)
    invented_case.write(folder, 1)
    with serving(room(centre, folder)) as address, browser_page() as page:
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(f"({WATCH})()")
        page.goto(f"{address}room/map")
        yield page, centre, made_ms
        page.close()
        centre.line_is_cut = True


def _times(page: Page, kind: str, runs: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    page.keyboard.press("0")
    page.keyboard.press("x")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    clock, cpu = [], []
    for step in range(1, runs + 1):
        before = _cpu_ms(session)
        clock.append(page.evaluate(TIMED, [kind, step]))
        cpu.append(_cpu_ms(session) - before)
    session.detach()
    return tuple(clock), tuple(cpu)


def _cpu_ms(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(1000 * each["value"] for each in metrics if each["name"] == "TaskDuration")


def _fresh(page: Page, centre: Centre) -> tuple[float, float]:
    """From the event of new conclusions until the new incident is said to be there, and the longest block meanwhile."""
    page.evaluate("window.tasks.length = 0")
    centre.leave_out(0)
    start = page.evaluate("performance.now()")
    centre.say("conclusions")
    page.wait_for_function("() => document.querySelector('.status .new')", timeout=PATIENCE_MS)
    return page.evaluate("performance.now()") - start, _longest(page)


def _longest(page: Page) -> float:
    return float(page.evaluate("() => Math.max(0, ...window.tasks)"))


def _memory(page: Page) -> tuple[float, float]:
    """Return what JavaScript holds, and what its buffers hold outside of its heap."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return usage["usedSize"] / 2**20, usage.get("backingStorageSize", 0.0) / 2**20


def page(found: list[Measured], runs: int) -> str:
    """Return the results as a page."""
    head = ["what", *(f"{each.incidents:,} incidents" for each in found)]
    rows = [
        ["the first view as it is sent, MiB", *(f"{each.file_mib:.1f}" for each in found)],
        ["the server makes it, ms", *(f"{each.made:.0f}" for each in found)],
        ["first contentful paint, ms", *(f"{each.paint:.0f}" for each in found)],
        ["first frame of the map, with all incidents, ms", *(f"{each.mapped:.0f}" for each in found)],
        ["list can be read, ms", *(f"{each.read:.0f}" for each in found)],
        ["map has drawn everything, ms", *(f"{each.drawn:.0f}" for each in found)],
        ["longest block while it read, ms", *(f"{each.blocked:.0f}" for each in found)],
        *(
            [f"{words}, {how}, p50 / p95, ms", *(_middle(each.times[kind][part]) for each in found)]
            for kind, words in KINDS.items()
            for part, how in enumerate(("clock", "CPU"))
        ),
        ["new conclusions until shown, ms", *(f"{each.fresh:.0f}" for each in found)],
        ["longest block meanwhile, ms", *(f"{each.fresh_blocked:.0f}" for each in found)],
        ["heap of the page, MiB", *(f"{each.heap:.0f}" for each in found)],
        ["its buffers outside, MiB", *(f"{each.outside:.0f}" for each in found)],
    ]
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join([*_preface(runs), *lines, "", *_reached(found), ""])


KINDS = {
    "filter": "a filter by phenomenon or proposal",
    "place": "a filter by a part of a place's name",
    "brush": "a step of the brush on the timeline",
    "sort": "a sort of the table",
}


def _middle(times: tuple[float, ...]) -> str:
    return f"{quantiles(times, n=20)[9]:.0f} / {_p95(times):.0f}"


def _p95(times: tuple[float, ...]) -> float:
    return quantiles(times, n=20)[18]


def _preface(runs: int) -> list[str]:
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return [
        f"# The room's page with many incidents, {time.strftime('%Y-%m-%d')}",
        "",
        f"Python {platform.python_version()}, Debian's Chromium without a graphics card (WebGL on the processor),",
        f"1440 x 900. Other work ran on the same {os.cpu_count()} cores (load averages at the end: {load}): what was",
        "measured by the clock is too high, several times where the load is far above the number of cores.",
        f"{runs} changes of each kind. Made by `python -m benchmarks.room_page`; its head says what is counted.",
        "",
    ]


def _reached(found: list[Measured]) -> list[str]:
    most = found[-1]
    bars = {
        "first frame of the map within 1 s": most.mapped <= BARS["mapped"],
        **{
            f"p95 of {KINDS[kind]} within 50 ms {how}": _p95(most.times[kind][part]) <= BARS[kind]
            for kind in ("filter", "brush")
            for part, how in enumerate(("by the clock", "of CPU time"))
        },
    }
    return [
        f"- {words} with {most.incidents:,} incidents: {'met' if met else 'not met'}" for words, met in bars.items()
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--runs", type=int, default=30, help="changes of each kind")
    parser.add_argument("--page", type=Path, help="where to write the page")
    return parser.parse_args()


if __name__ == "__main__":
    main()
