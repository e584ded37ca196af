"""An agreement as a sheet for its negotiators, to be read, corrected and signed: as a page, or on a terminal."""
