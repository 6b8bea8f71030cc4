"""The composition root: the only module that ties the packages together, and to their clients.

Everything is built when first asked for, from the stage and the invoked function's ARN, on one
shared session; a test passes its own parts to `Wiring` instead.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.channels.base import (
    Handle,
    OutboundMessage,
    SendResult,
    Transport,
    account_in,
)
from chalicelib.clients import Clients
from chalicelib.clock import Clock, utc_now
from chalicelib.errors import ConfigurationError
from chalicelib.settings import Deployment, read_stage

if TYPE_CHECKING:
    from datetime import timedelta

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    from chalicelib.bodies import Bodies
    from chalicelib.bus import Bus
    from chalicelib.channels.base import (
        Account,
        Channel,
        Delivery,
        FetchResult,
        InboundMessage,
        Media,
        Outlet,
    )
    from chalicelib.commerce.base import Shop
    from chalicelib.commerce.checkouts import Basket
    from chalicelib.commerce.consents import Word
    from chalicelib.commerce.coupons import Coupons
    from chalicelib.commerce.facts import Buyer
    from chalicelib.commerce.keep_checkouts import CheckoutBook
    from chalicelib.commerce.keep_orders import OrderBook
    from chalicelib.commerce.orders import Order
    from chalicelib.commerce.reviews import Reviews
    from chalicelib.consequences.hands import Hands
    from chalicelib.files import Files
    from chalicelib.fleet.watch import Watch
    from chalicelib.inbox.beside import Beside
    from chalicelib.inbox.cases import Cases
    from chalicelib.inbox.choosing import Choosing
    from chalicelib.inbox.keep import Inbox
    from chalicelib.inbox.merging import Merging
    from chalicelib.inbox.people import People
    from chalicelib.intake import Intake
    from chalicelib.listening import Listening
    from chalicelib.notices import Notices
    from chalicelib.outreach.deliver import Deliverer
    from chalicelib.outreach.links import Links
    from chalicelib.outreach.plan import Planner
    from chalicelib.outreach.running import Runner
    from chalicelib.outreach.schedule import Schedule
    from chalicelib.outreach.steps import Steps
    from chalicelib.outreach.surveys import Surveys
    from chalicelib.playbook import Playbook
    from chalicelib.pointers import Pointers
    from chalicelib.store.records import Entry
    from chalicelib.vault import Vault

# The packages are imported where they are built: every function loads only what it works with,
# which is what keeps cold starts short (docs/decisions/0004).


@dataclass(frozen=True)
class Wiring:
    """All parts of one running function.

    `make_client` builds an AWS client by service name; `transport` is the way out to platforms;
    `sleep` takes seconds. The defaults are production's.
    """

    deployment: Deployment
    clock: Clock = utc_now
    make_client: Callable[[str], Any] | None = None
    make_transport: Callable[[], Transport] | None = None
    playbook_override: "Playbook | None" = None
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    @cached_property
    def clients(self) -> Clients:
        return Clients(self.deployment, self.make_client)

    def client(self, service: str) -> Any:
        return self.clients.get(service)

    @property
    def table(self) -> str:
        return self.clients.table

    def queue_url(self, queue: str) -> str:
        return self.clients.queue_url(queue)

    # --- what everyone needs ---------------------------------------------------------------------

    @cached_property
    def playbook(self) -> "Playbook":
        from chalicelib.playbook import load

        return self.playbook_override or load(self.deployment.stage)

    @cached_property
    def logger(self) -> Any:
        from chalicelib.observability import make_logger

        return make_logger()

    @cached_property
    def metrics(self) -> Any:
        from chalicelib.observability import make_metrics

        return make_metrics(self.deployment.stage)

    def count(self, counts: Mapping[str, int]) -> None:
        from chalicelib.observability import count

        count(self.metrics, counts)

    @cached_property
    def vault(self) -> "Vault":
        from chalicelib.vault import Vault

        return Vault(
            client=lambda: self.client("secretsmanager"),
            name=self.deployment.name,
            monotonic=self.monotonic,
        )

    @cached_property
    def bus(self) -> "Bus":
        from chalicelib.bus import Bus

        return Bus(
            client=self.client("events"), name=self.deployment.bus, stage=self.deployment.stage
        )

    def pause(self, attempt: int) -> None:
        """Between attempts against contention: random, so that workers don't march in step."""
        self.sleep(random.uniform(0, min(0.05 * 2**attempt, 1.0)))  # noqa: S311

    # --- sources ---------------------------------------------------------------------------------

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

    def platform(self, part: str, account: str) -> "Account":
        """Our account on a platform: its part of the secrets, with what its `accounts` say of this
        one laid over it."""
        common = self.vault.part("platforms", part)
        own = common.get("accounts", {}).get(account, {})
        return {**common, **own}

    # --- the story -------------------------------------------------------------------------------

    @cached_property
    def inbox(self) -> "Inbox":
        from chalicelib.inbox.keep import Inbox

        assert self.table
        conversations = self.playbook.conversations
        return Inbox(
            origin=self.origin,
            clock=self.clock,
            pause=self.pause,
            window=conversations.carry_on,
            reopening=conversations.reopen,
        )

    @cached_property
    def beside(self) -> "Beside":
        from chalicelib.inbox.beside import Beside

        return Beside(people=self.people, pause=self.pause)

    @cached_property
    def merging(self) -> "Merging":
        from chalicelib.inbox.merging import Merging

        assert self.table
        return Merging(bus=lambda: self.bus, clock=self.clock, pause=self.pause)

    @cached_property
    def notices(self) -> "Notices":
        from chalicelib.notices import Notices

        return Notices(
            people=self.people,
            join=self.merging.join,
            transport=lambda: self.transport,
            bus=lambda: self.bus,
            clock=self.clock,
            pause=self.pause,
        )

    @cached_property
    def listening(self) -> "Listening":
        from chalicelib.listening import Listening

        return Listening(
            playbook=self.playbook, surveys=self.surveys, bus=lambda: self.bus, pause=self.pause
        )

    @cached_property
    def people(self) -> "People":
        from chalicelib.inbox.people import People

        assert self.table
        return People(origin=self.origin, clock=self.clock, pause=self.pause)

    @cached_property
    def cases(self) -> "Cases":
        from chalicelib.inbox.cases import Cases

        assert self.table
        return Cases(bus=lambda: self.bus, clock=self.clock)

    @cached_property
    def choosing(self) -> "Choosing":
        from chalicelib.inbox.choosing import Choosing

        assert self.table
        return Choosing(bus=lambda: self.bus, clock=self.clock, pause=self.pause)

    @cached_property
    def surveys(self) -> "Surveys":
        from chalicelib.outreach.surveys import Surveys

        assert self.table
        return Surveys(playbook=self.playbook, bus=lambda: self.bus, pause=self.pause)

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

    @cached_property
    def intake(self) -> "Intake":
        from chalicelib.intake import Intake

        return Intake(
            sources=self.sources,
            follow=self.pointers.follow,
            carry=self.keep_carried,
            bodies=lambda: self.bodies,
            inbox=self.inbox,
            beside=self.beside,
            orders=self.orders,
            notices=self.notices,
            listening=self.listening,
            recognise=self.merging.recognise,
            bus=lambda: self.bus,
            clock=self.clock,
            count=self.count,
        )

    @cached_property
    def schedule(self) -> "Schedule":
        from chalicelib.outreach.schedule import Schedule

        return Schedule(
            scheduler=self.client("scheduler"),
            sqs=self.client("sqs"),
            queue_url=self.queue_url("due"),
            queue_arn=self.deployment.queue_arn("due"),
            dead_letter_arn=self.deployment.queue_arn("due-dlq"),
            role_arn=self.deployment.scheduler_role_arn,
            group=self.deployment.schedule_group,
        )

    @cached_property
    def planner(self) -> "Planner":
        from chalicelib.outreach.plan import Planner

        assert self.table
        return Planner(schedule=lambda: self.schedule, clock=self.clock)

    @cached_property
    def steps(self) -> "Steps":
        from chalicelib.outreach.schedule import Target
        from chalicelib.outreach.steps import Steps

        return Steps(
            scheduler=self.client("scheduler"),
            sqs=self.client("sqs"),
            queue_url=self.queue_url("campaigns"),
            target=Target(
                group=self.deployment.schedule_group,
                queue_arn=self.deployment.queue_arn("campaigns"),
                dead_letter_arn=self.deployment.queue_arn("campaigns-dlq"),
                role_arn=self.deployment.scheduler_role_arn,
            ),
        )

    @cached_property
    def campaigns(self) -> "Runner":
        from chalicelib.outreach.running import Runner
        from chalicelib.outreach.waking import Waking

        assert self.table
        return Runner(
            playbook=self.playbook,
            steps=lambda: self.steps,
            waking=lambda: Waking(
                schedule=lambda: self.schedule,
                sqs=self.client("sqs"),
                queue_url=self.queue_url("due"),
            ),
            bus=lambda: self.bus,
            clock=self.clock,
            monotonic=self.monotonic,
        )

    @cached_property
    def hands(self) -> "Hands":
        from chalicelib.consequences.hands import Hands

        return Hands(
            planner=self.planner,
            inbox=self.inbox,
            cases=lambda: self.cases,
            bus=lambda: self.bus,
            files=lambda: self.files,
            coupons=lambda: self.coupons,
            playbook=self.playbook,
            clock=self.clock,
        )

    @cached_property
    def watch(self) -> "Watch":
        from chalicelib.fleet.playbook_rules import rules_of
        from chalicelib.fleet.watch import Watch

        assert self.table
        return Watch(rules=rules_of(self.playbook), bus=lambda: self.bus, pause=self.pause)

    @property
    def links(self) -> "Links":
        from chalicelib.outreach.links import Links

        secret = self.vault.read("links")
        key, base_url = secret.get("signing_key"), secret.get("base_url")
        if not key or not base_url:
            raise ConfigurationError(
                f"the secret {self.deployment.name('links')} lacks signing_key or base_url: "
                "`make deploy` sets both"
            )
        return Links(key=str(key).encode(), base_url=str(base_url).rstrip("/"))

    @cached_property
    def transport(self) -> Transport:
        from chalicelib.channels.http import HttpsTransport

        return self.make_transport() if self.make_transport else HttpsTransport()

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

    @cached_property
    def deliverer(self) -> "Deliverer":
        from chalicelib.matters import matter
        from chalicelib.outreach.deliver import Deliverer
        from chalicelib.outreach.recording import Recorder
        from chalicelib.outreach.sending import Sender
        from chalicelib.outreach.ses import Mailer

        assert self.table
        return Deliverer(
            playbook=self.playbook,
            matter=matter(self.playbook),
            sender=Sender(
                playbook=self.playbook,
                send_message=self.send_message,
                send_mail=lambda mail: Mailer(
                    client=self.client("ses"), configuration_set=self.deployment.name("mail")
                ).send(mail),
                account_of=self.account_of,
                outlet=self.outlet,
                links=lambda: self.links,
                clock=self.clock,
            ),
            window=self.window,
            idempotent=lambda channel: (
                (outlet := self.outlet(channel, "")) is not None and outlet.idempotent
            ),
            recorder=Recorder(
                schedule=lambda: self.schedule,
                bus=lambda: self.bus,
                clock=self.clock,
                pause=self.pause,
            ),
            clock=self.clock,
            pause=self.pause,
        )

    # --- one queue record each: what app.py hands over -------------------------------------------

    def observe(self, records: Sequence["SQSRecord"]) -> Mapping[str, Exception]:
        """A batch of device reports; returns the failures by message id."""
        from chalicelib.fleet.receive import receive

        watched, failures = receive(records, self.watch, self.clock())
        self.count(
            {
                "ReportsKept": watched.kept,
                "ReportsLate": watched.late,
                "AlertsRaised": watched.raised,
                "AlertsCleared": watched.cleared,
                "ReportsFailed": len(failures),
            }
        )
        return failures

    def react(self, record: "SQSRecord") -> None:
        """One event of the bus."""
        from chalicelib.reactions import react

        self.count({f"Reacted{react(record.body, self.hands)}": 1})

    def campaign(self, record: "SQSRecord") -> None:
        """The next step of a campaign."""
        from chalicelib.outreach.steps import Step

        came_to = self.campaigns.work(Step.parse(record.body))
        self.count({f"CampaignSteps{came_to.title().replace('_', '')}": 1})

    def deliver(self, record: "SQSRecord") -> None:
        """One notification whose time has come."""
        from chalicelib.outreach.schedule import Due

        status = self.deliverer.deliver(Due.parse(record.body), record.message_id)
        self.count({f"Notifications{status.capitalize()}": 1})


_running: list[Wiring] = []


def wired(function_arn: str) -> Wiring:
    """The wiring of this process, made at its first invocation."""
    if not _running:
        _running.append(Wiring(Deployment.of_function(read_stage(), function_arn)))
    return _running[0]


def rewire(wiring: Wiring | None) -> None:
    """Replace the wiring of this process (None: make it anew when next asked for)."""
    _running[:] = [wiring] if wiring else []
