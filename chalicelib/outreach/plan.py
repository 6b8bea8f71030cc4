"""Plan: what should be said, to whom, about what, when – kept once, then put on the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib.clock import Clock
from chalicelib.ids import stable_id
from chalicelib.outreach.purposes import Kind, PurposeName
from chalicelib.outreach.schedule import Schedule
from chalicelib.store import notifications
from chalicelib.store.notification_records import Attachment, Decision, Notification, TemplateChoice
from chalicelib.store.table import Refused


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A command to send something. `key` says what it is about: one key is one notification.

    `channel` with `address` fixes the way; `channel` alone is a wish; neither lets it be chosen.
    """

    key: str
    purpose: PurposeName
    kind: Kind
    customer_id: str
    due_at: datetime
    channel: str | None = None
    account: str = ""
    address: str | None = None
    conversation_id: str | None = None
    order_key: str | None = None
    device_id: str | None = None
    alert_id: str | None = None
    checkout_key: str | None = None
    campaign_id: str | None = None
    review_id: str | None = None
    store_id: str | None = None
    coupon: str | None = None
    text: str | None = None
    attachments: tuple[Attachment, ...] = ()
    template: TemplateChoice | None = None
    choices: tuple[str, ...] = ()
    reply_to: str | None = None
    planned_by: str = "temas"

    @property
    def notification_id(self) -> str:
        return notification_id(self.key)


def notification_id(key: str) -> str:
    """The id of the notification with this key, planned or not."""
    return stable_id("ntf", key)


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Plans and takes plans back. `schedule` is asked for only when needed."""

    schedule: Callable[[], Schedule]
    clock: Clock

    def plan(self, plan: Plan) -> Notification:
        """Keep the plan and put it on the clock; the same key again changes nothing.

        Keeping comes first: a worker that dies in between leaves a plan without a schedule, and
        the repeat of its message finds the plan and schedules it.
        """
        now = self.clock()
        wanted = new(plan, now)
        if not notifications.put_once(wanted):
            wanted = notifications.get(wanted.id)
        if wanted.status in notifications.WAITING:
            self.schedule().at_due_time(wanted, now)
        return wanted

    def went_out(self, key: str) -> bool:
        """Whether what was planned under `key` has reached someone, or may have."""
        found = notifications.find(notification_id(key))
        return found is not None and found.status in ("sent", "uncertain", "claimed")

    def hasten(self, key: str, reason: str) -> bool:
        """Have what waits under `key` decided now, instead of later; False if nothing waits."""
        found, now = notifications.find(notification_id(key)), self.clock()
        if found is None or found.status not in notifications.WAITING:
            return False
        decision = Decision(at=now, decision="hasten", reason=reason)
        if not notifications.postpone(found, until=now, status="planned", decision=decision):
            # It is being decided this very moment, on what there is to know now.
            return False
        self.schedule().drop(found)
        again = msgspec.structs.replace(
            found, due_at=now, attempt=found.attempt + 1, status="planned", reason=reason
        )
        self.schedule().at_due_time(again, now)
        return True

    def cancel(self, key: str, reason: str) -> bool:
        """Take back what is planned under `key`; False if there is nothing waiting."""
        found = notifications.find(notification_id(key))
        if found is None or found.status not in notifications.WAITING:
            return False
        decision = Decision(at=self.clock(), decision="cancel", reason=reason)
        try:
            notifications.finish(found, outcome="cancelled", decision=decision)
        except Refused:
            # It was claimed or decided this very moment: its own re-check sees what we saw.
            return False
        self.schedule().drop(found)
        return True


def new(plan: Plan, now: datetime) -> Notification:
    """The notification that a plan makes. Pure."""
    return Notification(
        id=plan.notification_id,
        key=plan.key,
        purpose=plan.purpose,
        kind=plan.kind,
        customer_id=plan.customer_id,
        planned_at=now,
        planned_for=plan.due_at,
        due_at=plan.due_at,
        channel=plan.channel,
        account=plan.account,
        address=plan.address,
        conversation_id=plan.conversation_id,
        order_key=plan.order_key,
        device_id=plan.device_id,
        alert_id=plan.alert_id,
        checkout_key=plan.checkout_key,
        campaign_id=plan.campaign_id,
        review_id=plan.review_id,
        store_id=plan.store_id,
        coupon=plan.coupon,
        text=plan.text,
        attachments=plan.attachments,
        template=plan.template,
        choices=plan.choices,
        reply_to=plan.reply_to,
        planned_by=plan.planned_by,
    )
