"""When two names are one name spelt twice: the one answer for whoever has to tell sources apart. Pure."""

import unicodedata
from functools import lru_cache

# Marks on a letter, which keyboards, codepages and translators leave out: accents, and the vowel points and tatweel of
# Hebrew and Arabic. The vowel signs of other scripts are letters to their readers, and stay.
_MARKS = frozenset(map(chr, (*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x64B, 0x660), 0x640, 0x670)))
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))  # they choose a glyph and are not seen
_APOSTROPHES = frozenset(map(chr, range(0x2B9, 0x2C0)))  # letters by category, typed for ' and `

# One letter that Unicode does not take apart, and what is typed where a keyboard lacks it: a dot, stroke or ligature of
# the same letter. Letters of their own, whose stand-ins differ (ə: e or a; ð: d or th; þ), are left as they are.
_SAME = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe"})

# Letters of other scripts that look like Latin ones, capitals and small letters apart as they look like different ones
# (Greek Ν and ν). A short table of ours; the idea is that of Unicode Technical Standard 39, section 4 (confusables).
_LOOKS = str.maketrans(
    dict(
        (
            *zip("АВЕКМНОРСТУХІЈЅҮҺԁԚԜӀ", "abekmhopctyxijsyhdqwi", strict=True),  # Cyrillic
            *zip("авекмнорстухіјѕүһԁԛԝӏ", "abekmhopctyxijsyhdqwl", strict=True),
            *zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True),  # Greek
            *zip("αγικνορτυχ", "ayikvoptux", strict=True),
            *zip("ՕՍՏԼ", "ousl", strict=True),  # Armenian
            *zip("օսոհցյզ", "ounhgjq", strict=True),
        )
    )
)
_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"})


@lru_cache(maxsize=65_536)  # few sources have many rows
def name_key(name: str) -> str:
    """Return what two spellings of one name share.

    Left aside are case, spaces, Unicode forms, whose digits they are, accents, signs that nobody sees, and all signs
    that are neither letter nor digit: these part words as spaces do, so that post 1/2 is not post 12. Letters that
    look like Latin ones are taken for these in a word of several scripts, and where they stand alone ("camera А"), as
    one letter shows no script; a word of one script keeps its letters: СОВА is an owl and no COBA. A name of signs
    alone stays as it is.

    A source must not become two lines of evidence by its spelling. Two sources taken for one are the lesser error:
    they only make a finding harder.
    """
    words = "".join(map(_sign, unicodedata.normalize("NFKD", name))).split()
    folded = " ".join(map(_in_one_script, words)).casefold().translate(_SAME)
    return folded or " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _sign(sign: str) -> str:
    """Return a sign as it counts: itself, a blank, or nothing."""
    category = unicodedata.category(sign)
    if sign in _MARKS or sign in _SELECTORS or category == "Cf":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    return sign if category[0] in "LMN" and sign not in _APOSTROPHES else " "


def _in_one_script(word: str) -> str:
    """Return a word of several scripts, or of one letter, with look-alikes as Latin letters; any other as it is."""
    letters = [sign for sign in word if sign.isalpha()]
    scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in letters} & _SCRIPTS
    return word.translate(_LOOKS) if len(scripts) > 1 or len(letters) == 1 else word
