"""How weapons fire, fly and sound. Ranges, speeds and loudness are rounded handbook values: see `docs/simulator.md`."""

from dataclasses import dataclass

import numpy as np

from trucewatch.sim.chance import Floats, Ints

G_M_S2 = 9.81


@dataclass(frozen=True, slots=True, kw_only=True)
class Weapon:
    """One kind of weapon as it is used across a line.

    `origin_km` and `target_km` are distances from the line. `speed_m_s` is the mean speed of direct fire; 0 for
    a lobbed round, whose flight follows from its range and `elevation_deg`. `heard_km`: at which half of
    attentive listeners still hear the muzzle; `burst_km` the same for the impact, 0 where none is heard.
    """

    name: str
    share: float
    origin_km: tuple[float, float]
    target_km: tuple[float, float]
    speed_m_s: float
    elevation_deg: float
    heard_km: float
    burst_km: float
    flash_km: float
    rounds: float  # mean of what is fired in one incident, beyond the first
    seismic_km: float = 0.0


WEAPONS = (
    Weapon(name="small arms", share=0.24, origin_km=(0.1, 0.5), target_km=(0.1, 0.5), speed_m_s=500, elevation_deg=0,
           heard_km=2.5, burst_km=0, flash_km=2.5, rounds=12),
    Weapon(name="heavy machine gun", share=0.10, origin_km=(0.2, 0.9), target_km=(0.2, 0.9), speed_m_s=550,
           elevation_deg=0, heard_km=3.5, burst_km=0, flash_km=3.5, rounds=10),
    Weapon(name="automatic grenade launcher", share=0.08, origin_km=(0.2, 0.7), target_km=(0.2, 0.7), speed_m_s=120,
           elevation_deg=0, heard_km=3, burst_km=3.5, flash_km=3, rounds=6),
    Weapon(name="infantry fighting vehicle cannon", share=0.08, origin_km=(0.3, 1.5), target_km=(0.3, 1.5),
           speed_m_s=700, elevation_deg=0, heard_km=4.5, burst_km=4, flash_km=4, rounds=6),
    Weapon(name="mortar", share=0.34, origin_km=(0.5, 3.5), target_km=(0.3, 3.0), speed_m_s=0, elevation_deg=60,
           heard_km=5, burst_km=8, flash_km=4, rounds=4, seismic_km=15),
    Weapon(name="tank", share=0.05, origin_km=(0.5, 2), target_km=(0.3, 2), speed_m_s=900, elevation_deg=0,
           heard_km=8, burst_km=7, flash_km=5, rounds=2, seismic_km=15),
    Weapon(name="artillery", share=0.08, origin_km=(3, 11), target_km=(0.5, 8), speed_m_s=0, elevation_deg=45,
           heard_km=10, burst_km=12, flash_km=7, rounds=5, seismic_km=60),
    Weapon(name="multiple launch rockets", share=0.03, origin_km=(5, 10), target_km=(1, 7), speed_m_s=0,
           elevation_deg=40, heard_km=11, burst_km=12, flash_km=9, rounds=12, seismic_km=60),
)  # fmt: skip

SHARES = np.array([w.share for w in WEAPONS]) / sum(w.share for w in WEAPONS)


def column(name: str) -> Floats:
    """Return one number of every weapon, in the order of `WEAPONS`."""
    return np.array([float(getattr(w, name)) for w in WEAPONS])


def flight_s(weapon: Ints, range_km: Floats) -> Floats:
    """Return how long rounds fly: range over mean speed, or the vacuum parabola sqrt(2 R tan(elevation) / g)."""
    speed, tangent = column("speed_m_s")[weapon], np.tan(np.radians(column("elevation_deg")))[weapon]
    lobbed = np.sqrt(2 * range_km * 1000 * tangent / G_M_S2)
    return np.where(speed > 0, range_km * 1000 / np.maximum(speed, 1), lobbed)
