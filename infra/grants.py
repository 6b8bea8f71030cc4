"""What a function may be allowed to do, each permission under a name that reads like a sentence.

Accounts, regions and partitions are `*`: a policy file is written once and is right wherever the
stage is deployed. The stage itself is spelled out, so no stage can touch another one's world.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One IAM statement. `resources` are ARN patterns in which `{stage}` is the stage's name;
    `local_resources` and `local_actions` are further ones, for the embedded AWS of the stage
    "local" alone."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    local_resources: tuple[str, ...] = ()
    local_actions: tuple[str, ...] = ()
    condition: Mapping[str, Mapping[str, str]] | None = None


def _consume(queue: str) -> Grant:
    """What Lambda's poller needs of a queue, and what the handler needs to delete one by one."""
    actions = (
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
    )
    return Grant(actions=actions, resources=(f"arn:*:sqs:*:*:temas-{{stage}}-{queue}",))


def _send(queue: str) -> Grant:
    return Grant(
        actions=("sqs:SendMessage", "sqs:GetQueueUrl"),
        resources=(f"arn:*:sqs:*:*:temas-{{stage}}-{queue}",),
        # To AWS a batch is a message; the embedded one takes it for an action of its own.
        local_actions=("sqs:SendMessageBatch",),
    )


def _read_secret(name: str) -> Grant:
    # Secrets Manager ends every ARN with a dash and six characters of its own.
    arn = f"arn:*:secretsmanager:*:*:secret:temas-{{stage}}-{name}-??????"
    return Grant(actions=("secretsmanager:GetSecretValue",), resources=(arn,))


GRANTS: Mapping[str, Grant] = {
    "keep and read records": Grant(
        actions=(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
        ),
        resources=(
            "arn:*:dynamodb:*:*:table/temas-{stage}-main",
            "arn:*:dynamodb:*:*:table/temas-{stage}-main/index/*",
        ),
    ),
    "forget locations": Grant(
        actions=("dynamodb:DeleteItem",),
        resources=("arn:*:dynamodb:*:*:table/temas-{stage}-main",),
    ),
    "take things out of lists": Grant(
        actions=("dynamodb:DeleteItem",),
        resources=("arn:*:dynamodb:*:*:table/temas-{stage}-main",),
    ),
    "move records on together": Grant(
        actions=("dynamodb:BatchWriteItem",),
        resources=("arn:*:dynamodb:*:*:table/temas-{stage}-main",),
    ),
    "publish events": Grant(
        actions=("events:PutEvents",),
        resources=("arn:*:events:*:*:event-bus/temas-{stage}",),
    ),
    "plan notifications": Grant(
        actions=("scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule"),
        resources=("arn:*:scheduler:*:*:schedule/temas-{stage}-notifications/*",),
        # The embedded AWS takes every schedule for one of the default group when it checks.
        local_resources=(
            "arn:*:scheduler:*:*:schedule/default/ntf_*",
            "arn:*:scheduler:*:*:schedule/default/cmp_*",
            "arn:*:scheduler:*:*:schedule/default/evt_*",
            "arn:*:scheduler:*:*:schedule/default/rel_*",
        ),
    ),
    "hand the scheduler its role": Grant(
        actions=("iam:PassRole",),
        resources=("arn:*:iam::*:role/temas-{stage}-scheduler",),
        condition={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
    ),
    "send mail": Grant(
        actions=("ses:SendEmail", "ses:SendRawEmail"),
        # The sender is the playbook's, which may change without a new policy.
        resources=(
            "arn:*:ses:*:*:configuration-set/temas-{stage}-mail",
            "arn:*:ses:*:*:identity/*",
        ),
        # The embedded AWS names no resource when it checks a mail.
        local_resources=("*",),
    ),
    "put oversized bodies": Grant(
        actions=("s3:PutObject",), resources=("arn:*:s3:::temas-{stage}-raw-*/inbound/*",)
    ),
    "get raw bodies": Grant(
        actions=("s3:GetObject",), resources=("arn:*:s3:::temas-{stage}-raw-*/*",)
    ),
    "put raw bodies aside": Grant(
        actions=("s3:PutObject",), resources=("arn:*:s3:::temas-{stage}-raw-*/aside/*",)
    ),
    "keep files": Grant(
        actions=("s3:PutObject", "s3:GetObject"), resources=("arn:*:s3:::temas-{stage}-files-*/*",)
    ),
    "remove files": Grant(
        actions=("s3:DeleteObject",), resources=("arn:*:s3:::temas-{stage}-files-*/*",)
    ),
    "keep photos of reviews": Grant(
        actions=("s3:PutObject",), resources=("arn:*:s3:::temas-{stage}-files-*/reviews/*",)
    ),
    "hand out files": Grant(
        actions=("s3:GetObject",), resources=("arn:*:s3:::temas-{stage}-files-*/*",)
    ),
    "consume inbound": _consume("inbound"),
    "consume telemetry": _consume("telemetry"),
    "consume sweep": _consume("sweep"),
    "consume reactions": _consume("reactions"),
    "consume campaigns": _consume("campaigns"),
    "consume due": _consume("due"),
    "consume relay": _consume("relay"),
    "send to inbound": _send("inbound"),
    "send to telemetry": _send("telemetry"),
    "send to sweep": _send("sweep"),
    "send to campaigns": _send("campaigns"),
    "send to reactions": _send("reactions"),
    "send to due": _send("due"),
    "send to relay": _send("relay"),
    "make and remove things": Grant(
        actions=(
            "iot:CreateThing",
            "iot:DescribeThing",
            "iot:ListThingPrincipals",
            "iot:DeleteThing",
        ),
        resources=("arn:*:iot:*:*:thing/temas-{stage}-*",),
    ),
    "certify things": Grant(
        actions=(
            "iot:AttachThingPrincipal",
            "iot:AttachPolicy",
            "iot:DescribeCertificate",
            "iot:UpdateCertificate",
            "iot:DetachPolicy",
            "iot:DetachThingPrincipal",
            "iot:DeleteCertificate",
        ),
        # AWS names certificates itself: by a hash, the same for every stage.
        resources=("arn:*:iot:*:*:cert/*",),
    ),
    "make certificates": Grant(
        actions=(
            "iot:CreateCertificateFromCsr",
            "iot:CreateKeysAndCertificate",
            "iot:DescribeEndpoint",
        ),
        # What none of these takes is a resource.
        resources=("*",),
    ),
    "read webhook secrets": _read_secret("webhooks"),
    "read platform secrets": _read_secret("platforms"),
    "read link secrets": _read_secret("links"),
    "read the relay secret": _read_secret("relay"),
}
