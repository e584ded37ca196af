"""What somebody pastes where the answer of a passkey belongs, in a rehearsal: the answer in it, or what it is instead.

A terminal breaks lines and prints more than what was asked for. Whoever pastes the command, the nonce, half of the
line or yesterday's answer is told so and what to paste; all of that is known from what was pasted alone, so that a
stranger learns nothing by it. Nothing is checked here: that is the log's. Pure.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from trucewatch.ledger.passkeys import read_assertion
from trucewatch.ledger.staff import PasskeyError
from trucewatch.ledger.verify import from_base64url, to_base64url

PASTE = "paste the one line that it prints, from { to }"
_COMMANDS = re.compile(r"(staff sign-in|staff approve|act rehearse|(^|/|\s)(sign-in|approve|approve-act)) ")


class PastedError(ValueError):
    """What was pasted is no answer to what was asked; the message says what it is and what to paste."""


def answer(pasted: str, challenge: bytes, command: str) -> bytes:
    """Return the answer of a passkey in what was pasted, an answer to just this challenge; not yet checked.

    `command` is what prints one, in the words of the page. Raises PastedError.
    """
    found = _answer_in(pasted)
    if found is None:
        raise PastedError(_instead(pasted, command))
    if _challenge(found) != to_base64url(challenge):
        raise PastedError(
            f"this is the answer to another page than this one, or to an earlier showing of it; run {command} as it "
            f"stands here now, and {PASTE}"
        )
    return found


def _answer_in(pasted: str) -> bytes | None:
    """Return the answer: a line of what was pasted, or all of it without what a terminal broke it by."""
    whole = "".join(pasted[pasted.find("{") : pasted.rfind("}") + 1].split())
    for text in (*reversed(pasted.splitlines()), whole):
        try:
            read_assertion(text.encode("utf-8", "surrogatepass"))
        except PasskeyError:
            continue
        return text.encode()
    return None


def _challenge(found: bytes) -> Any:
    """Return what the answer says that it answers; None where it does not say."""
    try:
        said = json.loads(from_base64url(read_assertion(found)["client_data"]))
    except (ValueError, RecursionError):
        return None
    return said.get("challenge") if isinstance(said, dict) else None


def _instead(pasted: str, command: str) -> str:
    text = pasted.strip()
    run = f"run {command} in a terminal, and {PASTE}"
    return next(f"{words}; {run}" for is_it, words in _WHAT if is_it(text))


_WHAT: Sequence[tuple[Callable[[str], bool], str]] = (
    (lambda text: not text, "nothing was pasted"),
    (lambda text: "trucewatch:" in text, "this is what the command said when it failed, not an answer: read it first"),
    (lambda text: "{" not in text and _COMMANDS.search(f"{text} ") is not None, "this is the command itself"),
    (
        lambda text: "{" not in text and len(text.split()) == 1,
        "this is one word, such as the nonce, not the answer to it",
    ),
    (lambda text: '"nonce"' in text or '"disclosures"' in text, "this is what is to be approved, not the answer to it"),
    (lambda text: text.startswith("{") or '"response"' in text, "a part of this answer is missing, or stands twice"),
    (lambda _: True, "this is no answer of a passkey"),
)
