"""What the functions write to their log: lines and metrics."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from tests.support.world import World


@contextmanager
def logged(world: World) -> Iterator[io.StringIO]:
    """Everything that Lambda would put into CloudWatch Logs, from loggers, prints and metrics."""
    written = io.StringIO()
    assert world.wiring.logger
    handlers = [h for name in ("temas", "") for h in logging.getLogger(name).handlers]
    streams = [h for h in handlers if isinstance(h, logging.StreamHandler)]
    for handler in streams:
        if handler.stream.closed:  # made while another test's output was captured
            handler.stream = io.StringIO()
    before = [(handler, handler.setStream(written)) for handler in streams]
    try:
        with redirect_stdout(written), redirect_stderr(written):
            yield written
    finally:
        for handler, stream in before:
            if stream is not None:
                handler.setStream(stream)
