"""Each shop tells in its own way that goods came back."""

import json
from typing import Any

import pytest

from chalicelib.commerce.facts import ALL_UNITS, RefundMade
from tests.unit.commerce.shop_payloads import deliver


def returned(shop: str, payload: Any, headers: dict[str, str] | None = None) -> int:
    facts = deliver(shop, json.dumps(payload).encode(), headers or {})
    (refund,) = [fact for fact in facts if isinstance(fact, RefundMade)]
    return refund.returned


@pytest.mark.parametrize(
    ("lines", "pieces"),
    [
        ([{"quantity": 2, "restock_type": "return"}, {"quantity": 1, "restock_type": "return"}], 3),
        ([{"quantity": 2, "restock_type": "cancel"}, {"restock_type": "no_restock"}], 0),
        ([{"quantity": -2, "restock_type": "return"}, {"restock_type": "return"}], 0),
        ([], 0),
        (None, 0),
    ],
)
def test_shopify_counts_the_pieces_that_are_sent_back(lines: Any, pieces: int) -> None:
    refund = {"id": 1, "order_id": 2, "refund_line_items": lines}
    headers = {"x-shopify-topic": "refunds/create", "x-shopify-shop-domain": "a.example"}
    assert returned("shopify", refund, headers) == pieces


@pytest.mark.parametrize(("total", "pieces"), [("0.00", ALL_UNITS), ("-5.00", 0), (None, 0)])
def test_a_refund_of_nothing_in_woocommerce_is_a_return(total: str | None, pieces: int) -> None:
    order = {"id": 1, "status": "completed", "refunds": [{"id": 9, "total": total}]}
    headers = {
        "x-wc-webhook-topic": "order.updated",
        "x-wc-webhook-source": "https://kahve.example/",
        "x-wc-webhook-resource": "order",
    }
    assert returned("woocommerce", order, headers) == pieces


@pytest.mark.parametrize(("amount", "pieces"), [("0", ALL_UNITS), ("0.00", ALL_UNITS), ("5", 0)])
def test_a_refund_of_nothing_in_the_feed_is_a_return(amount: str, pieces: int) -> None:
    order = {"id": 1, "refunds": [{"id": 9, "amount": amount}]}
    event = {"type": "order.refunded", "data": {"shop": "a", "order": order}}
    assert returned("orders", event) == pieces
