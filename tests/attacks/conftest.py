"""The desk that is attacked."""

from attacks.fixtures import desk, empty_database, make_desk

__all__ = ["desk", "empty_database", "make_desk"]
