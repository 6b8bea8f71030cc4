"""Watching the AWS calls of a piece of code, and getting in their way with the real errors."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Call:
    """One request to AWS: `service` as in "dynamodb", `operation` as in "PutItem"."""

    service: str
    operation: str
    params: Mapping[str, Any]
    number: int
    """From 1, in the order they are made."""


Hook = Callable[[Call], None]


class Killed(BaseException):
    """The worker is gone between two steps: nothing that catches exceptions sees it coming."""


@contextmanager
def watched(before: Hook | None = None, after: Hook | None = None) -> Iterator[list[Call]]:
    """Every call made meanwhile, in order. `before` runs before a call has any effect, `after`
    when it has taken effect (or was refused) and its answer isn't known yet; what they raise, the
    call raises.
    Calls that the hooks make themselves are neither listed nor hooked."""
    calls: list[Call] = []
    inside: list[bool] = []
    original = BaseClient._make_api_call

    def make(self: Any, operation: str, params: dict[str, Any]) -> Any:
        if inside:
            return original(self, operation, params)
        call = Call(self.meta.service_model.service_name, operation, params, len(calls) + 1)
        calls.append(call)
        _run(before, call, inside)
        try:
            return original(self, operation, params)
        finally:
            _run(after, call, inside)

    BaseClient._make_api_call = make
    try:
        yield calls
    finally:
        BaseClient._make_api_call = original


def _run(hook: Hook | None, call: Call, inside: list[bool]) -> None:
    if hook is None:
        return
    inside.append(True)
    try:
        hook(call)
    finally:
        inside.pop()


def refusal(code: str, message: str = "", **more: Any) -> ClientError:
    """An error as AWS answers it."""
    return ClientError({"Error": {"Code": code, "Message": message}, **more}, "Operation")


def cancelled(call: Call, code: str, *, only: int | None = None) -> ClientError:
    """TransactionCanceledException with this reason for every action, or `only` the n-th."""
    count = len(call.params["TransactItems"])
    reasons = [{"Code": code if only in (None, n) else "None"} for n in range(count)]
    return refusal("TransactionCanceledException", code, CancellationReasons=reasons)


def failing(operation: str, *errors: ClientError) -> Hook:
    """The first calls of this operation fail, with these errors in turn."""
    left = list(errors)

    def fail(call: Call) -> None:
        if call.operation == operation and left:
            raise left.pop(0)

    return fail


def killing(number: int) -> Hook:
    """The worker dies at the n-th call."""

    def kill(call: Call) -> None:
        if call.number == number:
            raise Killed(f"{call.service}.{call.operation}")

    return kill


def counted(calls: list[Call]) -> dict[str, int]:
    """How many calls of each operation."""
    found: dict[str, int] = {}
    for call in calls:
        found[call.operation] = found.get(call.operation, 0) + 1
    return found


def first_claim(do: Callable[[], object]) -> Hook:
    """Do this just before the first transaction, which is a delivery's claim."""
    done: list[int] = []

    def hook(call: Call) -> None:
        if call.operation == "TransactWriteItems" and not done:
            done.append(call.number)
            do()

    return hook
