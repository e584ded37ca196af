"""A sheet as a page for the printer: A4, no script, no outside resource, everything escaped."""

import re

from trucewatch.report.html import PAGES
from trucewatch.sheet.parts import Sheet


def sheet_html(sheet: Sheet) -> bytes:
    """Return the page. Text of others is escaped and kept from turning the text around it (`bdi`)."""
    page = PAGES.get_template("agreement.html").render(s=sheet, running=_in_css(f"{sheet.title} ({sheet.id})"))
    return page.encode("utf-8", "backslashreplace")


def _in_css(text: str) -> str:
    """Return a text for a string of CSS, all but letters, digits and blanks as code points (css-syntax-3, 4.3.7)."""
    return re.sub(r"[^A-Za-z0-9 ]", lambda sign: f"\\{ord(sign.group()):x} ", text)
