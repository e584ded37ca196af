"""Units outside permitted areas (R6), where drones looked (R4), incidents near what civilians depend on (R16)."""

from collections.abc import Sequence
from datetime import timedelta

from trucewatch.model import Excursion, Feature, Footprint, Near, Record, Register, RegisterRow
from trucewatch.registers.rows import side, since, told
from trucewatch.spacetime import ground_km2, stamp

NEAR_KM = 15.0  # how near an incident to a pipeline or a plant is listed: the distance named in requirement R16


def outside(excursions: Sequence[Excursion]) -> Register:
    """Return when which unit was outside, at least and at most how long, and how far at the deepest; no place."""
    return Register(
        name="excursions",
        title="Monitors and drones outside their permitted areas",
        columns=("unit", "kind", "left_after", "left_before", "back_after", "back_before", "at_least_h", "at_most_h",
                 "depth_km", "depth_sd_km"),
        rows=tuple(
            RegisterRow(
                cells=(
                    each.unit,
                    each.unit_kind.value,
                    stamp(each.left_after),
                    stamp(each.left_before),
                    stamp(each.back_after),
                    stamp(each.back_before),
                    _hours(each.least),
                    "" if each.most is None else _hours(each.most),
                    f"{each.depth_km:.1f}",
                    f"{each.depth_sd_km:.1f}",
                ),
                record_keys=each.positions,
            )
            for each in excursions
        ),
        note="Recorded, not judged. What was observed outside is kept and counts as any other observation.",
    )  # fmt: skip


def looked(records: Sequence[Record]) -> Register:
    """Return when which mission looked, how surely it is known where, and how much ground; no place."""
    return Register(
        name="footprints",
        title="When drones looked, and what was denied to them",
        columns=("unit", "from", "until", "view", "grade", "error_m", "km2", "stated_by"),
        rows=tuple(
            RegisterRow(
                cells=(
                    row.body.unit,
                    since(row.record),
                    stamp(row.record.clocks.claimed.end) if row.record.clocks.claimed else "",
                    row.body.view.value,
                    row.body.grade.value,
                    "" if row.body.sd_km is None else f"{1000 * row.body.sd_km:.0f}",
                    f"{ground_km2(row.body.rings):.1f}" if row.body.rings else "",
                    side(row.record),
                ),
                record_keys=(row.record.key,),
            )
            for row in told(records, Footprint)
        ),
        note="Nobody is said to have denied or degraded a view. What a side states counts as its word.",
    )


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:.1f}"


def infrastructure(found: Sequence[Near], features: Sequence[Feature]) -> Register:
    """Return which incidents lie near which infrastructure, with coarse distances."""
    names = {feature.id: " / ".join(dict.fromkeys(name for _, name in feature.names)) for feature in features}
    return Register(
        name="infrastructure",
        title=f"Incidents within {NEAR_KM:g} km of infrastructure",
        columns=("infrastructure", "name", "incident", "about_km", "surely_within"),
        rows=tuple(
            RegisterRow(
                cells=(
                    each.feature_id,
                    names.get(each.feature_id, ""),
                    each.incident_id,
                    str(each.about_km),
                    "yes" if each.is_sure else "perhaps",
                ),
                incident_ids=(each.incident_id,),
            )
            for each in found
        ),
        note="Near is no statement of what was aimed at. Distances are rounded so that no place can be read off them.",
    )
