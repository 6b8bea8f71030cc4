"""Where this process runs, and the names that follow from it (contract C9)."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.errors import ConfigurationError

STAGE_VARIABLE = "TEMAS_STAGE"
_STAGE = re.compile(r"[a-z][a-z0-9]{1,15}")


def read_stage(environ: Mapping[str, str] = os.environ) -> str:
    """The stage this code is packaged or runs for: the only thing read from the environment.

    Raises ConfigurationError if `TEMAS_STAGE` is missing or unfit for resource names.
    """
    stage = environ.get(STAGE_VARIABLE, "")
    if not _STAGE.fullmatch(stage):
        raise ConfigurationError(
            f"{STAGE_VARIABLE} is {stage!r}: it must be 2 to 16 lower-case letters and digits, "
            "and chalice sets it from .chalice/config.json (`make policies STAGE=…` adds one)"
        )
    return stage


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One stage in one account and region: every physical name, in one place."""

    stage: str
    region: str = "us-east-1"
    account: str = "000000000000"
    partition: str = "aws"

    @classmethod
    def of_function(cls, stage: str, function_arn: str) -> "Deployment":
        """From the ARN that Lambda gives with each invocation."""
        parts = function_arn.split(":")
        if len(parts) < 7 or parts[2] != "lambda":
            raise ConfigurationError(f"{function_arn!r} is not a Lambda function's ARN")
        return cls(stage=stage, partition=parts[1], region=parts[3], account=parts[4])

    def name(self, thing: str) -> str:
        return f"temas-{self.stage}-{thing}"

    @property
    def table(self) -> str:
        return self.name("main")

    @property
    def bus(self) -> str:
        return f"temas-{self.stage}"

    @property
    def raw_bucket(self) -> str:
        return self.name(f"raw-{self.account}")

    @property
    def files_bucket(self) -> str:
        return self.name(f"files-{self.account}")

    @property
    def schedule_group(self) -> str:
        return self.name("notifications")

    @property
    def scheduler_role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.name('scheduler')}"

    @property
    def iot_arn(self) -> str:
        """What the ARNs of things and certificates begin with."""
        return f"arn:{self.partition}:iot:{self.region}:{self.account}"

    def queue_arn(self, queue: str) -> str:
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{self.name(queue)}"
