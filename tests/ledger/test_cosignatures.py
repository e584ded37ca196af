"""Who vouches for a checkpoint besides the log: C2SP tlog-cosignature, Ed25519 and ML-DSA-44."""

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich_logs import COSIGNERS, LOG, ORIGIN, cosigned, key, policy

from trucewatch.ledger.note import Key, cosign, sign, verifier_key
from trucewatch.ledger.tlog import checkpoint, root
from trucewatch.ledger.verify import (
    COSIGN_ED25519,
    COSIGN_ML_DSA_44,
    Cosignature,
    VerificationError,
    VerifierKey,
    check_cosignature,
    check_cosignatures,
    cosigned_text,
    has_quorum,
    key_id,
    parse_checkpoint,
    parse_policy,
)

POLICY = parse_policy(policy())
HEAD = sign(checkpoint(ORIGIN, 2, root([b"1", b"2"])), LOG)
NAMES = ["a-ed25519", "a-ml-dsa-44", "b-ed25519", "b-ml-dsa-44"]
LINES = [cosign(parse_checkpoint(HEAD), COSIGNERS[name], 1_795_000_000 + at) for at, name in enumerate(NAMES)]


def check(*lines: bytes) -> tuple[Cosignature, ...]:
    return check_cosignatures(parse_checkpoint(HEAD + b"".join(lines)), POLICY)


def refused(why: str, *lines: bytes) -> None:
    with pytest.raises(VerificationError, match=why) as caught:
        check(*lines)
    assert "\n" not in str(caught.value)


def line(name: str, payload: bytes) -> bytes:
    return f"— {name} {base64.b64encode(payload).decode()}\n".encode()


def payload(made: bytes) -> bytes:
    return base64.b64decode(made.split()[-1])


@given(st.sets(st.sampled_from(range(4))))
def test_those_who_cosigned_are_named_with_the_time_of_their_clock(which):
    found = check(*(LINES[at] for at in sorted(which)))
    assert found == tuple(Cosignature(witness=NAMES[at], time=1_795_000_000 + at) for at in sorted(which))
    assert has_quorum(POLICY, (c.witness for c in found)) == (len(which) == 4)


@given(st.permutations(range(4)).filter(lambda order: order != [0, 1, 2, 3]))
def test_lines_in_another_order_than_the_policys_are_refused(order):
    refused("by no witness of the policy, or out of order", *(LINES[at] for at in order))


@pytest.mark.parametrize("at", range(4))
def test_a_line_that_stands_twice_is_refused(at):
    refused("or out of order", LINES[at], LINES[at])
    again = cosign(parse_checkpoint(HEAD), COSIGNERS[NAMES[at]], 1_795_000_100)
    refused("or out of order", LINES[at], again)


@pytest.mark.parametrize("kind", [COSIGN_ED25519, COSIGN_ML_DSA_44])
def test_a_line_by_a_key_that_the_policy_does_not_know_is_refused(kind):
    stranger = cosign(parse_checkpoint(HEAD), key("stranger.example", kind), 1)
    refused(r"line of stranger\.example is by no witness", stranger)
    refused(r"line of stranger\.example is by no witness", *LINES, stranger)
    namesake = Key(name="a.example", seed=bytes(32), kind=kind)
    refused(r"line of a\.example is by no witness", cosign(parse_checkpoint(HEAD), namesake, 1))


def test_the_log_does_not_cosign_itself():
    refused("by no witness", HEAD.splitlines(keepends=True)[-1])


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("time", [0, 253_402_300_800, 2**63, 2**64 - 1])
def test_a_cosignature_without_a_time_that_can_be_is_refused(at, time):
    refused("states no time", cosign(parse_checkpoint(HEAD), COSIGNERS[NAMES[at]], time))


@pytest.mark.parametrize("time", [1, 253_402_300_799])
def test_the_first_and_last_times_that_can_be_are_read(time):
    assert check(cosign(parse_checkpoint(HEAD), COSIGNERS[NAMES[0]], time))[0].time == time


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("length", [-1, -64, -72, 1])
def test_a_cosignature_that_is_cut_or_lengthened_is_refused(at, length):
    whole = payload(LINES[at])
    name = COSIGNERS[NAMES[at]].name
    refused("of no known form", line(name, whole[:length] if length < 0 else whole + b"\x00"))


@pytest.mark.parametrize("at", range(4))
def test_no_byte_of_a_cosignature_can_be_changed(at):
    whole = payload(LINES[at])
    chance = random.Random(at)
    places = range(4, len(whole)) if len(whole) < 100 else [*range(4, 12), *chance.sample(range(12, len(whole)), 150)]
    for place in places:
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << chance.randrange(8)
        refused("wrong|states no time", line(COSIGNERS[NAMES[at]].name, bytes(spoilt)))


@pytest.mark.parametrize("at", range(4))
def test_a_cosignature_of_another_tree_or_log_does_not_serve(at):
    others = [
        sign(checkpoint(ORIGIN, 3, root([b"1", b"2"])), LOG),
        sign(checkpoint(ORIGIN, 2, root([b"1", b"3"])), LOG),
        sign(checkpoint("other.example/log", 2, root([b"1", b"2"])), key("other.example/log")),
    ]
    for other in others:
        refused("the cosignature of|the signature of", cosign(parse_checkpoint(other), COSIGNERS[NAMES[at]], 1))


def test_a_signature_of_the_log_kind_is_no_cosignature():
    signed = key("a.example", COSIGN_ED25519)
    plain = payload(sign(parse_checkpoint(HEAD).text.encode(), Key(name=signed.name, seed=signed.seed)))
    refused("of no known form", line("a.example", key_id(verifier_key(signed)) + plain[4:]))
    with pytest.raises(VerificationError, match="no known form"):
        check_cosignature(parse_checkpoint(HEAD), verifier_key(LOG), bytes(64))


def test_thirty_one_cosignatures_are_read_and_no_more():
    many = {f"w{n}": key(f"w{n}.example", COSIGN_ED25519) for n in range(32)}
    lines = "".join(f"witness {name} {verifier_key(each)}\n" for name, each in many.items())
    wide = parse_policy(f"log {verifier_key(LOG)}\n{lines}quorum w0\n".encode())
    head = cosigned(HEAD, {name: many[name] for name in list(many)[:31]})
    assert len(check_cosignatures(parse_checkpoint(head), wide)) == 31
    with pytest.raises(VerificationError, match="has 33 signatures, more than 32"):
        parse_checkpoint(cosigned(HEAD, many))


def test_the_words_that_are_cosigned_are_those_of_the_specification():
    # C2SP tlog-cosignature, "Ed25519 signed message" and "ML-DSA-44 signed message", with its example.
    text = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    head = parse_checkpoint(sign(text, key("example.com/behind-the-sofa")))
    public = VerifierKey(name="w.example", public=bytes(32), kind=COSIGN_ED25519)
    assert cosigned_text(public, head, 1679315147) == b"cosignature/v1\ntime 1679315147\n" + text
    public = VerifierKey(name="w.example", public=bytes(1312), kind=COSIGN_ML_DSA_44)
    assert cosigned_text(public, head, 1679315147) == (
        b"subtree/v1\n\0"
        b"\x09w.example"
        + (1679315147).to_bytes(8, "big")
        + b"\x1bexample.com/behind-the-sofa"
        + bytes(8)
        + (20852163).to_bytes(8, "big")
        + base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    )
