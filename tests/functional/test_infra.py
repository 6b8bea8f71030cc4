"""What infra promises, read from the template and the policy files themselves.

That the template is valid CloudFormation is for cfn-lint to say, in `make test`.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import decode  # type: ignore[import-untyped]
from cfnlint.template import Template  # type: ignore[import-untyped]
from cfnlint.template.transforms._language_extensions import language_extension  # type: ignore[import-untyped]

from chalicelib.fleet.things.names import ATTRIBUTE, MADE_BY
from chalicelib.fleet.things.names import topic as device_topic
from infra import policies
from infra.cloudformation import INFRA_TEMPLATE
from infra.functions import FUNCTIONS, lambda_name
from infra.grants import GRANTS
from infra.policies import ROOT, known_stages

WITHOUT_RESOURCES = {
    "iot:CreateCertificateFromCsr",
    "iot:CreateKeysAndCertificate",
    "iot:DescribeEndpoint",
}
"""To AWS these concern nothing that has a name."""

QUEUES = ("inbound", "telemetry", "sweep", "reactions", "campaigns", "due", "relay")


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    """The resources, their loops rolled out."""
    template, _ = decode(str(INFRA_TEMPLATE))
    cfn = Template(str(INFRA_TEMPLATE), template, ["eu-central-1"])
    problems, expanded = language_extension(cfn)
    assert problems == []
    assert expanded is not None
    found: dict[str, Any] = expanded["Resources"]
    return found


def of_type(resources: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource["Properties"]
        for name, resource in resources.items()
        if resource["Type"] == kind
    }


def alarms_on(resources: dict[str, Any], metric: str, dimension: Any) -> list[dict[str, Any]]:
    return [
        alarm
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric and alarm["Dimensions"][0]["Value"] == dimension
    ]


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_has_dead_letters_and_both_have_alarms(
    resources: dict[str, Any], queue: str
) -> None:
    redrive = resources[f"{queue}Queue"]["Properties"]["RedrivePolicy"]
    assert redrive == {
        "deadLetterTargetArn": {"Fn::GetAtt": [f"{queue}DeadLetters", "Arn"]},
        "maxReceiveCount": 5,
    }
    dead = {"Fn::GetAtt": [f"{queue}DeadLetters", "QueueName"]}
    live = {"Fn::GetAtt": [f"{queue}Queue", "QueueName"]}
    (not_empty,) = alarms_on(resources, "ApproximateNumberOfMessagesVisible", dead)
    (too_old,) = alarms_on(resources, "ApproximateAgeOfOldestMessage", live)
    assert not_empty["AlarmActions"] == too_old["AlarmActions"] == [{"Ref": "Alarms"}]


def test_no_queue_is_left_out(resources: dict[str, Any]) -> None:
    expected = {f"{queue}{kind}" for queue in QUEUES for kind in ("Queue", "DeadLetters")}
    assert set(of_type(resources, "AWS::SQS::Queue")) == expected
    assert {function.reads for function in FUNCTIONS.values()} - {None} == set(QUEUES)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_each_function_has_alarms(resources: dict[str, Any], function: str, metric: str) -> None:
    name = "temas-${Stage}" + ("" if function == "api_handler" else f"-{function}")
    assert len(alarms_on(resources, metric, {"Fn::Sub": name})) == 1


def test_each_function_has_a_log_group(resources: dict[str, Any]) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup").values()
    assert {group["LogGroupName"]["Fn::Sub"] for group in groups} == {
        f"/aws/lambda/{lambda_name('${Stage}', function)}" for function in FUNCTIONS
    }
    assert all(group["RetentionInDays"] for group in groups)


@pytest.mark.parametrize(
    ("function", "queue"), [(name, f.reads) for name, f in FUNCTIONS.items() if f.reads]
)
def test_visibility_is_six_times_the_functions_timeout(
    resources: dict[str, Any], function: str, queue: str
) -> None:
    visibility = resources[f"{queue}Queue"]["Properties"]["VisibilityTimeout"]
    assert visibility == 6 * FUNCTIONS[function].timeout


def queue_statements(resources: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The statements about each queue, as they are where requests come over TLS."""
    found = {}
    for policy in of_type(resources, "AWS::SQS::QueuePolicy").values():
        ((queue, attribute),) = [reference["Fn::GetAtt"] for reference in policy["Queues"]]
        assert attribute == "QueueUrl"
        found[queue] = [
            statement["Fn::If"][1] if "Fn::If" in statement else statement
            for statement in policy["PolicyDocument"]["Statement"]
        ]
    return found


def test_every_queue_is_encrypted_and_refuses_plain_http(resources: dict[str, Any]) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    statements = queue_statements(resources)
    assert set(statements) == set(queues)
    assert all(properties["SqsManagedSseEnabled"] for properties in queues.values())
    for about_one in statements.values():
        (tls_only,) = [statement for statement in about_one if statement["Effect"] == "Deny"]
        assert tls_only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_only_the_named_sources_may_send(resources: dict[str, Any]) -> None:
    for about_one in queue_statements(resources).values():
        for statement in about_one:
            if statement["Effect"] == "Allow":
                assert statement["Action"] == "sqs:SendMessage"
                assert set(statement["Principal"]) == {"Service"}
                assert "aws:SourceArn" in statement["Condition"]["ArnEquals"]


def test_everything_that_delivers_has_somewhere_to_put_what_it_cannot(
    resources: dict[str, Any],
) -> None:
    rules = of_type(resources, "AWS::Events::Rule").values()
    assert all("DeadLetterConfig" in target for rule in rules for target in rule["Targets"])
    subscription = resources["MailFeedbackToInbound"]["Properties"]
    assert "deadLetterTargetArn" in subscription["RedrivePolicy"]
    (status,) = of_type(resources, "AWS::IoT::TopicRule").values()
    assert "ErrorAction" in status["TopicRulePayload"]


def test_a_device_may_connect_as_its_own_thing_and_publish_its_own_status_only(
    resources: dict[str, Any],
) -> None:
    connect, publish = resources["DevicePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (connect["Action"], publish["Action"]) == ("iot:Connect", "iot:Publish")
    assert connect["Condition"] == {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}
    (client,) = connect["Resource"].values()
    (topic,) = publish["Resource"].values()
    assert client.endswith(":client/${!iot:Connection.Thing.ThingName}")
    own = "${!iot:Connection.Thing.Attributes[%s]}" % ATTRIBUTE  # noqa: UP031
    assert topic.endswith(f":topic/{device_topic(own)}")


def test_devices_claim_certificates_only_where_that_is_switched_on(
    resources: dict[str, Any],
) -> None:
    claims = {name for name in resources if name.startswith("Claim")}
    assert claims == {"ClaimRole", "ClaimPolicy", "ClaimTemplate"}
    assert {resources[name]["Condition"] for name in claims} == {"DevicesClaim"}
    body = json.loads(resources["ClaimTemplate"]["Properties"]["TemplateBody"]["Fn::Sub"])
    thing = body["Resources"]["thing"]
    assert set(thing["OverrideSettings"].values()) == {"FAIL"}  # no claim takes over a device
    payload = thing["Properties"]["AttributePayload"]
    assert (payload[ATTRIBUTE], payload[MADE_BY]) == ({"Ref": "DeviceId"}, "claim")


def test_what_a_brand_knows_is_kept_on_every_stage_but_local(resources: dict[str, Any]) -> None:
    keep = {"Fn::If": ["Disposable", "Delete", "Retain"]}
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"):
        for name in of_type(resources, kind):
            assert resources[name]["DeletionPolicy"] == keep
            assert resources[name]["UpdateReplacePolicy"] == keep
    table = resources["Table"]["Properties"]
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["Disposable", False, True]}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"]["AttributeName"] == "expires_at"


def test_a_stack_update_never_overwrites_what_an_operator_stored(
    resources: dict[str, Any],
) -> None:
    secrets = of_type(resources, "AWS::SecretsManager::Secret")
    assert len(secrets) == 4
    for secret in secrets.values():
        assert "SecretString" not in secret
        json.loads(secret["GenerateSecretString"]["SecretStringTemplate"])


def test_the_dashboard_is_json(resources: dict[str, Any]) -> None:
    (board,) = of_type(resources, "AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(board["DashboardBody"]["Fn::Sub"])["widgets"]
    places = {(widget["x"], widget["y"]) for widget in widgets}
    assert len(places) == len(widgets)


@pytest.mark.parametrize("stage", known_stages())
def test_the_committed_policy_files_are_what_the_table_says(stage: str) -> None:
    for path, text in policies.files(known_stages()).items():
        if stage in path.name or path.name == "config.json":
            assert (ROOT / path).read_text() == text, "run: make policies"


def test_there_are_no_other_policy_files() -> None:
    expected = {path.name for path in policies.files(known_stages())}
    assert {path.name for path in Path(ROOT, ".chalice").glob("*.json")} == expected


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_named_things_to_named_things_only(function: str) -> None:
    for statement in policies.policy("prod", function)["Statement"]:
        assert statement["Effect"] == "Allow"
        for action in statement["Action"]:
            assert "*" not in action
        unnamed = set(statement["Action"]) <= WITHOUT_RESOURCES
        for resource in statement["Resource"]:
            *_, thing = resource.split(":", 5)
            # Senders are the playbook's, and certificates of devices have no stage in their names;
            # everything else is the stage's own.
            assert "temas-prod" in thing or thing in ("identity/*", "cert/*") or unnamed


def test_no_stage_can_touch_another() -> None:
    text = json.dumps([policies.policy("prod", function) for function in FUNCTIONS])
    assert "local" not in text


def test_every_grant_is_used() -> None:
    assert {grant for function in FUNCTIONS.values() for grant in function.may} == set(GRANTS)


@pytest.mark.parametrize("stage", ["", "Prod", "my-stage", "x" * 17, "../etc"])
def test_a_stage_with_an_impossible_name_is_refused(stage: str) -> None:
    assert policies.main([stage]) == 2
