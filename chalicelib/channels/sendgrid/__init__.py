"""Mail by SendGrid's Inbound Parse: `source` verifies and sorts, `form` takes the call apart,
`parsed` makes a mail of its fields."""

from chalicelib.channels.sendgrid.source import SENDGRID

__all__ = ["SENDGRID"]
