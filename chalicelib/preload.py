"""What each function loads while it starts.

Packages are imported where they are used, so that no function loads another's. But Lambda gives a
starting process more processor than the same process has later: what a function's first event is
certain to need is loaded then. Nothing is built and nothing is called.
"""

from importlib import import_module

_QUEUE = (
    "aws_lambda_powertools.utilities.data_classes.sqs_event",
    "chalicelib.bus",
    "chalicelib.observability",
    "chalicelib.store.table",
)

NEEDS: dict[str, tuple[str, ...]] = {
    "app.app": (
        "botocore.session",
        "chalicelib.channels.registry",
        "chalicelib.commerce.registry",
        "chalicelib.vault",
    ),
    "app.ingest": (
        *_QUEUE,
        "chalicelib.channels.registry",
        "chalicelib.commerce.registry",
        "chalicelib.intake",
    ),
    "app.watch": (
        *_QUEUE,
        "chalicelib.fleet.reports.receive",
        "chalicelib.fleet.rules.compiling",
        "chalicelib.fleet.rules.rulebook",
        "chalicelib.store.device_models",
    ),
    "app.sweep": (
        *_QUEUE,
        "chalicelib.fleet.reports.forwarding",
        "chalicelib.fleet.rules.compiling",
        "chalicelib.fleet.rules.rulebook",
        "chalicelib.fleet.sweep_messages",
        "chalicelib.store.device_models",
    ),
    "app.react": (*_QUEUE, "chalicelib.outreach.schedule", "chalicelib.reactions"),
    "app.relay": (*_QUEUE, "chalicelib.relaying.relay", "chalicelib.relaying.transport"),
    "app.campaign": (*_QUEUE, "chalicelib.outreach.running"),
    "app.deliver": (*_QUEUE, "chalicelib.matters", "chalicelib.outreach.deliver"),
}
"""By handler, as Lambda names it in `_HANDLER`."""


def preload(handler: str) -> None:
    """Import what the handler's first event needs; for no handler (tests, packaging) nothing."""
    for module in NEEDS.get(handler, ()):
        import_module(module)
