"""Watching and breaking the calls to AWS that a world's functions make."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError

Interfere = Callable[[str], None]
"""Is told of each call ("PutItem") just before it is made, and may raise."""


class Killed(BaseException):
    """The worker's end: not an error that code could catch."""


@contextmanager
def intercepted(before: Interfere, after: Interfere | None = None) -> Iterator[None]:
    """Tell `before` and `after` of every call, whichever client makes it.

    Every client of boto3 and pynamodb goes through this one method of botocore.
    """
    made = BaseClient._make_api_call

    def make(self: Any, operation: str, arguments: Any) -> Any:
        before(operation)
        answer = made(self, operation, arguments)
        if after:
            after(operation)
        return answer

    with patch.object(BaseClient, "_make_api_call", make):
        yield


@contextmanager
def counted() -> Iterator[list[str]]:
    """The operations called, in order."""
    seen: list[str] = []
    with intercepted(seen.append):
        yield seen


@contextmanager
def failing(operation: str, code: str, times: int = 10**6) -> Iterator[None]:
    """AWS answers this operation with an error of this code, so many times."""
    left = [times]

    def fail(called: str) -> None:
        if called == operation and left[0]:
            left[0] -= 1
            raise ClientError({"Error": {"Code": code, "Message": "as told"}}, operation)

    with intercepted(fail):
        yield


def killed_at(number: int, *, answered: bool) -> Any:
    """The worker ends at the call with this number (from 0): before it is made, or when it was
    made and its answer is never seen."""
    seen = [0]

    def end(_operation: str) -> None:
        seen[0] += 1
        if seen[0] == number + 1:
            raise Killed

    def nothing(_operation: str) -> None:
        return

    return intercepted(nothing, end) if answered else intercepted(end)
