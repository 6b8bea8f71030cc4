"""Bring one CloudFormation stack to what its template says."""

import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

# The templates name roles, and use transforms (Fn::ForEach; chalice's functions).
_CAPABILITIES = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
INFRA_TEMPLATE = Path(__file__).with_name("template.yaml")


class DeployFailed(Exception):
    """CloudFormation refused a change, or rolled it back. The text says which resource, and why."""


def deploy(
    client: Any, name: str, template: str, parameters: Mapping[str, str | None]
) -> dict[str, str]:
    """Create or update the stack and wait for it; returns its outputs.

    `client` is a boto3 CloudFormation client, `template` the template itself, or its address in S3
    if it is larger than CloudFormation takes in a call (51,200 bytes). A template that changes
    nothing is fine, and a parameter that is None stays what it was. Raises DeployFailed.
    """
    where = "TemplateURL" if template.startswith(("https://", "http://")) else "TemplateBody"
    change = {"StackName": name, "ChangeSetName": f"deploy-{time.time_ns()}"}
    present = _parameters(client, name) if _exists(client, name) else None
    client.create_change_set(
        **change,
        ChangeSetType="CREATE" if present is None else "UPDATE",
        **{where: template},
        Parameters=list(_chosen(parameters, present or ())),
        Capabilities=_CAPABILITIES,
    )
    if _prepared(client, change):
        client.execute_change_set(**change)
        stack = _settled(client, name)
        if stack["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            raise DeployFailed(_reasons(client, stack))
    else:
        client.delete_change_set(**change)
        stack = _settled(client, name)
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _parameters(client: Any, name: str) -> list[str]:
    (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    return [one["ParameterKey"] for one in stack.get("Parameters", [])]


def _chosen(
    parameters: Mapping[str, str | None], present: Collection[str]
) -> Iterator[dict[str, Any]]:
    for key, value in parameters.items():
        if value is not None:
            yield {"ParameterKey": key, "ParameterValue": value}
        elif key in present:
            yield {"ParameterKey": key, "UsePreviousValue": True}


def _exists(client: Any, name: str) -> bool:
    try:
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    # What a change set that was never executed leaves behind counts as nothing yet.
    return bool(stack["StackStatus"] != "REVIEW_IN_PROGRESS")


def _prepared(client: Any, change: Mapping[str, str]) -> bool:
    """Whether there is something to change, once CloudFormation has compared."""
    while (answer := client.describe_change_set(**change))["Status"] not in {
        "CREATE_COMPLETE",
        "FAILED",
    }:
        time.sleep(0.2)
    reason = answer.get("StatusReason", "")
    if answer["Status"] == "CREATE_COMPLETE":
        return True
    if "didn't contain changes" in reason or "No updates are to be performed" in reason:
        return False
    raise DeployFailed(f"{change['StackName']}: {reason}")


def _settled(client: Any, name: str) -> dict[str, Any]:
    delay = 0.1
    while True:
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return dict(stack)
        time.sleep(delay)
        delay = min(delay * 1.5, 5)


def _reasons(client: Any, stack: Mapping[str, Any]) -> str:
    events = client.describe_stack_events(StackName=stack["StackName"])["StackEvents"]
    failed = [
        f"  {event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    return "\n".join([f"{stack['StackName']} is {stack['StackStatus']}", *failed])
