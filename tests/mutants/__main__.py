"""`python -m mutants [MODULE…] [--every N]`: change, test, count. Exit code 1 where fewer than nine in ten are noticed.

Each change is tried in a child process, forked when everything is loaded. A change inside a function takes that function's code over
into the loaded module; any other imports `maild` anew. Both need the loaded tests to pass before anything is changed.
"""

import argparse
import ast
import importlib.abc
import importlib.util
import os
import resource
import signal
import sys
import time
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mutants.changes import changed, changes

ROOT = Path(__file__).parents[2]
TESTS = {
    "maild.desk.address": ("tests/desk/test_address.py",),
    "maild.ingest.authserv": ("tests/ingest/test_authentication.py",),
    "maild.ingest.authentication": ("tests/ingest/test_authentication.py",),
    "maild.desk.trust": ("tests/desk/test_trust.py",),
    "maild.delivery.compose": ("tests/delivery/test_compose.py",),
    "maild.desk.markup": ("tests/desk/test_words_in_markup.py", "tests/ingest/test_clean_html.py"),
}
WANTED = 0.9
CPU_SECONDS = 20
NOTICED, UNNOTICED = 1, 0


class Mutant(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module's changed code instead of its file."""

    def __init__(self, name, path, tree):
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def exec_module(self, module):
        exec(compile(self.tree, self.path, "exec"), module.__dict__)


def tried(name, path, tree, change, tests):
    """Fork, test, and tell whether anything was noticed: a failure, an error, or no end."""
    child = os.fork()
    if child == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        signal.alarm(10 * CPU_SECONDS)
        os._exit(tested(name, path, tree, change, tests))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) != UNNOTICED


def tested(name, path, tree, change, tests):
    """In the child: UNNOTICED where all tests pass with the change made, else NOTICED."""
    try:
        mutant = changed(tree, change)
        if is_inside_function(tree, change):
            take_over(sys.modules[name], path, mutant)
        else:
            for loaded in [each for each in sys.modules if each.partition(".")[0] not in KEPT and is_ours(each)]:
                del sys.modules[loaded]
            sys.meta_path.insert(0, Mutant(name, path, mutant))
        return UNNOTICED if run(tests) == pytest.ExitCode.OK else NOTICED
    except BaseException:  # noqa: BLE001 - a change that cannot even be loaded is noticed
        return NOTICED


def run(tests):
    return pytest.main([*tests, "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:timeout", "-m", ""])


KEPT = ("mutants",)


def is_ours(name):
    file = getattr(sys.modules[name], "__file__", None) or ""
    return file.startswith((str(ROOT / "maild"), str(ROOT / "tests")))


def is_inside_function(tree, change):
    return any(
        isinstance(node, ast.FunctionDef) and node.body[0].lineno <= change.line <= node.end_lineno for node in ast.walk(tree)
    )


def take_over(module, path, tree):
    """Give the module's functions the code of their namesakes in the changed tree; what they remember is forgotten."""
    fresh = {"__name__": module.__name__, "__file__": path, "__package__": module.__package__}
    exec(compile(tree, path, "exec"), fresh)
    for known, other in paired(vars(module), fresh, module.__name__):
        known.__code__ = other.__code__
    for each in vars(module).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def paired(known, other, module):
    for name, value in known.items():
        if isinstance(value, type) and value.__module__ == module and isinstance(other.get(name), type):
            yield from paired(vars(value), vars(other[name]), module)
        function, its = bare_function(value), bare_function(other.get(name))
        if (
            function
            and its
            and function.__module__ == module
            and len(function.__code__.co_freevars) == len(its.__code__.co_freevars)
        ):
            yield function, its


def bare_function(value):
    """The function behind a property, a class method or a cache; None for anything else."""
    value = getattr(value, "fget", None) or getattr(value, "__wrapped__", None) or getattr(value, "__func__", None) or value
    return value if isinstance(value, types.FunctionType) else None


def main():
    parser = argparse.ArgumentParser(prog="mutants")
    parser.add_argument("modules", nargs="*", default=list(TESTS))
    parser.add_argument("--every", type=int, default=1, help="try each N-th change alone")
    asked = parser.parse_args()
    os.chdir(ROOT)
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    load_libraries()
    made = noticed = 0
    for name in asked.modules:
        path = str(ROOT / f"{name.replace('.', '/')}.py")
        tree = ast.parse(Path(path).read_text())
        chosen = changes(tree)[:: asked.every]
        started = time.monotonic()
        if run(TESTS[name]) != pytest.ExitCode.OK:
            parser.error(f"the tests of {name} fail before anything is changed")
        with ThreadPoolExecutor(os.cpu_count()) as hands:
            found = list(hands.map(lambda change, t=tree, n=name, p=path: tried(n, p, t, change, TESTS[n]), chosen))
        for change, seen in zip(chosen, found, strict=True):
            if not seen:
                print(f"  unnoticed: {name}:{change.line}: {change.what}")
        made, noticed = made + len(found), noticed + sum(found)
        print(f"{name}: {sum(found)} of {len(found)} noticed, in {time.monotonic() - started:.0f} s", flush=True)
    share = noticed / max(made, 1)
    print(f"mutants: {noticed} of {made} noticed, {100 * share:.1f} %")
    return 0 if share >= WANTED else 1


def load_libraries():
    """What `maild` and its tests import of others: loaded once, shared by all children."""
    for name in (
        "hypothesis",
        "jinja2",
        "babel.dates",
        "structlog",
        "dkim",
        "selectolax.lexbor",
        "sqlalchemy",
        "pydantic",
        "holidays",
    ):
        importlib.import_module(name)
    from hypothesis import settings

    settings.register_profile("mutants", max_examples=20, database=None, deadline=None, derandomize=True)
    settings.load_profile("mutants")


if __name__ == "__main__":
    sys.exit(main())
