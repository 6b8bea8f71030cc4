"""The alerts of a model and rule, by time: where they gather until there are enough of them."""

from datetime import datetime, timedelta

from chalicelib.store import keys
from chalicelib.store.device_records import Alert
from chalicelib.store.models_incidents import TroubleItem
from chalicelib.store.table import translated

REMEMBERED = timedelta(days=7)
"""How long an alert is kept among those of its model and rule: far longer than any incident takes
to show."""

MOST = 500


def gather(alert: Alert, model: str, *, at: datetime, now: datetime) -> None:
    """Put an alert among those of its model and rule, by the moment at which it was raised or
    became graver; again changes nothing."""
    item = TroubleItem(*keys.troubled(model, alert.rule, at, alert.device_id))
    item.alert_id = alert.id
    item.expires_at = int((now + REMEMBERED).timestamp())
    with translated():
        item.save()


def gathered(
    model: str, rule: str, earliest: datetime, latest: datetime | None, *, after: datetime | None
) -> list[tuple[str, str, datetime]]:
    """Alerts of a model and rule gathered from `earliest` to `latest` (None: whenever), and later
    than `after`: (alert, device, moment), the first 500 of them, in one request."""
    start = f"A#{keys.moment(earliest, '')}"
    if after is not None and after >= earliest:
        start = f"A#{keys.moment(after, '')}~"
    end = f"A#{keys.moment(latest, '')}~" if latest else "A#~"
    if start > end:
        return []
    with translated():
        rows = list(
            TroubleItem.query(
                keys.trouble(model, rule),
                TroubleItem.sk.between(start, end),
                consistent_read=True,
                limit=MOST,
            )
        )
    return [_trouble(row) for row in rows]


def _trouble(row: TroubleItem) -> tuple[str, str, datetime]:
    at, _, device_id = row.sk.removeprefix("A#").partition("#")
    return row.alert_id, device_id, datetime.fromisoformat(at)
