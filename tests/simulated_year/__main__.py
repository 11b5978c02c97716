"""`python -m simulated_year [--tickets N]`: the year at the level of decisions; exits 1 where desk and clerk disagree."""

import argparse
import sys

from promise_desk import setting_for

from simulated_year.in_memory import InMemory
from simulated_year.played import played
from simulated_year.terms import directory


def main() -> int:
    """Play it and say what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=40_000)
    figures = played(InMemory(setting_for(directory()).rules), parser.parse_args().tickets)
    print(figures)
    found = figures.findings
    for name in ("promises", "doubled", "missing", "early", "misdirected"):
        for each in getattr(found, name)[:3]:
            print(f"  {name}: {each}")
    return 0 if found.none else 1


if __name__ == "__main__":
    sys.exit(main())
