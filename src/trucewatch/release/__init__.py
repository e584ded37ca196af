"""The public release: what everybody may have of the published findings, coarse and late, as files. Pure.

From what the folds made of the first entries of a log, and from the maps that were published in it, to bytes: whoever
has the same entries gets the same files. A release is handed out only after a named harm check, signed by an officer.
"""

from trucewatch.release.build import Conclusion, Release, Source, drafted, released, sizes_asked
from trucewatch.release.checks import CHECKS, Check, Checked, Given, check
from trucewatch.release.facts import Facts
from trucewatch.release.files import FILES, SIGNED, digest_of, files, signed_file
from trucewatch.release.grid import COARSE_KM, Cell, cell_of, coarse_words
from trucewatch.release.names import Grams, grams_of, hits_of

__all__ = [
    "CHECKS",
    "COARSE_KM",
    "FILES",
    "SIGNED",
    "Cell",
    "Check",
    "Checked",
    "Conclusion",
    "Facts",
    "Given",
    "Grams",
    "Release",
    "Source",
    "cell_of",
    "check",
    "coarse_words",
    "digest_of",
    "drafted",
    "files",
    "grams_of",
    "hits_of",
    "released",
    "signed_file",
    "sizes_asked",
]
