"""Who stands behind cosignatures, in a person's words: a keeper signs with two keys, and is one keeper. Pure.

A policy groups the keys of each keeper, and its quorum asks for groups. Shown are the members of the quorum, each once,
and then whoever else cosigns without being asked for.
"""

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.ledger.verify import Cosignature, Policy, has_quorum


def parties(policy: Policy) -> tuple[str, ...]:
    """Return the names, of groups or of single witnesses, under which the policy's keepers are shown."""
    groups = {group.name: group.members for group in policy.groups}
    asked = groups.get(policy.quorum, () if policy.quorum == "none" else (policy.quorum,))
    below = {witness for name in asked for witness in _below(name, groups)}
    # of keys that the quorum does not ask for, the outermost group that has them
    inner = {member for members in groups.values() for member in members}
    outer = [name for name in groups if name not in inner and name != policy.quorum]
    others = [name for name in outer if not below & set(_below(name, groups))]
    covered = below | {witness for name in others for witness in _below(name, groups)}
    return (*asked, *others, *(name for name, _ in policy.witnesses if name not in covered))


def _below(name: str, groups: dict[str, tuple[str, ...]]) -> list[str]:
    return [w for member in groups[name] for w in _below(member, groups)] if name in groups else [name]


def together(policy: Policy, cosigned: Sequence[Cosignature]) -> tuple[Cosignature, ...]:
    """Return the keepers all of whose cosignatures are there, each under its name with the time of its last one."""
    groups = {group.name: group.members for group in policy.groups}
    times = {cosignature.witness: cosignature.time for cosignature in cosigned}
    return tuple(
        Cosignature(witness=name, time=max(times[w] for w in _below(name, groups) if w in times))
        for name in parties(policy)
        if has_quorum(replace(policy, quorum=name), times)
    )


def asked_words(policy: Policy) -> str:
    """Say whom the policy asks for: nobody, one name, all of several, or so many of them."""
    group = next((group for group in policy.groups if group.name == policy.quorum), None)
    if group is None:
        return "nobody" if policy.quorum == "none" else policy.quorum
    many = "all" if group.least == len(group.members) else f"{group.least}"
    return f"{many} of {', '.join(group.members)}"
