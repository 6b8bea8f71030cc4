"""Package the application: `python -m infra.package --stage STAGE --out DIR`.

Writes `deployment.zip` (see `infra/packager.py`) and `sam.json`, a CloudFormation template of the
functions, their API and their queue mappings. It is `chalice package`, with the functions' names
added: `chalice deploy` names them itself, CloudFormation would make names up.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.functions import lambda_name
from infra.packager import HostPackager, LeanPackager, host_is_like_lambda, use
from infra.policies import ROOT


def package(
    stage: str, out: Path, *, report_batch_item_failures: bool = False, for_host: bool = False
) -> Path:
    """Package one stage into `out` and return the template's path.

    With `for_host` the zip is for an embedded AWS on this machine, whatever kind of machine it is.

    With `report_batch_item_failures` the mappings tell Lambda to believe the list of failed
    messages that a handler returns. chalice cannot ask for that, so a deployed stage has mappings
    without it; the handlers must be right under both, and the tests deploy both.
    """
    template = out / "sam.json"
    packager = HostPackager if for_host and not host_is_like_lambda() else LeanPackager
    chalice("package", "--stage", stage, str(out.resolve()), packager=packager)
    document = json.loads(template.read_text())
    for function in functions(document):
        handler = function["Handler"].removeprefix("app.")
        name = "api_handler" if handler == "app" else handler
        function["FunctionName"] = lambda_name(stage, name)
        if report_batch_item_failures:
            for mapping in mappings(function):
                mapping["FunctionResponseTypes"] = ["ReportBatchItemFailures"]
    template.write_text(json.dumps(document, indent=2) + "\n")
    return template


def functions(template: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The properties of each Lambda function in a template."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            yield resource["Properties"]


def mappings(function: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The properties of each queue mapping of a function."""
    for event in function.get("Events", {}).values():
        if event["Type"] == "SQS":
            yield event["Properties"]


def chalice(*arguments: str, packager: type[LeanPackager] = LeanPackager) -> None:
    """Run a command of chalice's, with a packager of ours. Raises what chalice raises."""
    from chalice.cli import cli

    use(packager)
    # chalice asks the SDK for its partition. Without any region the SDK refuses to say.
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
    cli.main(args=["--project-dir", str(ROOT), *arguments], obj={}, standalone_mode=False)


def main(arguments: list[str]) -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--report-batch-item-failures", action="store_true")
    parser.add_argument("--for-host", action="store_true", help="run it on this machine")
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    template = package(
        options.stage,
        out,
        report_batch_item_failures=options.report_batch_item_failures,
        for_host=options.for_host,
    )
    size = (out / "deployment.zip").stat().st_size
    print(f"{template} and deployment.zip ({size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
