"""A customer with a delivered order to review, and the page they do it on."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from chalicelib import playbook
from chalicelib.outreach.links import Links
from chalicelib.outreach.plan import notification_id
from tests.support.http_calls import Answer, call
from tests.support.webhook_calls import SHOP, queued_order
from tests.support.world import SECRETS, World

ORDER = f"shopify:{SHOP}:7"
COFFEE, POT = f"shopify:{SHOP}:11", f"shopify:{SHOP}:12"
FORM = "application/x-www-form-urlencoded"


def use(world: World, **review: Any) -> None:
    """From now on the playbook says this of reviews."""
    book = playbook.load("prod")
    changed = msgspec.structs.replace(book.review, **review)
    world.restart(playbook_override=msgspec.structs.replace(book, review=changed))


def order(world: World, order_id: int = 7, **more: Any) -> dict[str, Any]:
    """Two products and a tip, delivered."""
    mail = {"email": "ayse@ornek.example", "verified_email": True}
    return {
        "id": order_id,
        "name": f"#{order_id}",
        "created_at": world.now.isoformat(),
        "updated_at": world.now.isoformat(),
        "currency": "TRY",
        "total_price": "100.00",
        "customer": {"id": 1, "first_name": "Ayşe", "last_name": "Yılmaz", **mail},
        "line_items": [
            {"product_id": 11, "title": "Filtre Kahve", "quantity": 1},
            {"product_id": 12, "title": "Cezve <b>", "quantity": 2},
            {"product_id": 11, "title": "Filtre Kahve", "quantity": 3},
            {"product_id": None, "title": "Bahşiş", "quantity": 1},
        ],
        "fulfillments": [
            {"id": 1, "shipment_status": "delivered", "updated_at": world.now.isoformat()}
        ],
        **more,
    }


def buy(world: World, order_id: int = 7, **more: Any) -> str:
    """The order comes in; returns its customer."""
    world.put("inbound", queued_order("orders/create", order(world, order_id, **more), world.now))
    world.settle()
    return str(world.items("order")[0]["customer_id"])


def link(world: World, customer_id: str, order_key: str = ORDER, key: str | None = None) -> str:
    """The path of the page to which the first reminder about an order leads."""
    links = Links(key=(key or SECRETS["links"]["signing_key"]).encode(), base_url="")
    about = notification_id(f"review:{order_key}:1")
    return links.review(customer_id, about, world.now)


def send(path: str, fields: Mapping[str, str] | None = None, **more: str) -> Answer:
    """Press the button, without a photo."""
    body = urlencode({**(fields or {}), **more}).encode()
    return call("POST", path, headers={"Content-Type": FORM}, body=body)


def send_photo(path: str, photo: bytes, name: str = "a.jpg", **fields: str) -> Answer:
    """Press it as browsers do, with a photo."""
    edge = "----WebKitFormBoundaryX"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n'
    parts.append(head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + photo + b"\r\n")
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    kind = f"multipart/form-data; boundary={edge}"
    return call("POST", path, headers={"Content-Type": kind}, body=body)
