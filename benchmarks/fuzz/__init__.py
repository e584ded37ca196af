"""Fuzzing of all that reads bytes of others: `targets` what is asked of each, `one` a run of atheris, `run` all."""
