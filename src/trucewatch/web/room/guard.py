"""What keeps somebody else's page from acting in the room: the cookie, where a request comes from, form tokens. Pure.

A page that has forms must be sent with `Referrer-Policy: same-origin`: under `no-referrer` browsers say `Origin: null`
for a form of our own (Fetch, "append a request Origin header"), and only `Sec-Fetch-Site` is left to tell it from
others.
"""

import hmac
import re
from collections.abc import Mapping

COOKIE = "__Host-trucewatch-room"  # the prefix: no other host, path or plain http may set it (RFC 6265bis, 4.1.3.2)
_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Strict"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
_RETURN = re.compile(r"/room/[A-Za-z0-9/_.-]*")
SAFE = frozenset({"GET", "HEAD"})  # methods that change nothing here


class GuardError(Exception):
    """A request is not done, wherever its cookie came from; the message is one line for a person. HTTP status 403."""


def cookie(token: str) -> str:
    """Return the Set-Cookie header that begins a session; it ends with the browser, or sooner (`signin`)."""
    return f"{COOKIE}={token}; {_ATTRIBUTES}"


def no_cookie() -> str:
    """Return the Set-Cookie header that ends it."""
    return f"{COOKIE}=; Max-Age=0; {_ATTRIBUTES}"


def token_of(header: str) -> str:
    """Return the token that a Cookie header brings; "" where it brings none, several, or what is none of ours."""
    pairs = [pair.strip().partition("=") for pair in header.split(";")]
    found = [value for name, _, value in pairs if name == COOKIE]
    return found[0] if len(found) == 1 and _TOKEN.fullmatch(found[0]) else ""


def check_same_origin(method: str, headers: Mapping[str, str], rp_id: str) -> None:
    """Raise GuardError for a request that changes something and was not made by a page of ours.

    `headers` by names in lower case. Ours are the pages of the domain, or below it, as for approvals; and in a process
    that is reached on loopback without TLS, those of the very host and port that were asked for.
    """
    if method in SAFE:
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin", "null")
    if site not in {None, "same-origin"}:
        raise GuardError("this form was sent by another site's page")
    if origin == "null" and site == "same-origin":
        return
    if not _is_ours(origin, rp_id, headers.get("host", "")):
        raise GuardError("this form was sent by another site's page, or by a browser that does not say by which")


def _is_ours(origin: str, rp_id: str, host: str) -> bool:
    if re.fullmatch(rf"https://(?:[a-z0-9-]+\.)*{re.escape(rp_id)}(?::[0-9]{{1,5}})?", origin):
        return True
    return bool(re.fullmatch(r"(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?", host)) and origin == f"http://{host}"


def form_token(token: str, form: str) -> str:
    """Return what a form carries: only a page of this session could know it, and for this form alone."""
    return hmac.digest(token.encode(), b"trucewatch form\n" + form.encode(), "sha256").hex()


def check_form_token(token: str, form: str, given: str) -> None:
    """Raise GuardError where a form does not carry the token of its session and form, or there is no session."""
    if not token or not hmac.compare_digest(form_token(token, form).encode(), given.encode("utf-8", "replace")):
        raise GuardError("this form is too old, or of another session; load the page again")


def return_path(asked: str) -> str:
    """Return where to go after signing in: the page of the room that was asked for, and no other place whatever."""
    return asked if _RETURN.fullmatch(asked) and "//" not in asked and ".." not in asked else "/room/"
