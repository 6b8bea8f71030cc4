"""Twilio – SMS and MMS, WhatsApp through Twilio, and calls: `source` verifies (by `signing`) and
sorts what came (`form`); `messages` and `voice` say what it means, `callers` who it was; `send`
sends and `media` fetches."""

from chalicelib.channels.twilio.send import SMS_OUTLET, WHATSAPP_OUTLET
from chalicelib.channels.twilio.source import TWILIO

__all__ = ["SMS_OUTLET", "TWILIO", "WHATSAPP_OUTLET"]
