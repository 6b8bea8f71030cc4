"""Deploy infra and app to the embedded AWS, the way that they are deployed to the real one: by
CloudFormation, from the template and from chalice's package."""

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from contextlib import suppress
from email.utils import parseaddr
from typing import Any

from infra.cloudformation import INFRA_TEMPLATE, DeployFailed, deploy
from infra.local.layout import Layout
from infra.local.progress import StepFailed
from infra.local.sam import expand
from infra.local.stack import STAGE, LocalSession
from infra.package import functions, mappings
from infra.policies import ROOT

_ARTIFACTS = f"temas-{STAGE}-artifacts"


def deploy_infra(session: LocalSession) -> dict[str, str]:
    """Create everything that is not code, and do by API what the embedded AWS leaves out of it."""
    try:
        outputs = deploy(
            session.client("cloudformation"),
            f"temas-{STAGE}",
            INFRA_TEMPLATE.read_text(),
            {"Stage": STAGE},
        )
    except DeployFailed as error:
        raise StepFailed(str(error)) from error
    session.client("dynamodb").update_time_to_live(
        TableName=outputs["TableName"],
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"},
    )
    _verify_sender(session.client("ses"), outputs["MailFeedbackTopic"])
    return outputs


def build_package(where: Layout, *, report_batch_item_failures: bool = False) -> None:
    """Build the zip and its template in a process of its own: chalice imports the app."""
    log = where.logs / "package.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "infra.package", "--stage", STAGE, "--for-host"]
    command += ["--out", str(where.package)]
    if report_batch_item_failures:
        command.append("--report-batch-item-failures")
    with log.open("wb") as output:
        built = subprocess.run(
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=_clean(), check=False
        )
    if built.returncode:
        raise StepFailed("the application could not be packaged", log)


def deploy_app(session: LocalSession, where: Layout) -> str:
    """Deploy the package; returns the API's URL, without a slash at the end."""
    template = json.loads((where.package / "sam.json").read_text())
    s3 = session.client("s3")
    location = _upload(s3, (where.package / "deployment.zip").read_bytes(), "zip")
    for function in functions(template):
        function["CodeUri"] = location
        for mapping in mappings(function):
            # The embedded AWS would run five processes for each queue.
            mapping.setdefault("ScalingConfig", {"MaximumConcurrency": 2})
    try:
        client = session.client("cloudformation")
        expanded = json.dumps(_with_binary_types(expand(template, session)))
        held = _upload(s3, expanded.encode(), "json")
        url = f"http://127.0.0.1:{where.port}/{held['Bucket']}/{held['Key']}"
        outputs = deploy(client, f"temas-{STAGE}-app", url, {})
    except DeployFailed as error:
        raise StepFailed(str(error)) from error
    return f"http://127.0.0.1:{where.port}/_aws/execute-api/{outputs['RestAPIId']}/{STAGE}"


def _with_binary_types(template: dict[str, Any]) -> dict[str, Any]:
    """The template with the types of bodies that come as bytes at the API itself, too: the embedded
    AWS doesn't read them in the API's document, where chalice writes them."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::ApiGateway::RestApi":
            document = resource["Properties"]["Body"]
            types = document["x-amazon-apigateway-binary-media-types"]
            resource["Properties"]["BinaryMediaTypes"] = types
    return template


def _upload(client: Any, content: bytes, suffix: str) -> dict[str, str]:
    region = client.meta.region_name
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(
            Bucket=_ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": region}
        )
    key = f"{hashlib.sha256(content).hexdigest()}.{suffix}"
    client.put_object(Bucket=_ARTIFACTS, Key=key, Body=content)
    return {"Bucket": _ARTIFACTS, "Key": key}


def _verify_sender(client: Any, topic: str) -> None:
    """Let the playbook's sender send. Feedback goes by the identity: the embedded SES does not do
    it by configuration set."""
    playbook = tomllib.loads((ROOT / "chalicelib" / "playbook.toml").read_text())
    _, sender = parseaddr(playbook["brand"]["mail_from"])
    client.verify_email_identity(EmailAddress=sender)
    for kind in ("Bounce", "Complaint", "Delivery"):
        client.set_identity_notification_topic(
            Identity=sender, NotificationType=kind, SnsTopic=topic
        )


def _clean() -> dict[str, str]:
    """The environment without what would lead the SDK to somebody's real account."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "COVERAGE_", "COV_CORE_"))
    }
