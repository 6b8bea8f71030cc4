"""AWS's descriptions of its services, found without looking through those of all its services.

Before botocore opens a service's description it lists every service there is: some 440 folders, at
each start of a function, 7 ms of it on a quick disk. Whether the one wanted is there can be asked.
"""

import os
from collections.abc import Iterator
from typing import Any

from botocore.loaders import Loader


class _Present:
    """The services there are: whether one is among them is looked up, all are listed only when
    somebody wants to read them, as in the message that there is no such service."""

    def __init__(self, loader: "_Straight", type_name: str) -> None:
        self._loader, self._type = loader, type_name

    def __contains__(self, service: str) -> bool:
        return any(os.path.isdir(os.path.join(path, service)) for path in self._loader.search_paths)

    def __iter__(self) -> Iterator[str]:
        return iter(Loader.list_available_services(self._loader, self._type))


class _Straight(Loader):  # type: ignore[misc]
    def list_available_services(self, type_name: str) -> Any:
        return _Present(self, type_name)


def go_straight(session: Any) -> Any:
    """Have the session find descriptions so; returns it. One that was told of other places for them
    (AWS_DATA_PATH) is left as it is."""
    if session.get_config_variable("data_path") is None:
        session.register_component("data_loader", _Straight())
    return session
