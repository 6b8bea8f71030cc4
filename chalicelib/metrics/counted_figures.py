"""The figures that are plain numbers. Pure."""

from collections.abc import Mapping

from chalicelib.metrics.definition import Definition
from chalicelib.playbook_values import Words

COUNTS: Mapping[str, Definition] = {
    "messages_in": Definition(
        kind="count",
        title=Words(tr="Gelen mesajlar", en="Messages received"),
        meaning=Words(
            tr="Müşterilerin yazdığı mesajlar.", en="What customers wrote, message by message."
        ),
        formula="number of messages, on the day and in the hour they were written",
        source="MessageReceived",
        categories=False,
    ),
    "answers_human": Definition(
        kind="count",
        title=Words(tr="Ekibin yanıtları", en="Answers by people"),
        meaning=Words(tr="Bir kişinin gönderdiği yanıtlar.", en="Answers that a person sent."),
        formula="number of answers with `bot` false, on the day they went out",
        source="ConversationAnswered",
        categories=False,
    ),
    "answers_bot": Definition(
        kind="count",
        title=Words(tr="Otomatik yanıtlar", en="Answers by bots"),
        meaning=Words(
            tr="Temas'ın kendiliğinden gönderdiği yanıtlar.",
            en="Answers sent by themselves.",
        ),
        formula="number of answers with `bot` true, on the day they went out",
        source="ConversationAnswered",
        categories=False,
    ),
    "opened": Definition(
        kind="count",
        title=Words(tr="Sorular", en="Questions"),
        meaning=Words(
            tr="Bir müşterinin başlattığı konuşmalar.", en="Conversations that a customer began."
        ),
        formula="number of conversations opened by a customer, by the day and hour they began",
        source="ConversationOpened",
    ),
    "alert_cases": Definition(
        kind="count",
        title=Words(tr="Cihaz uyarıları", en="Cases from alerts"),
        meaning=Words(
            tr="Bir cihaz uyarısının başlattığı konuşmalar.",
            en="Conversations that an alert of a device began.",
        ),
        formula="number of conversations opened by an alert, on the day they began",
        source="ConversationOpened",
    ),
    "resolved": Definition(
        kind="count",
        title=Words(tr="Kapanan konuşmalar", en="Cases closed"),
        meaning=Words(
            tr="Konuşmaların her kapanışı, nedeni ne olursa olsun; yeniden açılıp bir daha "
            "kapanan yeniden sayılır.",
            en="Every closing of a conversation, whatever its reason; one that was opened and "
            "closed again counts again.",
        ),
        formula="number of resolutions, on the day and in the hour they happened",
        source="ConversationResolved",
    ),
    "reopened": Definition(
        kind="count",
        title=Words(tr="Yeniden açılanlar", en="Cases opened again"),
        meaning=Words(
            tr="Kapanmış bir konuşmanın yeniden açılması.",
            en="A closed conversation that was opened again.",
        ),
        formula="number of reopenings, each resolution at most once, on the day they happened",
        source="ConversationReopened",
    ),
    "sla_missed": Definition(
        kind="count",
        title=Words(tr="Kaçırılan SLA hedefleri", en="SLA targets missed"),
        meaning=Words(
            tr="Kaçırılan hedefler; her konuşmada her hedef bir kez sayılır.",
            en="Targets that were missed, each kind once a conversation.",
        ),
        formula="number of conversations that missed a target, for each kind of target, on the day "
        "it was first due",
        source="SlaMissed",
    ),
}
