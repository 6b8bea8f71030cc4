"""Keeping what customers buy: orders, checkouts, codes, reviews."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.channels.base import (
    Handle,
)
from chalicelib.wiring.keeping import Keeping

if TYPE_CHECKING:
    from chalicelib.channels.base import (
        Account,
    )
    from chalicelib.commerce.checkouts import Basket
    from chalicelib.commerce.consents import Word
    from chalicelib.commerce.coupons import Coupons
    from chalicelib.commerce.facts import Buyer
    from chalicelib.commerce.keep_checkouts import CheckoutBook
    from chalicelib.commerce.keep_orders import OrderBook
    from chalicelib.commerce.orders import Order
    from chalicelib.commerce.reviews import Reviews


class Selling(Keeping):
    @cached_property
    def orders(self) -> "OrderBook":
        from chalicelib.commerce.following import Follower
        from chalicelib.commerce.keep_orders import OrderBook

        assert self.table
        follower = Follower(
            end_checkout=self.checkouts.ordered, use=self.coupons.used, consented=self.consented
        )
        return OrderBook(
            currency=self.playbook.brand.currency,
            checkouts=self.checkouts,
            customer_of=self.customer_of,
            following=follower.following,
            bus=lambda: self.bus,
            pause=self.pause,
        )

    @cached_property
    def checkouts(self) -> "CheckoutBook":
        from chalicelib.commerce.keep_checkouts import CheckoutBook

        assert self.table
        return CheckoutBook(
            customer_of=self.customer_of,
            consented=self.consented,
            bus=lambda: self.bus,
            clock=self.clock,
            pause=self.pause,
        )

    @cached_property
    def coupons(self) -> "Coupons":
        from chalicelib.commerce.coupons import Coupons
        from chalicelib.commerce.honouring import Shops

        assert self.table
        shops = Shops(accounts=self.shop_accounts, transport=lambda: self.transport)
        return Coupons(
            make_valid=shops.make_valid, bus=lambda: self.bus, clock=self.clock, pause=self.pause
        )

    def shop_accounts(self) -> Iterator[tuple[str, "Account"]]:
        """Every shop that lets us make codes, with its platform: those among the secrets."""
        from chalicelib.commerce.registry import CODES

        secrets = self.vault.read("platforms")
        for platform in CODES:
            if secrets.get(platform):
                for account in secrets[platform].get("accounts") or [""]:
                    yield platform, self.platform(platform, account)

    def consented(self, customer_id: str, said: "Word") -> None:
        """What a shop's customer said about marketing by mail."""
        from chalicelib.inbox.consents import note_consent

        note_consent(
            customer_id,
            "marketing",
            granted=said.granted,
            channel="email",
            source=said.source,
            at=said.at,
            bus=lambda: self.bus,
            pause=self.pause,
        )

    @cached_property
    def reviews(self) -> "Reviews":
        from chalicelib.commerce.reviews import Reviews

        return Reviews(
            orders=self.orders,
            bus=lambda: self.bus,
            files=lambda: self.files,
            playbook=self.playbook,
            clock=self.clock,
            pause=self.pause,
        )

    def customer_of(self, order: "Order | Basket", buyer: "Buyer") -> str | None:
        """The customer behind the buyer of an order or a checkout: by what the shop vouches for,
        else by the address that was given, which then identifies nobody outside this shop."""
        from chalicelib.channels.handles import email_handle, mail_address
        from chalicelib.store.records import Contact

        mail = email_handle(buyer.email) if buyer.email else None
        handles = list(buyer.handles)
        if not handles and mail:
            shop = f"{order.platform}:{order.shop}"
            handles = [Handle(kind="order_email", account=shop, value=mail.value)]
        if not handles:
            return None
        address = mail_address(buyer.email) if buyer.email else None
        contacts = (Contact(channel="email", address=address),) if address else ()
        return self.people.resolve(
            handles,
            contacts=contacts,
            name=buyer.name,
            locale=buyer.locale,
            country=order.country,
        ).home
