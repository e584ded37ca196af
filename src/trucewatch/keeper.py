"""The keepers of copies: a guarantor's mirror, a liaison's witness, and the proofs that they write and check.

Exit code 0: done; 1: a proof failed; 2: the input or the call is wrong, in one line on stderr.
"""

import typer

keeper = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
