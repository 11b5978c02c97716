"""Small changes to a module's syntax tree, each one that a slip of the pen could have made.

Left out are docstrings, annotations, decorators, and the words of what is raised: nothing hangs on them.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COUNTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """Where, what, and how: `apply` changes the node that stands at `place` in the order of `_nodes`."""

    line: int
    what: str
    place: int
    apply: Callable[[ast.AST], ast.AST | None]  # a node that takes its place, or None where it was changed itself


def changes(tree: ast.Module) -> list[Change]:
    """Every change that can be made to a module."""
    return [
        Change(getattr(node, "lineno", 0), what, place, apply)
        for place, (node, _) in enumerate(_nodes(tree))
        for what, apply in _of(node)
    ]


def changed(tree: ast.Module, change: Change) -> ast.Module:
    """A copy of the tree with one change."""
    tree = copy.deepcopy(tree)
    node, put = list(_nodes(tree))[change.place]
    if (other := change.apply(node)) is not None:
        put(ast.copy_location(other, node))
    return ast.fix_missing_locations(tree)


def _nodes(parent: ast.AST) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None]]]:
    """All nodes worth a change, with the function that puts another in a node's place."""
    for name, value in ast.iter_fields(parent):
        if name in ("annotation", "returns", "decorator_list", "exc", "type_params"):
            continue
        children = value if isinstance(value, list) else [value]
        for number, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_docstring(child):
                continue

            def put(other: ast.AST, value=value, number=number, name=name) -> None:
                if isinstance(value, list):
                    value[number] = other
                else:
                    setattr(parent, name, other)

            yield child, put
            yield from _nodes(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _of(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], ast.AST | None]]]:
    match node:
        case ast.Compare(ops=ops):
            for number, op in enumerate(ops):
                other = COMPARED[type(op)]
                yield f"{type(op).__name__} -> {other.__name__}", lambda n, at=number, to=other: n.ops.__setitem__(at, to())
        case ast.BoolOp(op=ast.And()):
            yield "and -> or", lambda n: setattr(n, "op", ast.Or())
        case ast.BoolOp(op=ast.Or()):
            yield "or -> and", lambda n: setattr(n, "op", ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield "not left out", lambda n: n.operand
        case ast.BinOp(op=op) if type(op) in COUNTED:
            other = COUNTED[type(op)]
            yield f"{type(op).__name__} -> {other.__name__}", lambda n, to=other: setattr(n, "op", to())
        case ast.If() | ast.IfExp() | ast.While():
            yield "condition turned round", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "returns None", lambda n: setattr(n, "value", ast.Constant(None))
        case ast.Constant(value=bool() as value):
            yield f"{value} -> {not value}", lambda n: setattr(n, "value", not n.value)
        case ast.Constant(value=int() as value):
            yield f"{value} -> {value + 1}", lambda n: setattr(n, "value", n.value + 1)
        case ast.Constant(value=str() as value):
            yield f"{value[:30]!r} with a letter more", lambda n: setattr(n, "value", n.value + "X")
        case ast.Constant(value=bytes() as value):
            yield f"{value[:30]!r} with an octet more", lambda n: setattr(n, "value", n.value + b"X")
