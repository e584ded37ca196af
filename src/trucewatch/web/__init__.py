"""The centre's pages on loopback: a FastAPI application over an output directory, and the built front end."""
