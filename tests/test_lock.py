"""The gate's look at requirements.lock: what it lets through and what it stops."""

import importlib.util
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("gate_lock", Path(__file__).parents[1] / ".ci/lock.py")
gate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(gate)

PROJECT = {
    "project": {
        "dependencies": ["mail-parser>=4.8", "psycopg[binary]>=3.2"],
        "optional-dependencies": {"dkim": ["dkimpy>=1.1"]},
    },
    "dependency-groups": {"dev": ["pytest>=9"]},
}


def lock(*pins):
    return "".join(f"{pin} \\\n    --hash=sha256:{'0' * 64}\n    # via maild (pyproject.toml)\n" for pin in pins)


GOOD = ["dkimpy==1.1.8", "mail-parser==4.8.0", "psycopg==3.10 ; python_version < '4'", "pytest==9.2.0"]


def test_a_lock_that_fits_has_no_fault():
    assert gate.faults(PROJECT, lock(*GOOD)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (lock(*GOOD[1:]), "dkimpy>=1.1 is not pinned"),
        (lock(*GOOD[:3]), "pytest>=9 is not pinned"),
        (lock(*GOOD[:3], "pytest==8.4"), "pytest>=9 is pinned lower, at 8.4"),
        (lock(*GOOD) + "six==1.17.0\n", "six has no hash"),
        ("--index-url https://registry.test/simple\n" + lock(*GOOD), "line 1 names a place"),
        (lock(*GOOD) + "-e .\n", "names a place"),
        (lock(*GOOD) + "six>=1\n", "neither a pin nor a hash: six>=1"),
    ],
)
def test_each_fault_is_told(text, fault):
    assert any(fault in found for found in gate.faults(PROJECT, text))
