import hashlib
import json

import pytest

from trucewatch.ledger.encoding import encode
from trucewatch.ledger.rehearsal import USER_PRESENT, SoftwarePasskey
from trucewatch.ledger.staff import Member
from trucewatch.ledger.verify import to_base64url
from trucewatch.web.room.signin import (
    IDLE_S,
    LONGEST_S,
    MOST_SESSIONS,
    NONCE_S,
    SignIn,
    SignInError,
    TooManyError,
    sign_in_challenge,
    sign_in_text,
)
from trucewatch.web.room.throttle import BURST, EACH_S, MOST_ADDRESSES, Throttle

ORIGIN, PAGE = "centre.example/log", "centre.example"
NAMES = ("liaison-1", "liaison-2", "officer-1")
KEYS = {name: SoftwarePasskey(seed=name.encode().ljust(32, b"."), eddsa=name == "liaison-2") for name in NAMES}
STRANGER = SoftwarePasskey(seed=bytes(32))
HERE = "192.0.2.1"


def member(name, *keys, role="officer", of=""):
    return Member(id=name, role=role, of=of, passkeys=tuple(key.public() for key in keys or (KEYS[name],)))


class Room:
    """A sign-in with its clock, its staff, and a line for everything that was told."""

    def __init__(self):
        self.now = 1000.0
        self.staff = {
            "officer-1": member("officer-1"),
            "liaison-1": member("liaison-1", role="liaison", of="east"),
            "liaison-2": member("liaison-2", role="liaison", of="west"),
        }
        self.told = []
        self.signin = SignIn(
            staff=lambda: self.staff,
            origin=ORIGIN,
            rp_id=PAGE,
            monotonic=lambda: self.now,
            tell=self.told.append,
        )

    def assertion(self, nonce, by="officer-1", *, key=None, page=PAGE, origin=ORIGIN, **how):
        return (key or KEYS[by]).assertion(sign_in_challenge(origin, nonce), page, **how)

    def open(self, by="officer-1", address=HERE, **how):
        nonce = self.signin.nonce()
        return self.signin.open(nonce, self.assertion(nonce, by, **how), address)


@pytest.fixture
def room():
    return Room()


@pytest.mark.parametrize("name", NAMES)
def test_the_staff_signs_in_with_a_passkey_and_is_known_by_the_token(room, name):
    token = room.open(name)
    assert room.signin.member(token) == room.staff[name]
    assert room.told == [f"{name} signed in"]
    for other in ("", token[:-1], token + "a", "\ud800", "x" * 10_000):
        assert room.signin.member(other) is None


@pytest.mark.parametrize(
    "how",
    [
        {"key": STRANGER},
        {"page": "elsewhere.example"},
        {"page": "centre.example.elsewhere.example"},
        {"origin": "another.example/log"},
        {"flags": USER_PRESENT},
    ],
    ids=["a stranger's key", "another page", "a page that looks like it", "another log", "without PIN or finger"],
)
def test_nobody_signs_in_with_anything_else_and_all_read_the_same(room, how):
    with pytest.raises(SignInError, match="no passkey of the staff over a fresh page of ours"):
        room.open(**how)
    assert room.told[0].startswith(f"sign-in refused, from '{HERE}'")


@pytest.mark.parametrize("assertion", [b"", b"{}", b"[]", b"\xff", b'{"id":"x","response":{}}', b"[" * 100_000])
def test_what_is_no_assertion_opens_nothing(room, assertion):
    with pytest.raises(SignInError):
        room.signin.open(room.signin.nonce(), assertion, HERE)


def test_no_altered_part_of_an_assertion_opens_the_room(room):
    nonce = room.signin.nonce()
    honest = json.loads(room.assertion(nonce))
    for number, name in enumerate(("authenticatorData", "clientDataJSON", "signature")):
        altered = json.loads(json.dumps(honest))
        text = altered["response"][name]
        altered["response"][name] = text[:10] + ("A" if text[10] != "A" else "B") + text[11:]
        with pytest.raises(SignInError):
            room.signin.open(nonce, json.dumps(altered).encode(), str(number))
    assert room.signin.open(nonce, json.dumps(honest).encode(), HERE)


def test_a_nonce_opens_one_session_once_and_for_two_minutes(room):
    nonce = room.signin.nonce()
    assertion = room.assertion(nonce)
    room.signin.open(nonce, assertion, HERE)
    with pytest.raises(SignInError):
        room.signin.open(nonce, assertion, HERE)
    late = room.signin.nonce()
    room.now += NONCE_S
    for used in (nonce, late):
        with pytest.raises(SignInError):
            room.signin.open(used, room.assertion(used), HERE)


@pytest.mark.parametrize("nonce", ["", "A", "ü", "A" * 54, "A" * 100_000])
def test_a_nonce_that_we_did_not_make_opens_nothing(room, nonce):
    with pytest.raises(SignInError):
        room.signin.open(nonce, room.assertion(nonce), HERE)


def test_a_nonce_of_another_process_or_with_another_time_opens_nothing(room):
    other = Room().signin.nonce()
    with pytest.raises(SignInError):
        room.signin.open(other, room.assertion(other), HERE)
    nonce = room.signin.nonce()
    room.now += NONCE_S
    fresher = Room().signin.nonce()[:11] + nonce[11:]
    with pytest.raises(SignInError):
        room.signin.open(fresher, room.assertion(fresher), HERE)


def test_nonces_that_strangers_ask_for_cost_no_memory_and_push_nobody_out(room):
    nonce = room.signin.nonce()
    before = len(room.signin._used), len(room.signin._sessions)
    for _ in range(5000):
        room.signin.nonce()
    assert (len(room.signin._used), len(room.signin._sessions)) == before
    assert room.signin.open(nonce, room.assertion(nonce), HERE)


def test_signing_in_approves_no_entry_whatever_the_nonce():
    entry = encode({"type": "statement", "v": "1"})
    for nonce in ("", "x", entry.decode(), to_base64url(hashlib.sha256(entry).digest())):
        text = sign_in_text(ORIGIN, nonce)
        assert text.startswith("trucewatch room\n")
        assert not text.startswith(entry[:1].decode())
        assert sign_in_challenge(ORIGIN, nonce) == hashlib.sha256(text.encode()).digest()


def test_the_page_asks_for_the_passkeys_of_whoever_signs_in_with_pin_or_finger(room):
    nonce = room.signin.nonce()
    asked = room.signin.options(nonce, "officer-1")
    assert asked["challenge"] == to_base64url(sign_in_challenge(ORIGIN, nonce))
    assert (asked["rpId"], asked["userVerification"]) == (PAGE, "required")
    assert [key["id"] for key in asked["allowCredentials"]] == [KEYS["officer-1"].public().id]
    room.staff["officer-1"] = Member(id="officer-1", role="officer", of="", passkeys=())
    assert room.signin.options(nonce, "officer-1") == room.signin.options(nonce, "nobody")


# --- sessions -------------------------------------------------------------------------------------


def test_a_session_that_nobody_uses_ends_after_half_an_hour(room):
    token = room.open()
    room.now += IDLE_S - 1
    assert room.signin.member(token)
    room.now += IDLE_S - 1
    assert room.signin.member(token)
    room.now += IDLE_S
    assert room.signin.member(token) is None
    assert room.told[-1] == "the session of officer-1 is over"


def test_no_session_is_longer_than_twelve_hours_however_busy(room):
    token, begun = room.open(), room.now
    while room.now < begun + LONGEST_S - 60:
        assert room.signin.member(token)
        room.now += 60
    room.now = begun + LONGEST_S
    assert room.signin.member(token) is None


def test_a_stream_that_only_looks_keeps_no_session_open(room):
    token = room.open()
    for _ in range(30):
        room.now += 59
        assert room.signin.member(token, is_used=False)
    room.now += 60
    assert room.signin.member(token) is None


def appointed_otherwise(name):
    return {
        "dismissed": member(name).__class__(id=name, role="liaison", of="east", passkeys=()),
        "gone": None,
        "another key": member(name, STRANGER, role="liaison", of="east"),
        "another role": member(name, role="officer"),
        "another side": member(name, role="liaison", of="west"),
    }


@pytest.mark.parametrize("how", appointed_otherwise("liaison-1"))
def test_whoever_is_dismissed_or_appointed_otherwise_is_out_at_once(room, how):
    token, other = room.open("liaison-1"), room.open("liaison-2")
    changed = appointed_otherwise("liaison-1")[how]
    room.staff = {**room.staff, "liaison-1": changed} if changed else {"liaison-2": room.staff["liaison-2"]}
    assert room.signin.member(token) is None
    assert room.signin.member(other)
    room.staff = {**room.staff, "liaison-1": member("liaison-1", role="liaison", of="east")}
    assert room.signin.member(token) is None


def test_a_member_with_a_passkey_more_stays_and_is_known_as_now_appointed(room):
    token = room.open("liaison-1")
    more = member("liaison-1", KEYS["liaison-1"], STRANGER, role="liaison", of="east")
    room.staff = {**room.staff, "liaison-1": more}
    assert room.signin.member(token) == more


def test_signing_out_ends_one_session_and_a_lost_device_all_of_them(room):
    first, second, other = room.open(), room.open(), room.open("liaison-1")
    room.signin.end(first)
    room.signin.end(first)
    room.signin.end("x" * 10_000)
    assert [bool(room.signin.member(token)) for token in (first, second, other)] == [False, True, True]
    assert room.signin.end_all("officer-1") == 1
    assert [bool(room.signin.member(token)) for token in (first, second, other)] == [False, False, True]


def test_who_signs_in_again_leaves_no_session_behind_in_that_browser(room):
    before, elsewhere = room.open(), room.open()
    nonce = room.signin.nonce()
    token = room.signin.open(nonce, room.assertion(nonce, "liaison-1"), HERE, instead_of=before)
    assert room.signin.member(before) is None
    assert room.signin.member(elsewhere)
    assert room.signin.member(token) == room.staff["liaison-1"]
    with pytest.raises(SignInError):
        room.signin.open("", b"", HERE, instead_of=token)
    assert room.signin.member(token)  # a failed attempt ends nobody's session


def test_of_more_sessions_of_one_member_the_oldest_gives_way(room):
    others = room.open("liaison-1")
    tokens = [room.open() for _ in range(MOST_SESSIONS + 1)]
    assert [bool(room.signin.member(token)) for token in tokens] == [False] + MOST_SESSIONS * [True]
    assert room.signin.member(others)


def test_of_a_token_only_its_digest_is_kept(room):
    token = room.open()
    assert token not in repr([vars(room.signin), room.signin._sessions, room.told])
    assert [*room.signin._sessions] == [hashlib.sha256(token.encode()).digest()]
    assert len(token) >= 43  # 32 bytes of chance


# --- attempts -------------------------------------------------------------------------------------


def test_one_address_is_looked_at_only_so_often_and_keeps_nobody_else_out(room):
    for _ in range(BURST):
        with pytest.raises(SignInError):
            room.open("liaison-1", key=STRANGER)
    with pytest.raises(TooManyError, match="try again in 6 seconds") as refused:
        room.open("liaison-1")
    assert refused.value.wait_s == EACH_S
    assert room.open("liaison-1", address="192.0.2.2")  # the same name, from where its own liaison is
    room.now += EACH_S
    assert room.open("liaison-1")


def test_waiting_long_enough_forgets_all_attempts():
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(3):
        assert [throttle.wait_s(HERE) for _ in range(BURST + 2)] == BURST * [0.0] + 2 * [EACH_S]
        now[0] += BURST * EACH_S


def test_ten_thousand_addresses_do_not_fill_the_memory():
    throttle = Throttle(lambda: 0.0)
    for number in range(MOST_ADDRESSES + 5000):
        throttle.wait_s(str(number))
    assert len(throttle._free_at) == MOST_ADDRESSES


def test_exchanging_the_sides_of_the_liaisons_exchanges_who_is_in_and_nothing_else(room):
    mirrored = Room()
    mirrored.staff = {
        **room.staff,
        "liaison-1": member("liaison-1", role="liaison", of="west"),
        "liaison-2": member("liaison-2", role="liaison", of="east"),
    }
    swap = {"east": "west", "west": "east"}
    for name in ("liaison-1", "liaison-2"):
        here, there = room.signin.member(room.open(name)), mirrored.signin.member(mirrored.open(name))
        assert (here.id, swap[here.of]) == (there.id, there.of)
    assert room.told == mirrored.told
