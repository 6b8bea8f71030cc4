"""Deploy a stage to AWS: `python -m infra.deploy STAGE` (or `make deploy STAGE=…`).

1. The stack `temas-STAGE`, from `infra/template.yaml`, by CloudFormation.
2. The application, by chalice's own deployer: it is `chalice deploy --stage STAGE`, run in this
   process so that its packager can be the lean one (`infra/packager.py`). Calling chalice plainly
   works as well and deploys the same functions, from a zip that is five times as large and takes
   twice as long to start: pip then brings botocore, which Lambda has, and no byte-code is shipped.
   Nothing else differs, and one may follow the other.
3. On the first deploy, the API's address, for the links in messages.

Credentials and region are those of the shell. chalice writes down what it made in
`.chalice/deployed/STAGE.json`; commit that file, or the next deploy makes everything again.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from chalice.deploy.deployer import ChaliceDeploymentError

from infra.cloudformation import INFRA_TEMPLATE, DeployFailed, deploy
from infra.functions import APP_NAME
from infra.package import chalice
from infra.policies import ROOT, known_stages


def deploy_stage(
    session: Any,
    stage: str,
    alarm_email: str | None = None,
    mail_domain: str | None = None,
    claims: str | None = None,
) -> str:
    """Deploy infra and application; returns the API's URL. `session` is a boto3 session; what is
    None stays as it was deployed before."""
    print(f"infra: stack {APP_NAME}-{stage}", flush=True)
    deploy(
        session.client("cloudformation"),
        f"{APP_NAME}-{stage}",
        INFRA_TEMPLATE.read_text(),
        {
            "Stage": stage,
            "AlarmEmail": alarm_email,
            "MailDomain": mail_domain,
            "ClaimProvisioning": claims,
        },
    )
    print("application: chalice", flush=True)
    chalice("deploy", "--stage", stage)
    url = deployed_api_url(ROOT, stage)
    fill_base_url(session.client("secretsmanager"), stage, url)
    return url


def deployed_api_url(project: Path, stage: str) -> str:
    """The API's URL as chalice wrote it down, without a slash at the end."""
    deployed = json.loads((project / ".chalice" / "deployed" / f"{stage}.json").read_text())
    (url,) = (
        resource["rest_api_url"]
        for resource in deployed["resources"]
        if resource["resource_type"] == "rest_api"
    )
    return str(url).rstrip("/")


def fill_base_url(client: Any, stage: str, url: str) -> None:
    """Links need an address to lead to. One that is there stays: it may be a domain of your own.

    `client` is a boto3 Secrets Manager client.
    """
    name = f"{APP_NAME}-{stage}-links"
    links = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
    if not links.get("base_url"):
        client.put_secret_value(SecretId=name, SecretString=json.dumps({**links, "base_url": url}))


def main(arguments: list[str]) -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy")
    parser.add_argument("stage")
    parser.add_argument("--alarm-email", help="who is told of alarms")
    parser.add_argument("--mail-domain", help="the domain whose mail comes in by SES")
    parser.add_argument(
        "--claims", choices=["true", "false"], help="whether devices may provision themselves"
    )
    options = parser.parse_args(arguments)
    if options.stage not in known_stages():
        print(f"there is no stage {options.stage} yet: make policies STAGE={options.stage}")
        return 2
    make_session: Any = boto3.session.Session
    session = make_session()
    if session.region_name is None:
        print("which region? set AWS_DEFAULT_REGION, or AWS_PROFILE to a profile with one")
        return 2
    try:
        url = deploy_stage(
            session, options.stage, options.alarm_email, options.mail_domain, options.claims
        )
        print(f"\n{url}")
    except (BotoCoreError, ClientError, ChaliceDeploymentError, DeployFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
