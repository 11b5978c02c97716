"""The command line: `program.py` is the group, each other file a few of its commands."""
