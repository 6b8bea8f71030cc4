"""The figures that are lengths of time. Pure."""

from collections.abc import Mapping

from chalicelib.metrics.definition import Definition
from chalicelib.playbook_values import Words


def _time(
    tr: str, en: str, meaning_tr: str, meaning_en: str, formula: str, source: str
) -> Definition:
    return Definition(
        kind="time",
        title=Words(tr=tr, en=en),
        meaning=Words(tr=meaning_tr, en=meaning_en),
        formula=formula,
        source=source,
        categories=False,
    )


TIMES: Mapping[str, Definition] = {
    "first_response_human": _time(
        "İlk yanıt süresi (ekip)",
        "First response time (people)",
        "Bir sorunun başlamasından bir kişinin ilk yanıtına kadar geçen süre.",
        "From the beginning of a question to the first answer of a person.",
        "first answer by a person − opening of the conversation; on the day of the answer; "
        "conversations opened by customers",
        "ConversationOpened, ConversationAnswered",
    ),
    "first_response_bot": _time(
        "İlk yanıt süresi (otomatik)",
        "First response time (bots)",
        "Bir sorunun başlamasından ilk otomatik yanıta kadar geçen süre.",
        "From the beginning of a question to the first answer that went out by itself.",
        "first answer by itself − opening of the conversation; on the day of the answer; "
        "conversations opened by customers",
        "ConversationOpened, ConversationAnswered",
    ),
    "next_response_human": _time(
        "Sonraki yanıt süresi (ekip)",
        "Next response time (people)",
        "İlkinden sonraki yanıtlarda müşterinin beklediği süre.",
        "How long customers waited for the answers of people after the first.",
        "answer − the customer's first message that had no answer yet; every answer by a person "
        "but the first of its conversation; answers that nobody waited for are left out",
        "ConversationAnswered",
    ),
    "next_response_bot": _time(
        "Sonraki yanıt süresi (otomatik)",
        "Next response time (bots)",
        "İlkinden sonraki otomatik yanıtlarda müşterinin beklediği süre.",
        "How long customers waited for the answers by themselves after the first.",
        "answer − the customer's first message that had no answer yet; every answer by itself but "
        "the first of its conversation; answers that nobody waited for are left out",
        "ConversationAnswered",
    ),
    "resolution_time": _time(
        "Çözüm süresi",
        "Resolution time",
        "Bir konuşmanın başlamasından ya da yeniden açılmasından kapanmasına kadar geçen süre.",
        "From the beginning of a conversation, or from when it was opened again, to its closing.",
        "resolution − opening (or the reopening before it); on the day of the resolution",
        "ConversationOpened, ConversationReopened, ConversationResolved",
    ),
    "resolution_time_running": _time(
        "Duraklamasız çözüm süresi",
        "Resolution time without pauses",
        "Çözüm süresinin, sıranın ekipte olduğu bölümü: müşterinin yanıtı beklenirken ve konuşma "
        "ertelenmişken geçen süre sayılmaz.",
        "The part of the resolution time in which the team was to act: not while it was the "
        "customer's turn, nor while the conversation was put off.",
        "resolution − opening (or the reopening before it) − pauses, each moment of them once; on "
        "the day of the resolution. Pauses are what the playbook's `[sla] pause_while` names, as "
        "known when it was resolved: from an answer to the customer's next word, and while it was "
        "snoozed. It is what the resolution target counts, but for a team's own hours and holidays",
        "ConversationOpened, ConversationReopened, ConversationResolved (paused)",
    ),
    "handling_time": _time(
        "İşlem süresi",
        "Handling time",
        "Bir kişinin ilk yanıtından konuşmanın ilk kapanışına kadar geçen süre.",
        "From the first answer of a person to the first closing of the conversation.",
        "first resolution − first answer by a person, where one came before it; on the day of the "
        "resolution",
        "ConversationAnswered, ConversationResolved",
    ),
}
