"""Telegram bots: `source` verifies and parses (shapes in `wire`; meaning in `messages` with
`content`, `extras`, `people` and `places`, in `buttons` and in `notices`), `send` sends, `files`
fetches."""

from chalicelib.channels.telegram.send import OUTLET
from chalicelib.channels.telegram.source import TELEGRAM

__all__ = ["OUTLET", "TELEGRAM"]
