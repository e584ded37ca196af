"""The lawyers' desk: an agreement file checked, shown, compared. Reads the file and its case; writes what is asked for.

Exit code 0: nothing to mend, or equal; 1: something to mend, or different; 2: the call is wrong, in one line on stderr.
"""

import shutil
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from trucewatch.terminal import refusing

agreement = typer.Typer(
    help="What negotiators and their lawyers do with an agreement file: check it, read it, compare it, try examples.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

FileArgument = Annotated[Path, typer.Argument(help="An agreement file; with --case also its name in the case.")]
CaseOption = Annotated[
    str,
    typer.Option(
        "--case",
        help="The case whose parties and places the paper speaks of: a folder, or a bundled case's name. Without it: "
        "the case folder in whose agreements/ the file lies, if it does.",
    ),
]
UNKNOWN = (100, 24)  # columns and lines where the terminal does not say


@agreement.command()
def check(
    file: FileArgument,
    case: CaseOption = "",
    *,
    hashes: Annotated[
        bool,
        typer.Option("--hashes", help="Print for each obligation the hash that a reviewer writes into the file."),
    ] = False,
) -> None:
    """Check an agreement file: one line for each finding, with its line, what is wrong, and what to write instead.

    Errors: what cannot be read; names that no party, actor or place of the case has; obligations that give way to
    themselves; deadlines before the paper binds; reviews of words that have changed since. Notes: clauses without words
    of the paper, names used nowhere, spellings that nearly agree, changes that nobody accepted. Exit code 0: nothing to
    mend, though notes may stand; 1: something to mend; 2: no such file or case.
    """
    from trucewatch import centre
    from trucewatch.agreement import lint
    from trucewatch.agreement.text import read_agreement

    with refusing():
        path, ground = centre.find_agreement(file, case)
        data = centre.input_bytes(path)
    if hashes:
        copy, mistakes = read_agreement(data, path.name)
        for line, duty, digest, stand in lint.hashes(copy) if copy else ():
            typer.echo(f'{path}:{line}: {duty}: hash = "{digest}"  ({stand})')
        raise typer.Exit(1 if mistakes else 0)
    around = lint.Surroundings(parties=tuple(p.id for p in ground.parties), places=ground.places) if ground else None
    found = lint.findings(data, path.name, around)
    for each in found:
        typer.echo(f"{path}:{each.line}: {'note' if each.is_note else 'error'}: {each.what}")
    errors = sum(not each.is_note for each in found)
    notes = len(found) - errors
    unasked = "" if ground else "; parties and places not looked for: no case (--case)"
    typer.echo(f"{errors or 'nothing'} to mend, {notes} note{'' if notes == 1 else 's'}{unasked}")
    raise typer.Exit(1 if errors else 0)


@agreement.command()
def show(
    file: FileArgument,
    case: CaseOption = "",
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write a page to print (HTML: A4, no script, nothing from outside).")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Print it here; so it is without --out.")] = False,
) -> None:
    """Show an agreement as a sheet to read, correct and sign: the paper's words, and each obligation in plain words.

    Left stand the words, text by text, quoted or marked as our summary; right what the program judges by, in sentences
    generated from it, with every reading, later change, practice and open question, and the hash for a review.
    """
    from trucewatch import centre
    from trucewatch.agreement.text import parse_agreement, read_agreement
    from trucewatch.report.words import chosen
    from trucewatch.sheet.build import sheet
    from trucewatch.sheet.lines import sheet_lines
    from trucewatch.sheet.page import sheet_html

    with refusing():
        path, ground = centre.find_agreement(file, case)
        data = centre.input_bytes(path)
        copy, _ = read_agreement(data, path.name)
        if copy is None:
            parse_agreement(data, path.name)
            return
        named = (ground.parties, ground.places, chosen(ground.titles)) if ground else ()
        drawn = sheet(copy, path.name, *named)
        if out is not None:
            out.write_bytes(sheet_html(drawn))
            typer.echo(f"  wrote {out} (print it on A4; for the two staffs, until both have signed)")
    if text or out is None:
        for line in sheet_lines(drawn, shutil.get_terminal_size(UNKNOWN).columns):
            typer.echo(line)


@agreement.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The earlier version.")],
    new: Annotated[Path, typer.Argument(help="The later version.")],
    case: CaseOption = "",
) -> None:
    """Say what differs between two versions of an agreement: words, obligations, and each setting in plain words.

    What was taken out stands between [- and -], what was put in between {+ and +}. A review that turned stale is said
    with the obligation. Line ends, blanks and the order of keys are no difference. Exit code 0: they say the same;
    1: they differ; 2: a file cannot be read.
    """
    from trucewatch import centre
    from trucewatch.agreement.plain import speaker
    from trucewatch.agreement.text import parse_agreement
    from trucewatch.agreement.versions import differences, word_changes

    with refusing():
        (first, around), (second, or_around) = (centre.find_agreement(file, case) for file in (old, new))
        papers = [parse_agreement(centre.input_bytes(path), path.name) for path in (first, second)]
        ground = around or or_around  # of both: a party has one name in both versions
        named = (ground.parties, ground.places) if ground else ()
        found = differences(papers[0], papers[1], (speaker(papers[0], *named), speaker(papers[1], *named)))
    where = ""
    for each in found:
        if each.where != where:
            where = each.where
            typer.echo(where)
        for line in _wrapped(f"{each.what}: {word_changes(each.old, each.new)}"):
            typer.echo(line)
    if not found:
        typer.echo("they say the same")
    raise typer.Exit(1 if found else 0)


@agreement.command()
def cases(
    which: Annotated[str, typer.Argument(help="A YAML file in a case's cases/, a case folder, or a bundled case.")],
    *,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what does not come out as expected.")] = False,
) -> None:
    """Try the examples beside an agreement: does what a negotiator expects come out? Exit 0: all of it; 1: not.

    Each example is a sentence, a day as of which it is asked (and as known on which), and the statuses expected. They
    go the same path as every other assessment; docs/interchange.md says how they are written.
    """
    from trucewatch import inquiry
    from trucewatch.agreement.compared import told

    tried = failed = 0
    with refusing():
        for file in inquiry.example_files(which):
            for example, outcomes in inquiry.examples(file):
                holds = all(outcome.holds for outcome in outcomes)
                tried, failed = tried + 1, failed + (not holds)
                for line in () if quiet and holds else told(example, outcomes):
                    typer.echo(line)
    typer.echo(f"{tried} cases, {failed} of them not as expected")
    if failed:
        raise typer.Exit(1)


@agreement.command()
def schema() -> None:
    """Print the JSON Schema (2020-12) of an agreement file's TOML, for editors and for other programs.

    It is the file data/agreement.schema.json of the package, written from the list of keys that the reader itself uses.
    What a schema cannot say (that a name leads somewhere, that an end comes after a beginning) `check` tells.
    """
    from trucewatch.agreement.schema import agreement_schema

    typer.echo(agreement_schema().decode(), nl=False)


def _wrapped(text: str) -> list[str]:
    seen = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
    width = max(shutil.get_terminal_size(UNKNOWN).columns, 30)
    return textwrap.wrap(seen, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
