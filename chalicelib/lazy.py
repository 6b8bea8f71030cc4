"""Tables whose values are loaded when they are first asked for: a process pays for what it uses."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, TypeVar

T = TypeVar("T")


class Lazy(Mapping[str, T]):
    """Maps names onto things that are written as "module:NAME" within a package."""

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        self._package = package
        self._places = places
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._loaded:
            module, _, thing = self._places[name].partition(":")
            self._loaded[name] = getattr(import_module(f"{self._package}.{module}"), thing)
        found: T = self._loaded[name]
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
