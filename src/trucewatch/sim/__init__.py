"""Ceasefires that never happened, with known truth: what happened, what each source says of it, and the links.

The generator knows the instruments, the observers and the parties' habits; it does not know how the centre
concludes (a contract of the import linter). Every number is explained in `docs/simulator.md`.
"""
