"""How a parser in the child says why it goes no further."""

from trucewatch.sandbox.findings import Reason


class RefusedError(Exception):
    """The file is refused for one of the closed set of reasons."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def bounded(number: int, most: int) -> int:
    """Return the number, or refuse the file that would unfold to more."""
    if number > most:
        raise RefusedError(Reason.TOO_MUCH)
    return number
