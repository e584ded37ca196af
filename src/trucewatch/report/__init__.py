"""An assessment in, tables and pages out: pure values to bytes, the same bytes for the same assessment."""
