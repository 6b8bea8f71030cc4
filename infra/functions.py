"""The Lambda functions of `app.py`: how big they are, what they read, and what each may do.

One table, from which the policy files, chalice's configuration and the tests are made. After a
change here: `make policies`.
"""

from dataclasses import dataclass

APP_NAME = "temas"


@dataclass(frozen=True, kw_only=True)
class Function:
    """One Lambda function of `app.py`.

    `timeout` is in seconds. A queue's visibility time-out in `infra/template.yaml` is six times
    that of the function which reads it, as AWS recommends.
    """

    timeout: int
    may: tuple[str, ...]
    memory_mb: int = 1024
    reads: str | None = None


FUNCTIONS: dict[str, Function] = {
    "api_handler": Function(
        timeout=10,
        may=(
            "keep and read records",
            "forget locations",
            "take things out of lists",
            "send to inbound",
            "send to telemetry",
            "send to campaigns",
            "send to due",
            "send to relay",
            "publish events",
            "plan notifications",
            "hand the scheduler its role",
            "put oversized bodies",
            "hand out files",
            "keep photos of reviews",
            "make and remove things",
            "certify things",
            "make certificates",
            "read webhook secrets",
            "read link secrets",
            "read the relay secret",
        ),
    ),
    "ingest": Function(
        # A delivery may hold a thousand messages, each of somebody new.
        timeout=60,
        reads="inbound",
        may=(
            "keep and read records",
            "forget locations",
            "publish events",
            "get raw bodies",
            "put raw bodies aside",
            "keep files",
            "consume inbound",
            "read platform secrets",
        ),
    ),
    "react": Function(
        timeout=30,
        reads="reactions",
        may=(
            "keep and read records",
            "move records on together",
            "take things out of lists",
            "publish events",
            "plan notifications",
            "hand the scheduler its role",
            "send to reactions",
            "send to due",
            "keep files",
            "remove files",
            "consume reactions",
            "read platform secrets",
        ),
    ),
    "campaign": Function(
        # Works for 20 seconds, then hands over to another message of its own.
        timeout=60,
        reads="campaigns",
        may=(
            "keep and read records",
            "publish events",
            "plan notifications",
            "hand the scheduler its role",
            "send to campaigns",
            "send to due",
            "consume campaigns",
        ),
    ),
    "deliver": Function(
        timeout=60,
        reads="due",
        may=(
            "keep and read records",
            "publish events",
            "plan notifications",
            "hand the scheduler its role",
            "send to due",
            "send mail",
            "consume due",
            "read platform secrets",
            "read link secrets",
        ),
    ),
    "watch": Function(
        timeout=30,
        reads="telemetry",
        may=("keep and read records", "publish events", "consume telemetry"),
    ),
    "sweep": Function(
        # Works for 20 seconds, then hands over to another message of its own.
        timeout=60,
        reads="sweep",
        may=(
            "keep and read records",
            "move records on together",
            "publish events",
            "send to sweep",
            "consume sweep",
        ),
    ),
    "relay": Function(
        # A call takes ten seconds at most; after 60 what is left of a batch goes back to the queue.
        timeout=120,
        reads="relay",
        may=(
            "keep and read records",
            "publish events",
            "plan notifications",
            "hand the scheduler its role",
            "send to relay",
            "consume relay",
            "read the relay secret",
        ),
    ),
}


def lambda_name(stage: str, function: str) -> str:
    """The name that chalice gives the function in AWS."""
    suffix = "" if function == "api_handler" else f"-{function}"
    return f"{APP_NAME}-{stage}{suffix}"
