"""Whose turn it is, where no message says so."""

from datetime import datetime

from chalicelib.errors import Contention
from chalicelib.routing.giving import found
from chalicelib.store import pauses, waits

ATTEMPTS = 6


def hear(conversation_id: str, at: datetime) -> None:
    """From that moment it is not the customer's turn any more, unless they were answered since.
    Raises Contention."""
    for _ in range(ATTEMPTS):
        case = found(conversation_id)
        if case is None:
            return
        heard = pauses.heard(pauses.known(case), at)
        if heard == case.pauses or waits.write(case, {"pauses": heard}):
            return
    raise Contention(f"conversation {conversation_id} kept changing")
