"""Slack: `source` verifies and parses (shapes in `wire`; meaning in `messages`, `changes` and
`interactions`, with `people` and `texts`), `send` sends, `files` fetches."""

from chalicelib.channels.slack.send import OUTLET
from chalicelib.channels.slack.source import SLACK

__all__ = ["OUTLET", "SLACK"]
