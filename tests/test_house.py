"""The house rules that the import linter cannot see: a floor for every module, one keeper for a foreign package, no clock in judges."""

import ast
import re
import tomllib
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "maild").rglob("*.py"))

pytestmark = pytest.mark.thorough

KEEPERS = {
    "imapclient": ["ingest/imap*.py", "sandbox/*.py", "bench/*.py"],
    "imaplib": ["ingest/imap*.py"],
    "aiosmtpd": ["ingest/lmtp.py", "sandbox/*.py"],
    "smtplib": ["delivery/smtp.py", "sandbox/*.py", "bench/*.py"],
    "pymap": ["sandbox/*.py"],
    "pysasl": ["sandbox/*.py"],
    "mailparser": ["ingest/read.py", "ingest/header_fields.py"],
    "selectolax": ["ingest/*.py"],
    "nh3": ["ingest/clean_html.py"],
    "chardet": ["ingest/*.py"],
    "flufl": ["ingest/bounce*.py"],
    "dkim": ["ingest/*.py"],
    "dns": ["ingest/dns.py"],
    "sqlalchemy": [
        "store/*.py",
        "bench/books.py",
        "bench/grown.py",
        "bench/multiplied.py",
        "store/migrations/*.py",
        "store/migrations/versions/*.py",
    ],
    "alembic": ["store/*.py", "store/migrations/*.py", "store/migrations/versions/*.py"],
    "psycopg": ["store/*.py"],
    "sqlite3": ["store/*.py", "bench/bare.py"],
    "jinja2": ["delivery/*.py"],
    "pydantic": ["config*.py", "config/*.py"],
    "xlsxwriter": ["reports/*.py"],
    "typst": ["reports/*.py"],
}
# the half of ingest that has effects; the other judges
DOORS = ["ingest/archive_files.py", "ingest/dns.py", "ingest/imap*.py", "ingest/lmtp*.py", "ingest/reader*.py"]
PURE = ["message.py", "opening.py", "desk/*.py", "ledger/*.py", "ingest/*.py"]
EFFECTS = {
    "socket",
    "ssl",
    "asyncio",
    "threading",
    "subprocess",
    "multiprocessing",
    "os",
    "sqlite3",
    "time",
    "random",
    "secrets",
}
CLOCKS = {"now", "utcnow", "today"}


@cache
def tree_of(path: Path) -> ast.Module:
    """What a file says, read once."""
    return ast.parse(path.read_text())


@cache
def imported(tree: ast.AST) -> set[str]:
    """First names of every module that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def clocks_read(tree: ast.AST) -> list[int]:
    """Lines that call datetime.now(), date.today() and their like."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]


def room(path: Path) -> str:
    return path.relative_to(ROOT / "maild").as_posix()


def allowed(path: Path, patterns: list[str]) -> bool:
    return any(fnmatch(room(path), pattern) for pattern in patterns)


def floors() -> list[set[str]]:
    """The floors of pyproject.toml, uppermost first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [set(re.findall(r"\w+", layer)) for layer in layers]


def test_every_module_stands_on_a_floor():
    tops = {room(path).split("/")[0].removesuffix(".py") for path in FILES} - {"__init__"}
    known = set().union(*floors())
    assert not {top for top in tops if top not in known and not top.startswith("config_")}


def test_the_parts_of_the_configuration_stand_where_the_configuration_stands():
    above = set()
    for floor in floors():
        above |= floor - {"config"}
        if "config" in floor:
            break
    for path in FILES:
        if room(path).startswith("config"):
            names = re.findall(r"^\s*(?:from|import) maild\.(\w+)", path.read_text(), re.M)
            assert not above & set(names), room(path)


@pytest.mark.parametrize("package", sorted(KEEPERS))
def test_a_foreign_package_is_known_to_its_keepers_only(package):
    strangers = [room(path) for path in FILES if package in imported(tree_of(path)) and not allowed(path, KEEPERS[package])]
    assert not strangers, f"{package} belongs to {KEEPERS[package]}"


def judging() -> list[Path]:
    return [path for path in FILES if allowed(path, PURE) and not allowed(path, DOORS)]


def test_what_judges_is_given_the_time():
    assert not {room(path): lines for path in judging() if (lines := clocks_read(tree_of(path)))}


def test_what_judges_imports_no_effect():
    assert not {room(path): effects for path in judging() if (effects := imported(tree_of(path)) & EFFECTS)}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import sqlalchemy.orm as o", {"sqlalchemy"}),
        ("from aiosmtpd.smtp import SMTP", {"aiosmtpd"}),
        ("def f():\n    import typst", {"typst"}),
        ("from . import imapclient", set()),
        ("x = 'import jinja2'", set()),
    ],
)
def test_the_reader_of_imports_sees_what_is_imported(source, names):
    assert imported(ast.parse(source)) == names


@pytest.mark.parametrize(
    ("source", "lines"), [("datetime.now(UTC)", [1]), ("\ndate.today()", [2]), ("now = 1\nf(now)", []), ("tz.utcnow()", [1])]
)
def test_the_reader_of_clocks_sees_a_clock(source, lines):
    assert clocks_read(ast.parse(source)) == lines


def test_no_group_is_repeated_without_giving_back() -> None:
    """`(?:…)*+` goes astray in Python before 3.11.5, of which Debian 12 has one; a single character or class does not."""
    possessive = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+")
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str | bytes)
        and possessive.search(node.value if isinstance(node.value, str) else node.value.decode("latin-1"))
    ]
    assert found == []
