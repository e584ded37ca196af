"""Churches, mosques and other sites: a baseline, dated conditions, and a word only where all assessors agree (R15).

The rule is that of Caucasus Heritage Watch: destroyed, damaged or threatened is said on full agreement only, and each
community's inventory is shown beside it, since a side whose sites are not listed cannot be seen to lose any.
"""

from collections.abc import Iterable, Mapping, Sequence

from trucewatch.model import Record, Register, RegisterRow, SiteSeen
from trucewatch.registers.rows import Told, keys, since, told

LEAST_ASSESSORS = 2  # one person's word is no agreement


def sites(records: Iterable[Record]) -> Register:
    """Return each site with its baseline, the last word of each assessor, and what all of them agree on."""
    return Register(
        name="sites",
        title="Cultural and religious sites",
        columns=("site", "community", "baseline", "agreed", "assessors", "last_seen"),
        rows=tuple(_site(site, said) for site, said in _by_site(records).items()),
        note=f"A condition is agreed when {LEAST_ASSESSORS} assessors or more gave it and none another; else "
        "it says what is lacking.",
    )


def _by_site(records: Iterable[Record]) -> Mapping[str, list[Told[SiteSeen]]]:
    found: dict[str, list[Told[SiteSeen]]] = {}
    for row in told(records, SiteSeen):
        found.setdefault(row.body.site, []).append(row)
    return found


def _site(site: str, said: Sequence[Told[SiteSeen]]) -> RegisterRow:
    baseline = [row for row in said if row.body.is_baseline]
    latest = {row.body.assessor: row for row in said if not row.body.is_baseline}
    return RegisterRow(
        cells=(
            site,
            " / ".join(dict.fromkeys(row.body.community for row in said)),
            baseline[-1].body.condition.value if baseline else "none",
            agreed([row.body for row in latest.values()]),
            str(len(latest)),
            max((since(row.record) for row in latest.values()), default=""),
        ),
        record_keys=keys(said),
    )


def agreed(seen: Sequence[SiteSeen]) -> str:
    """Return the condition that all assessors gave, else what is lacking for one."""
    if not seen:
        return "not assessed"
    conditions = {each.condition for each in seen}
    if len(conditions) > 1:
        return "assessors differ"
    return conditions.pop().value if len(seen) >= LEAST_ASSESSORS else "one assessor only"


def inventory(records: Iterable[Record]) -> Register:
    """Return for each community how many of its sites are listed, have a baseline, and were looked at."""
    by_site = _by_site(records)
    communities = dict.fromkeys(row.body.community for said in by_site.values() for row in said)
    return Register(
        name="site_inventory",
        title="Inventory of sites by community",
        columns=("community", "listed", "with_baseline", "assessed"),
        rows=tuple(
            _inventory(name, [said for said in by_site.values() if name in {row.body.community for row in said}])
            for name in communities
        ),
        note="How complete a community's list is decides what can be seen to happen to its sites.",
    )


def _inventory(community: str, listed: Sequence[Sequence[Told[SiteSeen]]]) -> RegisterRow:
    baseline = sum(any(row.body.is_baseline for row in said) for said in listed)
    assessed = sum(any(not row.body.is_baseline for row in said) for said in listed)
    return RegisterRow(
        cells=(community, str(len(listed)), str(baseline), str(assessed)),
        record_keys=tuple(sorted(key for said in listed for key in keys(said))),
    )
