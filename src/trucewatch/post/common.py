"""What the commands of a centre and of a device share."""

import json
import time
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

UrlArgument = Annotated[str, typer.Argument(metavar="URL", help="The centre's address, such as http://127.0.0.1:8700.")]


def now() -> datetime:
    """Return the wall clock of this machine, which is written down and shown; nothing is decided by it."""
    return datetime.fromtimestamp(time.time_ns() / 1e9, UTC)


def red(text: str) -> None:
    """Print a line that must not be overlooked; it says so in words too."""
    typer.secho(text, fg=typer.colors.RED, bold=True)


def json_object(data: bytes) -> dict[str, Any]:
    """Return an object of another machine's JSON; an empty one where it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}
