"""Temas: every Lambda in the order of the story. Each is told here and done elsewhere.

channels in → keep once → understand → react → schedule → decide → deliver
"""

import gc

gc.disable()  # until all is loaded: starting makes no garbage, only much to look through for it

import os
from collections.abc import Mapping
from typing import Any

from chalice.app import Chalice, SQSEvent

from chalicelib.preload import preload
from chalicelib.queues import consume, each
from chalicelib.settings import read_stage
from chalicelib.web.faq import faq
from chalicelib.web.pages import pages
from chalicelib.web.reference import reference
from chalicelib.web.review_page import review_pages
from chalicelib.web.staff import staff
from chalicelib.web.webhooks import webhooks
from chalicelib.wiring import Wiring, wired

STAGE = read_stage()
BATCH = 10

preload(os.environ.get("_HANDLER", ""))
gc.freeze()  # what is loaded stays: no later collection goes through it again
gc.enable()

app = Chalice(app_name="temas")
app.experimental_feature_flags.update(["BLUEPRINTS"])
# Mail comes in as forms whose fields have charsets of their own: as text, API Gateway would mangle
# them.
app.api.binary_types.append("multipart/form-data")

# IN: platforms' webhooks; ACT: the staff API; the small public pages.
app.register_blueprint(webhooks)
app.register_blueprint(staff)
app.register_blueprint(pages)
app.register_blueprint(review_pages)
app.register_blueprint(faq)
app.register_blueprint(reference)


@app.on_sqs_message(queue=f"temas-{STAGE}-inbound", batch_size=BATCH, name="ingest")
def ingest(event: SQSEvent) -> None:
    """KEEP: every message, order and status of a batch, once, on its customer's timeline."""
    wiring, batch = _begin(event)
    consume(batch, wiring.intake.take, sqs=lambda: wiring.client("sqs"), logger=wiring.logger)


@app.on_sqs_message(queue=f"temas-{STAGE}-telemetry", batch_size=BATCH, name="watch")
def watch(event: SQSEvent) -> None:
    """WATCH: device reports into states, states into alerts."""
    wiring, batch = _begin(event)
    consume(batch, wiring.observe, sqs=lambda: wiring.client("sqs"), logger=wiring.logger)


@app.on_sqs_message(queue=f"temas-{STAGE}-sweep", batch_size=1, name="sweep")
def sweep(event: SQSEvent) -> None:
    """WATCH: devices that say nothing, each looked at when its silence would mean something."""
    wiring, batch = _begin(event)
    consume(batch, each(wiring.sweep), sqs=lambda: wiring.client("sqs"), logger=wiring.logger)


@app.on_sqs_message(queue=f"temas-{STAGE}-reactions", batch_size=BATCH, name="react")
def react(event: SQSEvent) -> None:
    """REACT: what follows from what happened: plans, cancellations, cases."""
    wiring, batch = _begin(event)
    consume(batch, each(wiring.react), sqs=lambda: wiring.client("sqs"), logger=wiring.logger)


@app.on_sqs_message(queue=f"temas-{STAGE}-campaigns", batch_size=1, name="campaign")
def campaign(event: SQSEvent) -> None:
    """REACH: a campaign's next pages of customers, and what is planned for those in its segment."""
    wiring, batch = _begin(event)
    consume(batch, each(wiring.campaign), sqs=lambda: wiring.client("sqs"), logger=wiring.logger)


@app.on_sqs_message(queue=f"temas-{STAGE}-due", batch_size=1, name="deliver")
def deliver(event: SQSEvent) -> None:
    """DELIVER: decide once more, send, record the outcome."""
    wiring, batch = _begin(event)
    consume(batch, each(wiring.deliver), sqs=lambda: wiring.client("sqs"), logger=wiring.logger)


@app.on_sqs_message(queue=f"temas-{STAGE}-relay", batch_size=BATCH, name="relay")
def relay(event: SQSEvent) -> None:
    """RELAY: every event to the endpoints of the brand's other systems that want it."""
    wiring, batch = _begin(event)
    consume(batch, wiring.relay_on, sqs=lambda: wiring.client("sqs"), logger=wiring.logger)


def _begin(event: SQSEvent) -> tuple[Wiring, Mapping[str, Any]]:
    """The wiring of this process, and the batch as Lambda gave it."""
    context: Any = event.context
    return wired(context.invoked_function_arn), event.to_dict()
