"""A desk at work, for the stories of this room."""

from attacks.fixtures import desk, empty_database, make_desk

__all__ = ["desk", "empty_database", "make_desk"]
