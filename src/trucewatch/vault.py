"""What may not be seen by everybody: seal, open with both keys, redact, erase, and acts that need two staffs.

Exit code 0: done; 1: a proof failed; 2: the input or the call is wrong, in one line on stderr.
"""

import typer

vault = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
