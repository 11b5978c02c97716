"""maild: a help desk with no screens, worked wholly by mail."""

__version__ = "0.1.0"
