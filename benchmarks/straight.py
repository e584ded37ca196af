"""A centre's counter asked in this process as the server would ask it: for tests and campaigns without a network."""

from pathlib import Path

from trucewatch.ledger.courier import Answer, UnreachedError
from trucewatch.web.counter import Counter, RefusalError, said


def asked(counter: Counter, folder: Path, method: str, path: str, body: bytes, most_bytes: int) -> Answer:
    """Return what the counter of the centre in that folder answers; see `courier.Door.ask`."""
    try:
        found = _done(counter, folder, method, path, body)
    except RefusalError as error:
        return Answer(status=error.status, body=said(error.body).body)
    except ValueError as error:
        return Answer(status=422, body=said({"error": str(error)}).body)
    if len(found) > most_bytes:
        raise UnreachedError("an answer that is too long")
    return Answer(status=200, body=found)


def _done(  # noqa: PLR0911 - one line for each address
    counter: Counter, folder: Path, method: str, path: str, body: bytes
) -> bytes:
    match method, path.split("/"):
        case "POST", ["submissions"]:
            return counter.submit(body).body
        case "GET", ["submissions", digest]:
            return counter.standing(digest).body
        case "PUT", ["blobs", digest]:
            return counter.put(digest, body).body
        case "GET", ["checkpoint"]:
            return counter.book.checkpoint
        case "GET", ["policy"]:
            return counter.book.charter.text
        case "GET", ["witnessed"]:
            return _file(folder / path)
        case "GET", _:
            return _file(folder / "ledger" / path)
    raise AssertionError(path)


def _file(path: Path) -> bytes:
    if not path.is_file():
        raise RefusalError(404, "nothing")
    return path.read_bytes()
