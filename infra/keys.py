"""Staff API keys: `python -m infra.keys --stage prod --name "Support desk" --scopes a,b`.

Prints the key once; only its hash is kept. Scopes are `resource:action` ("conversations:write"),
with `*` for either part, or `*` for everything.
"""

import argparse
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import boto3
import msgspec

from chalicelib.clock import iso


def make_key(
    table_name: str, session: Any, *, name: str, scopes: tuple[str, ...], at: datetime
) -> str:
    """Create a key in this table and return it. Raises botocore's ClientError."""
    key = f"temas_{token_urlsafe(32)}"
    session.client("dynamodb").put_item(
        TableName=table_name,
        Item={
            "pk": {"S": f"K#{sha256(key.encode()).hexdigest()}"},
            "sk": {"S": "K"},
            "type": {"S": "api_key"},
            "name": {"S": name},
            "scopes": {"S": msgspec.json.encode(scopes).decode()},
            "created_at": {"S": iso(at)},
        },
        ConditionExpression="attribute_not_exists(pk)",
    )
    return key


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a key to the staff API.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--name", required=True, help="whose key it is: shown beside what it does")
    parser.add_argument("--scopes", default="*:read", help="comma-separated, e.g. conversations:*")
    given = parser.parse_args()
    scopes = tuple(scope.strip() for scope in given.scopes.split(",") if scope.strip())
    table = f"temas-{given.stage}-main"
    print(make_key(table, boto3.Session(), name=given.name, scopes=scopes, at=datetime.now(UTC)))


if __name__ == "__main__":
    main()
