"""The live log's addresses in OpenAPI 3.1: for whoever writes a device, a mirror, or a test against it. Pure.

The addresses of the log first, then those of the operations room, whose forms are the rows of `web.room.forms`. Each
operation says which answers it gives and what they are made of; the tests hold the description against the
application, address by address, and call each operation with what fits and what does not.
Specification: https://spec.openapis.org/oas/v3.1.1
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trucewatch.ledger.book import MOST_BLOB_BYTES
from trucewatch.ledger.submission import MOST_WIRE_BYTES
from trucewatch.ledger.verify import MOST_TEXT_BYTES
from trucewatch.web.room.forms import FORMS, Ask
from trucewatch.web.room.seeking import STATUSES, WINDOWS

TEXT, BYTES, JSON, HTML = "text/plain", "application/octet-stream", "application/json", "text/html"
CSV, PNG, EVENTS, FORM = "text/csv", "image/png", "text/event-stream", "application/x-www-form-urlencoded"
ANY = "*/*"

_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_INDEX = {"type": "string", "pattern": "^[0-9]{1,15}$"}
_NAME = {"type": "string", "pattern": r"^[A-Za-z0-9_.-]{1,80}$"}
_PART = {"type": "string", "pattern": "^(x[0-9]{3}/){0,5}[0-9]{3}$"}
_PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "digest": _DIGEST,
    "index": _INDEX,
    "name": _NAME,
    "level": {"type": "string", "enum": ["entries", *map(str, range(4))]},
    "part": _PART,
}
_WORDS = {
    200: "as asked",
    303: "done; look there",
    400: "only loopback names are answered",
    401: "sign in first",
    403: "not for whoever asks; said in words",
    404: "nothing is there, or nothing that whoever asks may see",
    405: "not by this method",
    409: "files are missing: hand them in first, then the same again",
    410: "what was signed is not what is here any more: words of it were erased, or a check does not hold",
    413: "too long",
    422: "not understood; said in words, and nothing was kept",
    429: "too often, or too much; later",
    503: "the disk refuses, or too many are served; keep it and send it again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a request brings: its type, its schema, and the most bytes that are read of it."""

    media: str
    schema: Mapping[str, Any]
    most_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address: what it does, what it brings, and what it answers in JSON unless `media` says more.

    `query` names what may stand behind the question mark; `refuses` are the answers that do nothing.
    """

    method: str
    path: str
    does: str
    media: Sequence[str] = (JSON,)
    status: int = 200
    refuses: Sequence[int] = ()
    body: Body | None = None
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_keepers: bool = False


def _raw(media: str, most_bytes: int) -> Body:
    return Body(media=media, schema={"type": "string", "contentMediaType": media}, most_bytes=most_bytes)


def _of_log(path: str, does: str, **more: Any) -> Operation:
    return Operation(method=more.pop("method", "get"), path=path, does=does, **more)


_LOG: tuple[Operation, ...] = (
    _of_log("/", "A page for people: how the log stands.", media=(HTML,)),
    _of_log("/checkpoint", "The newest checkpoint, a signed note (C2SP tlog-checkpoint).", media=(TEXT,)),
    _of_log("/policy", "Whose cosignatures make a checkpoint witnessed (C2SP tlog-policy).", media=(TEXT,)),
    _of_log("/witnessed", "The newest checkpoint that has its quorum.", media=(TEXT,), refuses=(404,)),
    _of_log("/status", "The whole at a glance: size, root, heartbeat, mirrors."),
    _of_log("/openapi.json", "This description."),
    _of_log(
        "/tile/{level}/{part}",
        "Tiles of hashes, or bundles of entries (C2SP tlog-tiles).",
        media=(BYTES,),
        refuses=(404,),
    ),
    _of_log("/timestamps/{digest}.tsr", "A time stamp of a checkpoint (RFC 3161).", media=(BYTES,), refuses=(404,)),
    _of_log(
        "/disclosures/{part}",
        "What the entries of a bundle commit to, for keepers.",
        media=(BYTES,),
        refuses=(401, 404),
        is_keepers=True,
    ),
    _of_log(
        "/blobs/{digest}", "A file by its SHA-256, for keepers.", media=(BYTES,), refuses=(401, 404), is_keepers=True
    ),
    _of_log(
        "/blobs/{digest}",
        "Hand in a file; a form names it afterwards, or has named it.",
        method="put",
        refuses=(404, 413, 422, 429),
        body=_raw(BYTES, MOST_BLOB_BYTES),
    ),
    _of_log("/challenge", "A nonce, for a keeper to sign.", method="post"),
    _of_log(
        "/session",
        "A keeper's signature over a nonce, for a token of an hour.",
        method="post",
        refuses=(403, 413, 422),
        body=_raw(TEXT, MOST_TEXT_BYTES),
    ),
    _of_log(
        "/submissions",
        "Hand in an entry with its disclosures; a receipt, signed by the log. The same again is fine.",
        method="post",
        media=(TEXT,),
        refuses=(403, 409, 413, 422),
        body=_raw(TEXT, MOST_WIRE_BYTES),
    ),
    _of_log("/submissions/{digest}", "How far a submission has come.", refuses=(404,)),
    _of_log(
        "/cosignatures",
        "A checkpoint with the lines of a mirror.",
        method="post",
        refuses=(413, 422),
        body=_raw(TEXT, MOST_TEXT_BYTES),
    ),
)


# --- the operations room --------------------------------------------------------------------------

_SEEN = (401, 403, 404, 422, 503)
_SAID = (401, 403, 404, 408, 413, 422, 503)
_QUEUE = {
    "outcome": {"type": "string", "enum": [name for name, _ in STATUSES]},
    "hours": {"type": "string", "enum": [name for name, _ in WINDOWS]},
    "awaits": {"type": "string", "description": "a guarantor that has not spoken"},
    "names": {"type": "string", "description": "a party that the machine or a guarantor names"},
    "box": {"type": "string", "description": "west, south, east, north in degrees"},
    **{name: {"type": "string", "description": "a place in the list, from a page"} for name in ("older", "newer")},
    "told": {"type": "string"},
}
_OF_ZONES = ("zones", "zoned", "new_zones")  # of the form for an act to appoint
_POST = {name: {"type": "string"} for name in ("who", "role", "of")}
_FILES = (HTML, JSON, CSV, PNG, "text/javascript", "text/css", "font/woff2", "image/svg+xml", BYTES)


def _shown(path: str, does: str, **more: Any) -> Operation:
    return Operation(method="get", path=path, does=does, **{"media": (HTML,), "refuses": _SEEN, **more})


_SHOWS: tuple[Operation, ...] = (
    _shown("/room/", "The queue; to the public the published findings.", query=_QUEUE),
    _shown("/room/incidents/{name}", "The machine's proposal, both guarantors' voices, the forms."),
    _shown("/room/findings/{index}", "A published finding."),
    _shown("/room/observations/new", "The form for an observation.", query={"quiet": {"type": "string"}}),
    _shown("/room/receipts/{digest}", "How far something has come."),
    _shown("/room/entries/{index}", "One entry, with what is shown of it."),
    *(
        _shown(f"/room/{what}", f"{what.capitalize()}.")
        for what in ("counts", "cases", "messages", "meetings", "shift", "staff", "acts", "help")
    ),
    _shown("/room/cases/{name}", "One investigation."),
    _shown("/room/events", "What happens, as it happens; with Last-Event-ID, since then.", media=(EVENTS,)),
    _shown("/room/release", "The releases that were signed; to officers what the next one would be."),
    _shown(
        "/room/release/{index}/{name}",
        "A file of a release, for everybody; with draft- and a number of entries, of the next one for who may sign it.",
        media=(JSON, "application/geo+json", CSV, "text/markdown"),
        refuses=(*_SEEN, 410),
    ),
    _shown("/room/map", "The map over the newest conclusions."),
    _shown(
        "/room/case/{name}",
        "A file of the newest conclusions, or what the map asks of them; a report with a way back to the room, as "
        "published with `file`.",
        media=_FILES,
        query={"file": {"type": "string"}},
    ),
    _shown("/room/assets/{name}", "A part of the map's page.", media=_FILES),
    _shown("/room/static/{name}", "A part of the pages.", media=_FILES),
    _shown(
        "/room/sign-in",
        "Whose passkey is asked for, and over which nonce.",
        query={"who": {"type": "string"}, "to": {"type": "string"}},
    ),
    _shown("/room/passkey", "For which post a passkey is made, and what its authenticator is asked for.", query=_POST),
)

_TOKEN = {"type": "string", "description": "stands in the page that has the form; of this session and form alone"}
_QUESTIONS: Mapping[str, Mapping[str, Any]] = {
    "index": _INDEX,
    "indices": {"type": "string", "description": "entries, apart by spaces or commas"},
    "time": {"type": "string", "description": "in the case's zone, as 2026-11-22T18:30"},
    "yes_no": {"type": "string", "enum": ["yes", "no"]},
}


def _form(properties: Mapping[str, Any], *needed: str) -> Body:
    schema = {"type": "object", "properties": {**properties, "token": _TOKEN}, "required": ["token", *needed]}
    return Body(media=FORM, schema=schema)


def _said(path: str, does: str, body: Body, **more: Any) -> Operation:
    return Operation(method="post", path=path, does=does, body=body, **{"media": (HTML,), "refuses": _SAID, **more})


def _question(ask: Ask) -> Mapping[str, Any]:
    return {"type": "string", "description": ask.label, **_QUESTIONS.get(ask.kind, {})}


def _says() -> Iterator[Operation]:
    for kind, form in FORMS.items():
        asked = {ask.name: _question(ask) for ask in form.asks}
        needed = [ask.name for ask in form.asks if ask.is_needed]
        yield _said(f"/room/say/{kind}", f"{form.title}: the draft, to be read and approved.", _form(asked, *needed))
    words = {"type": "string"}
    yield _said(
        "/room/observations/new",
        "An observation: the draft, to be read and approved.",
        _form({"time": words, "means": words, "phenomenon": words, "direction": words, "text": words}),
        query={"quiet": {"type": "string"}},
    )
    approved = _form({"said": words, "assertion": words}, "said", "assertion")
    yield _said("/room/approve", "The approved draft into the log.", approved, status=303, refuses=(*_SAID, 409))
    yield _said("/room/assess", "New conclusions, now.", _form({}), status=303)
    yield _said("/room/sign-out", "The end of a session.", _form({}), status=303)
    signed = {"nonce": words, "assertion": words, "who": words, "to": words}
    body = Body(media=FORM, schema={"type": "object", "properties": signed, "required": ["nonce", "assertion"]})
    named = ("act", "kind", "basis", "lines", "dismiss", "text", "entry", "fields", "blobs", *_OF_ZONES)
    yield _said("/room/acts", "An act that somebody writes, or brings: in words.", _form(dict.fromkeys(named, words)))
    approval = _form({"act": words, "assertion": words}, "act", "assertion")
    yield _said("/room/acts/approve", "A guarantor's approval of an act; of both, into the log.", approval, status=303)
    made = {"nonce": words, "registration": words, **_POST}
    yield _said(
        "/room/passkey",
        "What an authenticator made: the line that an act of two guarantors holds. Nothing is kept.",
        Body(media=FORM, schema={"type": "object", "properties": made, "required": ["nonce", "registration", "who"]}),
        refuses=(*_SAID, 429),
    )
    yield _said("/room/sign-in", "A passkey's signature over a nonce.", body, status=303, refuses=(*_SAID, 429))


# --- the whole ------------------------------------------------------------------------------------


def operations(*, has_room: bool) -> tuple[Operation, ...]:
    """Return what the application answers, those of the room where there is one."""
    return (*_LOG, *_SHOWS, *_says()) if has_room else _LOG


def description(*, has_room: bool) -> dict[str, Any]:
    """Return the description as an OpenAPI 3.1 document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations(has_room=has_room):
        paths.setdefault(operation.path, {})[operation.method] = _described(operation)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Trucewatch live log",
            "version": "1",
            "description": "The log of a ceasefire monitoring centre, and the room in which two staffs decide.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "keeper": {"type": "http", "scheme": "bearer", "description": "of POST /session, for an hour"}
            }
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    is_room = operation.path.startswith("/room/")
    answers = {str(operation.status): _answer(operation.status, () if operation.status == 303 else operation.media)}
    for status in sorted({*operation.refuses, 400}):
        answers[str(status)] = _answer(status, (HTML,) if is_room and status != 400 else (JSON,))
    if is_room and operation.status == 303:
        answers["200"] = _answer(200, operation.media)
    names = [part.split("}")[0] for part in operation.path.split("{")[1:]]
    parameters = [{"name": n, "in": "path", "required": True, "schema": _PARAMETERS[n]} for n in names]
    parameters += [{"name": n, "in": "query", "schema": schema} for n, schema in operation.query.items()]
    return {
        "summary": operation.does,
        "parameters": parameters,
        **({"requestBody": _request(operation.body)} if operation.body else {}),
        **({"security": [{"keeper": []}]} if operation.is_keepers else {}),
        "responses": answers,
    }


def _request(body: Body) -> dict[str, Any]:
    most = {"description": f"at most {body.most_bytes:,} bytes are read"} if body.most_bytes else {}
    return {"required": True, "content": {body.media: {"schema": body.schema}}, **most}


def _answer(status: int, media: Sequence[str]) -> dict[str, Any]:
    return {"description": _WORDS.get(status, "see the words"), "content": {each: {} for each in media}}
