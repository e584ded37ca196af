"""What all commands share at the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what is wrong with the input into one line on stderr and exit code 2."""
    try:
        yield
    except (ValueError, OSError) as error:
        typer.echo(f"trucewatch: {' '.join(str(error).split())}", err=True)
        raise typer.Exit(2) from None
    except MemoryError:
        typer.echo("trucewatch: this machine has not enough memory for the case; nothing was written", err=True)
        raise typer.Exit(2) from None
