"""Standing on the wire: every HTTP request that clients send, counted, and answered if wanted."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.session import Session


@dataclass(frozen=True)
class Request:
    """One HTTP request: `operation` as "dynamodb.BatchGetItem", the JSON it sent, its bytes."""

    operation: str
    body: dict[str, Any]
    size: int

    @property
    def service(self) -> str:
        return self.operation.partition(".")[0]


@dataclass
class Recorder:
    """Requests in the order they were sent, retries included. With `answer` nothing leaves the
    process: it gives the body of a 200 to each operation."""

    answer: Callable[[str], bytes] | None = None
    keep: bool = True
    requests: list[Request] = field(default_factory=list)

    def __call__(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        operation = event_name.partition(".")[2]
        if self.keep:
            body = request.body or b"{}"
            raw = body if isinstance(body, bytes) else body.encode()
            told = json.loads(raw) if raw[:1] == b"{" else {}  # SES is sent a form
            self.requests.append(Request(operation, told, len(raw)))
        return None if self.answer is None else canned(request.url, self.answer(operation))

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.requests]


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


def canned(url: str, body: bytes) -> AWSResponse:
    """A 200 with this body."""
    headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "bench"}
    return AWSResponse(url, 200, headers, _Raw(body))


@contextmanager
def recorded(recorder: Recorder) -> Iterator[Recorder]:
    """Every botocore client that is made inside reports to the recorder, before anything else.
    Whoever else answers on the wire (moto) is still asked, so answer only where nobody does."""
    plain = Session.create_client

    def create_client(session: Session, *args: Any, **kwargs: Any) -> Any:
        client = plain(session, *args, **kwargs)
        client.meta.events.register_first("before-send", recorder)
        return client

    Session.create_client = create_client
    try:
        yield recorder
    finally:
        Session.create_client = plain
