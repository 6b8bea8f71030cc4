"""The Graph API's answers: what it took, and why it refused, in its own words and in ours."""

from collections.abc import Collection, Mapping

import msgspec

from chalicelib.channels.sending import Refusal
from chalicelib.channels.wire import Id, decode
from chalicelib.errors import ParseError

Explanations = Mapping[str, str]
"""Plain English by code, or by "code/subcode" where the subcode tells more."""


class GraphError(msgspec.Struct):
    """An error as the API answers it and as webhooks tell it."""

    code: int | str | None = None
    error_subcode: int | str | None = None
    title: str | None = None
    message: str | None = None
    error_user_msg: str | None = None
    error_data: object = None
    is_transient: object = None

    @property
    def words(self) -> str | None:
        """Meta's own words, the most telling ones."""
        details = self.error_data.get("details") if isinstance(self.error_data, dict) else None
        if isinstance(details, str) and details:
            return details
        return self.error_user_msg or self.message or self.title

    def name(self, explanations: Explanations) -> str | None:
        """The code, with its subcode if that is one we can explain ("10/2018278")."""
        full = f"{self.code}/{self.error_subcode}"
        return full if full in explanations else None if self.code is None else str(self.code)

    def explained(self, explanations: Explanations) -> str | None:
        """Our explanation with Meta's words after it; either alone, or None, if that is all."""
        plain = explanations.get(self.name(explanations) or "")
        if plain is None or not self.words:
            return plain or self.words
        return f"{plain} ({self.words})"


class _Failure(msgspec.Struct):
    """The body of a refused call."""

    error: GraphError


_FAILURE = msgspec.json.Decoder(_Failure)


def refusal(body: bytes, explanations: Explanations, busy: Collection[str]) -> Refusal:
    """Why the API refused; `busy` are the codes that mean "later", also when they come as a 400."""
    try:
        error = decode(_FAILURE, body).error
    except ParseError:
        return Refusal()
    later = str(error.code) in busy or error.is_transient is True
    return Refusal(
        code=error.name(explanations), detail=error.explained(explanations), temporary=later
    )


class _Taken(msgspec.Struct):
    message_id: Id


_TAKEN = msgspec.json.Decoder(_Taken)


def message_id(body: bytes) -> str | None:
    """The id under which Messenger or Instagram took a message; None if the body has none."""
    try:
        return decode(_TAKEN, body).message_id
    except ParseError:
        return None
