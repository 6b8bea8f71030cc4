"""What is made of messages before anybody answers, and by self-service."""

from datetime import datetime
from typing import Literal

from chalicelib.events.base import Data
from chalicelib.events.devices import Severity


class MessageTriaged(Data, frozen=True, kw_only=True):
    """What was understood of a customer's message: every label with its reasons (`why`)."""

    message_key: str
    conversation_id: str
    customer_id: str
    at: datetime
    channel: str
    language: str
    sentiment: Literal["negative", "neutral", "positive"]
    severity: Severity
    urgent: bool = False
    category: str | None = None
    confidence: float = 0.0
    """Of the category, 0 to 1."""
    wants_human: bool = False
    why: list[str] = []


class ArticleOffered(Data, frozen=True, kw_only=True):
    """Self-service answered with an article (`confident`), or offered some to choose from."""

    conversation_id: str
    customer_id: str
    message_key: str
    at: datetime
    articles: list[str]
    confident: bool


class ArticleChosen(Data, frozen=True, kw_only=True):
    """A customer chose among the articles they were offered; `article_id` None: none of them."""

    conversation_id: str
    customer_id: str
    at: datetime
    message_key: str
    article_id: str | None = None


class ArticleRated(Data, frozen=True, kw_only=True):
    """A customer said whether an article helped."""

    article_id: str
    customer_id: str
    at: datetime
    helped: bool
    conversation_id: str | None = None


class HandedOff(Data, frozen=True, kw_only=True):
    """A person has to answer: `reason` is unsure, asked, angry, urgent, repeat, not_helped,
    off (no self-service) or alert."""

    conversation_id: str
    customer_id: str
    at: datetime
    reason: str
