"""How the counts of a case go on: ranks with doubt, changes, a forecast. No side is named, ranked or forecast here."""
