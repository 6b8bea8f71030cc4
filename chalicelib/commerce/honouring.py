"""Making our codes known to the shops that take them from us.

Only a shop whose credentials are among the platform secrets is asked; any other shop or till asks
us (the staff API), or follows the event CouponIssued.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.channels.base import Account, HttpReply, NotSent, Transport, Unknown
from chalicelib.commerce.registry import CODES
from chalicelib.errors import ConfigurationError, PlatformRefused, TemasError, Unavailable
from chalicelib.store.outreach_records import Coupon

_NO_ACCESS = (401, 403)
_LONGEST_WORDS = 300


@dataclass(frozen=True, kw_only=True)
class Shops:
    """The brand's shops: `accounts` gives each one's credentials, with its platform's name."""

    accounts: Callable[[], Iterable[tuple[str, Account]]]
    transport: Callable[[], Transport]

    def make_valid(self, coupon: Coupon) -> None:
        """Create the code in every shop; one that has it already is left as it is, and one that
        does not take it is not in the others' way.

        Raises Unavailable to be called again; ConfigurationError or PlatformRefused for a person.
        """
        failures: list[TemasError] = []
        for platform, account in self.accounts():
            try:
                CODES[platform](coupon, account, self.transport())
            except TemasError as error:
                failures.append(error)
        if failures:
            raise failures[0]


def answer(reply: HttpReply | NotSent | Unknown, shop: str, scope: str) -> HttpReply:
    """The shop's answer, if it is one to read: a creation is repeated until there is.

    Raises Unavailable; ConfigurationError, naming the `scope` that is missing.
    """
    if not isinstance(reply, HttpReply):
        raise Unavailable(f"{shop} has not answered: {reply.detail}")
    if reply.status == 429 or reply.status >= 500:
        raise Unavailable(f"{shop} is busy: HTTP {reply.status}")
    if reply.status in _NO_ACCESS:
        raise ConfigurationError(
            f"{shop} lets us make no codes (HTTP {reply.status}): give the key in the secret "
            f"temas-<stage>-platforms the right to {scope}"
        )
    return reply


def refused(shop: str, words: str) -> PlatformRefused:
    return PlatformRefused(f"{shop} does not take the code: {words[:_LONGEST_WORDS]}")
