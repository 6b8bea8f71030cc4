"""`python -m infra.local up | down | status | run [--once]`."""

import argparse
import signal
import sys

from infra.local.layout import Layout, layout
from infra.local.lifecycle import down, is_up, stay, up
from infra.local.progress import StepFailed, complain
from infra.local.stack import Stack


def main(arguments: list[str]) -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start the stack in the background").add_argument(
        "--report-batch-item-failures", action="store_true"
    )
    commands.add_parser("down", help="end the stack")
    commands.add_parser("status", help="say whether it is up, and where")
    commands.add_parser("run", help="play the story on a fresh stack").add_argument(
        "--once", action="store_true", help="end after the story"
    )
    options = parser.parse_args(arguments)
    # So that `finally` runs, and nothing is left behind, when a service manager ends us.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        where = layout()
        match options.command:
            case "up":
                return _up(where, options.report_batch_item_failures)
            case "down":
                print("the stack is down" if down(where) else "no stack was up")
                return 0
            case "status":
                return _status(where)
            case _:
                return _run(where, once=options.once)
    except StepFailed as error:
        complain(error.report())
        return 1
    except KeyboardInterrupt:
        return 130


def _up(where: Layout, report_batch_item_failures: bool) -> int:
    if is_up(where):
        print("the stack is already up; `make down` ends it")
    stack = up(where, report_batch_item_failures=report_batch_item_failures)
    _print_addresses(where, stack)
    return 0


def _status(where: Layout) -> int:
    if not is_up(where):
        print("no stack is up")
        return 1
    _print_addresses(where, Stack.load(where.stack_file))
    return 0


def _run(where: Layout, *, once: bool) -> int:
    from infra.local.story import play

    if is_up(where):
        print("ending the stack that is up: the story begins with an empty table")
        down(where)
    print("Starting Temas on this machine", flush=True)
    try:
        stack = up(where)
        play(stack)
        _print_addresses(where, stack)
        if not once:
            print("\nCtrl-C ends it all.", flush=True)
            stay()
    finally:
        down(where)
    return 0


def _print_addresses(where: Layout, stack: Stack) -> None:
    rows = {
        "API": stack.api_url,
        "console": stack.console_url,
        "API key": stack.api_key,
        "AWS endpoint": f"{stack.aws_endpoint_url} (region {stack.region}, key test, secret test)",
        "MQTT for devices": f"127.0.0.1:{stack.mqtt_port}",
        "sent to platforms": f"{stack.recorder_url}/_recorder/requests",
        "sent mails": f"{stack.recorder_url}/_recorder/mails",
        "all of this": str(where.stack_file),
        "logs": str(where.logs),
    }
    print()
    for name, value in rows.items():
        print(f"  {name:<18} {value}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
