"""What must not leave the sealed room: tables that name people, told by their columns before a row is read.

People's names stand in no log and in no table of this centre: a log forgets nothing. A column that the field uses for
names refuses its file, and nothing of the file is kept. A names table without a header cannot be told from any other.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from trucewatch.intake.rows import WRAPPED, BadRow, Row


class SealedError(ValueError):
    """A file that names people or may do so: it is refused, and nothing of it is repeated or kept."""


# words of a header that are about a person whatever stands beside them, in the languages of the bundled cases and some
# more; without accents, apostrophes and capitals, as `_words` leaves them
_PERSONAL = frozenset(
    (
        *("surname", "forename", "firstname", "lastname", "fullname", "patronymic", "passport"),
        # forms on telephones add who filled them in (KoboToolbox, ODK)
        *("username", "submittername", "email", "phone", "phonenumber", "telephone"),
        *("birth", "birthdate", "birthday", "birthyear", "dob"),
        *("фамилия", "отчество", "фио", "паспорт", "рождения", "рождение"),
        *("прізвище", "прізвища", "батькові", "народження"),
        *("soyad", "soyadı", "soyadi", "dogum", "pasport"),
        *("ազգանուն", "հայրանուն", "ծննդյան", "անձնագիր"),
        *("lahir", "paspor", "prenom", "naissance", "apellido", "apellidos", "nacimiento"),
        *("vorname", "nachname", "geburtsdatum"),
    )
)
_SUBMITTED_BY = frozenset({"submitted", "by"})  # the account of who sent a form
_NAME = frozenset({"name", "names", "имя", "імя", "ad", "adı", "adi", "անուն", "անունը", "nama"})
# what else is named: beside one of these words a name is no person's
_THINGS = frozenset(
    (
        *("place", "site", "settlement", "town", "village", "city", "district", "region", "country", "area", "zone"),
        *("road", "river", "station", "sensor", "camera", "satellite", "post", "hospital", "school", "facility"),
        *("weapon", "item", "unit", "file", "table", "column", "layer", "source", "agency", "outlet", "event"),
        # as public sets of events call what they are about (UCDP, HXL)
        *("conflict", "dyad", "group", "dataset", "catalog", "catalogue", "network", "loc", "adm"),
    )
)
_APART = re.compile(r"[,;\t|]")
_UNICODE = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251")  # how spreadsheets save what we refuse


def refuse_names(header: Row | BadRow | None, beginning: bytes) -> None:
    """Raise SealedError where a header has a column of people's names, or where nobody can look whether it has.

    `beginning` is that of the file: where its header cannot be read, its first lines are looked at in other encodings.
    """
    if beginning.startswith(tuple(mark for mark, _ in WRAPPED)):
        raise SealedError("the file is an archive, a workbook or a document; send its table as CSV in UTF-8")
    lines = [header.text] if isinstance(header, Row) else _lines(beginning)
    for column in _personal(lines):
        raise SealedError(
            f"the file has a column with the word {column!r}, which is for people's names; no table of this centre "
            "holds any. Leave that column out; of an exchange list send what `trucewatch lists commit` makes of it; a "
            "column of something else's names should say of what, such as site_name"
        )


def refuse_unknown(columns: Iterable[str], beginning: bytes) -> None:
    """Raise SealedError where a table that cannot be read speaks of people, in a column `person` or its first lines."""
    if "person" in {column.casefold() for column in columns}:
        listed = "person, category and state, each once"
        raise SealedError(f"the file has a column for persons and is no list that can be read: a list has {listed}")
    for word in _personal(_lines(beginning)):
        raise SealedError(f"the file has the word {word!r}, which is for people's names, in one of its first lines")


def _personal(lines: Iterable[str]) -> Iterator[str]:
    """Yield the words of our own list by which cells of these lines are columns of people's names."""
    for line in lines:
        for cell in _APART.split(line):
            words = _words(cell)
            named = words & _NAME if not words & _THINGS else frozenset[str]()
            if words >= _SUBMITTED_BY:
                yield "submitted by"
            yield from sorted(words & _PERSONAL or named)[:1]


def _words(cell: str) -> frozenset[str]:
    """Return the words of a cell of a header: firstName, "first name" and FIRST_NAME have the same two."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cell.replace("'", "").replace("’", "").replace("ʼ", ""))
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", apart).casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return frozenset(re.findall(r"[^\W\d_]+", bare))


def _lines(beginning: bytes) -> Iterator[str]:
    """Yield the first lines of a file in every encoding that they may be in."""
    for encoding in _UNICODE:
        yield from beginning.decode(encoding, errors="replace").splitlines()
