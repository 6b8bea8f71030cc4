"""The audit trail, as it is written: a line for each change that succeeded over the staff API."""

from typing import Any

import msgspec

from chalicelib.clock import to_millis
from chalicelib.errors import TemasError
from chalicelib.ids import new_id
from chalicelib.store import audit
from chalicelib.store.staff_records import AuditLine
from chalicelib.web.endpoints import Call, Endpoint

KEY_SHOWN = 12
"""Characters of a key's hash: enough to tell two keys of one name apart, of no use to anybody."""


def note(call: Call, endpoint: Endpoint, raw: bytes, status: int) -> None:
    """Write who did it, when, what, to what. The change is made by now: where the line can't be
    kept it goes to the logs and is counted, and the answer stays. A caller who was told that it
    failed would do it twice."""
    line = AuditLine(
        id=new_id("aud"),
        at=to_millis(call.wiring.clock()),
        by=call.key.name,
        key=call.key.digest[:KEY_SHOWN],
        route=endpoint.route,
        status=status,
        ids=dict(call.path),
        fields=_fields(raw, endpoint),
        facts=call.noted,
    )
    try:
        audit.keep(line, call.wiring.playbook.audit.keep)
    except TemasError:
        call.wiring.logger.exception("audit line not kept", line=msgspec.to_builtins(line))
        call.wiring.count({"AuditLinesLost": 1})


def _fields(raw: bytes, endpoint: Endpoint) -> tuple[str, ...]:
    """Which fields the body named, as the endpoint knows them: a caller's own words never."""
    if endpoint.body is None or not raw:
        return ()
    given: Any = msgspec.json.decode(raw)
    known = {one.encode_name for one in msgspec.structs.fields(endpoint.body)}
    return tuple(name for name in given if name in known) if isinstance(given, dict) else ()
