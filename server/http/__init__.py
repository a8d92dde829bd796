"""The HTTP service: one route table (`routes`), one way in (`app`), a module per family of paths."""
