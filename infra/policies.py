"""What chalice reads, written from the tables in `infra/functions.py` and `infra/grants.py`.

`python -m infra.policies STAGE…` writes `.chalice/policy-STAGE-FUNCTION.json` for every function
and the stage's part of `.chalice/config.json`. Edit the tables, never the written files.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from infra.functions import APP_NAME, FUNCTIONS, lambda_name
from infra.grants import GRANTS, Grant

ROOT = Path(__file__).resolve().parent.parent
_STAGE_NAME = re.compile(r"[a-z][a-z0-9]{1,15}")


def policy(stage: str, function: str) -> dict[str, Any]:
    """The IAM policy document of one function in one stage."""
    grants = [_write_logs(stage, function), *(GRANTS[name] for name in FUNCTIONS[function].may)]
    return {"Version": "2012-10-17", "Statement": [_statement(grant, stage) for grant in grants]}


def stage_config(stage: str) -> dict[str, Any]:
    """The stage's part of chalice's `config.json`."""
    return {
        # As the API stage's name too: CloudWatch tells APIs apart by name and stage only, and
        # chalice names every one of them after the app.
        "api_gateway_stage": stage,
        "environment_variables": {"TEMAS_STAGE": stage},
        "lambda_functions": {
            name: {
                "lambda_memory_size": function.memory_mb,
                "lambda_timeout": function.timeout,
                "iam_policy_file": _policy_file(stage, name),
            }
            for name, function in FUNCTIONS.items()
        },
    }


def config(stages: list[str]) -> dict[str, Any]:
    """The whole of chalice's `config.json`. Log groups, with their retention, are in infra:
    chalice sets the retention of a group that its API function does not write to."""
    return {
        "version": "2.0",
        "app_name": APP_NAME,
        "autogen_policy": False,
        "api_gateway_endpoint_type": "REGIONAL",
        # Bytes from which an answer is compressed, for callers who take it: timelines are long.
        "minimum_compression_size": 2048,
        "xray": False,
        "stages": {stage: stage_config(stage) for stage in sorted(stages)},
    }


def files(stages: list[str]) -> dict[Path, str]:
    """Every file that belongs to these stages, relative to the project, with its text."""
    documents: dict[str, Any] = {"config.json": config(stages)}
    for stage in stages:
        documents |= {_policy_file(stage, name): policy(stage, name) for name in FUNCTIONS}
    return {
        Path(".chalice", name): json.dumps(document, indent=2) + "\n"
        for name, document in documents.items()
    }


def known_stages(root: Path = ROOT) -> list[str]:
    """The stages that `config.json` has today."""
    path = root / ".chalice" / "config.json"
    return sorted(json.loads(path.read_text())["stages"]) if path.exists() else []


def _write_logs(stage: str, function: str) -> Grant:
    group = f"/aws/lambda/{lambda_name(stage, function)}"
    return Grant(
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        resources=(f"arn:*:logs:*:*:log-group:{group}:*",),
    )


def _statement(grant: Grant, stage: str) -> dict[str, Any]:
    resources = grant.resources + (grant.local_resources if stage == "local" else ())
    actions = grant.actions + (grant.local_actions if stage == "local" else ())
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": [resource.format(stage=stage) for resource in resources],
    }
    if grant.condition:
        statement["Condition"] = {key: dict(test) for key, test in grant.condition.items()}
    return statement


def _policy_file(stage: str, function: str) -> str:
    return f"policy-{stage}-{function}.json"


def main(stages: list[str]) -> int:
    """Write the files of the named stages, and of those that are there already."""
    for stage in stages:
        if not _STAGE_NAME.fullmatch(stage):
            print(
                f"'{stage}' cannot be a stage: 2 to 16 lower-case letters and digits, letter first."
            )
            return 2
    for path, text in files(sorted({*stages, *known_stages()})).items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(text)
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
