"""What the Bot API answers to the calls Temas makes."""

import msgspec


class Chat(msgspec.Struct):
    id: int


class Result(msgspec.Struct):
    message_id: int
    chat: Chat


class Accepted(msgspec.Struct):
    """The body of a send that Telegram took."""

    ok: bool
    result: Result


class Located(msgspec.Struct):
    file_path: str | None = None


class Found(msgspec.Struct):
    """The body of a `getFile` that found the file."""

    result: Located


class Parameters(msgspec.Struct):
    retry_after: float | None = None
    migrate_to_chat_id: int | None = None


class Failure(msgspec.Struct):
    """The body of a refused call."""

    error_code: int | None = None
    description: str | None = None
    parameters: Parameters | None = None


ACCEPTED = msgspec.json.Decoder(Accepted)
FOUND = msgspec.json.Decoder(Found)
FAILURE = msgspec.json.Decoder(Failure)
