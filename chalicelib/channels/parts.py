"""One message that the platform takes only as several: a file and its words."""

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.channels.base import Rejected, SendResult, Sent


def in_turn(
    parts: Sequence[dict[str, Any]], post: Callable[[dict[str, Any]], SendResult]
) -> SendResult:
    """The result of sending all parts (at least one), named after the last.

    When the first part fails, nobody got anything and the message may be tried again. When a later
    one fails, nothing is: the customer would get the first part twice.
    """
    result = post(parts[0])
    for part in parts[1:]:
        if not isinstance(result, Sent):
            return result
        result = post(part)
        if not isinstance(result, Sent):
            return Rejected(
                code="partly_sent",
                detail=f"the first part went out, the next did not: {result.detail}",
            )
    return result
