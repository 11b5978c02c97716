#!/usr/bin/env python3
"""Does requirements.lock fit pyproject.toml, and does it name no host? Prints every fault; exit code 1 where there is one."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^]]*\])?\s*([^;]*)")


def canonical(name: str) -> str:
    """PEP 503: one spelling for each project's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def number(version: str) -> tuple[int, ...]:
    """A release as numbers that compare."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def faults(project: dict, lock: str) -> list[str]:
    """What is wrong with the lock, in words."""
    return [*places(lock), *pinning(project, lock)]


def places(lock: str) -> list[str]:
    """Lines that lead somewhere: a lock that names a registry works only where that registry is."""
    return [
        f"line {n} names a place on the net or the disk: {line.strip()[:60]}"
        for n, line in enumerate(lock.splitlines(), 1)
        if re.search(r"://|\bfile:|index-url|find-links|^\s*-e\b| @ ", line)
    ]


def pinning(project: dict, lock: str) -> list[str]:
    """Direct dependencies that the lock does not pin, or pins too low; pins without a hash; lines that are neither."""
    found = []
    pins: dict[str, str] = {}
    hashes: dict[str, int] = {}
    current = ""
    for line in lock.splitlines():
        if pin := re.match(r"([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", line):
            current = canonical(pin[1])
            pins[current], hashes[current] = pin[2], 0
        elif "--hash=sha256:" in line and current:
            hashes[current] += 1
        elif line.strip() and not line.strip().startswith("#"):
            found.append(f"neither a pin nor a hash: {line.strip()[:60]}")
    found += [f"{name} has no hash" for name, count in hashes.items() if not count]
    wanted = [
        *project["project"]["dependencies"],
        *(r for extra in project["project"].get("optional-dependencies", {}).values() for r in extra),
        *(r for group in project.get("dependency-groups", {}).values() for r in group if isinstance(r, str)),
    ]
    for requirement in wanted:
        name, _, bounds = NAME.match(requirement).groups()
        pinned = pins.get(canonical(name))
        if pinned is None:
            found.append(f"{requirement} is not pinned")
            continue
        for floor in re.findall(r">=\s*([0-9.]+)", bounds):
            if number(pinned) < number(floor):
                found.append(f"{requirement} is pinned lower, at {pinned}")
    return found


if __name__ == "__main__":
    problems = faults(tomllib.loads((ROOT / "pyproject.toml").read_text()), (ROOT / "requirements.lock").read_text())
    print("\n".join(f"requirements.lock: {problem}" for problem in problems) or "requirements.lock fits pyproject.toml")
    sys.exit(bool(problems))
