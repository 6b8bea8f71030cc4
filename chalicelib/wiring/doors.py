"""Where things come in and go out: the platforms, and what they send along."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.channels.base import (
    Handle,
    OutboundMessage,
    SendResult,
    account_in,
)
from chalicelib.errors import ConfigurationError
from chalicelib.wiring.connecting import Connecting

if TYPE_CHECKING:
    from datetime import timedelta

    from chalicelib.bodies import Bodies
    from chalicelib.channels.base import (
        Channel,
        Delivery,
        FetchResult,
        InboundMessage,
        Media,
        Outlet,
    )
    from chalicelib.commerce.base import Shop
    from chalicelib.files import Files
    from chalicelib.pointers import Pointers
    from chalicelib.store.records import Entry


class Doors(Connecting):
    @cached_property
    def sources(self) -> "Mapping[str, Channel | Shop]":
        """Every platform whose webhooks come in, channels and shops, by name; each is loaded when
        it is first asked for."""
        from collections import ChainMap

        from chalicelib.channels.registry import CHANNELS
        from chalicelib.commerce.registry import SHOPS

        every: Mapping[str, Any] = ChainMap[str, Any](CHANNELS, SHOPS)  # type: ignore[arg-type]
        return every

    def origin(
        self, handles: Iterable[Handle], locale: str | None
    ) -> tuple[str | None, str | None]:
        """A newcomer's locale as stated, and the country of their phone."""
        from chalicelib.channels.handles import country_of

        countries = (country_of(handle) for handle in handles if handle.kind == "phone")
        return locale, next((country for country in countries if country), None)

    @cached_property
    def bodies(self) -> "Bodies":
        from chalicelib.bodies import Bodies

        return Bodies(client=self.client("s3"), bucket=self.deployment.raw_bucket)

    @cached_property
    def pointers(self) -> "Pointers":
        from chalicelib.channels.registry import CHANNELS
        from chalicelib.pointers import Pointers

        return Pointers(
            channels=CHANNELS,
            bodies=lambda: self.bodies,
            account_of=lambda channel: self.vault.part("platforms", channel),
            transport=lambda: self.transport,
        )

    @cached_property
    def files(self) -> "Files":
        from chalicelib.files import Files

        assert self.table
        return Files(
            client=self.client("s3"), bucket=self.deployment.files_bucket, fetch=self.fetch_file
        )

    def fetch_file(self, entry: "Entry", media: "Media") -> "FetchResult | None":
        """One file of a message, from the platform it came by."""
        from chalicelib.channels.registry import way
        from chalicelib.files import LARGEST

        account = account_in(entry.key)
        found = way(entry.channel or "", account)
        if found is None or found.outlet.fetch is None:
            return None
        return found.outlet.fetch(
            media, self.platform(found.secrets, account), self.transport, LARGEST
        )

    def keep_carried(
        self, message: "InboundMessage", delivery: "Delivery", content: bytes | None
    ) -> None:
        """The files whose bytes came along with a message."""
        from chalicelib.channels.registry import CHANNELS

        source = CHANNELS[delivery.source]
        for number, media in enumerate(message.media):
            if media.id and (found := source.carried(delivery, content, media.id)):
                self.files.store(message.key, number, media, found)

    def send_message(self, channel: str, message: OutboundMessage) -> SendResult:
        from chalicelib.channels.registry import way

        found = way(channel, message.account)
        if found is None:
            raise ConfigurationError(f"nothing can be sent on {channel!r}")
        account = self.platform(found.secrets, message.account)
        return found.outlet.send(message, account, self.transport)

    def account_of(self, channel: str) -> str:
        """The brand's account on a channel, under which its messages' ids are unique."""
        from chalicelib.channels.registry import way

        found = way(channel)
        if found is None or found.outlet.account is None:
            return ""
        return str(self.platform(found.secrets, "").get(found.outlet.account, ""))

    def outlet(self, channel: str, account: str) -> "Outlet | None":
        """The rules of a channel's way out; None if there is none but SES, or none at all."""
        from chalicelib.channels.registry import way

        found = way(channel, account)
        return found.outlet if found else None

    def window(self, channel: str, account: str) -> "timedelta | None":
        """How long free text may follow the customer's last message; None for any time."""
        outlet = self.outlet(channel, account)
        return outlet.window if outlet else None
