"""The HTTP service: one route table (`routes`), one way in (`app`), a module a family of paths."""
