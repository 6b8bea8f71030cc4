"""Watch a campaign in the terminal: `python -m infra.campaigns --stage STAGE watch ID`.

It asks the staff API like anybody else. Of the local stack it knows address and key; for another
stage give `--api-url` and put a key with the scope `campaigns:read` into TEMAS_API_KEY.
"""

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from infra.local.layout import layout
from infra.local.stack import STAGE, Stack

WIDTH = 40
ENDS = ("done", "cancelled", "draft")
SECONDS = 2.0

Get = Callable[[str], dict[str, Any]]
"""(path) → the API's answer."""


class Refused(Exception):
    """The API did not answer with what was asked for; the text says why."""


def api(url: str, key: str) -> Get:
    """The staff API at this URL. Calls raise Refused."""
    # The local stack is not behind any proxy that the environment names.
    local = urllib.request.ProxyHandler({}) if "127.0.0.1" in url else urllib.request.ProxyHandler()
    opener = urllib.request.build_opener(local)

    def get(path: str) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{url.rstrip('/')}{path}", headers={"Authorization": f"Bearer {key}"}
        )
        try:
            with opener.open(request, timeout=30) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            raise Refused(f"{error.code}: {_detail(error)}") from error
        except OSError as error:
            raise Refused(f"{url} does not answer: {error}") from error

    return get


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["detail"])
    except (ValueError, KeyError):
        return error.reason


def line(campaign: dict[str, Any]) -> str:
    """A campaign's bar: how far it is, and what it came to so far."""
    done = campaign["progress"]
    bar = "█" * round(done * WIDTH)
    counts = {outcome: sum(reasons.values()) for outcome, reasons in campaign["outcomes"].items()}
    said = " · ".join(f"{count:,} {outcome}" for outcome, count in counts.items())
    waiting = f" · {campaign['waiting']:,} waiting" if campaign["waiting"] else ""
    return (
        f"{campaign['status']:<9} {bar:░<{WIDTH}} {done:4.0%} · {campaign['looked_at']:,} seen · "
        f"{campaign['planned']:,} planned{waiting}{f' · {said}' if said else ''}"
    )


def watch(get: Get, campaign_id: str, *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Show the bar until the campaign has ended; then every outcome by its reason."""
    while True:
        campaign = get(f"/v1/campaigns/{campaign_id}")
        _show(line(campaign))
        if campaign["status"] in ENDS:
            break
        sleep(SECONDS)
    print()
    for outcome, reasons in campaign["outcomes"].items():
        for reason, count in reasons.items():
            print(f"  {outcome:<10} {reason:<24} {count:>10,}")
    return 0


def _show(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\x1b[2K{text}", end="", flush=True)
    else:
        print(text, flush=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.campaigns", description=__doc__)
    parser.add_argument("--stage", default=STAGE)
    parser.add_argument("--api-url", default="")
    parser.add_argument("action", choices=["watch"])
    parser.add_argument("campaign_id")
    wanted = parser.parse_args(arguments)
    try:
        return watch(_get(wanted.stage, wanted.api_url), wanted.campaign_id)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe campaign goes on without being watched.")
        return 130


def _get(stage: str, api_url: str) -> Get:
    if stage == STAGE and not api_url:
        try:
            stack = Stack.load(layout().stack_file)
        except FileNotFoundError as error:
            raise Refused("no local stack is up: make up") from error
        return api(stack.api_url, stack.api_key)
    key = os.environ.get("TEMAS_API_KEY", "")
    if not api_url or not key:
        raise Refused(
            "for a stage on AWS give --api-url=https://… and put a staff API key into TEMAS_API_KEY"
        )
    return api(api_url, key)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
