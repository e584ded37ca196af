"""Who signs a log and who must have cosigned it: the rules of C2SP tlog-policy, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import ORIGIN, vkey
from rich_logs import policy as rich_policy

from trucewatch.ledger.verify import COSIGN_ED25519, COSIGN_ML_DSA_44, VerificationError, has_quorum, parse_policy

LOG = vkey(ORIGIN)
W = [vkey(f"witness-{n}.example", COSIGN_ED25519) for n in range(6)]
M = vkey("witness-0.example", COSIGN_ML_DSA_44)

# The example of the specification, with keys.
EXAMPLE = f"""log {LOG}

witness X1 {W[0]}
witness X2 {W[1]}
witness X3 {W[2]}
group X-witnesses 2 X1 X2 X3

witness Y1 {W[3]}
witness Y2 {W[4]}
witness Y3 {W[5]}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def read(text: str):
    return parse_policy(text.encode())


def refused(text: str, why: str) -> None:
    with pytest.raises(VerificationError, match=why) as caught:
        read(text)
    assert "\n" not in str(caught.value)


def test_the_example_of_the_specification_is_read():
    policy = read(EXAMPLE)
    assert str(policy.log) == LOG
    assert [name for name, _ in policy.witnesses] == ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    assert [(group.name, group.least) for group in policy.groups] == [
        ("X-witnesses", 2),
        ("Y-witnesses", 1),
        ("X-and-Y", 2),
    ]
    assert policy.quorum == "X-and-Y"


@given(st.sets(st.sampled_from(["X1", "X2", "X3", "Y1", "Y2", "Y3"])))
def test_the_quorum_of_the_example_is_two_of_the_one_group_and_one_of_the_other(names):
    enough = len(names & {"X1", "X2", "X3"}) >= 2 and bool(names & {"Y1", "Y2", "Y3"})
    assert has_quorum(read(EXAMPLE), names) == enough


@given(st.sets(st.sampled_from(["a-ed25519", "a-ml-dsa-44", "b-ed25519", "b-ml-dsa-44"])))
def test_both_guarantors_means_both_kinds_of_signature_of_both(names):
    assert has_quorum(parse_policy(rich_policy()), names) == (len(names) == 4)


def test_a_policy_may_ask_for_nobody_or_for_one():
    assert has_quorum(read(f"log {LOG}\nquorum none\n"), [])
    one = read(f"log {LOG}\nwitness w {W[0]}\nwitness v {W[1]}\nquorum w\n")
    assert has_quorum(one, ["w"])
    assert not has_quorum(one, ["v"])
    assert not has_quorum(one, [])


def test_a_name_that_the_policy_does_not_know_counts_for_nothing():
    assert not has_quorum(read(f"log {LOG}\nwitness w {W[0]}\nquorum w\n"), ["x", ""])


def test_comments_empty_lines_tabs_and_blanks_do_not_matter():
    spaced = f"# words\n \t\n\tlog \t{LOG}  \n  # more\nwitness\tw {W[0]}\tsome-url\n quorum\tw\t\n"
    assert read(spaced) == read(f"log {LOG}\nwitness w {W[0]}\nquorum w\n")


def test_names_and_comments_may_be_in_any_script():
    policy = read(f"# наблюдатель\nlog {LOG}\nwitness Ağdam {W[0]}\ngroup группа all Ağdam\nquorum группа\n")
    assert has_quorum(policy, [policy.witnesses[0][0]])


def test_a_kelvin_sign_is_not_a_k():
    refused(f"log {LOG}\nwitness K {W[0]}\nquorum \u212a\n", "line 3 of the policy")


def test_no_other_white_space_separates():
    for space in ("\u00a0", "\u2003", "\u0085"):
        refused(f"log{space}{LOG}\nquorum none\n", "line 1")


@pytest.mark.parametrize("control", ["\x00", "\x0b", "\x0c", "\r", "\x1f", "\x7f", "\x1b"])
def test_control_characters_are_refused_even_in_comments(control):
    refused(f"# a{control}b\nlog {LOG}\nquorum none\n", "control character")


START = f"log {LOG}\nwitness v {W[0]}\nwitness w {W[1]}\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not end in a newline"),
        (f"log {LOG}\nquorum none", "does not end in a newline"),
        ("\n", "not just one log and one quorum"),
        (f"log {LOG}\n", "not just one log and one quorum"),
        ("quorum none\n", "not just one log and one quorum"),
        (f"log {LOG}\nquorum none\nquorum none\n", "not just one log and one quorum"),
        (f"log {LOG}\nlog {vkey('other.example/log')}\nquorum none\n", "not just one log and one quorum"),
        (START + f"log {LOG}\nquorum none\n", "not just one log and one quorum"),
    ],
)
def test_a_policy_has_one_log_and_one_quorum(text, why):
    refused(text, why)


@pytest.mark.parametrize(
    "line",
    [
        "Quorum none",
        "quorum",
        "quorum v w",
        "quorum x",
        "log",
        "log x",
        f"log {LOG} url url",
        f"log {W[2]}",
        f"log {LOG[:-1]}",
        "witness x",
        "witness x x",
        f"witness x {W[2]} url url",
        f"witness x {LOG}",
        f"witness v {W[2]}",
        f"witness none {W[2]}",
        "group g",
        "group g all",
        "group g 1",
        "group g any",
        "group g v",
        "group v all w",
        "group none all w",
        "group g all x",
        "group g all g",
        "group g all none",
        "group g all v v",
        "group g 0 v w",
        "group g 3 v w",
        "group g 01 v w",
        "group g +1 v w",
        "group g 1.0 v w",
        "group g ١ v w",
        "group g -1 v w",
        "group g 1000 v w",
        "group g ALL v w",
        "threshold 2",
        "log: x",
    ],
)
def test_a_line_that_cannot_be_read_refuses_the_policy(line):
    read(START + "quorum v\n")
    refused(START + f"{line}\nquorum v\n", "line 4 of the policy: ")


def test_a_member_of_one_group_is_not_a_member_of_another():
    refused(START + "group g all v w\ngroup h any v\nquorum h\n", "line 5 of the policy: a member")
    refused(START + "group g all v\ngroup h any g w\ngroup i any g\nquorum h\n", "line 6 of the policy: a member")


def test_a_group_is_defined_before_it_is_used():
    refused(START + "group g all h\ngroup h all v\nquorum g\n", "line 4 of the policy: a member")
    refused(f"log {LOG}\nquorum w\nwitness w {W[0]}\n", "line 2 of the policy")


def test_the_witness_of_a_quorum_may_be_a_member_of_a_group_too():
    policy = read(START + "group g all v w\nquorum v\n")
    assert has_quorum(policy, ["v"])


def test_one_public_key_does_not_stand_twice_under_two_names_or_kinds():
    public = "other.example"
    twins = [vkey(name, COSIGN_ED25519, seed=public) for name in ("one.example", "two.example")]
    refused(f"log {LOG}\nwitness v {twins[0]}\nwitness w {twins[1]}\nquorum v\n", "a key stands twice")
    refused(f"log {vkey('l', seed=public)}\nwitness v {twins[0]}\nquorum v\n", "a key stands twice")


def test_one_cosigner_may_have_a_key_of_each_kind():
    assert len(read(f"log {LOG}\nwitness v {W[0]}\nwitness w {M}\ngroup g all v w\nquorum g\n").witnesses) == 2


def test_a_policy_of_thirty_two_witnesses_and_groups_is_read():
    witnesses = [f"witness w{n} {vkey(f'w{n}.example', COSIGN_ED25519)}\ngroup g{n} all w{n}\n" for n in range(32)]
    policy = read(f"log {LOG}\n" + "".join(witnesses) + "quorum g31\n")
    assert (len(policy.witnesses), len(policy.groups)) == (32, 32)
    assert has_quorum(policy, ["w31"])
