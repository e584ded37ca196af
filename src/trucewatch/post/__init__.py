"""The centre's own log: make it, run it, hand something in, see how far it has come, make the database anew.

Exit code 0: done; 1: a proof failed; 2: the input or the call is wrong, in one line on stderr.
"""

import typer

from trucewatch.post.device import outbox, submit
from trucewatch.post.log import log, rebuild
from trucewatch.post.release import release

post = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
log.command()(release)
post.add_typer(log, name="log")
for command in (submit, outbox, rebuild):
    post.command()(command)
