"""`python -m simulation [--seed N] [--seeds N]`: exit 1 and the seed's command line where something was lost or doubled."""

import argparse
import functools
import logging
import multiprocessing
import sys
import tempfile
import time

import structlog

from simulation.story import make_empty, play


def _quiet():
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int)
    options.add_argument("--seeds", type=int, default=100)
    options.add_argument("--processes", type=int, default=2)
    given = options.parse_args()
    seeds = [given.seed] if given.seed is not None else range(1, given.seeds + 1)
    began, failed, told = time.monotonic(), 0, []
    with tempfile.TemporaryDirectory() as folder:
        empty = make_empty(folder)
        with multiprocessing.Pool(1 if len(seeds) < 3 else given.processes, _quiet) as pool:
            for each in pool.imap_unordered(functools.partial(play, empty=empty), seeds):
                told.append(each)
                if not each.wrong:
                    continue
                failed += 1
                if given.seed is not None:
                    print("\n".join(each.log))
                print(f"seed {each.seed}: {'; '.join(each.wrong)}\n  make simulate SEED={each.seed}", flush=True)
    sums = {name: sum(getattr(each, name) for each in told) for name in ("offered", "faults", "kills", "copies")}
    print(
        f"{len(told)} seeds in {time.monotonic() - began:.0f} s: {sums['offered']} messages offered, {sums['faults']} faults fired, "
        f"{sums['kills']} kills, {sums['copies']} further copies all explained, {failed} seeds failed"
    )
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
