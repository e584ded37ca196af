"""What may not be seen by everybody: seal, open with both keys, strip, redact; acts of two staffs; what a staff says.

Exit code 0: done; 1: a proof failed; 2: the input or the call is wrong, in one line on stderr.
"""

import typer

from trucewatch.vault.acting import act
from trucewatch.vault.copying import redact, strip
from trucewatch.vault.sealing import seal, sealing_key, unseal
from trucewatch.vault.staffing import staff

vault = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
vault.add_typer(act, name="act")
vault.add_typer(staff, name="staff")
for command in (sealing_key, seal, unseal, strip, redact):
    vault.command(command.__name__.replace("_", "-"))(command)
