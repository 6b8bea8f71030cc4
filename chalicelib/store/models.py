"""How each thing lies in the one table.

    thing          pk                sk               gsi1 (timeline)        gsi2 (listings)
    customer       C#id              C                (C#id / ~ once merged)  CUSTOMERS#shard / C#id
    consent line   C#id              CONSENT#at#…
    identity       I#key             I                                       C#id / I#key
    conversation   V#id              V                SNOOZED / until        V#open / opened_at#id#…
    entry          E#key             E                C#id / at#…
    its recipient  E#key             R#recipient
    order          O#key             O                                       C#id / O#placed_at#key
    notification   N#id              N                                       C#id / N#planned_at#id
    device         D#id              D                                       C#id / D#id
    alert          D#device          A#id                                    A#open / raised_at#id
    suppression    S#channel:addr    S
    API key        K#sha256          K

What outreach keeps is in `models_outreach`. `type` tells the model of an item, so that one
BatchGetItem can answer for several things.
"""

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    VersionAttribute,
)
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib.store.attributes import DocumentAttribute, MomentAttribute


class Timeline(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """gsi1: everything about one customer, by time."""

    class Meta:
        index_name = "gsi1"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class Listing(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """gsi2: short lists, keys only, so that updating a listed thing costs nothing here."""

    class Meta:
        index_name = "gsi2"
        projection = KeysOnlyProjection()

    gsi2pk = UnicodeAttribute(hash_key=True)
    gsi2sk = UnicodeAttribute(range_key=True)

    def query(  # type: ignore[override]
        self,
        hash_key: str,
        range_key_condition: Condition | None = None,
        *,
        scan_index_forward: bool | None = None,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> "ResultIterator[Item]":
        """Items with nothing but their keys. The model's own `query` would filter them by `type`,
        which this index does not hold, and find none."""
        given = {
            "range_key_condition": range_key_condition,
            "index_name": "gsi2",
            "scan_index_forward": scan_index_forward,
            "limit": page_size or limit,
        }
        query = Item._get_connection().query
        return ResultIterator(query, (hash_key,), given, map_fn=Item.from_raw_data, limit=limit)


class Item(Model):
    """What all items share. The table's name is set by `table.bind`, once per process."""

    class Meta:
        table_name: str | None = None
        connect_timeout_seconds = 2
        read_timeout_seconds = 5
        max_retry_attempts = 4

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    type = DiscriminatorAttribute()
    gsi1pk = UnicodeAttribute(null=True)
    gsi1sk = UnicodeAttribute(null=True)
    gsi2pk = UnicodeAttribute(null=True)
    gsi2sk = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    timeline = Timeline()
    listing = Listing()


class CustomerItem(Item, discriminator="customer"):
    created_at = MomentAttribute()
    name = UnicodeAttribute(null=True)
    locale = UnicodeAttribute(null=True)
    country = UnicodeAttribute(null=True)
    time_zone = UnicodeAttribute(null=True)
    preferred_channel = UnicodeAttribute(null=True)
    last_channel = UnicodeAttribute(null=True)
    quiet_hours = DocumentAttribute(null=True)
    contacts = DocumentAttribute(null=True)
    consents = DocumentAttribute(null=True)
    tags = DocumentAttribute(null=True)
    orders = NumberAttribute(null=True)
    spent = NumberAttribute(null=True)
    last_order_at = MomentAttribute(null=True)
    last_seen_at = MomentAttribute(null=True)
    devices = DocumentAttribute(null=True)
    open_conversation_id = UnicodeAttribute(null=True)
    members = DocumentAttribute(null=True)
    merged_into = UnicodeAttribute(null=True)
    merge = DocumentAttribute(null=True)
    # Counted by our own updates: pynamodb's version attribute would set it to 1 in an update that
    # was made without reading the item first.
    version = NumberAttribute()


class ConsentLineItem(Item, discriminator="consent"):
    purpose = UnicodeAttribute()
    granted = BooleanAttribute()
    at = MomentAttribute()
    source = UnicodeAttribute()
    wording = UnicodeAttribute(null=True)


class IdentityItem(Item, discriminator="identity"):
    customer_id = UnicodeAttribute()
    home = UnicodeAttribute(null=True)
    linked_at = MomentAttribute()
    conversation_id = UnicodeAttribute(null=True)
    contacts = DocumentAttribute(null=True)


class ConversationItem(Item, discriminator="conversation"):
    customer_id = UnicodeAttribute()
    status = UnicodeAttribute()
    opened_by = UnicodeAttribute()
    opened_at = MomentAttribute()
    priority = UnicodeAttribute(null=True)
    channel = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    last_inbound_at = MomentAttribute(null=True)
    last_message_id = UnicodeAttribute(null=True)
    group = BooleanAttribute(null=True)
    last_outbound_at = MomentAttribute(null=True)
    inbound_count = NumberAttribute(null=True)
    outbound_count = NumberAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    resolved_at = MomentAttribute(null=True)
    resolved_by = UnicodeAttribute(null=True)
    resolved_reason = UnicodeAttribute(null=True)
    resolutions = NumberAttribute(null=True)
    language = UnicodeAttribute(null=True)
    category = UnicodeAttribute(null=True)
    category_by = UnicodeAttribute(null=True)
    severity = UnicodeAttribute(null=True)
    sentiment = UnicodeAttribute(null=True)
    labels = DocumentAttribute(null=True)
    team = UnicodeAttribute(null=True)
    assignee = UnicodeAttribute(null=True)
    assigned_at = MomentAttribute(null=True)
    step = UnicodeAttribute(null=True)
    handed_off = UnicodeAttribute(null=True)
    promised_at = MomentAttribute(null=True)
    snoozed_until = MomentAttribute(null=True)
    answered_at = MomentAttribute(null=True)
    served_at = MomentAttribute(null=True)
    waiting_since = MomentAttribute(null=True)
    held_by = UnicodeAttribute(null=True)
    queued = UnicodeAttribute(null=True)
    replied_at = MomentAttribute(null=True)
    reopened_at = MomentAttribute(null=True)
    escalated = BooleanAttribute(null=True)
    answers = DocumentAttribute(null=True)
    pauses = DocumentAttribute(null=True)


class EntryItem(Item, discriminator="entry"):
    at = MomentAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    direction = UnicodeAttribute(null=True)
    conversation_id = UnicodeAttribute(null=True)
    channel = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    queued_at = MomentAttribute(null=True)
    sent_at = MomentAttribute(null=True)
    delivered_at = MomentAttribute(null=True)
    read_at = MomentAttribute(null=True)
    failed_at = MomentAttribute(null=True)
    clicked_at = MomentAttribute(null=True)
    complained_at = MomentAttribute(null=True)
    # A set of DynamoDB's, not JSON: clicks are added one by one, by several workers at once.
    links = UnicodeSetAttribute(null=True)
    error = DocumentAttribute(null=True)
    delivery_id = UnicodeAttribute(null=True)
    opens = BooleanAttribute(null=True)
    details = DocumentAttribute(null=True)


class RecipientItem(Item, discriminator="recipient"):
    """What became of a message to a group for one of those in it."""

    queued_at = MomentAttribute(null=True)
    sent_at = MomentAttribute(null=True)
    delivered_at = MomentAttribute(null=True)
    read_at = MomentAttribute(null=True)
    failed_at = MomentAttribute(null=True)
    error = DocumentAttribute(null=True)


class OrderItem(Item, discriminator="order"):
    document = DocumentAttribute()
    customer_id = UnicodeAttribute(null=True)
    placed_at = MomentAttribute(null=True)
    announced = DocumentAttribute(null=True)
    counted = DocumentAttribute(null=True)
    version = VersionAttribute()


class DeviceItem(Item, discriminator="device"):
    owner_id = UnicodeAttribute(null=True)
    owned_since = MomentAttribute(null=True)
    groups = DocumentAttribute(null=True)
    overrides = DocumentAttribute(null=True)
    name = UnicodeAttribute(null=True)
    model = UnicodeAttribute(null=True)
    registered_at = MomentAttribute(null=True)
    last_at = MomentAttribute(null=True)
    document = DocumentAttribute(null=True)
    outbox = DocumentAttribute(null=True)
    version = VersionAttribute()


class AlertItem(Item, discriminator="alert"):
    rule = UnicodeAttribute()
    severity = UnicodeAttribute()
    raised_at = MomentAttribute()
    severity_at = MomentAttribute(null=True)
    cleared_at = MomentAttribute(null=True)
    owner_id = UnicodeAttribute(null=True)
    model = UnicodeAttribute(null=True)
    evidence = DocumentAttribute(null=True)
    recent = DocumentAttribute(null=True)
    cleared_by = UnicodeAttribute(null=True)
    incident_id = UnicodeAttribute(null=True)
    acknowledged_at = MomentAttribute(null=True)
    acknowledged_by = UnicodeAttribute(null=True)
    assignee = UnicodeAttribute(null=True)
    assigned_at = MomentAttribute(null=True)
    assigned_by = UnicodeAttribute(null=True)
    snoozed_until = MomentAttribute(null=True)
    snoozed_at = MomentAttribute(null=True)
    snoozed_by = UnicodeAttribute(null=True)
    comments = DocumentAttribute(null=True)


class NotificationItem(Item, discriminator="notification"):
    key = UnicodeAttribute()
    purpose = UnicodeAttribute()
    kind = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    due_at = MomentAttribute()
    planned_at = MomentAttribute()
    planned_for = MomentAttribute()
    status = UnicodeAttribute()
    reason = UnicodeAttribute()
    channel = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    conversation_id = UnicodeAttribute(null=True)
    order_key = UnicodeAttribute(null=True)
    device_id = UnicodeAttribute(null=True)
    alert_id = UnicodeAttribute(null=True)
    checkout_key = UnicodeAttribute(null=True)
    campaign_id = UnicodeAttribute(null=True)
    review_id = UnicodeAttribute(null=True)
    store_id = UnicodeAttribute(null=True)
    coupon = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)
    attachments = DocumentAttribute(null=True)
    template = DocumentAttribute(null=True)
    choices = DocumentAttribute(null=True)
    reply_to = UnicodeAttribute(null=True)
    planned_by = UnicodeAttribute(null=True)
    attempt = NumberAttribute(null=True)
    claim = UnicodeAttribute(null=True)
    claimed_at = MomentAttribute(null=True)
    sent_at = MomentAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    error_code = UnicodeAttribute(null=True)
    error = UnicodeAttribute(null=True)
    decisions = DocumentAttribute(null=True)


class SuppressionItem(Item, discriminator="suppression"):
    reason = UnicodeAttribute()
    at = MomentAttribute()
    lifted = BooleanAttribute(null=True)


class ApiKeyItem(Item, discriminator="api_key"):
    name = UnicodeAttribute()
    scopes = DocumentAttribute()
    created_at = MomentAttribute()
