"""After somebody asked to be erased: all that is kept of them, taken away page by page."""

from chalicelib.consequences.hands import Hands, Happened


def erase(event: Happened, hands: Hands) -> None:
    """What is kept of the customer is deleted, page by page; when nothing is left, it is told."""
    # Only here: it knows of everything that is kept, which no other reaction need wait for.
    from chalicelib.consequences.erasing.page import carry_on

    carry_on(event, hands)
