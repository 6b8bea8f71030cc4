"""What a brand's own template may be made of, seen from its syntax tree. Pure.

A template is Jinja2, cut down to what a message needs: its variables, conditions, small loops and a
few filters. What is left can neither run for long nor grow large, whatever it is given: no calls,
no assignments, no arithmetic, loops of at most two within one another.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import nodes

VARIABLES = ("name", "brand", "locale")
"""What a template may use, as `compose.campaign_values` gives it."""

MOST_LOOPS, DEEPEST_LOOP, LONGEST_RANGE = 20, 2, 100
DEEPEST = 100
"""Parts within one another."""

FILTERS = (
    "capitalize", "d", "default", "e", "escape", "first", "int", "last", "length", "lower", "round",
    "title", "trim", "truncate", "upper",
)  # fmt: skip
TESTS = (
    "defined", "divisibleby", "eq", "equalto", "even", "in", "ne", "none", "odd", "undefined",
)  # fmt: skip
NODES = frozenset({
    "Template", "Output", "TemplateData", "Name", "Const", "If", "CondExpr", "Compare", "Operand",
    "And", "Or", "Not", "Filter", "Test", "For", "Tuple", "List", "Concat", "Keyword",
})  # fmt: skip
LOOP_FACTS = ("first", "index", "index0", "last", "length")


def depth(tree: "nodes.Node") -> int:
    """How deep the tree is, found without going down into it."""
    deepest, left = 0, [(tree, 1)]
    while left:
        node, depth = left.pop()
        deepest = max(deepest, depth)
        left += [(child, depth + 1) for child in node.iter_child_nodes()]
    return deepest


def unknown(tree: "nodes.Template") -> Iterator[tuple[int, str]]:
    from jinja2 import meta, nodes

    strangers = meta.find_undeclared_variables(tree) - {*VARIABLES, "range"}
    seen: set[str] = set()
    for name in tree.find_all(nodes.Name):
        if name.name in strangers and name.name not in seen:
            seen.add(name.name)
            close = get_close_matches(name.name, VARIABLES, n=1)
            meant = f" – did you mean {close[0]}?" if close else ""
            known = ", ".join(VARIABLES)
            yield name.lineno, f"nothing is known as {name.name[:40]}{meant}: write one of {known}"


def forbidden(tree: "nodes.Template") -> Iterator[tuple[int, str]]:
    from jinja2 import nodes

    for node in tree.find_all(nodes.Node):
        kind = type(node).__name__
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield node.lineno, f"the filter {node.name} is not offered: {', '.join(FILTERS)} are"
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            yield node.lineno, f"the test {node.name} is not offered: {', '.join(TESTS)} are"
        elif isinstance(node, nodes.Getattr) and not _of_loop(node):
            yield node.lineno, f"nothing has a part .{node.attr[:40]} here: leave it out"
        elif isinstance(node, nodes.Call) and _range(node) is None:
            last = LONGEST_RANGE
            yield node.lineno, f"nothing can be called but range(n), n up to {last}: leave it out"
        elif kind not in NODES and kind not in ("Getattr", "Call"):
            yield node.lineno, f"{_SPOKEN.get(kind, kind)} is not offered here: leave it out"


_SPOKEN: Mapping[str, str] = {
    "Assign": "set", "AssignBlock": "set", "Macro": "macro", "Include": "include",
    "Import": "import", "FromImport": "import", "Extends": "extends", "Block": "block",
    "Mul": "arithmetic", "Pow": "arithmetic", "Add": "arithmetic", "Sub": "arithmetic",
    "Mod": "arithmetic", "Div": "arithmetic", "FloorDiv": "arithmetic", "Neg": "arithmetic",
    "Getitem": "a part in brackets", "FilterBlock": "filter as a block", "CallBlock": "call",
}  # fmt: skip


def _of_loop(node: "nodes.Getattr") -> bool:
    return getattr(node.node, "name", "") == "loop" and node.attr in LOOP_FACTS


def _range(node: "nodes.Call") -> int | None:
    """How long a call of range with one plain number is; None if it is anything else."""
    from jinja2 import nodes

    named = isinstance(node.node, nodes.Name) and node.node.name == "range"
    length = node.args[0] if len(node.args) == 1 else None
    if not (named and isinstance(length, nodes.Const)) or node.kwargs:
        return None
    if node.dyn_args or node.dyn_kwargs or type(length.value) is not int:
        return None
    return length.value if 0 <= length.value <= LONGEST_RANGE else None


def loops(tree: "nodes.Template") -> Iterator[tuple[int, str]]:
    from jinja2 import nodes

    found = list(tree.find_all(nodes.For))
    if len(found) > MOST_LOOPS:
        yield found[MOST_LOOPS].lineno, f"it has {len(found)} loops and may have {MOST_LOOPS}"
    for loop in found:
        inner = [one for one in loop.find_all(nodes.For) if list(one.find_all(nodes.For))]
        if loop.recursive or inner:
            yield (
                loop.lineno,
                f"loops may be {DEEPEST_LOOP} deep and not recursive: write it flatter",
            )
            return
