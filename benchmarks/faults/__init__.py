"""Faults of machines, made on purpose: a medium that loses what was not flushed, and the centre's work on it."""
