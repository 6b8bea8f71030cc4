"""Which rules hold for a device: its model's, or the playbook's where the model has none of its
own, each with what the device's overrides change in it.

A model is read again after half a minute, so that what somebody changes holds soon everywhere,
without a deploy and without a read for every report.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.clock import Clock
from chalicelib.device_sections import DeviceRule, Metric, ModelPlan, decode, encode
from chalicelib.errors import InvalidRequest
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.playbook_values import Words

if TYPE_CHECKING:
    from chalicelib.fleet.rules.rule import Rule

Part = TypeVar("Part", DeviceRule, MaintenancePlan)

FRESH = timedelta(seconds=30)
MOST_OVERRIDES = 50
_MOST_KEPT = 500
"""How many devices' own rule sets are kept made; beyond it they are all made anew."""


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a device: rules and plans as they judge, and what its values may be.

    `problems`: overrides that fit their rule no more, since the model changed; they are left out.
    """

    rules: "tuple[Rule, ...]" = ()
    plans: tuple[MaintenancePlan, ...] = ()
    metrics: Mapping[str, Metric] = msgspec.field(default_factory=dict)
    clock: str = "device"
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """`defaults` are the playbook's; `read` gives a model's plan by its name, None if it has none;
    `zone` is where active hours are."""

    defaults: ModelPlan
    read: Callable[[str], ModelPlan | None]
    zone: ZoneInfo
    clock: Clock
    _models: dict[str, tuple[datetime, ModelPlan | None]] = field(default_factory=dict)
    _made: dict[tuple[str | None, str], tuple[ModelPlan, RuleSet]] = field(default_factory=dict)

    def rules_for(self, model: str | None, overrides: Mapping[str, Any]) -> RuleSet:
        """What holds for a device of this model with these overrides."""
        plan = self.model(model)
        key = (model, msgspec.json.encode(overrides, order="sorted").decode())
        made = self._made.get(key)
        if made is not None and made[0] is plan:
            return made[1]
        if len(self._made) >= _MOST_KEPT:
            self._made.clear()
        self._made[key] = (plan, _rule_set(plan, overrides, self.zone))
        return self._made[key][1]

    def model(self, model: str | None) -> ModelPlan:
        """What holds for a model."""
        if model is None:
            return self.defaults
        now = self.clock()
        known = self._models.get(model)
        if known is None or now - known[0] >= FRESH:
            plan = self.read(model)
            # The same plan stays the same object, and what was made from it stays made.
            plan = known[1] if known and known[1] == plan else plan
            known = self._models[model] = (now, plan)
        return self.defaults if known[1] is None else known[1]

    def plans_for(self, model: str | None) -> Sequence[MaintenancePlan]:
        """The maintenance plans of a model."""
        return self.model(model).maintenance

    def message_of(self, model: str | None, rule: str) -> Words | None:
        """What a rule or plan says to people; None if there is none of this name any more."""
        plan = self.model(model)
        parts: tuple[DeviceRule | MaintenancePlan, ...] = (*plan.rules, *plan.maintenance)
        return next((part.message for part in parts if part.name == rule), None)

    def check(self, model: str | None, overrides: Mapping[str, Any]) -> None:
        """Raises InvalidRequest for overrides that this model can't follow, naming rule and fix."""
        if len(overrides) > MOST_OVERRIDES:
            raise InvalidRequest(f"overrides: at most {MOST_OVERRIDES}; change the model instead")
        if model is not None:
            self._models.pop(model, None)  # Its newest version, which may be a second old.
        problems = _rule_set(self.model(model), overrides, self.zone).problems
        if problems:
            raise InvalidRequest(problems[0])


def _rule_set(plan: ModelPlan, overrides: Mapping[str, Any], zone: ZoneInfo) -> RuleSet:
    # Only who judges needs to judge: the names and words of rules are asked for elsewhere, too.
    from chalicelib.fleet.rules.compiling import compiled, plan_rule

    problems: list[str] = []
    parts: tuple[DeviceRule | MaintenancePlan, ...] = (*plan.rules, *plan.maintenance)
    named = {part.name for part in parts}
    problems += [
        f"overrides.{name}: the model has no rule or plan of this name; it has "
        f"{', '.join(sorted(named)) or 'none'}"
        for name in overrides
        if name not in named
    ]
    rules = [_overridden(rule, DeviceRule, overrides, problems) for rule in plan.rules]
    plans = [_overridden(one, MaintenancePlan, overrides, problems) for one in plan.maintenance]
    kept = tuple(one for one in plans if one)
    return RuleSet(
        rules=(
            *(compiled(rule, zone) for rule in rules if rule),
            *(plan_rule(one) for one in kept),
        ),
        plans=kept,
        metrics=plan.metrics,
        clock=plan.clock,
        problems=tuple(problems),
    )


def _overridden(
    part: Part, kind: type[Part], overrides: Mapping[str, Any], problems: list[str]
) -> Part | None:
    """The part with its override laid over it; as it is if that doesn't fit; None if it is off."""
    if part.name not in overrides:
        return part
    patch = overrides[part.name]
    if patch is None:
        return None
    plain = msgspec.to_builtins(part, enc_hook=encode)
    try:
        made = msgspec.convert(_patched(plain, patch), kind, dec_hook=decode)
    except msgspec.ValidationError as error:
        problems.append(f"overrides.{part.name}: {error}")
        return part
    if made.name != part.name:
        problems.append(f"overrides.{part.name}.name: an override can't rename: leave name out")
        return part
    return made


def _patched(target: Any, patch: Any) -> Any:
    """JSON Merge Patch (RFC 7396)."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _patched(merged.get(name), value)
    return merged
