"""Trucewatch: the software of a ceasefire monitoring and verification centre."""

__version__ = "0.1.0"
