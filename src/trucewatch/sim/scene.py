"""All that a source can draw on to say something: the settings, the ground, the weather, who watches, what happened."""

from dataclasses import dataclass

import numpy as np

from trucewatch.sim.air import Air, air
from trucewatch.sim.chance import Chance, Floats, Ints
from trucewatch.sim.ground import Ground, lay
from trucewatch.sim.happenings import Happenings, happen
from trucewatch.sim.roster import Roster, roster
from trucewatch.sim.settings import DAY_S, Settings

PART = 50_000  # places that are looked up at once


@dataclass(frozen=True, slots=True)
class Scene:
    """One simulated ceasefire before anybody says a word about it."""

    settings: Settings
    chance: Chance
    ground: Ground
    air: Air
    who: Roster
    happened: Happenings

    @property
    def length_s(self) -> float:
        """Return how long it lasts, in seconds."""
        return self.settings.length_days * DAY_S

    def settlement(self, east: Floats, north: Floats) -> Ints:
        """Return the nearest settlement to each place, -1 where there is no place."""
        towns_e, towns_n = self.who.settlements
        found = np.full(len(east), -1)
        for start in range(0, len(east), PART):
            part = slice(start, start + PART)
            far = np.hypot(towns_e[:, None] - east[part], towns_n[:, None] - north[part])
            found[part] = np.where(np.isnan(east[part]), -1, np.argmin(np.nan_to_num(far, nan=np.inf), axis=0))
        return found


def scene(settings: Settings) -> Scene:
    """Draw the scene of these settings."""
    chance = Chance(settings.seed)
    ground = lay(settings, chance)
    weather = air(settings, chance)
    who = roster(settings, ground, len(weather.sound_m_s), chance)
    return Scene(settings, chance, ground, weather, who, happen(settings, ground, chance))
