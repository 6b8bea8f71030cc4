"""Logs and metrics: structured, counted, and free of personal data.

Log lines carry ids of our own making (customer, conversation, notification, delivery), never
names, addresses, handles or texts. Metrics are CloudWatch's embedded format: no request each.
"""

import logging
from collections.abc import Mapping

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

SERVICE = "temas"


def make_logger() -> Logger:
    """A JSON logger; the stage's log level comes from POWERTOOLS_LOG_LEVEL, INFO by default."""
    logger = Logger(service=SERVICE)
    # These print request bodies and URLs at debug level, tokens included.
    for noisy in ("botocore", "urllib3", "pynamodb"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return logger


def make_metrics(stage: str) -> Metrics:
    metrics = Metrics(namespace="Temas", service=SERVICE)
    metrics.set_default_dimensions(stage=stage)
    return metrics


def count(metrics: Metrics, counts: Mapping[str, int]) -> None:
    """Add counts by name and write them out; zeros are left out."""
    present = {name: value for name, value in counts.items() if value}
    for name, value in present.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    if present:
        metrics.flush_metrics()
