"""The time stamps of an authority over each day's checkpoint: one that holds, and every state of one that does not."""

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from authorities import Authority, served
from couriers import quick_disk
from live_books import CENTRE, NOON, new_book

from trucewatch.ledger.note import sign
from trucewatch.ledger.stamps import Stamps, authority, check_token, read_roots, stamp_words
from trucewatch.ledger.tlog import checkpoint
from trucewatch.ledger.verify import VerificationError, parse_checkpoint

HEAD = sign(checkpoint(CENTRE.name, 7, bytes(32)), CENTRE)
TEXT = parse_checkpoint(HEAD).text.encode()
LATER = sign(checkpoint(CENTRE.name, 9, bytes(32)), CENTRE)


@pytest.fixture(scope="module")
def tsa(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "a")


@pytest.fixture
def stamps(tmp_path, tsa) -> Stamps:
    found = Stamps(tmp_path / "centre", disk=quick_disk())
    found.trust(tsa.roots)
    return found


@pytest.fixture
def today() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the authority's clock is this machine's


def no_line(_: bytes) -> bytes:
    raise OSError("the authority cannot be reached")


def test_a_day_gets_its_token_under_the_digest_of_the_checkpoints_text(stamps, tsa, today, tmp_path):
    assert stamps.is_due(today)
    found = stamps.stamp(tsa, HEAD, today)
    assert found.size == 7
    assert abs(found.time - today) < timedelta(minutes=5)
    token = tmp_path / "centre" / "ledger" / "timestamps" / f"{hashlib.sha256(TEXT).hexdigest()}.tsr"
    assert check_token(token.read_bytes(), TEXT, read_roots(tsa.roots)) == found.time
    assert not stamps.is_due(today)
    assert stamps.is_due(today + timedelta(days=1))
    assert stamps.all() == [found]
    assert "7 entries were signed before" in stamp_words(found)


def test_openssl_itself_accepts_what_was_kept(stamps, tsa, today, tmp_path):
    stamps.stamp(tsa, HEAD, today)
    [token] = (tmp_path / "centre" / "ledger" / "timestamps").iterdir()
    (tmp_path / "text").write_bytes(TEXT)
    check = ["openssl", "ts", "-verify", "-in", token, "-data", tmp_path / "text", "-CAfile", tsa.folder / "ca.pem"]
    assert b"Verification: OK" in subprocess.run(check, check=True, capture_output=True).stdout


def test_a_day_without_a_token_says_why_until_it_has_one(stamps, tsa, today):
    found = stamps.stamp(no_line, HEAD, today)
    assert stamp_words(found) == f"no time stamp for {today.date()}: the authority cannot be reached"
    assert stamps.is_due(today)
    again = stamps.stamp(tsa, LATER, today)
    assert (again.size, again.why) == (7, "")  # the checkpoint that was sent before


def test_a_token_over_something_else_is_none(stamps, tsa, today, tmp_path):
    stale: list[bytes] = []
    stamps.stamp(lambda request: stale.append(tsa(request)) or stale[0], LATER, today - timedelta(days=1))
    found = stamps.stamp(lambda _: stale[0], HEAD, today)
    assert (found.time, found.why) == (None, "the token is over something else than this checkpoint")
    assert len(list((tmp_path / "centre" / "ledger" / "timestamps").iterdir())) == 1


def test_an_old_answer_to_the_same_question_is_none(stamps, tsa, today):
    old: list[bytes] = []

    def broken(request: bytes) -> bytes:
        old.append(tsa(request))
        raise OSError("the answer was lost")

    stamps.stamp(broken, HEAD, today)
    assert "Nonce mismatch" in stamps.stamp(lambda _: old[0], HEAD, today).why


@pytest.mark.parametrize("body", [b"", b"x", b"\x30\x03\x02\x01\x02", b"\x30\x05\x30\x03\x02\x01\x02", b"0" * 70_000])
def test_bytes_that_are_no_token_are_a_state_not_a_crash(stamps, today, body):
    assert stamps.stamp(lambda _: body, HEAD, today).time is None
    with pytest.raises(VerificationError):
        stamps.bring([body])


def test_an_authority_that_no_root_vouches_for_is_none(stamps, today, tmp_path):
    other = Authority(tmp_path / "other")
    assert "does not hold" in stamps.stamp(other, HEAD, today).why


def test_no_byte_of_a_token_can_be_changed(tsa, today, stamps, tmp_path):
    stamps.stamp(tsa, HEAD, today)
    [token] = (tmp_path / "centre" / "ledger" / "timestamps").iterdir()
    data, roots = token.read_bytes(), read_roots(tsa.roots)
    good = check_token(data, TEXT, roots)
    passed = []
    for at in range(0, len(data), 3):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            passed.append((at, check_token(changed, TEXT, roots) - good))
        except VerificationError:
            continue
    assert [at for at, moved in passed if moved] == []  # whatever else a byte says, never another time
    assert len(passed) < len(data) / 3 / 2


def test_without_roots_a_token_is_not_called_good(tmp_path, tsa, today):
    stamps = Stamps(tmp_path / "centre", disk=quick_disk())
    assert stamps.stamp(tsa, HEAD, today).why == "no roots were given to check it by"
    with pytest.raises(ValueError, match="no certificates"):
        stamps.trust(b"nothing")


def test_a_request_goes_out_and_its_response_comes_back_on_a_stick(stamps, tsa, today):
    request = stamps.request(HEAD, today)
    assert stamps.all()[0].why == "a request was written; its response has not come back"
    [found] = stamps.bring([tsa(request)])
    assert (found.size, found.why) == (7, "")
    with pytest.raises(VerificationError, match="no checkpoint that was sent"):
        stamps.bring([tsa(Stamps(stamps._folder / "x", disk=quick_disk()).request(LATER, today))])


def test_an_authority_is_asked_over_http_and_whatever_it_answers_is_bounded(tsa, today, stamps):
    answers = [lambda _: None, lambda _: b"0" * 70_000, tsa]
    with served(lambda request: answers.pop(0)(request)) as address:  # noqa: PLW0108 - another one each time
        ask = authority(address)
        assert "answered 500" in stamps.stamp(ask, HEAD, today).why
        assert "too long" in stamps.stamp(ask, HEAD, today).why
        assert stamps.stamp(ask, HEAD, today).why == ""
    assert "cannot be reached" in stamps.stamp(ask, LATER, today + timedelta(days=1)).why
    with pytest.raises(ValueError, match="begins with http"):
        authority("file:///etc/passwd")


def test_a_log_with_a_time_stamp_goes_on(tmp_path, tsa, today):
    book = new_book(tmp_path / "centre", quick_disk())
    stamps = Stamps(tmp_path / "centre", disk=quick_disk())
    stamps.trust(tsa.roots)
    book.beat(NOON)
    assert stamps.stamp(tsa, book.checkpoint, today).why == ""
    assert book.beat(NOON).size == 3
    book.close()
