"""Faults of the configuration: each with its file, key, value and what is allowed, all of them at once.

Parsers of single values raise `Refused`; the models of the two files collect those and their own complaints, and
`Source` turns them into words that the operator can act upon. The value of a secret is never among them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path as Folder
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]  # where in a file: ("client", "acme", "contracts", 0, "plan")

SECRET_KEYS = frozenset({"password", "key", "client_secret", "refresh_token", "url"})


class Refused(ValueError):  # noqa: N818 - the value is refused, in the trade's word
    """A value that cannot be: what is wrong with it, and what would be right."""

    def __init__(self, problem: str, allowed: str = "") -> None:
        super().__init__(f"{problem}; {allowed}" if allowed else problem)
        self.problem = problem
        self.allowed = allowed


def text_of(value: object, allowed: str) -> str:
    """The value, if it is text. Raises Refused."""
    if not isinstance(value, str):
        raise Refused("is not text", allowed)
    return value


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `value` is as it would be written in the file; "" where the key is absent or holds a secret."""

    file: str
    key: str
    value: str
    problem: str
    allowed: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        value = f" = {self.value}" if self.value else ""
        allowed = f" (allowed: {self.allowed})" if self.allowed else ""
        return f"{place}{value}: {self.problem}{allowed}"

    def as_json(self) -> dict[str, str]:
        """The same for `--json`."""
        return asdict(self)


class ConfigFaults(Exception):  # noqa: N818 - they are faults, in the trade's word
    """Everything that is wrong with the configuration."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class Table(BaseModel):
    """A table of a configuration file: types are taken strictly, an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)


def folder_of(info: ValidationInfo) -> Folder:
    """The folder that relative paths of the file at hand start from; it comes with the validation's context."""
    folder: Folder = (info.context or {})["folder"]
    return folder


def dotted(path: Path) -> str:
    """Write a place as a user would: `client.acme.contracts[0].plan`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part != "[key]":
            word = part if re.fullmatch(r"[\w-]+", part) else f'"{part}"'
            text += f".{word}" if text else word
    return text


def shown(value: object) -> str:
    """A value as TOML would have it, cut to a readable length."""
    match value:
        case bool():
            text = str(value).lower()
        case str():
            text = f'"{value}"'
        case Mapping():
            text = "{ " + ", ".join(f"{key} = {shown(item)}" for key, item in value.items()) + " }"
        case list() | tuple():
            text = "[" + ", ".join(map(shown, value)) + "]"
        case _:
            text = str(value)
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return printable if len(printable) <= 80 else printable[:77] + "..."


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence's end that names the known word next to a mistyped one, or nothing."""
    match = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean {match[0]}?" if match else ""


def one_of(known: Iterable[str]) -> str:
    """Name what may be chosen."""
    words = sorted(known)
    return ", ".join(words) if words else "nothing is defined yet"


def unknown(what: str, word: str, known: Iterable[str]) -> Refused:
    """A reference to something that is not there."""
    words = list(known)
    return Refused(f'there is no {what} "{word}"{nearest(word, words)}', one_of(words))


def found(tree: object, *pattern: str) -> Iterator[tuple[Path, Any]]:
    """Every place of a raw tree that fits a pattern, `*` being any key or index; shapes that don't fit are passed over."""
    if not pattern:
        yield (), tree
        return
    head, *rest = pattern
    steps: Iterable[tuple[str | int, object]] = ()
    if isinstance(tree, dict):
        steps = tree.items() if head == "*" else [(head, tree[head])] if head in tree else ()
    elif isinstance(tree, list) and head == "*":
        steps = enumerate(tree)
    for key, item in steps:
        for path, value in found(item, *rest):
            yield (key, *path), value


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read. `secretive` is whether it may hold secrets, whose values no fault shows."""

    file: str
    tree: dict[str, Any]
    secretive: bool = False

    def fault(self, path: Path, refused: Refused) -> Fault:
        """A fault of what stands at a place of this file."""
        return Fault(self.file, dotted(path), self._shown_at(path), refused.problem, refused.allowed)

    def faults_of(self, error: ValidationError, model: type[BaseModel]) -> list[Fault]:
        """All complaints of the file's model in the operator's words."""
        return [self._fault(details, model) for details in error.errors(include_url=False)]

    def _fault(self, details: ErrorDetails, model: type[BaseModel]) -> Fault:
        path = details["loc"]
        context = details.get("ctx", {})
        if details["type"] == "extra_forbidden":
            known = _fields(_inside(model, path[:-1]))
            value = "" if self.secretive else self._shown_at(path)  # "pasword" holds a secret too
            return Fault(self.file, dotted(path), value, f"unknown key{nearest(str(path[-1]), known)}", one_of(known))
        if details["type"] == "missing":
            field = _fields(_inside(model, path[:-1])).get(str(path[-1]))
            return self.fault(path, Refused("is missing", (field and field.description) or ""))
        if isinstance(context.get("error"), Refused):
            return self.fault(path, context["error"])
        problem, allowed = SENTENCES.get(details["type"], ("cannot be read as what it should be", ""))
        return self.fault(path, Refused(problem, allowed.format(**context)))

    def _shown_at(self, path: Path) -> str:
        value: Any = self.tree
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return ""
        hidden = self.secretive and (isinstance(value, dict | list) or SECRET_KEYS.intersection(path))
        return "" if hidden else shown(value)


SENTENCES = {
    "string_type": ("is not text", "text in quotes"),
    "int_type": ("is not a whole number", "a whole number, without quotes"),
    "bool_type": ("is neither true nor false", "true or false, without quotes"),
    "date_type": ("is not a date", "a date without quotes, such as 2026-01-31"),
    "list_type": ("is not a list", 'a list in brackets, such as ["one", "two"]; of tables, [[so]]'),
    "dict_type": ("is not a table", "a table with keys of its own"),
    "model_type": ("is not a table", "a table with keys of its own"),
    "model_attributes_type": ("is not a table", "a table with keys of its own"),
    "literal_error": ("is not one of the known words", "{expected}"),
    "greater_than_equal": ("is too small", "at least {ge}"),
    "less_than_equal": ("is too large", "at most {le}"),
    "too_short": ("is empty", "{min_length} at least"),
    "string_too_short": ("is empty", "some text"),
}


def _fields(annotation: object) -> dict[str, FieldInfo]:
    """Fields of the table that a type annotation speaks of, under the names that the file uses."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {field.alias or name: field for name, field in annotation.model_fields.items()}
    return next(filter(None, map(_fields, get_args(annotation))), {})


def _inside(annotation: object, path: Path) -> object:
    """The type annotation at a place below another."""
    for part in path:
        if get_origin(annotation) in (dict, list):
            annotation = get_args(annotation)[-1]
        else:
            field = _fields(annotation).get(str(part))
            annotation = field.annotation if field else None
    return annotation
