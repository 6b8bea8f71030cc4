"""Staff API: one thing done with many conversations, each by itself.

One that can't be done doesn't stop the others: the answer says what became of each. A call may be
repeated: what is done is done once, with an `Idempotency-Key` notes too.
"""

from collections.abc import Callable

import msgspec

from chalicelib.errors import InvalidRequest, RequestError, TemasError
from chalicelib.events import ResolvedReason
from chalicelib.inbox.labelling import Wish
from chalicelib.web import case_labels
from chalicelib.web.bulk_requests import TAKES, BulkRequest, BulkResult, BulkResults
from chalicelib.web.endpoints import Call, Endpoint

SECONDS = 6.0
"""After so long no further one is begun: the function has ten seconds. Those left are answered with
503, and the same call finishes them."""


def bulk(call: Call) -> BulkResults:
    """Resolve, label, assign, put off or note up to 100 conversations. The answer is 200 even where
    some are refused: look at `results`, which has one for each id, in the order given."""
    wanted: BulkRequest = call.body
    do = _action(call, wanted)
    ids = list(dict.fromkeys(wanted.ids))
    end = call.wiring.monotonic() + SECONDS
    results = [_one(one, do, left=call.wiring.monotonic() < end) for one in ids]
    call.noted.update(action=wanted.action, ids=[one.id for one in results if one.status == 200])
    return BulkResults(results=results, done=sum(one.status == 200 for one in results))


def _one(conversation_id: str, do: Callable[[str], object], *, left: bool) -> BulkResult:
    if not left:
        words = "there was no time left for it: repeat the call"
        return BulkResult(id=conversation_id, status=503, detail=words)
    try:
        do(conversation_id)
    except (RequestError, TemasError) as error:
        if error.status < 500 or error.transient:
            return BulkResult(id=conversation_id, status=error.status, detail=str(error))
        raise
    return BulkResult(id=conversation_id, status=200)


def _action(call: Call, wanted: BulkRequest) -> Callable[[str], object]:
    """What is done with each. Raises InvalidRequest for what the action doesn't take, or lacks."""
    takes = TAKES[wanted.action]
    if strange := sorted(wanted.given - takes):
        names = ", ".join(sorted(takes))
        raise InvalidRequest(f"{wanted.action} takes {names}, not {strange[0]}: leave it out")
    if wanted.action != "resolve" and not wanted.given:
        raise InvalidRequest(f"{wanted.action} needs {' or '.join(sorted(takes))}: give it")
    return _ACTIONS[wanted.action](call, wanted)


def _resolve(call: Call, wanted: BulkRequest) -> Callable[[str], object]:
    reason: ResolvedReason = "solved" if wanted.reason is msgspec.UNSET else wanted.reason
    return lambda one: call.wiring.cases.resolve(one, call.key.name, reason)


def _label(call: Call, wanted: BulkRequest) -> Callable[[str], object]:
    category = None if wanted.category is msgspec.UNSET else wanted.category
    case_labels.check_category(call, category)
    wish = Wish(
        category=category,
        labels=None if wanted.labels is msgspec.UNSET else wanted.labels,
        more=() if wanted.add_labels is msgspec.UNSET else wanted.add_labels,
    )
    return lambda one: call.wiring.labelling.label(one, wish, by=call.key.name)


def _assign(call: Call, wanted: BulkRequest) -> Callable[[str], object]:
    team = None if wanted.team is msgspec.UNSET else wanted.team
    assignee = None if wanted.assignee is msgspec.UNSET else wanted.assignee
    return lambda one: call.wiring.staffing.assign(one, team, assignee, by=call.key.name)


def _snooze(call: Call, wanted: BulkRequest) -> Callable[[str], object]:
    given = None if wanted.until is msgspec.UNSET else wanted.until
    until = case_labels.checked_until(given, call.wiring.clock())

    def snooze(one: str) -> None:
        case_labels.check_open(one, until)
        call.wiring.snoozing.snooze(one, until, by=call.key.name)

    return snooze


def _note(call: Call, wanted: BulkRequest) -> Callable[[str], object]:
    text = "" if wanted.text is msgspec.UNSET else wanted.text
    if not text.strip():
        raise InvalidRequest("text is blank: write the note")
    once = case_labels.once(call)
    return lambda one: call.wiring.noting.note(one, text, by=call.key.name, once=once)


_ACTIONS = {
    "resolve": _resolve,
    "label": _label,
    "assign": _assign,
    "snooze": _snooze,
    "note": _note,
}

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/v1/conversations/bulk",
        scope="conversations:write",
        summary="Do one thing with many conversations",
        handle=bulk,
        returns=BulkResults,
        body=BulkRequest,
    ),
)
