"""What lies beside an erased customer: consents, what they got lately, where they are, how they
felt, what is noted of what they did."""

from datetime import timedelta

from chalicelib.consequences.erasing.taking import PAGE, Taken
from chalicelib.consequences.hands import Hands
from chalicelib.store import erasing, erasing_marks, erasure_counts
from chalicelib.store.erasure_records import Erasure
from chalicelib.store.models import ConsentLineItem
from chalicelib.store.models_metrics import KpiNoteItem

PROOF = timedelta(days=3 * 366)
"""How long words of consent are kept after they ended, as proof: three years, by the law of Turkey
on commercial messages."""


def take_own(erasure: Erasure, customer_id: str, hands: Hands) -> Taken | None:  # noqa: ARG001
    rows = erasing.own(customer_id, limit=PAGE)
    if not rows:
        return None
    words = [row for row in rows if isinstance(row, ConsentLineItem)]
    rest = [row for row in rows if not isinstance(row, ConsentLineItem)]
    after = erasure
    if words:
        until = erasure.started_at + PROOF
        after = erasing_marks.keep_consents(after, words[: erasing_marks.MOST], until=until)
    if rest:
        # A figure's card may have been written anew by news that came late: the note says so.
        notes = [erasing.subject_of(row) for row in rest if isinstance(row, KpiNoteItem)]
        erasing.forget_figures([name for name in dict.fromkeys(notes) if name])
        after = erasure_counts.remove(after, erasing.by_kind(rest))
    return Taken(erasure=after)
