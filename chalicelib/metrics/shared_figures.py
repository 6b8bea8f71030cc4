"""The figures that are shares or scores. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.metrics.cases import BOUGHT, DEFLECTED, REPEAT
from chalicelib.metrics.definition import Definition
from chalicelib.metrics.surveys import REVIEWED
from chalicelib.playbook_values import Words

SHARES: Mapping[str, Definition] = {
    "fcr": Definition(
        kind="share",
        title=Words(tr="İlk temasta çözüm", en="First contact resolution"),
        meaning=Words(
            tr="İlk kapanışında gerçekten bitmiş konuşmaların payı.",
            en="The share of questions that were really over when they were first closed.",
        ),
        formula="of first resolutions with reason `solved` of conversations opened by customers: "
        f"those with no reopening and no new conversation of the same person within {REPEAT.days} "
        "days; on the day of the resolution. Who is one person is what is known now, merges "
        "considered",
        source="ConversationResolved, ConversationReopened, ConversationOpened, CustomersMerged, "
        "CustomersParted",
        settles=REPEAT,
    ),
    "csat": Definition(
        kind="score",
        title=Words(tr="Memnuniyet (CSAT)", en="Satisfaction (CSAT)"),
        meaning=Words(
            tr="Memnuniyet sorusuna 4 ya da 5 verenlerin payı.",
            en="The share of answers to the satisfaction survey that are 4 or 5.",
        ),
        formula="answers of 4 and 5 ÷ all answers; the last answer to each survey counts, on the "
        "day it was given; by the channel the conversation began on",
        source="SurveyAnswered (satisfaction)",
    ),
    "csat_response": Definition(
        kind="share",
        title=Words(tr="CSAT yanıt oranı", en="CSAT response rate"),
        meaning=Words(
            tr="Memnuniyet sorusu gönderilenlerden yanıt verenlerin payı.",
            en="The share of satisfaction surveys sent that were answered.",
        ),
        formula="answered ÷ sent, of the surveys sent that day",
        source="NotificationSent (satisfaction), SurveyAnswered",
        lists=False,
        categories=False,
    ),
    "nps": Definition(
        kind="nps",
        title=Words(tr="Tavsiye skoru (NPS)", en="Net promoter score (NPS)"),
        meaning=Words(
            tr="Tavsiye edenlerin (9–10) payı eksi etmeyenlerin (0–6) payı.",
            en="The share of promoters (9 and 10) less that of detractors (0 to 6).",
        ),
        formula="(promoters − detractors) ÷ answers × 100; the last answer to each survey counts, "
        "on the day it was given. `low` and `high`: 95 % interval, adjusted Wald, three answers "
        "added (¼ promoter, ½ passive, ¼ detractor each); `margin` is half its width",
        source="SurveyAnswered (nps)",
        lists=False,
        categories=False,
    ),
    "nps_response": Definition(
        kind="share",
        title=Words(tr="NPS yanıt oranı", en="NPS response rate"),
        meaning=Words(
            tr="Tavsiye sorusu gönderilenlerden yanıt verenlerin payı.",
            en="The share of NPS surveys sent that were answered.",
        ),
        formula="answered ÷ sent, of the surveys sent that day",
        source="NotificationSent (nps), SurveyAnswered",
        lists=False,
        categories=False,
    ),
    "sla_first_response": Definition(
        kind="share",
        title=Words(tr="SLA: ilk yanıt", en="SLA kept: first response"),
        meaning=Words(
            tr="İlk yanıtı zamanında verilen konuşmaların payı.",
            en="The share of cases whose first response was in time.",
        ),
        formula="of cases opened that day which a person has answered or which have missed the "
        "target: those that have not missed it",
        source="ConversationOpened, ConversationAnswered, SlaMissed (first_response)",
    ),
    "sla_resolution": Definition(
        kind="share",
        title=Words(tr="SLA: çözüm", en="SLA kept: resolution"),
        meaning=Words(
            tr="Zamanında kapanan konuşmaların payı.", en="The share of cases closed in time."
        ),
        formula="of cases opened that day which were closed or have missed the target: those that "
        "have not missed it",
        source="ConversationOpened, ConversationResolved, SlaMissed (resolution)",
    ),
    "deflection": Definition(
        kind="share",
        title=Words(tr="Self servis çözümü", en="Deflection"),
        meaning=Words(
            tr="Hazır bir yanıtın yettiği konuşmaların payı.",
            en="The share of conversations in which an article was enough.",
        ),
        formula="of conversations that self-service sent an article to: those with no hand-off, no "
        "answer by a person, no article rated as no help, and no new conversation of the same "
        f"person within {DEFLECTED // timedelta(hours=1)} hours; on the day of the last article",
        source="ArticleOffered, HandedOff, ArticleRated, ConversationAnswered, ConversationOpened, "
        "CustomersMerged, CustomersParted",
        settles=DEFLECTED,
    ),
    "review_conversion": Definition(
        kind="share",
        title=Words(tr="Değerlendirme dönüşümü", en="Review conversion"),
        meaning=Words(
            tr="Değerlendirme hatırlatması gönderilen siparişlerden değerlendirilenlerin payı.",
            en="The share of orders reminded of a review that were then reviewed.",
        ),
        formula="of orders first reminded that day: those reviewed (in whole or in part) within "
        f"{REVIEWED.days} days after the first reminder",
        source="NotificationSent (review_reminder), ReviewSubmitted",
        settles=REVIEWED,
        lists=False,
        categories=False,
    ),
}

BEHAVIOUR = Definition(
    kind="share",
    title=Words(tr="Söylenen ve yapılan", en="Stated beside behaved"),
    meaning=Words(
        tr="Her puan için, o puanı verenlerin sonra ne yaptığı: aynı soruyla geri gelenler ve "
        "yeniden sipariş verenler.",
        en="For each score, what those who gave it then did: came back, ordered again.",
    ),
    formula="of satisfaction answers of each score: `came_back`, those whose case was opened "
    f"again or whose person began another conversation within {REPEAT.days} days after the "
    f"resolution asked about; `ordered`, those whose person placed an order within "
    f"{BOUGHT.days} days after the answer; on the day of the answer",
    source="SurveyAnswered (satisfaction), ConversationReopened, ConversationOpened, OrderPlaced, "
    "CustomersMerged, CustomersParted",
    settles=BOUGHT,
)
