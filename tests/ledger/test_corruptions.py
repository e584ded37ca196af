"""A seeded campaign: whatever is done to whichever file, both verifiers refuse the log, or a stated rule says why not.

The long one is `make mutations`; its pieces are used here.
"""

import json
import random
import shutil

import altered
import approvals
import harmless
import mutations
import pytest
import resigned
from court import Log, Verdicts, court
from mutants import OPERATORS, Special, targets
from rich_logs import COSIGNERS, LOG, cosigned, key, large, lay, policy, rich

from trucewatch.ledger import verify as outsider
from trucewatch.ledger.note import sign
from trucewatch.ledger.verify import SAID_BY_STAFF, VerificationError, parse_checkpoint, verify

KINDS = {
    "an approval by a passkey",
    "an entry that a passkey approved",
    "blobs",
    "bundle of entries, full",
    "bundle of entries, partial",
    "charter, or act that appoints",
    "checkpoint: text",
    "checkpoint: the log's signature",
    "cosignature, Ed25519",
    "cosignature, ML-DSA-44",
    "disclosures",
    "policy",
    "published file",
    "tile of level 0, full",
    "tile of level 0, partial",
    "tile of level 1, partial",
}
ACCEPTED = Verdicts("", "")


@pytest.fixture(scope="module")
def logs():
    return mutations.small_logs()


@pytest.fixture(scope="module")
def sitting(logs):
    with court(logs) as found:
        yield found


def test_every_kind_of_file_is_mutated_equally_often_and_in_many_ways(logs):
    assert all(set(targets(log.files)) == KINDS for log in logs)
    drawn = [mutations.draw(logs, 5, number) for number in range(1, 1 + 40 * len(KINDS) * len(logs))]
    visits = [sum(kind == each[1] for each in drawn) for kind in KINDS]
    assert min(visits) == max(visits) == 40 * len(logs)
    assert {each[2] for each in drawn} == {operator.__name__ for operator in OPERATORS}


def test_honest_logs_are_accepted_by_both_which_find_the_same_in_them(sitting, logs):
    assert [sitting.verdicts(at, {}) for at in range(len(logs))] == [ACCEPTED] * len(logs)


@pytest.mark.parametrize("seed", range(4))
def test_no_mutant_passes_that_no_rule_calls_harmless(sitting, seed):
    for number in range(1, 1 + len(KINDS) * 3):
        found = mutations.judged(sitting, (seed, number))
        assert not any(found.missed), found
        assert found.disagreement in {None, harmless.UNCHECKED}, found


@pytest.mark.slow
def test_no_mutant_passes_in_a_longer_campaign(sitting):
    for seed in range(4, 40):
        test_no_mutant_passes_that_no_rule_calls_harmless(sitting, seed)


def changed(files, path, edit):
    return {path: edit(files[path])}


def test_what_the_rules_call_harmless_is_accepted_by_both(sitting, logs):
    both, either, _ = (log.files for log in logs)
    shown, checkpoint = "ledger/disclosures/000", "ledger/checkpoint"
    lines = either[checkpoint].splitlines(keepends=True)
    examples = [
        (0, {shown: None}, harmless.WITHHELD),
        (0, changed(both, shown, lambda data: data[data.index(b"\n") + 1 :]), harmless.WITHHELD),
        (0, changed(both, "ledger/policy", lambda data: b"# a remark\n" + data), harmless.SAME_POLICY),
        (1, {checkpoint: b"".join(lines[:-2])}, harmless.FEWER),
    ]
    for at, change, rule in examples:
        found = harmless.rule(logs[at].files, change, either=logs[at].quorum == "either")
        assert (found, sitting.verdicts(at, change)) == (rule, ACCEPTED)


def test_no_rule_calls_a_forgery_harmless(logs):
    files = logs[0].files
    shown, checkpoint = "ledger/disclosures/000", "ledger/checkpoint"
    first = files[shown].splitlines(keepends=True)[0]
    lines = files[checkpoint].splitlines(keepends=True)
    forgeries = [
        changed(files, "report.html", lambda data: data + b"\n"),
        changed(files, shown, lambda data: data + first),
        changed(files, shown, lambda data: data.replace(b"A", b"B", 1)),
        changed(files, "ledger/policy", lambda data: data.replace(b"quorum both", b"quorum none")),
        changed(files, "ledger/policy", lambda data: data.replace(b"witness b-ed25519", b"#witness b-ed25519")),
        {checkpoint: b"".join(lines[:-1])},
        {checkpoint: b"".join([*lines[:5], *reversed(lines[5:])])},
        {"ledger/tile/0/000": None},
        {"ledger/tile/0/000": Special.LINK},
        {shown: None, "report.html": b""},
        {"ledger/blobs/new": b""},
    ]
    assert [harmless.rule(files, change) for change in forgeries] == [None] * len(forgeries)
    assert [harmless.unchecked(files, change) for change in forgeries] == [None] * len(forgeries)


def test_a_log_that_others_signed_anew_is_refused_by_whoever_brings_the_policy(tmp_path):
    files = large(20)  # without a charter, which would have to be another, too
    stranger = key("stranger.example")
    strange = {name: key(name, each.kind) for name, each in COSIGNERS.items()}
    text = parse_checkpoint(files["ledger/checkpoint"]).text.encode()
    stolen = sign(text.replace(LOG.name.encode(), stranger.name.encode()), stranger)
    anew = files | {"ledger/checkpoint": cosigned(stolen, strange), "ledger/policy": policy(stranger, strange)}
    assert verify(lay(tmp_path, anew)).witnessed
    with pytest.raises(VerificationError, match="another policy than the one that you trust"):
        verify(tmp_path, policy=policy())
    lay(tmp_path, anew | {"ledger/policy": policy()})
    with pytest.raises(VerificationError):
        verify(tmp_path, policy=policy())


def test_an_older_honest_state_is_a_log_of_its_own(tmp_path):
    # no verifier of one copy can tell that it is not the newest: README and `verify` say so
    lay(tmp_path, rich(20))
    shutil.rmtree(tmp_path)
    assert verify(lay(tmp_path, rich(19)), policy=policy()).size == 19


def test_the_logs_hold_what_a_passkey_approved_of_every_type_and_the_mutants_aim_at_it():
    files = rich(64)
    parts = targets(files)
    entries = [files[part.path][part.start : part.end] for part in parts["an entry that a passkey approved"]]
    assert {json.loads(entry)["type"] for entry in entries} == set(SAID_BY_STAFF)
    approvals = [files[part.path][part.start : part.end] for part in parts["an approval by a passkey"]]
    assert [json.loads(b"{%b}" % each)["approval"] for each in approvals] == [
        json.loads(e)["approval"] for e in entries
    ]
    assert len(parts["charter, or act that appoints"]) == 2


def test_whatever_an_operator_does_to_what_the_staff_approved_is_refused_unless_it_is_harmless():
    with court([mutations.approved_log()]) as sitting:
        assert sitting.verdicts(0, {}) == ACCEPTED
        found = [mutations.on_approval(sitting, (2, number)) for number in range(2 * len(approvals.WAYS))]
    assert [each for each in found if each.wrong] == []
    assert sum(bool(each.verdicts.first) for each in found) > len(found) / 2
    assert any(each.harmless for each in found)


def test_control_a_verifier_that_lets_a_name_stand_without_its_approval_is_noticed(monkeypatch):
    monkeypatch.setattr(outsider, "is_of_staff", lambda fields: "approval" in fields or fields["type"] == "statement")
    first = approvals.WAYS.index(approvals.taken_off)
    with court([mutations.approved_log()]) as sitting:
        found = [mutations.on_approval(sitting, (2, first + at * len(approvals.WAYS))) for at in range(8)]
    assert any(each.missed for each in found)


FEW = Log("20 entries", rich(20, 4))


def test_any_field_may_be_withheld_and_none_altered():
    with court([FEW]) as sitting:
        for how, change in altered.withheld(FEW.files):
            assert sitting.verdicts(0, change) == ACCEPTED, how
        ways = list(altered.altered(FEW.files, 1))
        assert len(ways) > 1000
        assert all(change[path] != FEW.files[path] for _, change in ways for path in change)
        for how, change in random.Random(1).sample(ways, 60):
            found = sitting.verdicts(0, change)
            assert found.first, how
            assert found.second, how


def test_the_verifiers_agree_on_whatever_the_key_of_a_log_signs():
    honest = resigned.base()
    with court([Log("5 entries", honest, None)]) as sitting:
        assert sitting.verdicts(0, {}) == ACCEPTED
        for number in range(3 * len(resigned.ODDITIES)):
            odd, change = resigned.resigned(1, number, honest)
            found = sitting.verdicts(0, change)
            assert bool(found.first) == bool(found.second), (number, odd, found)
            assert not found.counts_differ, (number, odd)
