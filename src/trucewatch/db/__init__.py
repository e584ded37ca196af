"""The query cache: what the operations room lists, in a GeoPackage or in PostGIS. Never the truth."""
