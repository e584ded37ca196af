"""An agreement's sheet in a browser, as it goes to the printer."""

import re
from pathlib import Path

import pytest
from papers import BUNDLED
from picture import browser_page

from trucewatch.agreement.text import read_agreement
from trucewatch.sheet.build import sheet
from trucewatch.sheet.page import sheet_html

pytestmark = pytest.mark.browser

A4_WITHIN = 680  # CSS pixels between the margins of 15 mm: 180 mm at 96 to the inch
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3


def test_the_sheet_prints_on_a4_with_nothing_cut_off_and_asks_for_nothing(tmp_path: Path):
    text = (BUNDLED / "donbas" / "agreements" / "minsk-2015-02-12.md").read_text(encoding="utf-8")
    text = text.replace("Withdrawal of all heavy weapons", LONG, 1).replace('title = "', f'title = "{LONG} ', 1)
    read, _ = read_agreement(text.encode(), f"{LONG}.md")
    assert read is not None
    file = tmp_path / "sheet.html"
    file.write_bytes(sheet_html(sheet(read, f"{LONG}.md")))
    with browser_page() as page:
        asked: list[str] = []
        page.context.on("request", lambda request: asked.append(request.url))
        page.set_viewport_size({"width": A4_WITHIN, "height": 960})
        page.emulate_media(media="print")
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= A4_WITHIN
        printed = page.pdf(prefer_css_page_size=True)
    assert asked == [file.as_uri()]
    sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed))
    assert [(round(float(w)), round(float(h))) for w, h in sizes] == [(595, 842)]  # A4 in points
