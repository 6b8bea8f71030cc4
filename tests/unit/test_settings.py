"""Names that follow from the stage, counts that become metrics, logs that stay quiet."""

import json
import logging

import pytest

from chalicelib.errors import ConfigurationError
from chalicelib.observability import count, make_logger, make_metrics
from chalicelib.settings import Deployment, read_stage

ARN = "arn:aws-cn:lambda:cn-north-1:123456789012:function:temas-prod-ingest"


@pytest.mark.parametrize("stage", ["local", "prod", "ab", "brand2"])
def test_a_stage_is_read_from_the_environment(stage: str) -> None:
    assert read_stage({"TEMAS_STAGE": stage}) == stage


@pytest.mark.parametrize("stage", ["", "Prod", "eu-west", "2go", "a" * 17, "a", "prod\n", "ü"])
def test_a_stage_that_fits_no_resource_name_is_refused_with_the_fix(stage: str) -> None:
    with pytest.raises(ConfigurationError, match=r"chalice sets it from \.chalice/config\.json"):
        read_stage({"TEMAS_STAGE": stage})
    with pytest.raises(ConfigurationError):
        read_stage({})


def test_the_deployment_is_known_from_the_invoked_function() -> None:
    here = Deployment.of_function("prod", ARN)
    assert (here.partition, here.region, here.account) == ("aws-cn", "cn-north-1", "123456789012")
    assert here.table == "temas-prod-main"
    assert here.bus == "temas-prod"
    assert here.raw_bucket == "temas-prod-raw-123456789012"
    assert here.schedule_group == "temas-prod-notifications"
    assert here.queue_arn("due") == "arn:aws-cn:sqs:cn-north-1:123456789012:temas-prod-due"
    assert here.scheduler_role_arn == "arn:aws-cn:iam::123456789012:role/temas-prod-scheduler"


@pytest.mark.parametrize("arn", ["", "local", "arn:aws:sqs:eu-central-1:123456789012:a:b"])
def test_anything_but_a_functions_arn_is_refused(arn: str) -> None:
    with pytest.raises(ConfigurationError, match="not a Lambda function's ARN"):
        Deployment.of_function("prod", arn)


def test_counts_become_metrics_of_the_stage(capsys: pytest.CaptureFixture[str]) -> None:
    count(make_metrics("local"), {"MessagesKept": 3, "MessagesRepeated": 0})
    written = json.loads(capsys.readouterr().out)
    assert (written["MessagesKept"], written["stage"]) == ([3.0], "local")
    assert "MessagesRepeated" not in written


def test_nothing_counted_is_nothing_written(capsys: pytest.CaptureFixture[str]) -> None:
    count(make_metrics("local"), {"MessagesKept": 0})
    assert capsys.readouterr().out == ""


def test_libraries_that_log_bodies_are_silenced() -> None:
    make_logger()
    assert logging.getLogger("botocore.endpoint").getEffectiveLevel() == logging.WARNING
