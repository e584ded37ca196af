"""Terms that run, renew themselves, and end by a notice given in time."""
