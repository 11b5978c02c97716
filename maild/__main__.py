"""`maild`: the program's door, for the installed script and for `python -m maild`."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from maild.cli.program import maild


def main() -> None:
    """Run the command line; exits with its code. What a terminal cannot show is replaced, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    maild(prog_name="maild")


if __name__ == "__main__":
    main()
