"""A check of an agreement file: everything that a lawyer should mend, or know, before it is used."""

from trucewatch.agreement.lint.finding import Finding, Surroundings
from trucewatch.agreement.lint.names import names
from trucewatch.agreement.lint.order import order
from trucewatch.agreement.lint.words import words
from trucewatch.agreement.review import digest_of
from trucewatch.agreement.text import Copy, read_agreement
from trucewatch.paper import Review


def findings(markdown: bytes, name: str, case: Surroundings | None = None) -> tuple[Finding, ...]:
    """Return what is found in a file, in its order; places and parties are looked for where a case is given.

    Where the file cannot be read, these are its mistakes alone.
    """
    copy, mistakes = read_agreement(markdown, name)
    if copy is None:
        found = [Finding(line=mistake.line, what=mistake.what) for mistake in mistakes]
    else:
        found = [*words(copy), *order(copy), *(names(copy, case) if case else ())]
    return tuple(sorted(found, key=lambda each: (each.line, each.is_note, each.what)))


def hashes(copy: Copy) -> tuple[tuple[int, str, str, str], ...]:
    """Return for each obligation its line, its id, the hash to write after a review, and how its review stands."""
    quoted = {duty.id: clause.quotations for clause in copy.agreement.clauses for duty in clause.obligations}
    return tuple(
        (block.line, duty.id, digest_of(block, quoted[duty.id]), _stand(duty.review)) for block, duty in copy.placed
    )


def _stand(review: Review | None) -> str:
    if review is None:
        return "not reviewed"
    return "changed since its review" if review.is_stale else "reviewed"


__all__ = ["Finding", "Surroundings", "findings", "hashes"]
