"""What a target may raise, and what it means when it raises anything else."""

from collections.abc import Callable, Iterable

Check = Callable[[bytes], bool]
Seeds = Callable[[], Iterable[bytes]]
Targets = Iterable[tuple[str, Check, Seeds]]


def refuses(parse: Callable[[bytes], object]) -> Check:
    """Return the check of a parser: it takes the bytes or raises a ValueError of one printable line."""

    def check(data: bytes) -> bool:
        try:
            parse(data)
        except ValueError as error:
            said = str(error)
            assert said, "a refusal says why"
            assert len(said) < 20_000, "a refusal is a line, not the file"
            return False
        return True

    return check


def signature(error: BaseException) -> str:
    """Return what tells one fault from another: its type and the last places in our own code where it passed."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/trucewatch/" in code.co_filename or "/fuzz/" in code.co_filename:
            places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join([type(error).__name__, *places[-3:]])
