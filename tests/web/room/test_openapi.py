"""The OpenAPI description is the application's: every address stands in it, and nothing answers otherwise than it says."""

import re

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from tests.web.room.room_visits import Rooms, running

from trucewatch.web.openapi import description
from trucewatch.web.room import guard

load_all_checks()
JUDGED = CHECKS.get_by_names(["not_a_server_error", "status_code_conformance", "content_type_conformance"])
ENDLESS = {"/room/events"}  # a stream: the tests of what is live read it
ENDS_THE_VISIT = {"/room/sign-out"}
ONLY_SEEN = {"/room/assess"}  # draws all conclusions anew: once is enough


@pytest.fixture(scope="module")
def session() -> requests.Session:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def rooms(tmp_path_factory) -> Rooms:
    with running(tmp_path_factory.mktemp("openapi")) as rooms:
        yield rooms


def test_every_address_of_the_application_is_described_and_no_other(rooms):
    routes = {
        (method.lower(), re.sub(r"\{(\w+)(:path)?\}", r"{\1}", route.path))
        for route in rooms.app.routes
        for method in route.methods - {"HEAD"}
    }
    catch_all = ("get", "/{path}")  # tiles, bundles, time stamps, disclosures and files of the log
    described = {(method, path) for path, of in description(has_room=True)["paths"].items() for method in of}
    of_log = {
        (m, p) for m, p in described if m == "get" and p.split("/")[1] in {"tile", "timestamps", "disclosures", "blobs"}
    }
    says = {(m, p) for m, p in described if p.startswith("/room/say/")}
    assert routes - {catch_all, ("post", "/room/say/{kind}")} == described - of_log - says
    assert rooms.visitor().get("/openapi.json").json() == description(has_room=True)


def test_where_there_is_no_room_none_is_described():
    assert not [path for path in description(has_room=False)["paths"] if path.startswith("/room")]


EVERYBODY = ["", "officer-1", "reviewer-n", "liaison-z", "monitor-1"]


@pytest.mark.parametrize(
    ("who", "number"),
    [("", 1), ("officer-1", 1), *(pytest.param(who, 150, marks=pytest.mark.slow) for who in EVERYBODY)],
)
def test_no_operation_fails_or_answers_what_is_not_described(rooms, session, who, number):
    visitor = rooms.visitor(who)
    schema = schemathesis.openapi.from_dict(description(has_room=True))
    schema.config.update(base_url=rooms.address)
    called = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in ENDLESS | ENDS_THE_VISIT | (ONLY_SEEN if who == "officer-1" else set()):
            continue

        @settings(
            max_examples=number, deadline=None, database=None, derandomize=number < 100, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def call(case):
            nonlocal called
            called += 1
            if isinstance(case.body, dict) and visitor.cookie and called % 2:
                # every other form is one that a page of ours, of this session, has sent
                name = case.path.removeprefix("/room/")
                form = {"observations/new": "observe"}.get(name, name)
                case.body["token"] = guard.form_token(visitor.cookie, form)
            sent = {"origin": rooms.address, **visitor._headers({})}
            response = case.call(session=session, headers=sent, allow_redirects=False, timeout=30)
            case.validate_response(response, checks=JUDGED)

        call()
    assert called >= number * 40
