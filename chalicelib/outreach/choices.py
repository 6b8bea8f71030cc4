"""Choices: what a customer may choose of what we send by ourselves, and what they changed. Pure.

A form says what it showed and what came of it. Only the difference is the customer's word: what
was changed elsewhere meanwhile is not undone by a form that is older.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from chalicelib.outreach.purposes import MAIL, MAIL_FIRST, PurposeName
from chalicelib.playbook_sections import Purposes
from chalicelib.store.records import Customer

OPTIONAL: Mapping[PurposeName, tuple[str, ...]] = {
    "survey": MAIL_FIRST,
    "review": MAIL,
    "marketing": MAIL_FIRST,
}
"""Purposes that a customer may do without, and the channels they go by, as a page lists them."""

Hours = tuple[str, str]

HOURS: Mapping[str, Hours | None] = {
    "usual": None,
    "morning": ("12:00", "09:00"),
    "afternoon": ("17:00", "12:00"),
    "evening": ("21:00", "17:00"),
    "any": ("00:00", "00:00"),
}
"""When the customer is glad to hear from us, as the quiet hours that this makes: None for the
brand's own, equal times for none. All begin and end by day, where no clock is ever changed."""

OWN_HOURS = "own"
"""The name of hours that staff have set and none of these is."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that can be on or off: a purpose on one channel."""

    purpose: PurposeName
    channel: str
    on: bool

    @property
    def name(self) -> str:
        return f"{self.purpose}/{self.channel}"


def choices(customer: Customer, purposes: Purposes) -> tuple[Choice, ...]:
    """All choices of a customer, as they stand: by purpose, and of each by channel."""
    return tuple(_choices(customer, purposes))


def _choices(customer: Customer, purposes: Purposes) -> Iterator[Choice]:
    reached = {contact.channel for contact in customer.contacts}
    for purpose, channels in OPTIONAL.items():
        rule = purposes.named(purpose).consent
        if rule == "none":  # it comes whatever they say: then it is not asked
            continue
        for channel in channels:
            if channel in reached:
                said = customer.consent(purpose, channel)
                on = said.granted if said else rule == "opt_out"
                yield Choice(purpose=purpose, channel=channel, on=on)


def changed(
    now: Sequence[Choice], had: Mapping[str, bool], wants: Mapping[str, bool]
) -> tuple[Choice, ...]:
    """What the customer changed on a form, as they want it. `had` is what the form showed, by the
    choices' names, `wants` what they left it at; what either doesn't know is no word of theirs."""
    return tuple(
        Choice(purpose=one.purpose, channel=one.channel, on=wants[one.name])
        for one in now
        if one.name in had and one.name in wants and had[one.name] != wants[one.name]
    )


def hours_named(hours: Hours | None) -> str:
    """The name of these quiet hours among HOURS; OWN_HOURS for others."""
    alike = "any" if hours and hours[0] == hours[1] else OWN_HOURS
    return next((name for name, those in HOURS.items() if those == hours), alike)


def open_hours(quiet: Hours) -> Hours | None:
    """From when to when these quiet hours leave a day open; None for all day."""
    start, end = (time.fromisoformat(text) for text in quiet)
    return None if start == end else (quiet[1], quiet[0])
