"""Mail by Amazon SES: `source` verifies SNS's envelope (rules in `sns`) and sorts what is in it;
`receiving` reads mails that came in, `feedback` what became of those that went out."""

from chalicelib.channels.ses.source import SES

__all__ = ["SES"]
