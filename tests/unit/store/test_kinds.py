"""Every kind of item has its fate when a customer is erased: whoever adds one says which here, and
in docs/erasure.md."""

import importlib
import pkgutil

import chalicelib.store
from chalicelib.store.models import Item

DELETED = """answered asked checkout consent contacts conversation coupon customer entry identity
    issued kpi_card kpi_note kpi_row label ledger location mood name order order_name product_review
    recipient review survey word"""
"""By its own key, its listing under the customer, the timeline, or what is found there."""

LET_GO = "alert device held notification ownership waiting"
"""Stays without the customer, or is nobody's in particular once it is let go."""

KEPT = "audit consent_proof erasure mention relay_delivery suppression"
"""Each for the reason that docs/erasure.md gives."""

NOBODYS = """agent api_key article article_version article_votes articles_revision ballot campaign
    campaign_count canned device_model device_model_version group_member incident incident_count
    incident_member incident_owner incident_pointer kpi_count provision quarantine rating
    relay_endpoint sweep template trouble"""
"""About no customer: staff, devices, texts, counters, hashes."""


def test_every_kind_of_item_has_its_fate_when_a_customer_is_erased() -> None:
    for module in pkgutil.iter_modules(chalicelib.store.__path__):
        importlib.import_module(f"chalicelib.store.{module.name}")
    kinds = [str(Item.type.get_discriminator(kind)) for kind in Item.__subclasses__()]
    told = " ".join((DELETED, LET_GO, KEPT, NOBODYS)).split()
    assert sorted(told) == sorted(kinds)
