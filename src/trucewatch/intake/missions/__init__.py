"""Finished missions of drones: from the numbers of their telemetry to the rows of the table of footprints. Pure."""
