"""The staff API of a stage, for programs run from a terminal."""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

import boto3
import urllib3

from infra.functions import APP_NAME
from infra.local.layout import layout
from infra.local.stack import STAGE, Stack

KEY = "TEMAS_API_KEY"
ATTEMPTS = 5
_AGAIN = {429, 500, 502, 503, 504}


class ApiError(Exception):
    """The stage can't be called, or refused; the text says why and is for the person there."""


@dataclass(frozen=True, kw_only=True)
class StaffApi:
    """Where it answers, and with which key. `sleep` waits between attempts."""

    url: str
    key: str
    http: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def of_stage(cls, stage: str, environ: Mapping[str, str] = os.environ) -> Self:
        """The running local stack's, or that of a stage on AWS, with the key in TEMAS_API_KEY.
        Raises ApiError."""
        if stage == STAGE:
            where = layout().stack_file
            if not where.exists():
                raise ApiError("no local stack is up: `make up` starts one")
            stack = Stack.load(where)
            return cls(url=stack.api_url, key=stack.api_key)
        if not environ.get(KEY):
            raise ApiError(
                f"{KEY} is not set: `python -m infra.keys --stage {stage} …` makes a key"
            )
        make: Any = boto3.client
        name = f"{APP_NAME}-{stage}-links"
        secret = json.loads(make("secretsmanager").get_secret_value(SecretId=name)["SecretString"])
        return cls(url=str(secret["base_url"]).rstrip("/"), key=environ[KEY])

    def get(self, path: str, **query: str) -> Any:
        """The answer's JSON; asked again a few times while the stage is busy. Raises ApiError."""
        url = f"{self.url}{path}?{urlencode(query)}"
        for attempt in range(ATTEMPTS):
            status, said = self._try(url)
            if status < 300:
                return json.loads(said)
            if status not in _AGAIN:
                break
            self.sleep(2.0**attempt)
        raise ApiError(f"{path} answered {status}: {_detail(said)}")

    def _try(self, url: str) -> tuple[int, bytes]:
        headers = {"authorization": f"Bearer {self.key}"}
        try:
            reply = self.http.request("GET", url, headers=headers, timeout=30.0, retries=False)
        except urllib3.exceptions.HTTPError as error:
            return 503, str(error).encode()
        return reply.status, reply.data


def _detail(said: bytes) -> str:
    try:
        return str(json.loads(said)["detail"])
    except (ValueError, KeyError, TypeError):
        return said[:300].decode("utf-8", "replace")
