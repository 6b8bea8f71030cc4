"""What the person who takes over reads first: why, what was tried, and what came before. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.playbook_values import Locale, Words
from chalicelib.selfservice.attempts import Attempt

REASONS: Mapping[str, Words] = {
    "unsure": Words(tr="uygun bir yanıt bulunamadı", en="no article fits"),
    "asked": Words(tr="müşteri bir kişiyle görüşmek istiyor", en="the customer asks for a person"),
    "angry": Words(tr="müşteri memnun değil", en="the customer is not happy"),
    "urgent": Words(tr="acil", en="it is urgent"),
    "repeat": Words(tr="aynı konuda yeniden yazdı", en="they wrote about the same again"),
    "not_helped": Words(tr="makale yardımcı olmadı", en="the article did not help"),
    "off": Words(tr="burada kendiliğinden yanıt verilmiyor", en="nothing answers by itself here"),
    "alert": Words(tr="cihaz uyarısı", en="a device alert"),
}
_HEAD = Words(tr="Bir kişi yanıtlamalı: {why}.", en="A person has to answer: {why}.")
_TRIED = Words(tr="Denenenler:", en="Tried so far:")
_NOTHING = Words(tr="Henüz bir makale gönderilmedi.", en="No article has been sent yet.")
_BEFORE = Words(tr="Önceki başvurular ({category}):", en="Contacts before ({category}):")
_SENT = Words(tr="gönderildi", en="sent")
_OFFERED = Words(tr="seçenek olarak sunuldu", en="offered to choose from")
_HELPED = Words(tr="yardımcı oldu", en="helped")
_NOT_HELPED = Words(tr="yardımcı olmadı", en="did not help")
_SILENT = Words(tr="yanıt yok", en="no answer")
_OUTCOMES: Mapping[str, Words] = {
    "open": Words(tr="hâlâ açık", en="still open"),
    "solved": Words(tr="çözüldü", en="solved"),
    "auto_closed": Words(tr="yanıt gelmeyince kapandı", en="closed without a further word"),
    "duplicate": Words(tr="yinelenen", en="a duplicate"),
    "spam": Words(tr="istenmeyen", en="spam"),
}
_BY_PERSON = Words(tr="bir kişi yanıtladı", en="a person answered")


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A conversation about the same before: when, how it ended ("open": it did not), whether a
    person answered, what was tried by itself."""

    at: datetime
    outcome: str
    answered: bool
    attempts: Sequence[Attempt] = ()


@dataclass(frozen=True, kw_only=True)
class Story:
    """All that was said so far. `titles` are the articles' by id."""

    reason: str
    attempts: Sequence[Attempt]
    titles: Mapping[str, str]
    category: str = ""
    earlier: Sequence[Earlier] = ()


def text(story: Story, locale: Locale, zone: ZoneInfo) -> str:
    """The story as a note."""
    why = REASONS[story.reason].in_(locale)
    lines = [_HEAD.in_(locale).format(why=why)]
    if story.attempts:
        lines.append(_TRIED.in_(locale))
        lines += [f"- {_tried(attempt, story, locale)}" for attempt in story.attempts]
    else:
        lines.append(_NOTHING.in_(locale))
    if story.earlier:
        lines.append(_BEFORE.in_(locale).format(category=story.category))
        lines += [f"- {_earlier(one, story, locale, zone)}" for one in story.earlier]
    return "\n".join(lines)


def _tried(attempt: Attempt, story: Story, locale: Locale) -> str:
    names = ", ".join(story.titles.get(name, name) for name in attempt.articles)
    way = (_SENT if attempt.confident else _OFFERED).in_(locale)
    said = {True: _HELPED, False: _NOT_HELPED, None: _SILENT}[attempt.helped].in_(locale)
    return f"{names} ({way}; {said})" if attempt.confident else f"{names} ({way})"


def _earlier(one: Earlier, story: Story, locale: Locale, zone: ZoneInfo) -> str:
    parts = [_OUTCOMES.get(one.outcome, _OUTCOMES["solved"]).in_(locale)]
    if one.answered:
        parts.append(_BY_PERSON.in_(locale))
    parts += [_tried(attempt, story, locale) for attempt in one.attempts]
    return f"{one.at.astimezone(zone):%d.%m.%Y}: {'; '.join(parts)}"
