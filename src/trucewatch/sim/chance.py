"""Named streams of chance: what one part of the world draws never shifts what another draws."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Generator = np.random.Generator


class Chance:
    """One seed, from which each name gets a stream of its own (PCG64; a child of the seed's sequence by its name)."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def stream(self, name: str) -> Generator:
        """Return the stream of that name, always from its beginning."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=tuple(name.encode()))))
