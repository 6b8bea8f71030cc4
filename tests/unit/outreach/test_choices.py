"""Choices: what can be chosen, and what of a form is the customer's word."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import playbook
from chalicelib.outreach.choices import HOURS, Choice, changed, choices, hours_named, open_hours
from chalicelib.store.records import Consent, Contact, Customer
from chalicelib.times import Hour, QuietHours

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
RULES = playbook.load("prod").purposes


def customer(*channels: str, **said: tuple[bool, int]) -> Customer:
    """Reached on these channels; `said` are consents as (granted, minutes from now)."""
    return Customer(
        id="cus_1",
        created_at=NOW,
        contacts=tuple(Contact(channel=name, address="a@b.example") for name in channels),
        consents={
            about.replace("__", "/"): Consent(
                granted=granted, at=NOW + timedelta(minutes=at), source="test"
            )
            for about, (granted, at) in said.items()
        },
    )


def standing(person: Customer) -> dict[str, bool]:
    return {one.name: one.on for one in choices(person, RULES)}


def test_opt_out_is_on_and_opt_in_off_until_something_is_said() -> None:
    assert standing(customer("email", "whatsapp")) == {
        "survey/email": True,
        "survey/whatsapp": True,
        "review/email": True,
        "marketing/email": False,
        "marketing/whatsapp": False,
    }


def test_of_a_word_for_all_channels_and_one_for_a_channel_the_later_counts() -> None:
    one = customer("email", "sms", marketing=(True, 0), marketing__sms=(False, 1))
    assert standing(one)["marketing/email"] is True
    assert standing(one)["marketing/sms"] is False
    other = customer("email", marketing=(False, 1), marketing__email=(True, 0))
    assert standing(other)["marketing/email"] is False


def test_where_nobody_is_reached_nothing_is_chosen() -> None:
    assert standing(customer()) == {}
    assert standing(customer("zendesk", "trustpilot")) == {}


names = st.sampled_from(["survey/email", "review/email", "marketing/email", "reply/email", "x"])
forms = st.dictionaries(names, st.booleans())


@given(had=forms, wants=forms, said=st.booleans())
def test_only_a_difference_between_shown_and_sent_is_a_word(
    had: Any, wants: Any, said: bool
) -> None:
    person = customer("email", survey=(said, 0))
    for one in changed(choices(person, RULES), had, wants):
        assert had[one.name] != wants[one.name] == one.on
        assert one.purpose in ("survey", "review", "marketing")


def test_nothing_is_made_of_names_that_nobody_has() -> None:
    known = [Choice(purpose="review", channel="email", on=True)]
    assert changed(known, {}, {"review/email": False}) == ()
    assert changed(known, {"review/sms": True}, {"review/sms": False}) == ()


@pytest.mark.parametrize(("name", "hours"), HOURS.items())
def test_hours_have_the_name_they_were_chosen_by(name: str, hours: Any) -> None:
    assert hours_named(hours) == name


def test_other_hours_are_the_customers_own_and_equal_ones_none() -> None:
    assert hours_named(("22:00", "10:00")) == "own"
    assert hours_named(("09:00", "09:00")) == "any"
    assert open_hours(("22:00", "10:00")) == ("10:00", "22:00")
    assert open_hours(("00:00", "00:00")) is None


@given(
    zone=st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    moment=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    name=st.sampled_from(["morning", "afternoon", "evening"]),
)
def test_chosen_hours_open_every_day_in_every_zone(
    zone: ZoneInfo, moment: datetime, name: str
) -> None:
    start, end = HOURS[name] or ("", "")
    quiet = QuietHours(start=Hour.parse(start).time, end=Hour.parse(end).time)
    opens = quiet.ends_at(moment, zone)
    if opens is None:
        assert end <= f"{moment.astimezone(zone):%H:%M}" < start
    else:
        assert timedelta(0) < opens - moment <= timedelta(hours=25)
        assert f"{opens.astimezone(zone):%H:%M}" == end
