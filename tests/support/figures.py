"""Histories of customers, the events they make, and a recount of all figures from the history by
the plainest means: no cards, no counters, no buckets."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from chalicelib import events
from chalicelib.clock import iso
from chalicelib.events import Event, event
from chalicelib.store.kpi_counters import Write
from chalicelib.store.table import Refusal, Refused
from chalicelib.times import WorkingHours, working_week

ZONE = ZoneInfo("Europe/Istanbul")
HOURS = WorkingHours(
    zone=ZONE,
    week=working_week({"monday": ["09:00-18:00"], "tuesday": ["09:00-12:00", "13:00-18:00"]}),
)
BEGIN = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


Target = Literal["first_response", "next_response", "resolution"]
TARGETS: tuple[Target, ...] = ("first_response", "next_response", "resolution")


@dataclass(kw_only=True)
class Told:
    """What was told of one conversation, as it really happened."""

    id: str
    customer: str
    channel: str
    opened_at: datetime
    by: Literal["customer", "alert"] = "customer"
    messages: list[datetime] = field(default_factory=list)
    answers: list[tuple[datetime, bool, datetime | None]] = field(default_factory=list)
    endings: list[tuple[datetime, str]] = field(default_factory=list)
    paused: dict[int, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    reopenings: dict[int, datetime] = field(default_factory=dict)
    scores: list[tuple[str, int, int, datetime]] = field(default_factory=list)
    asked: dict[str, datetime] = field(default_factory=dict)
    articles: list[datetime] = field(default_factory=list)
    handed: bool = False
    unhelped: bool = False
    missed: dict[Target, datetime] = field(default_factory=dict)
    triaged: list[tuple[datetime, str]] = field(default_factory=list)
    labelled: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def category(self) -> str:
        said = self.labelled or self.triaged
        return max(said)[1] if said else "none"


@dataclass(kw_only=True)
class History:
    """Everything that happened; `families` who is one person in the end."""

    cases: list[Told] = field(default_factory=list)
    orders: list[tuple[str, str, datetime]] = field(default_factory=list)
    nps: dict[str, tuple[datetime, list[tuple[int, datetime]]]] = field(default_factory=dict)
    reminded: dict[str, datetime] = field(default_factory=dict)
    reviews: list[tuple[str, datetime]] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    parted: list[tuple[str, str]] = field(default_factory=list)

    def family(self, customer: str) -> frozenset[str]:
        joined = [pair for pair in self.pairs if pair not in self.parted]
        found, before = {customer}, 0
        while len(found) != before:
            before = len(found)
            found |= {one for pair in joined if found & set(pair) for one in pair}
        return frozenset(found)


def made(random: Random, *, days: int = 12) -> History:
    """A history of a few customers who come back, are merged, buy and answer."""
    history = History()
    customers = [f"cus_{n}" for n in range(random.randint(1, 5))]
    for number in range(random.randint(1, 9)):
        history.cases.append(_case(random, f"cnv_{number}", random.choice(customers), days))
    for number in range(random.randint(0, 4)):
        at = _moment(random, days + 20)
        history.orders.append((f"shop:x#{number}", random.choice(customers), at))
    for number in range(random.randint(0, 3)):
        asked = _moment(random, days)
        given = [
            (random.randint(0, 10), asked + timedelta(hours=random.randint(1, 90), seconds=n))
            for n in range(random.randint(0, 2))
        ]
        history.nps[f"ntf_nps_{number}"] = (asked, given)
    for number in range(random.randint(0, 3)):
        at = history.reminded[f"o{number}"] = _moment(random, days)
        for _ in range(random.randint(0, 2)):
            after = timedelta(days=random.randint(-3, 40), seconds=random.randint(0, 9))
            history.reviews.append((f"o{number}", at + after))
    if len(customers) > 1:
        for other in customers[1:]:
            if random.random() < 0.5:
                pair = (customers[0], other)
                history.pairs.append(pair)
                if random.random() < 0.3:
                    history.parted.append(pair)
    return history


def _moment(random: Random, days: float) -> datetime:
    return BEGIN + timedelta(milliseconds=random.randrange(int(days * 86_400_000)))


def _case(random: Random, name: str, customer: str, days: int) -> Told:
    at = _moment(random, days)
    case = Told(
        id=name,
        customer=customer,
        channel=random.choice(["whatsapp", "email", "chat"]),
        opened_at=at,
        by="alert" if random.random() < 0.15 else "customer",
    )
    case.messages = [at + timedelta(minutes=m) for m in range(0, random.randint(0, 3) * 7, 7)]
    case.triaged = [(m, random.choice(["delivery", "refund"])) for m in case.messages[:2]]
    if random.random() < 0.3:
        case.labelled = [
            (at + timedelta(hours=n), f"label{n}") for n in range(random.randint(1, 2))
        ]
    now = at
    for number in range(random.randint(0, 4)):
        waited = timedelta(seconds=random.choice([1, 40, 300, 7200, 90_000]))
        since = now if random.random() < 0.8 else None
        now += waited + timedelta(milliseconds=number)
        case.answers.append((now, random.random() < 0.4, since))
    if random.random() < 0.4:
        case.articles = [at + timedelta(seconds=s) for s in range(3, 3 + random.randint(1, 3))]
        case.handed, case.unhelped = random.random() < 0.3, random.random() < 0.2
    for number in range(1, random.randint(0, 3) + 1):
        now += timedelta(hours=random.randint(1, 60))
        case.endings.append((now, random.choice(["solved", "solved", "solved", "spam"])))
        case.paused[number] = _pauses(random, at, now)
        if random.random() < 0.6:
            survey = f"ntf_{name}_{number}"
            case.asked[survey] = now + timedelta(hours=1)
            for n in range(random.randint(0, 2)):
                given = now + timedelta(hours=2 + n)
                case.scores.append((survey, number, random.randint(1, 5), given))
        if random.random() < 0.6:
            now += timedelta(hours=random.choice([5, 100, 167, 169, 300]))
            case.reopenings[number] = now
        else:
            break
    for target in TARGETS:
        if random.random() < 0.2:
            case.missed[target] = at + timedelta(hours=random.randint(1, 40))
    return case


def _pauses(random: Random, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """Some times between two moments, which may overlap, and may lie before a reopening."""
    whole = (last - first).total_seconds()
    ends = (sorted(random.uniform(0, whole) for _ in range(2)) for _ in range(random.randint(0, 4)))
    return [
        (first + timedelta(seconds=round(start)), first + timedelta(seconds=round(end)))
        for start, end in ends
    ]


# --- the events of a history ------------------------------------------------------------------


def told(history: History) -> list[Event]:
    """Every event that the history makes, each once, in no particular order."""
    found = [one for case in history.cases for one in _told_of(case)]
    for key, customer, at in history.orders:
        placed = events.OrderPlaced(order_key=key, customer_id=customer, at=at)
        found.append(event(placed, key, at=at))
    for survey, (asked, given) in history.nps.items():
        found.append(_sent(survey, "nps", "cus_0", asked))
        for score, at in given:
            found.append(_answered(survey, "nps", "cus_0", score, at))
    for key, at in history.reminded.items():
        found.append(_sent(f"ntf_r_{key}", "review_reminder", "cus_0", at, order_key=key))
    for number, (key, at) in enumerate(history.reviews):
        review = events.ReviewSubmitted(order_key=key, customer_id="cus_0", stars=5)
        found.append(event(review, key, str(number), at=at))
    return found


def _told_of(case: Told) -> list[Event]:
    who: dict[str, Any] = {"conversation_id": case.id, "customer_id": case.customer}
    found = [
        event(
            events.ConversationOpened(
                **who,
                opened_by=case.by,
                channel=case.channel,
            ),
            case.id,
            at=case.opened_at,
        )
    ]
    for n, at in enumerate(case.messages):
        key = f"{case.id}:{n}"
        got = events.MessageReceived(**who, message_key=key, channel=case.channel, at=at)
        found.append(event(got, key, at=at))
    for n, (at, category) in enumerate(case.triaged):
        found.append(
            event(
                _triaged(who, f"{case.id}:{n}", at, category, case.channel),
                who["conversation_id"],
                str(n),
                at=at,
            )
        )
    for n, (at, category) in enumerate(case.labelled):
        word = events.ConversationLabelled(**who, at=at, by="Ege", category=category)
        found.append(event(word, case.id, str(n), at=at))
    kinds: set[bool] = set()
    for n, (at, bot, since) in enumerate(case.answers):
        answer = events.ConversationAnswered(
            **who, at=at, channel=case.channel, bot=bot, first=bot not in kinds, waited_since=since
        )
        kinds.add(bot)
        found.append(event(answer, case.id, str(n), at=at))
        # Told again it may not be known any more how long the customer had waited.
        repeat = msgspec.structs.replace(answer, waited_since=None)
        found.append(event(repeat, case.id, str(n), at=at))
    for n, (at, reason) in enumerate(case.endings, 1):
        done = events.ConversationResolved(
            **who,
            resolution=n,
            resolved_by="Ege",
            reason=reason,  # type: ignore[arg-type]
            paused=case.paused[n],
        )
        found.append(event(done, case.id, str(n), at=at))
    for n, at in case.reopenings.items():
        again = events.ConversationReopened(**who, resolution=n, reopened_by="customer")
        found.append(event(again, case.id, str(n), at=at))
        # A repeated call tells it again, later, under the same id.
        found.append(event(again, case.id, str(n), at=at + timedelta(minutes=5)))
    for survey, at in case.asked.items():
        found.append(_sent(survey, "satisfaction", case.customer, at))
    for survey, number, score, at in case.scores:
        found.append(_answered(survey, "satisfaction", case.customer, score, at, case.id, number))
    for at in case.articles:
        offer = events.ArticleOffered(**who, message_key="m", at=at, articles=["a"], confident=True)
        found.append(event(offer, case.id, iso(at), at=at))
    if case.handed:
        hand = events.HandedOff(**who, at=case.opened_at, reason="asked")
        found.append(event(hand, case.id, at=case.opened_at))
    if case.unhelped:
        rated = events.ArticleRated(**who, article_id="a", at=case.opened_at, helped=False)
        found.append(event(rated, case.id, at=case.opened_at))
    for target, due in case.missed.items():
        late = events.SlaMissed(
            conversation_id=case.id,
            target=target,
            due_at=due,
        )
        found.append(event(late, case.id, target, at=due))
    return found


def _triaged(
    who: dict[str, Any], key: str, at: datetime, category: str, channel: str
) -> events.MessageTriaged:
    return events.MessageTriaged(
        **who,
        message_key=key,
        at=at,
        channel=channel,
        language="tr",
        sentiment="neutral",
        severity="info",
        category=category,
    )


def _sent(survey: str, kind: str, customer: str, at: datetime, **more: Any) -> Event:
    sent = events.NotificationSent(
        notification_id=survey,
        customer_id=customer,
        purpose="survey",
        kind=kind,
        channel="email",
        **more,
    )
    return event(sent, survey, at=at)


def _answered(
    survey: str,
    kind: str,
    customer: str,
    score: int,
    at: datetime,
    case: str | None = None,
    number: int = 0,
) -> Event:
    answer = events.SurveyAnswered(
        survey_id=survey,
        kind=kind,  # type: ignore[arg-type]
        customer_id=customer,
        score=score,
        at=at,
        channel="email",
        conversation_id=case,
        resolution=number,
    )
    return event(answer, survey, iso(at), str(score), at=at)


# --- the recount ------------------------------------------------------------------------------

REPEAT, DEFLECTED, BOUGHT, REVIEWED = (
    timedelta(days=7), timedelta(hours=48), timedelta(days=30), timedelta(days=30),
)  # fmt: skip


@dataclass(kw_only=True)
class Recount:
    """What the history comes to, counted anew: plain numbers, and every length of time."""

    numbers: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    hours: Counter[tuple[str, int]] = field(default_factory=Counter)


def recount(
    history: History,
    days: Iterable[str],
    *,
    channel: str | None = None,
    category: str | None = None,
) -> Recount:
    """All figures of these days, from the history alone."""
    wanted, of = set(days), Recount()

    def on(at: datetime) -> bool:
        return at.astimezone(ZONE).date().isoformat() in wanted

    for case in history.cases:
        if channel in (None, case.channel) and category in (None, case.category):
            _recount_case(history, case, on, of)
    if channel in (None, "email") and category is None:
        _recount_rest(history, on, of)
    return of


def _contacts(history: History, case: Told) -> list[datetime]:
    """When the same person began other conversations."""
    family = history.family(case.customer)
    return [
        other.opened_at
        for other in history.cases
        if other.customer in family and other.id != case.id and other.by == "customer"
    ]


def _recount_case(  # noqa: PLR0912, PLR0915
    history: History, case: Told, on: Any, of: Recount
) -> None:
    contacts, family = _contacts(history, case), history.family(case.customer)
    asked = case.by == "customer"

    def count(name: str, at: datetime, yes: bool = True) -> None:
        of.numbers[name] += int(yes and on(at))

    def hourly(name: str, at: datetime) -> None:
        count(name, at)
        of.hours[name, at.astimezone(ZONE).hour] += int(on(at))

    def timed(name: str, start: datetime, end: datetime) -> None:
        if on(end):
            of.times[name].append((end - start).total_seconds())
            of.times[f"{name}/business"].append(_open_seconds(start, end))

    def back(number: int) -> bool:
        at = case.endings[number - 1][0]
        again = case.reopenings.get(number)
        return (again is not None and again - at <= REPEAT) or any(
            at < contact <= at + REPEAT for contact in contacts
        )

    if asked:
        hourly("opened", case.opened_at)
    else:
        count("alert_cases", case.opened_at)
    for at in case.messages:
        hourly("messages_in", at)
    for bot, name in ((False, "human"), (True, "bot")):
        mine = sorted(answer for answer in case.answers if answer[1] == bot)
        for n, (at, _, since) in enumerate(mine):
            hourly(f"answers_{name}", at)
            if n == 0 and asked:
                timed(f"first_response_{name}", case.opened_at, at)
            elif n and since is not None:
                timed(f"next_response_{name}", since, at)
    people = [at for at, bot, _ in case.answers if not bot]
    for number, (at, reason) in enumerate(case.endings, 1):
        hourly("resolved", at)
        start = case.reopenings[number - 1] if number > 1 else case.opened_at
        timed("resolution_time", start, at)
        if on(at):
            _recount_running(_pieces(start, at, case.paused[number]), of)
        if number == 1:
            if people and min(people) <= at:
                timed("handling_time", min(people), at)
            if asked and reason == "solved":
                count("fcr/of", at)
                count("fcr", at, not back(1))
    for at in case.reopenings.values():
        count("reopened", at)
    last: dict[str, tuple[datetime, int, int]] = {}
    for survey, number, score, at in case.scores:
        last[survey] = max(last.get(survey, (at, score, number)), (at, score, number))
    for at, score, number in last.values():
        count(f"csat/{score}", at)
        count(f"csat/{score}/back", at, back(number))
        bought = any(who in family and at < when <= at + BOUGHT for _, who, when in history.orders)
        count(f"csat/{score}/bought", at, bought)
    if case.articles:
        at = max(case.articles)
        again = any(at < contact <= at + DEFLECTED for contact in contacts)
        count("deflection/of", at)
        count("deflection", at, not (case.handed or case.unhelped or people or again))
    for target, reached in (("first_response", bool(people)), ("resolution", bool(case.endings))):
        count(f"sla_{target}/of", case.opened_at, reached or target in case.missed)
        count(f"sla_{target}", case.opened_at, reached and target not in case.missed)
    for due in case.missed.values():
        count("sla_missed", due)


def _recount_rest(history: History, on: Any, of: Recount) -> None:
    for case in history.cases:
        for survey, at in case.asked.items():
            of.numbers["csat_response/of"] += int(on(at))
            said = any(survey == answered for answered, *_ in case.scores)
            of.numbers["csat_response"] += int(on(at) and said)
    for asked, given in history.nps.values():
        of.numbers["nps_response/of"] += int(on(asked))
        of.numbers["nps_response"] += int(on(asked) and bool(given))
        if given:
            score, at = max(given, key=lambda one: one[1])
            kind = "promoters" if score >= 9 else "passives" if score >= 7 else "detractors"
            of.numbers[f"nps/{kind}"] += int(on(at))
    for key, at in history.reminded.items():
        of.numbers["review_conversion/of"] += int(on(at))
        done = any(key == of_ and at <= when <= at + REVIEWED for of_, when in history.reviews)
        of.numbers["review_conversion"] += int(on(at) and done)


def _recount_running(ran: Sequence[tuple[datetime, datetime]], of: Recount) -> None:
    name = "resolution_time_running"
    of.times[name].append(sum((end - since).total_seconds() for since, end in ran))
    of.times[f"{name}/business"].append(sum(_open_seconds(since, end) for since, end in ran))


def _pieces(
    start: datetime, end: datetime, paused: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Between any two moments at which something begins or ends nothing does: each such piece ran
    or it did not."""
    counted = [one for one in paused if one[0] >= start]
    moments = {start, end, *(min(at, end) for one in counted for at in one)}
    edges = sorted(moments)
    return [
        (since, until)
        for since, until in pairwise(edges)
        if not any(one[0] <= since and until <= one[1] for one in counted)
    ]


def _open_seconds(start: datetime, end: datetime) -> float:
    """Hour by hour: the test's brand opens and closes on full hours."""
    total, at = 0.0, start
    while at < end:
        following = min(end, (at + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0))
        total += (following - at).total_seconds() if HOURS.open_at(at) else 0
        at = following
    return total


# --- a table that only remembers ----------------------------------------------------------------


class Shelf:
    """The store's own conditions, in memory: fast enough for hundreds of histories.

    `trouble` makes a write fail now and then, before or after it was done, as a network does.
    """

    def __init__(self, trouble: Random | None = None) -> None:
        self.trouble = trouble
        self.meanwhile: Callable[[], None] = lambda: None
        """What other workers do just before each call."""
        self.kept: dict[str, tuple[str, int]] = {}
        self.counters: dict[str, Counter[str]] = defaultdict(Counter)
        self.rows: dict[tuple[str, str], tuple[str, str] | None] = {}
        self.lines: dict[str, set[str]] = defaultdict(set)

    def commit(self, write: Write) -> bool:
        self.meanwhile()
        chance = self.trouble.random() if self.trouble else 1.0
        if chance < 0.05:
            raise Refused([Refusal(tag="count", code="TransactionConflict", old=None)])
        if write.card:
            version = write.card[1]
            if self.kept.get(write.subject, ("", None))[1] != version:
                raise Refused([Refusal(tag="card", code="ConditionalCheckFailed", old=None)])
        if write.once and (write.subject, write.once) in self.rows:
            return False
        self._write(write)
        if chance > 0.95 and self.trouble:
            raise ConnectionError("the answer got lost")
        return True

    def _write(self, write: Write) -> None:
        if write.card:
            document, version = write.card
            self.kept[write.subject] = (json.dumps(document), (version or 0) + 1)
        for (day, _, counter), n in write.counts.items():
            self.counters[day][counter] += n
        for name, listed in write.rows.items():
            self.rows[write.subject, name] = listed
        for (customer, line), holds in write.notes.items():
            (self.lines[customer].add if holds else self.lines[customer].discard)(line)

    def cards(self, subjects: Iterable[str]) -> dict[str, tuple[dict[str, Any], int]]:
        self.meanwhile()
        return {
            name: (json.loads(self.kept[name][0]), self.kept[name][1])
            for name in subjects
            if name in self.kept
        }

    def notes(
        self, family: Iterable[str], since: datetime | None = None, until: datetime | None = None
    ) -> list[str]:
        self.meanwhile()
        first, last = iso(since) if since else "", f"{iso(until)}$" if until else "~"
        return [one for who in family for one in self.lines[who] if first <= one <= last]

    def listed(self, figure: str, days: Sequence[str]) -> int:
        """How many lines the figure's lists have."""
        names = {f"KPI#{figure}#{day}" for day in days}
        return sum(1 for place in self.rows.values() if place and place[0] in names)
