"""The centre's own log: make it, run it, hand something in, see how far it has come, make the database anew.

Exit code 0: done; 1: a proof failed; 2: the input or the call is wrong, in one line on stderr.
"""

import typer

post = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
