"""What a campaign changed: what those who got it did, against a control group who did not. Pure.

The groups are compared as they were formed: everybody whose turn came and to whom nothing stood in
the way, treated or held out by chance. Who could then not be reached stays among the treated
(intention to treat), because their like are among the held out, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

from chalicelib.intervals import Z, wilson
from chalicelib.playbook_values import Words

BEHAVIOURS = ("ordered", "reviewed", "unsubscribed")
TREATED, CONTROL = "treated", "control"

Z_POWER = 0.841621
"""The normal distribution's one-sided 80 %: the power of a comparison that is planned well."""

FEW = 100
"""Under so many in a group, nothing should be said of small rates."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Of two rates, the first less the second, and between which bounds it lies with 95 %."""

    value: float
    low: float
    high: float


def newcombe(count: int, total: int, other: int, others: int) -> Difference:
    """The difference of two independent rates with its hybrid score interval, method 10 of
    Newcombe, R. G. (1998), "Interval estimation for the difference between independent proportions:
    comparison of eleven methods", Statistics in Medicine 17, 873–890."""
    one, two = count / total, other / others
    (low1, high1), (low2, high2) = wilson(count, total), wilson(other, others)
    value = one - two
    return Difference(
        value=value,
        low=value - sqrt((one - low1) ** 2 + (high2 - two) ** 2),
        high=value + sqrt((high1 - one) ** 2 + (two - low2) ** 2),
    )


def needed(one: float, two: float) -> int | None:
    """How many it takes in each group to see a difference of these rates, if it is real, in four
    cases of five (the usual normal approximation); None for no difference."""
    if one == two:
        return None
    variance = one * (1 - one) + two * (1 - two)
    return ceil((Z + Z_POWER) ** 2 * variance / (one - two) ** 2)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One behaviour in both groups. `verdict` is more, fewer, unclear, or none without a group to
    compare with."""

    behaviour: str
    treated: int
    treated_of: int
    control: int
    control_of: int
    difference: Difference | None
    verdict: str
    words: Words
    note: Words


@dataclass(frozen=True, kw_only=True)
class Groups:
    """How large the groups are: those sent to (or tried to), and those held out."""

    treated: int
    control: int


def groups(outcomes: Mapping[tuple[str, str], int]) -> Groups:
    """The groups, from a campaign's outcomes by (outcome, reason)."""
    tried = ("sent", "failed", "uncertain")
    return Groups(
        treated=sum(n for (outcome, _), n in outcomes.items() if outcome in tried),
        control=outcomes.get(("skipped", "holdout"), 0),
    )


def findings(sizes: Groups, did: Mapping[tuple[str, str], int]) -> list[Finding]:
    """What a campaign changed of each behaviour; `did` counts by (group, behaviour)."""
    return [
        _finding(
            behaviour,
            min(did.get((TREATED, behaviour), 0), sizes.treated),
            sizes.treated,
            min(did.get((CONTROL, behaviour), 0), sizes.control),
            sizes.control,
        )
        for behaviour in BEHAVIOURS
    ]


def _finding(behaviour: str, count: int, total: int, other: int, others: int) -> Finding:
    difference = newcombe(count, total, other, others) if total and others else None
    if difference is None:
        verdict = "none"
    elif difference.low > 0:
        verdict = "more"
    elif difference.high < 0:
        verdict = "fewer"
    else:
        verdict = "unclear"
    return Finding(
        behaviour=behaviour,
        treated=count,
        treated_of=total,
        control=other,
        control_of=others,
        difference=difference,
        verdict=verdict,
        words=_words(behaviour, verdict, difference),
        note=_note(verdict, count, total, other, others),
    )


_DID: Mapping[str, Words] = {
    "ordered": Words(tr="sipariş", en="orders"),
    "reviewed": Words(tr="değerlendirme", en="reviews"),
    "unsubscribed": Words(tr="abonelikten çıkma", en="unsubscribes"),
}


def _words(behaviour: str, verdict: str, difference: Difference | None) -> Words:
    did = _DID[behaviour]
    if verdict == "none":
        return Words(
            tr="Karşılaştırılacak bir kontrol grubu yok: kampanyanın neyi değiştirdiği bilinemez.",
            en="There is no control group to compare with: what the campaign changed is unknown.",
        )
    if verdict == "unclear" or difference is None:
        return Words(
            tr=f"{did.tr.capitalize()} sayısında henüz bir fark görülmüyor.",
            en=f"No difference in {did.en} can be seen yet.",
        )
    low, high = sorted((abs(difference.low), abs(difference.high)))
    more = verdict == "more"
    return Words(
        tr=f"Kampanyayı alanlarda {'daha çok' if more else 'daha az'} {did.tr}: "
        f"100 kişide {low * 100:.1f} ile {high * 100:.1f} arası {'fazla' if more else 'eksik'}.",
        en=f"{'More' if more else 'Fewer'} {did.en} among those who got it: "
        f"{low * 100:.1f} to {high * 100:.1f} {'more' if more else 'fewer'} in 100 people.",
    )


def _note(verdict: str, count: int, total: int, other: int, others: int) -> Words:
    if verdict == "none":
        return Words(
            tr="Bir sonraki kampanyada holdout_percent ile küçük bir grubu dışarıda bırakın.",
            en="Hold out a small group with holdout_percent next time.",
        )
    smaller = min(total, others)
    if smaller < FEW:
        return Words(
            tr=f"Küçük grupta {smaller} kişi var: 100'den azıyla ancak büyük farklar görülür.",
            en=f"The smaller group has {smaller} people: under 100, only large differences show.",
        )
    wanted = needed(count / total, other / others)
    if verdict == "unclear" and wanted and wanted > smaller:
        return Words(
            tr=f"Şimdiki fark gerçekse, görülmesi için her grupta yaklaşık {wanted} kişi gerekir.",
            en=f"If the present difference is real, seeing it takes about {wanted} people a group.",
        )
    return Words(
        tr="%95 güvenle; ölçüm süresi bitene kadar sayılar değişebilir.",
        en="With 95 % confidence; the figures may change until the time of measuring is over.",
    )
