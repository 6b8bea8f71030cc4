"""Where in a playbook a mistake stands, and what to write instead. Used only when there is one."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import inspect

Path = tuple[str, ...]

_EXAMPLES = {
    "str": 'text in quotes, "…"',
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "a table, as in [this.one]",
    "array": 'a list, ["…", "…"]',
}


def explain(text: str, error: msgspec.ValidationError, stage: str, root: type) -> str:
    """msgspec's finding about the playbook `text`, with its line and a fix. `root` is the type it
    was read as."""
    problem, _, where = str(error).partition(" - at `$")
    path = tuple(a or b for a, b in re.findall(r"\.([\w-]+)|\[(\d+|\.\.\.)\]", where))
    name = re.search(r"(unknown|missing required) field `([^`]+)`", problem)
    if name and name[1] == "unknown":
        return place(text, (*path, name[2]), stage, _unknown(name[2], _types(root, path)))
    return place(text, path, stage, problem + _fix(problem, _types(root, path)))


def place(text: str, path: Path, stage: str, problem: str) -> str:
    """The problem with the line on which `path`, or as much of it as exists, is written."""
    line, name = _line(text, path, stage), ".".join(part for part in path if part != "...")
    at = ", ".join(filter(None, (f"line {line}" if line else "", name or "top level")))
    return f"playbook.toml, {at}: {problem}"


def _unknown(name: str, types: Iterable[inspect.Type]) -> str:
    structs = [one for one in types if isinstance(one, inspect.StructType)]
    fields = list(dict.fromkeys(field.encode_name for one in structs for field in one.fields))
    near = difflib.get_close_matches(name, fields, n=1)
    fix = f"did you mean {near[0]!r}?" if near else f"write one of {', '.join(fields)}"
    return f"{name!r} is no name known here: {fix}"


def _fix(problem: str, types: Sequence[inspect.Type]) -> str:
    if missing := re.search(r"missing required field `([^`]+)`", problem):
        return f": add {missing[1]} = …"
    if wrong := re.match(r"Expected `(\w+)", problem):
        return f": write {_EXAMPLES.get(wrong[1], 'it as in the playbook that Temas comes with')}"
    if allowed := sorted(set(_allowed(types))):
        quoted = ", ".join(f'"{value}"' for value in allowed)
        return f": write one of {quoted}"
    return ""


def _allowed(types: Iterable[inspect.Type]) -> Iterator[str]:
    for one in types:
        if isinstance(one, inspect.LiteralType):
            yield from map(str, one.values)


def _types(root: Any, path: Path) -> list[inspect.Type]:
    """The types that may stand at `path`."""
    here = list(_flat(inspect.type_info(root)))
    for part in path:
        here = [found for one in here for found in _step(one, part)]
    return here


def _step(one: inspect.Type, part: str) -> Iterator[inspect.Type]:
    if isinstance(one, inspect.StructType):
        if part == one.tag_field and one.tag is not None:
            yield inspect.LiteralType((one.tag,))
        for field in one.fields:
            if field.encode_name == part:
                yield from _flat(field.type)
    elif isinstance(one, inspect.DictType):
        yield from _flat(one.value_type)
    elif isinstance(one, inspect.VarTupleType):
        yield from _flat(one.item_type)


def _flat(one: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(one, inspect.UnionType):
        yield from one.types
    else:
        yield one


def _line(text: str, path: Path, stage: str) -> int | None:
    """Where most of the path is written; the stage's own part counts before the common one."""
    lines = dict(_names(text))
    for length in range(len(path), 0, -1):
        part = path[:length]
        if found := lines.get(("stages", stage, *part)) or lines.get(part):
            return found
    return None


def _names(text: str) -> Iterator[tuple[Path, int]]:
    """Every table and key of a TOML text with its line, the first of each last."""
    found: list[tuple[Path, int]] = []
    table: Path = ()
    counts: dict[str, int] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)\s*([\w.\"'-]+)\s*\]", raw):
            table = _keys(header[2])
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
                table += (str(counts[header[2]]),)
            found.append((table, number))
        elif key := re.match(r"\s*([\w\"'-]+(?:\.[\w\"'-]+)*)\s*=", raw):
            found.append((table + _keys(key[1]), number))
    return reversed(found)


def _keys(name: str) -> Path:
    return tuple(part.strip("\"'") for part in name.split("."))
