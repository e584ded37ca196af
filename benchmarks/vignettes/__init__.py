"""Small cases by hand, with what an experienced officer expects of each: read, run and compared (docs/vignettes.md)."""
