"""What comes with a WhatsApp message besides words and files, under the names all channels use."""

from typing import Any

from chalicelib.channels.extras import json_value, object_of, objects_of, without_nothing
from chalicelib.channels.whatsapp.shapes import Context, Message


def details_of(message: Message, *, standby: bool) -> dict[str, Any]:
    reply = message.interactive.nfm_reply if message.interactive else None
    return without_nothing(
        location=_location(message),
        contacts=_contacts(message),
        order=_order(message),
        form=object_of(reply.response_json) if reply else None,
        referral=_referral(message),
        forwarded=_forwarded(message.context),
        error_code=_error_code(message),
        standby=standby or None,
    )


def _location(message: Message) -> dict[str, Any]:
    given = object_of(message.location)
    wanted = ("latitude", "longitude", "name", "address", "url")
    return without_nothing(**{name: given.get(name) for name in wanted})


def _contacts(message: Message) -> list[dict[str, Any]]:
    """Address cards; a customer's own number comes as one, too, when the brand asked for it."""
    return [
        without_nothing(
            name=_name(card.get("name")),
            phones=_texts(card.get("phones"), "phone"),
            emails=_texts(card.get("emails"), "email"),
        )
        for card in objects_of(json_value(message.contacts))
    ]


def _name(name: Any) -> Any:
    return name.get("formatted_name") or name.get("first_name") if isinstance(name, dict) else None


def _texts(entries: Any, key: str) -> list[str]:
    found = [entry.get(key) or entry.get("wa_id") for entry in objects_of(entries)]
    return [text for text in found if isinstance(text, str)]


def _order(message: Message) -> dict[str, Any]:
    if message.order is None:
        return {}
    items = [
        without_nothing(
            id=item.get("product_retailer_id"),
            quantity=item.get("quantity"),
            price=item.get("item_price"),
            currency=item.get("currency"),
        )
        for item in objects_of(json_value(message.order.product_items))
    ]
    return without_nothing(catalog=message.order.catalog_id, items=items)


def _referral(message: Message) -> dict[str, Any]:
    """The ad or post that led here, and the product that is asked about."""
    context, reply = message.context, message.interactive
    product = object_of(context.referred_product) if context else {}
    product = product or (object_of(reply.action) if reply else {})
    named = without_nothing(
        catalog=product.get("catalog_id"), id=product.get("product_retailer_id")
    )
    return {**object_of(message.referral), **without_nothing(product=named)}


def _forwarded(context: Context | None) -> bool | None:
    known = context is not None and (context.forwarded or context.frequently_forwarded)
    return True if known else None


def _error_code(message: Message) -> str | None:
    """Why WhatsApp could not hand the message over as it was written."""
    codes = [error.get("code") for error in objects_of(json_value(message.errors))]
    return str(codes[0]) if codes and codes[0] is not None else None
