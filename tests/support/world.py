"""A whole stage on moto: the table, queues, bus and secrets of infra/template.yaml, a clock that is
moved by hand, and platforms that do as they are told. What AWS would carry, `World` carries: from
the queues to the functions, from the bus and the scheduler to the queues."""

import copy
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl
from uuid import uuid4

import boto3
import botocore.useragent
import jsonpath_ng.ext
import moto.core.responses
import moto.sqs.models
import msgspec
import yaml
from boto3.dynamodb.conditions import Attr
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.client import BaseClient
from botocore.loaders import JSONFileLoader
from moto import mock_aws
from moto.backend_index import backend_url_patterns
from moto.core.base_backend import BaseBackend
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.core.utils import unix_time_millis
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.sqs.models import Message

from chalicelib import playbook, wiring
from chalicelib.channels.base import HttpReply, NotSent, Unknown
from chalicelib.clients import Clients
from chalicelib.outreach.purposes import FINAL
from chalicelib.playbook import Playbook
from chalicelib.playbook_sections import Caps
from chalicelib.settings import Deployment
from chalicelib.times import Span
from chalicelib.web.endpoints import forget_keys
from chalicelib.wiring import Wiring

# Every world has sessions of its own, but AWS's descriptions of its services are the same to all:
# reading them once halves the time of a world.
_load_file = cache(partial(JSONFileLoader._load_file, JSONFileLoader()))
JSONFileLoader._load_file = lambda _self, path, open_method: _load_file(path, open_method)

# What moto and botocore work out anew for each call, though it never changes: names that follow
# from other names, parsed constants. It stays their own work, done once.
for _module, _name in (
    (moto.core.responses, "camelcase_to_underscores"),
    (moto.core.responses, "method_names_from_class"),
    (jsonpath_ng.ext, "parse"),
    (botocore.useragent, "sanitize_user_agent_string_component"),
):
    setattr(_module, _name, cache(getattr(_module, _name)))

_possible_keys = XFormedAttributePicker.get_possible_keys
_keys_known: dict[Any, tuple[str, ...]] = {}


def _keys_once(picker: Any, context: AttributePickerContext) -> Iterable[str]:
    """Under which names moto looks for a member of an answer: by its shape and the class of what
    holds it, unless that names aliases of its own."""
    holder, shape = type(context.obj), context.shape
    if hasattr(holder, "Meta"):
        return _possible_keys(picker, context)
    named = (holder, context.key, shape, getattr(shape, "parent", None))
    if named not in _keys_known:
        _keys_known[named] = tuple(_possible_keys(picker, context))
    return _keys_known[named]


XFormedAttributePicker.get_possible_keys = _keys_once  # type: ignore[method-assign,assignment]

# moto asks its services in turn whether an address is theirs: ours first, none claims another's.
OURS = ("dynamodb", "sqs", "events", "scheduler", "secretsmanager", "ses")
backend_url_patterns.sort(key=lambda entry: entry[0] not in OURS)

_urls = vars(BaseBackend)["urls"].fget
_urls_known: dict[Any, Any] = {}


def _urls_once(backend: BaseBackend) -> Any:
    """The addresses of a service, which moto puts together for each call."""
    named = (type(backend), *backend.url_bases)
    if named not in _urls_known:
        _urls_known[named] = _urls(backend)
    return _urls_known[named]


BaseBackend.urls = property(_urls_once)  # type: ignore[assignment]

_make_api_call = BaseClient._make_api_call


def _call_unwatched(client: Any, *call: Any) -> Any:
    """Coverage's tracer slows down all code, not just what it measures: keep it out of botocore and
    moto, in which no line of ours runs. Who watches the calls of a test does so around this."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return _make_api_call(client, *call)
    finally:
        sys.settrace(tracer)


BaseClient._make_api_call = _call_unwatched

_add_auth = SigV4Auth.add_auth


def _name_signer(auth: SigV4Auth, request: AWSRequest) -> None:
    """moto reads from a signature who signed and where, and looks no further: hashing each request
    is spared. Not so with S3, where how a body is read depends on what was signed."""
    if type(auth) is not SigV4Auth:
        _add_auth(auth, request)
        return
    who = f"{auth.credentials.access_key}/20261123/{auth._region_name}/{auth._service_name}"
    del request.headers["Authorization"]
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={who}/aws4_request, SignedHeaders=host, Signature=0"
    )


SigV4Auth.add_auth = _name_signer

_transact = DynamoDBBackend.transact_write_items


def _transact_quickly(backend: DynamoDBBackend, items: list[dict[str, Any]]) -> None:
    """moto copies the whole table for every single write of a transaction: the items that it writes
    to, once, are enough to roll it back."""
    named = [op.get("Key") or op["Item"] for item in items for op in item.values()]
    touched = {(key["pk"]["S"], key["sk"]["S"]) for key in named}
    partitions = {partition for partition, _ in touched}
    copies: dict[int, Any] = {}

    def kept_rows(partition: str, rows: dict[Any, Any]) -> dict[Any, Any]:
        if partition not in partitions:
            return rows
        return {
            place: copy.deepcopy(row) if (partition, place.value) in touched else row
            for place, row in rows.items()
        }

    def deepcopy(value: Any, memo: Any = None) -> Any:
        if not isinstance(value, Table):
            return copy.deepcopy(value, memo)
        if id(value) not in copies:
            kept = copies[id(value)] = copy.copy(value)
            kept.items = defaultdict(dict)
            for key, rows in value.items.items():
                kept.items[key] = kept_rows(key.value, rows)
        return copies[id(value)]

    with patch("moto.dynamodb.models.copy", SimpleNamespace(deepcopy=deepcopy)):
        _transact(backend, items)


DynamoDBBackend.transact_write_items = _transact_quickly  # type: ignore[method-assign,assignment]

_clocks: list[Callable[[], datetime]] = []
"""The clock of the world that is there, by which SQS holds messages back."""


def _now_millis() -> float:
    return _clocks[-1]().timestamp() * 1000 if _clocks else unix_time_millis()


def _delay(message: Message, delay_seconds: int) -> None:
    message.delayed_until = _now_millis() + delay_seconds * 1000


Message.delay = _delay  # type: ignore[method-assign,assignment]
Message.delayed = property(  # type: ignore[assignment,method-assign]
    lambda message: _now_millis() < message.delayed_until
)

REGION = "eu-central-1"
STAGE = "local"
DEPLOYMENT = Deployment(stage=STAGE, region=REGION, account="123456789012")
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday, 13:00 in Istanbul: open, and nobody asleep."""

SECRETS: Mapping[str, Any] = {
    "webhooks": {
        "whatsapp": {"secrets": ["wa-secret", "wa-older"], "verify_token": "wa-verify"},
        "telegram": {"secrets": ["tg-secret"]},
        "chat": {"secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]},
        "shopify": {"secrets": ["shop-secret"]},
        "messenger": {"secrets": ["fb-secret"], "verify_token": "fb-verify"},
        "instagram": {"secrets": ["ig-secret"], "verify_token": "ig-verify"},
        "twilio": {"secrets": ["twilio-token"]},
        "woocommerce": {"secrets": ["woo-secret"]},
        "orders": {"secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]},
        "slack": {"secrets": ["slack-secret"]},
        "x": {"secrets": ["x-secret"]},
        "sendgrid": {"secrets": ["sg-secret"]},
        "ses": {"topics": ["arn:aws:sns:eu-central-1:123456789012:temas-local-mail-feedback"]},
        "zendesk": {"secrets": ["zd-secret"]},
        "freshdesk": {"secrets": ["fd-secret"]},
        "trustpilot": {"secrets": ["tp-secret"]},
        "google": {"secrets": ["g-secret"]},
    },
    "platforms": {
        "whatsapp": {"access_token": "wa-token", "phone_number_id": "15550001111"},
        "telegram": {"token": "123:tg-token"},
        "messenger": {"access_token": "fb-token", "page_id": "108520033447719"},
        "instagram": {"access_token": "ig-token", "account_id": "17841405309211844"},
        "twilio": {"account_sid": "AC1", "auth_token": "twilio-token", "from": "+12125550100"},
        "google": {"client_id": "c", "client_secret": "s", "refresh_token": "r"},
        "chat": {
            "url": "https://chat.kahve.example/hook",
            "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        },
    },
    "relay": {"signing_key": "r" * 64, "trusted_hosts": []},
    "links": {"signing_key": "k" * 32, "base_url": "https://api.kahve.example"},
}


@dataclass
class Platforms:
    """The outside: keeps what it is sent and answers as each platform does, or as `answers` say
    (each used once, in turn)."""

    posts: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    answers: list[HttpReply | NotSent | Unknown] = field(default_factory=list)
    gets: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    files: dict[str, HttpReply] = field(default_factory=dict)

    def post(
        self, url: str, *, headers: Mapping[str, str], body: bytes
    ) -> HttpReply | NotSent | Unknown:
        said = json.loads(body) if body[:1] in b"{[" else dict(parse_qsl(body.decode()))
        self.posts.append((url, dict(headers), said))
        if self.answers:
            return self.answers.pop(0)
        number = len(self.posts)
        if "telegram" in url:
            reply: dict[str, Any] = {
                "ok": True,
                "result": {"message_id": number, "chat": {"id": 1}, "date": 1795000000},
            }
        else:
            reply = {
                "messages": [{"id": f"wamid.{number}"}],  # WhatsApp
                "message_id": f"mid.{number}",  # Messenger, Instagram
                "sid": f"SM{number}",  # Twilio
            }
        return HttpReply(status=200, headers={}, body=json.dumps(reply).encode())

    put = post

    def get(
        self, url: str, *, headers: Mapping[str, str], limit: int = 0
    ) -> HttpReply | NotSent | Unknown:
        self.gets.append((url, dict(headers)))
        return self.files.get(url, HttpReply(status=404, headers={}, body=b""))

    @property
    def texts(self) -> list[str]:
        return [json.dumps(body, ensure_ascii=False) for _, _, body in self.posts]


@dataclass
class World:
    """One stage. `now` is the time everywhere; `wiring` what the functions run with."""

    now: datetime = START
    platforms: Platforms = field(default_factory=Platforms)
    pauses: list[float] = field(default_factory=list)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    """What names lead to, other than to somewhere on the internet."""
    playbook: Playbook = field(default_factory=lambda: playbook.load("prod"))
    wiring: Wiring = field(init=False)
    _urls: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wiring = self.make_wiring()
        wiring.rewire(self.wiring)

    def make_wiring(self, **parts: Any) -> Wiring:
        """The functions' wiring with this world's clock, platforms and playbook."""
        given: dict[str, Any] = {
            "deployment": DEPLOYMENT,
            "clock": lambda: self.now,
            "make_client": production_client,
            "make_transport": lambda: self.platforms,
            "look_up": lambda host, _port: self.hosts.get(host, ["93.184.215.14"]),
            "playbook_override": self.playbook,
            "sleep": self.pauses.append,
        }
        return Wiring(**(given | parts))

    def restart(self, **parts: Any) -> Wiring:
        """New processes: nothing that was in memory is left."""
        self.wiring = self.make_wiring(**parts)
        wiring.rewire(self.wiring)
        return self.wiring

    def without_limits(self) -> None:
        """A brand that caps nothing and asks as often as it likes: for tests that send a lot to one
        customer, about something else."""
        brand = self.playbook
        asking = msgspec.structs.replace(brand.satisfaction, every=Span())
        self.playbook = msgspec.structs.replace(brand, caps=Caps(), satisfaction=asking)
        self.restart()

    def client(self, service: str) -> Any:
        return aws(service)

    # --- queues --------------------------------------------------------------------------------

    def queue_url(self, queue: str) -> str:
        """Asked for once, as the functions do."""
        if queue not in self._urls:
            name = DEPLOYMENT.name(queue)
            self._urls[queue] = self.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        return self._urls[queue]

    def put(self, queue: str, *bodies: str) -> None:
        for body in bodies:
            self.client("sqs").send_message(QueueUrl=self.queue_url(queue), MessageBody=body)

    def take(self, queue: str, limit: int = 10) -> list[dict[str, Any]]:
        """Up to ten waiting messages, as records of a Lambda event. They stay in the queue until
        deleted, but are invisible; `reappear` ends that."""
        if not self._filled(queue):  # most are not, and asking costs more than looking
            return []
        found = self.client("sqs").receive_message(
            QueueUrl=self.queue_url(queue),
            MaxNumberOfMessages=limit,
            AttributeNames=["All"],
        )
        return [sqs_record(queue, message) for message in found.get("Messages", [])]

    def _filled(self, queue: str) -> bool:
        known = moto.sqs.models.sqs_backends[DEPLOYMENT.account][REGION].queues
        return bool(known[DEPLOYMENT.name(queue)]._messages)

    def delete(self, queue: str, records: list[dict[str, Any]]) -> None:
        for record in records:
            self.client("sqs").delete_message(
                QueueUrl=self.queue_url(queue), ReceiptHandle=record["receiptHandle"]
            )

    def reappear(self, queue: str, records: list[dict[str, Any]]) -> None:
        """End the invisibility of messages, as its time-out would; deleted ones stay away."""
        sqs = self.client("sqs")
        for record in records:
            with suppress(sqs.exceptions.ReceiptHandleIsInvalid):
                sqs.change_message_visibility(
                    QueueUrl=self.queue_url(queue),
                    ReceiptHandle=record["receiptHandle"],
                    VisibilityTimeout=0,
                )

    def waiting(self, queue: str) -> int:
        """Messages in the queue, visible or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(
            QueueUrl=self.queue_url(queue), AttributeNames=names
        )["Attributes"]
        return sum(int(found[name]) for name in names)

    # --- Lambda --------------------------------------------------------------------------------

    def invoke(self, function: str, records: list[dict[str, Any]]) -> None:
        """Invoke a deployed handler with a batch, as Lambda does; raises what it raises."""
        import app

        handler: Callable[[Any, Any], Any] = getattr(app, function)
        handler({"Records": records}, Context())

    def work(self, function: str, queue: str, limit: int = 10) -> int:
        """One batch from queue to function. On an error what it didn't delete itself stays in the
        queue, visible again. Returns how many messages there were."""
        records = self.take(queue, limit)
        if not records:
            return 0
        try:
            self.invoke(function, records)
        except BaseException:
            self.reappear(queue, records)
            raise
        self.delete(queue, records)
        return len(records)

    def settle(self, rounds: int = 50) -> None:
        """Work all queues until nothing is left to do right now."""
        for _ in range(rounds):
            if not sum(self.work(function, queue) for function, queue in FUNCTIONS):
                return
        raise AssertionError("the queues never came to rest")

    def advance(self, by: timedelta) -> None:
        """Let time pass: every schedule that falls due on the way fires at its time."""
        until = self.now + by
        while (at := min([*self._fires(), *self.held_back()], default=until)) <= until:
            self.now = max(self.now, at)
            for _, name, body in [one for one in self.schedules() if one[0] <= at]:
                self._fire(name, body)
            self.settle()
            if at == until:
                break
        self.now = until

    def _fires(self) -> list[datetime]:
        return [at for at, _, _ in self.schedules()]

    def _fire(self, name: str, body: str) -> None:
        """What the scheduler does at a schedule's time."""
        known = {"Name": name, "GroupName": DEPLOYMENT.schedule_group}
        target = self.client("scheduler").get_schedule(**known)["Target"]["Arn"]
        self.client("scheduler").delete_schedule(**known)
        self.put(target.rpartition(f":{DEPLOYMENT.name('')}")[2], body)

    def held_back(self) -> list[datetime]:
        """When each message that its sender holds back (DelaySeconds) will be there."""
        queues = moto.sqs.models.sqs_backends[DEPLOYMENT.account][REGION].queues.values()
        return [
            datetime.fromtimestamp(message.delayed_until / 1000, UTC)
            for queue in queues
            for message in queue._messages
            if message.delayed
        ]

    def schedules(self) -> list[tuple[datetime, str, str]]:
        """The waiting schedules: when, name, and the message they will put on the queue."""
        scheduler, group = self.client("scheduler"), DEPLOYMENT.schedule_group
        found = []
        for entry in scheduler.list_schedules(GroupName=group)["Schedules"]:
            one = scheduler.get_schedule(Name=entry["Name"], GroupName=group)
            text = one["ScheduleExpression"].removeprefix("at(").removesuffix(")")
            at = datetime.fromisoformat(text).replace(tzinfo=UTC)
            found.append((at, entry["Name"], one["Target"]["Input"]))
        return sorted(found)

    def relay_events(self) -> None:
        """Have the bus put every event on the queue `relay` too, as it does when deployed. Not from
        the start: few tests look there, and it costs each event a message more."""
        _subscribe("relay", load_template()["Resources"]["RelayRule"]["Properties"])

    # --- looking -------------------------------------------------------------------------------

    def items(self, kind: str) -> list[dict[str, Any]]:
        """Every item of a type, as plain values, by key."""
        found: list[dict[str, Any]] = _table().scan(FilterExpression=Attr("type").eq(kind))["Items"]
        return sorted(found, key=lambda item: (item["pk"], item["sk"]))

    def outcomes(self) -> dict[str, str]:
        """Every notification's status, by its key."""
        return {item["key"]: item["status"] for item in self.items("notification")}

    def final(self) -> bool:
        return all(status in FINAL for status in self.outcomes().values())

    def mails(self) -> list[bytes]:
        """Every mail sent, as its raw bytes, in order."""
        from moto.core.models import DEFAULT_ACCOUNT_ID
        from moto.ses.models import ses_backends

        sent = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        return [mail.raw_data.encode() for mail in sent]

    def events(self) -> list[dict[str, Any]]:
        """Every event put on the bus so far, in order (from a queue that subscribes to all)."""
        seen: list[dict[str, Any]] = []
        while records := self.take("spy"):
            seen += [json.loads(record["body"]) for record in records]
            self.delete("spy", records)
        return seen


FUNCTIONS = (
    ("ingest", "inbound"),
    ("watch", "telemetry"),
    ("sweep", "sweep"),
    ("react", "reactions"),
    ("campaign", "campaigns"),
    ("deliver", "due"),
    ("relay", "relay"),
)


@dataclass(frozen=True)
class Context:
    """What Lambda tells a function about its invocation."""

    aws_request_id: str = "request-1"
    function_name: str = f"temas-{STAGE}"
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:123456789012:function:temas-{STAGE}"
    memory_limit_in_mb: int = 1024


def sqs_record(queue: str, message: Mapping[str, Any]) -> dict[str, Any]:
    """A received message in the shape of Lambda's SQS event."""
    sent = message.get("Attributes", {})
    return {
        "messageId": message.get("MessageId", str(uuid4())),
        "receiptHandle": message.get("ReceiptHandle", "receipt"),
        "body": message["Body"],
        "attributes": {
            "ApproximateReceiveCount": sent.get("ApproximateReceiveCount", "1"),
            "SentTimestamp": sent.get("SentTimestamp", str(int(START.timestamp() * 1000))),
            "SenderId": "sender",
            "ApproximateFirstReceiveTimestamp": sent.get("ApproximateFirstReceiveTimestamp", "0"),
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{DEPLOYMENT.name(queue)}",
        "awsRegion": REGION,
    }


@cache
def aws(service: str) -> Any:
    """A client for the harness itself, made once: making one takes longer than most of its calls.
    It leads into whichever moto world is there."""
    return boto3.client(service, region_name=REGION)


@cache
def production_client(service: str) -> Any:
    """A client as the functions make theirs, made once for all worlds."""
    return Clients(DEPLOYMENT).production(service)


def forget_clients() -> None:
    """Have the functions' clients made anew, for who looks on while they are made."""
    from chalicelib.store import models

    production_client.cache_clear()
    bound: list[Any] = [models.Item, *models.Item.__subclasses__()]
    for model in bound:
        model._connection = None


@cache
def _table() -> Any:
    return boto3.resource("dynamodb", region_name=REGION).Table(DEPLOYMENT.table)


@contextmanager
def world() -> Iterator[World]:
    """A fresh stage; everything is gone afterwards."""
    with mock_aws():
        _build()
        try:
            fresh = World()
            _clocks.append(lambda: fresh.now)
            yield fresh
        finally:
            _clocks.clear()
            wiring.rewire(None)
            forget_keys()


def _build() -> None:
    template = load_template()
    _build_table(template)
    # A third of a world are its queues, of which most tests use few: moto makes them as it would
    # when asked over the line, without that line.
    make_queue = moto.sqs.models.sqs_backends[DEPLOYMENT.account][REGION].create_queue
    for queue in ("inbound", "telemetry", "sweep", "reactions", "campaigns", "due", "relay", "spy"):
        make_queue(DEPLOYMENT.name(queue))
        make_queue(DEPLOYMENT.name(f"{queue}-dlq"))
    _build_bus(template)
    scheduler = aws("scheduler")
    scheduler.create_schedule_group(Name=DEPLOYMENT.schedule_group)
    secrets = aws("secretsmanager")
    for name, value in SECRETS.items():
        secrets.create_secret(Name=DEPLOYMENT.name(name), SecretString=json.dumps(value))
    for bucket in (DEPLOYMENT.raw_bucket, DEPLOYMENT.files_bucket):
        aws("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    ses = aws("ses")
    ses.verify_email_identity(EmailAddress="merhaba@kahve.example")
    ses.create_configuration_set(ConfigurationSet={"Name": DEPLOYMENT.name("mail")})


def _build_table(template: dict[str, Any]) -> None:
    spec = _resource(template, "AWS::DynamoDB::Table")
    aws("dynamodb").create_table(
        TableName=DEPLOYMENT.table,
        KeySchema=spec["KeySchema"],
        AttributeDefinitions=spec["AttributeDefinitions"],
        GlobalSecondaryIndexes=spec["GlobalSecondaryIndexes"],
        BillingMode="PAY_PER_REQUEST",
    )


def _build_bus(template: dict[str, Any]) -> None:
    bus = aws("events")
    bus.create_event_bus(Name=DEPLOYMENT.bus)
    _subscribe("reactions", template["Resources"]["ReactionsRule"]["Properties"])
    _subscribe("spy", {"EventPattern": {"source": ["temas"]}})


def _subscribe(queue: str, rule: Mapping[str, Any]) -> None:
    """Have the bus put the events of a rule on a queue."""
    bus, pattern = aws("events"), json.dumps(rule["EventPattern"])
    bus.put_rule(Name=queue, EventBusName=DEPLOYMENT.bus, EventPattern=pattern)
    target = {"Id": queue, "Arn": DEPLOYMENT.queue_arn(queue)}
    bus.put_targets(Rule=queue, EventBusName=DEPLOYMENT.bus, Targets=[target])


def _resource(template: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        resource["Properties"]
        for resource in template["Resources"].values()
        if isinstance(resource, dict) and resource["Type"] == kind
    )
    return found


@cache
def load_template() -> dict[str, Any]:
    """infra/template.yaml with CloudFormation's short forms left as their text."""

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        pass

    def plain(loader: Any, _tag: str, node: Any) -> Any:
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("!", plain)
    path = Path(__file__).parents[2] / "infra" / "template.yaml"
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader)
    return loaded
