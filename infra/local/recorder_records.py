"""What the recorder keeps, and what it can be told."""

from dataclasses import dataclass, field
from typing import Any

MODES = ("answer", "hang", "close", "half", "garbage")


@dataclass(frozen=True)
class Reply:
    """An answer. A `body` of text goes out as it is, anything else as JSON, None as nothing."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """How to be broken for requests whose path begins with `prefix`.

    `mode`: `answer` with `status`, `headers` and `body` (the platform's own error of that status
    when there is no body); `hang` for `seconds` and then close; `close` without an answer; `half`
    an answer; `garbage` that is no HTTP. The last three take the message before they break.
    """

    prefix: str
    status: int = 500
    headers: dict[str, str]
    body: Any = None
    mode: str = "answer"
    seconds: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as it came in. Header names are in lower case; `json` is None for other bodies;
    `status` is what was answered, None for no answer."""

    seq: int
    at: str
    method: str
    path: str
    headers: dict[str, str]
    body: str
    json: Any
    status: int | None
