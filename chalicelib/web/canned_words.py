"""A canned answer as one customer would read it: their name, their latest order, their language."""

from collections.abc import Mapping

from chalicelib.outreach import canned as answers
from chalicelib.outreach.compose import first_name
from chalicelib.playbook import Playbook
from chalicelib.playbook_values import Locale
from chalicelib.store import orders
from chalicelib.store.records import Conversation, Customer
from chalicelib.store.staff_records import Canned


def words(
    answer: Canned,
    *,
    customer: Customer,
    case: Conversation | None,
    playbook: Playbook,
    agent: str,
    given: Mapping[str, str],
    wanted: Locale | None = None,
) -> tuple[str, Locale]:
    """The text, and its language. Raises InvalidRequest for what is missing or too much."""
    locale = answers.language(wanted, case.language if case else None, customer, playbook)
    name = first_name(customer)
    uses = answers.placeholders(answer.texts[locale])
    ours = {
        "name": f" {name}" if name else "",
        "brand": playbook.brand.name,
        "agent": agent,
        "order": _latest_order(customer) if "order" in uses - given.keys() else None,
    }
    return answers.rendered(answer, locale, ours, given), locale


def _latest_order(customer: Customer) -> str | None:
    """The name of their latest order, as the shop shows it; None if they have none."""
    from chalicelib.commerce import records

    found = orders.of_customer(customer.family, limit=1)
    return records.from_record(found[0].document).name if found else None
