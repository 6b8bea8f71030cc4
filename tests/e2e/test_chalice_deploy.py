"""`make deploy`: a first deploy by chalice itself makes every function, mapping and schedule group.

Against the embedded AWS, from a copy of the project: chalice writes down what it deployed.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.deploy import fill_base_url
from infra.functions import FUNCTIONS, lambda_name
from infra.local.embedded_aws import free_port, start_embedded_aws
from infra.local.layout import Layout, layout
from infra.local.processes import stop_all
from infra.local.stack import REGION, LocalSession
from infra.policies import ROOT

pytestmark = pytest.mark.e2e
STAGE = "prod"


@pytest.fixture(scope="module")
def empty_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an embedded AWS that has nothing in it yet."""
    where = Layout(
        home=tmp_path_factory.mktemp("aws"),
        port=free_port(),
        ministack_python=layout().ministack_python,
    )
    try:
        start_embedded_aws(where, smtp_port=9)  # nobody sends mail here
        yield f"http://127.0.0.1:{where.port}"
    finally:
        stop_all(where.processes_file)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is deployed and of what deploys it, with the packages that are there."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "app.py", copy)
    shutil.copy(ROOT / "requirements.txt", copy)
    leave_out = shutil.ignore_patterns("__pycache__", "deployments", "deployed")
    for directory in ("chalicelib", "infra", ".chalice"):
        shutil.copytree(ROOT / directory, copy / directory, ignore=leave_out)
    packages = ROOT / ".local" / "site-packages"
    if packages.exists():
        shutil.copytree(packages, copy / ".local" / "site-packages")
    return copy


@pytest.fixture(scope="module")
def deployed(empty_aws: str, project: Path) -> LocalSession:
    """A session on the AWS that the project was deployed to."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(project),
        "AWS_ENDPOINT_URL": empty_aws,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    } | {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    done = subprocess.run(
        [sys.executable, "-m", "infra.deploy", STAGE],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return LocalSession(empty_aws, REGION)


def test_every_function_is_there(deployed: LocalSession) -> None:
    found = {f["FunctionName"]: f for f in deployed.client("lambda").list_functions()["Functions"]}
    assert set(found) == {lambda_name(STAGE, function) for function in FUNCTIONS}
    for name, wanted in FUNCTIONS.items():
        function = found[lambda_name(STAGE, name)]
        assert function["Timeout"] == wanted.timeout
        assert function["MemorySize"] == wanted.memory_mb
        assert function["CodeSize"] <= 7_000_000


def test_each_queue_is_read_by_its_function(deployed: LocalSession) -> None:
    mappings = deployed.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert {
        (mapping["EventSourceArn"].rpartition(":")[2], mapping["FunctionArn"].rpartition(":")[2])
        for mapping in mappings
    } == {
        (f"temas-{STAGE}-{function.reads}", lambda_name(STAGE, name))
        for name, function in FUNCTIONS.items()
        if function.reads
    }


def test_each_function_has_a_role_with_its_policy(deployed: LocalSession) -> None:
    iam = deployed.client("iam")
    for name in FUNCTIONS:
        role = f"temas-{STAGE}-{name}"
        written = iam.get_role_policy(RoleName=role, PolicyName=role)["PolicyDocument"]
        expected = json.loads((ROOT / ".chalice" / f"policy-{STAGE}-{name}.json").read_text())
        assert written == expected


def test_the_schedule_group_is_there(deployed: LocalSession) -> None:
    group = deployed.client("scheduler").get_schedule_group(Name=f"temas-{STAGE}-notifications")
    assert group["State"] == "ACTIVE"


def test_the_stage_is_protected(deployed: LocalSession) -> None:
    table = deployed.client("dynamodb").describe_table(TableName=f"temas-{STAGE}-main")["Table"]
    assert table["DeletionProtectionEnabled"] is True


def test_links_lead_to_the_api(deployed: LocalSession, project: Path) -> None:
    secret = deployed.client("secretsmanager").get_secret_value(SecretId=f"temas-{STAGE}-links")
    written = json.loads((project / ".chalice" / "deployed" / f"{STAGE}.json").read_text())
    (api,) = [r for r in written["resources"] if r["resource_type"] == "rest_api"]
    links = json.loads(secret["SecretString"])
    assert links["base_url"] == api["rest_api_url"].rstrip("/")
    assert len(links["signing_key"]) == 64


def test_an_address_of_ones_own_is_kept(deployed: LocalSession) -> None:
    client = deployed.client("secretsmanager")
    name = f"temas-{STAGE}-links"
    before = client.get_secret_value(SecretId=name)["SecretString"]
    fill_base_url(client, STAGE, "https://another.example")
    assert client.get_secret_value(SecretId=name)["SecretString"] == before
