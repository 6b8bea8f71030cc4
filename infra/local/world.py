"""The outside world of a local stack, one process: platforms, a mailbox, and a port for devices.

`python -m infra.local.world GATEWAY_PORT REGION FILE` writes its addresses to FILE once it listens,
and stays until it is told to end. The mailbox is read over the recorder: `GET /_recorder/mails`.
"""

import json
import signal
import sys
from pathlib import Path
from types import FrameType

from infra.local.mailbox import Mailbox
from infra.local.mqtt_bridge import Bridge
from infra.local.recorder import Recorder


def main(gateway: int, region: str, addresses: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    with (
        Mailbox() as mailbox,
        Recorder(mails=mailbox.mails) as recorder,
        Bridge(gateway, region) as bridge,
    ):
        found = {
            "recorder_url": recorder.url,
            "smtp_port": mailbox.port,
            "mqtt_port": bridge.port,
        }
        fresh = addresses.with_suffix(".new")
        fresh.write_text(json.dumps(found))
        fresh.replace(addresses)
        while True:
            signal.pause()


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
