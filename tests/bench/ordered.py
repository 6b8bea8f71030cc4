"""A DynamoDB of one index that is kept in order, as the real one keeps it: a page is found by
search, not by walking. It knows Query by partition, newest or oldest first, with a limit."""

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Items = Mapping[str, list[dict[str, Any]]]
"""By partition, in order of the sort key."""


@contextmanager
def serve(items: Items) -> Iterator[str]:
    """The endpoint's URL, on loop-back."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(items))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _handler(items: Items) -> type[BaseHTTPRequestHandler]:
    order = {owner: [item["gsi1sk"]["S"] for item in held] for owner, held in items.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            values = [value["S"] for value in asked["ExpressionAttributeValues"].values()]
            (owner,) = (value for value in values if value in items)
            bounds = [value for value in values if value != owner]
            end = bisect_left(order[owner], bounds[0]) if bounds else len(order[owner])
            page = items[owner][max(0, end - asked["Limit"]) : end][::-1]
            answer = {"Items": page, "Count": len(page), "ScannedCount": len(page)}
            if page and end > asked["Limit"]:
                names = ("pk", "sk", "gsi1pk", "gsi1sk")
                answer["LastEvaluatedKey"] = {name: page[-1][name] for name in names}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/x-amz-json-1.0")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler
