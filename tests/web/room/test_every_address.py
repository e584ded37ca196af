"""No address of the running application shows or lets anybody more than the policy: each is asked as everybody."""

import pytest
from tests.web.room.doors import DOORS, EVERYBODY, tried
from tests.web.room.room_visits import running
from tests.web.room.said_room import canaries, everything_said, things

from trucewatch.web.room.access import Access, packaged_policy


class Open(Access):
    """A policy that lets everybody do everything."""

    def may(self, *_, **__) -> bool:
        return True

    def decide(self, asked) -> list[bool]:
        return [True] * len(asked)


def a_few(number: int) -> tuple[str, ...]:
    """Everybody makes the first request at a door, each of the others two in their turn."""
    return EVERYBODY if number == 0 else EVERYBODY[number % 6 :: 6]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running(tmp_path_factory.mktemp("doors")) as rooms:
        yield everything_said(rooms)


def test_every_route_of_the_application_is_asked_and_all_that_was_said_is_something_to_the_policy(world):
    routes = {(method, route.path) for route in world.rooms.app.routes for method in route.methods - {"HEAD"}}
    assert DOORS.keys() == routes
    assert world.at.keys() == things(world).keys()


def test_everybody_gets_what_the_policy_allows_and_no_word_more(world):
    tally = tried(world, a_few)
    assert tally.wrong == []
    assert tally.asked > 500
    may = {(who, words) for words, thing in canaries(world).items() for who in EVERYBODY if world.sees(who, thing)}
    assert tally.read == may, "and everybody does find what is theirs to see"


def test_where_the_policy_lets_everybody_do_everything_it_is_noticed(world, monkeypatch):
    monkeypatch.setattr(world.rooms.room, "access", Open(packaged_policy()))
    noticed = "\n".join(tried(world, lambda _: ("liaison-z",)).wrong)
    for words in ("row", "later", "call_one", "evidence", "harm", "preliminary"):
        assert f"canary-{words}-words" in noticed
    assert "POST /room/say/shift" in noticed
    assert "GET /room/map" in noticed


@pytest.mark.slow
@pytest.mark.parametrize("is_exchanged", [False, True])
def test_everybody_at_every_address_during_the_embargo_and_after_it(tmp_path, is_exchanged):
    with running(tmp_path, is_exchanged=is_exchanged) as rooms:
        world = everything_said(rooms)
        during = tried(world, lambda _: EVERYBODY)
        rooms.wait()
        rooms.later(days=5)
        after = tried(world, lambda _: EVERYBODY)
    assert during.wrong == []
    assert after.wrong == []
    assert during.asked + after.asked > 2_000
    opened = {words for who, words in after.read if not who} - {words for who, words in during.read if not who}
    assert len(opened) > 3
