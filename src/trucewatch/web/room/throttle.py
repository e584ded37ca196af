"""How often one address may try: some attempts at once, then one each few seconds.

By address, never by the name that is tried: or a stranger who keeps trying the name of one side's liaison would keep
that liaison out.
"""

from collections.abc import Callable

BURST = 10  # attempts at once; a guess: a person who takes the wrong key, several times
EACH_S = 6.0  # then one; a guess: ten a minute are more than a person makes, and cost us nothing
MOST_ADDRESSES = 4096  # remembered; the one that tried least recently is forgotten first


class Throttle:
    """Attempts by address. `monotonic` gives seconds that only ever grow."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._free_at: dict[str, float] = {}  # when all attempts of an address are forgotten again

    def wait_s(self, address: str) -> float:
        """Count an attempt and return 0.0; or return, uncounted, in how many seconds one is looked at again.

        The generic cell rate algorithm (ITU-T I.371, annex A), by virtual scheduling.
        """
        now = self._monotonic()
        free_at = max(self._free_at.pop(address, now), now)
        early_s = free_at - now - (BURST - 1) * EACH_S
        # taken out and put back: the dictionary's order is that of the last attempts
        self._free_at[address] = free_at if early_s > 0 else free_at + EACH_S
        if len(self._free_at) > MOST_ADDRESSES:
            del self._free_at[next(iter(self._free_at))]
        return max(early_s, 0.0)
