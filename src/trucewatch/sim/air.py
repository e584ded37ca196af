"""Weather: temperature and wind of each day, how fast sound travels in them, and whether clouds hide the ground."""

from dataclasses import dataclass

import numpy as np

from trucewatch.sim.chance import Chance, Floats, Ints
from trucewatch.sim.settings import DAY_S, Settings

# Temperature and wind as in the project's study of sound stations: 12 ± 6 °C, 3 to 6 m/s on average, turning
MEAN_C, SD_C = 12.0, 6.0
MEAN_WIND_M_S = 4.5
PATH_ERROR = 0.004  # of the travel time: what the layers of the air do besides
ZERO_C_M_S, PER_C = 331.3, 0.606  # speed of sound in dry air near 0 °C, and its change per degree
CLOUDY = 0.5  # of the passes of a satellite: a guess
CARRIES = 0.05  # by how much a metre per second of wind along the path carries sound farther: a guess


@dataclass(frozen=True, slots=True)
class Air:
    """One value per day."""

    sound_m_s: Floats
    wind_e: Floats
    wind_n: Floats

    def day(self, time: Floats) -> Ints:
        """Return the day of each time, the last one for what is later."""
        return np.clip((time // DAY_S).astype(np.int64), 0, len(self.sound_m_s) - 1)

    def along(self, time: Floats, east: Floats, north: Floats) -> Floats:
        """Return the wind in m/s along paths (`east`, `north`), from where the sound is to who hears it."""
        day, length = self.day(time), np.maximum(np.hypot(east, north), 1e-6)
        return (self.wind_e[day] * east + self.wind_n[day] * north) / length

    def delay_s(self, time: Floats, east: Floats, north: Floats) -> Floats:
        """Return how long sound needs along such paths in kilometres."""
        return np.hypot(east, north) * 1000 / (self.sound_m_s[self.day(time)] + self.along(time, east, north))


def air(settings: Settings, chance: Chance) -> Air:
    """Draw the weather of every day."""
    draw = chance.stream("weather")
    days = int(np.ceil(settings.length_days)) + 2
    speed = draw.rayleigh(MEAN_WIND_M_S / np.sqrt(np.pi / 2), days)
    towards = draw.uniform(0, 2 * np.pi, days)
    sound = ZERO_C_M_S + PER_C * draw.normal(MEAN_C, SD_C, days)
    return Air(sound, speed * np.sin(towards), speed * np.cos(towards))
