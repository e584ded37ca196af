"""Which party of the case a word means."""

from collections.abc import Sequence

from trucewatch.model import Party


def party_of(word: str, parties: Sequence[Party]) -> str | None:
    """Return the id of the party that a word means, None where it means none of them.

    A party's id written exactly goes before any name or alias (ignoring case), and these before an id in another
    case: so that nothing changes but labels when the ids are exchanged and one of them is the other's name.
    """
    exact = word.strip()
    folded = exact.casefold()
    for party in parties:
        if exact == party.id:
            return party.id
    for party in parties:
        if folded in {w.casefold() for w in (*party.aliases, *(name for _, name in party.names))}:
            return party.id
    return next((party.id for party in parties if folded == party.id.casefold()), None)
