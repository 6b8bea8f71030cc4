"""The playbook's device rules as the rules that judge readings."""

from chalicelib.fleet.rules import Rule, Threshold, Usage
from chalicelib.playbook import Playbook
from chalicelib.playbook_sections import UsageRule


def rules_of(playbook: Playbook) -> tuple[Rule, ...]:
    """In the playbook's order. Raises PlaybookError for limits that contradict each other."""
    return tuple(
        Usage(name=rule.name, counter=rule.counter, every=rule.every, severity=rule.severity)
        if isinstance(rule, UsageRule)
        else Threshold(
            name=rule.name,
            metric=rule.metric,
            severity=rule.severity,
            raise_above=rule.raise_above,
            clear_below=rule.clear_below,
            raise_below=rule.raise_below,
            clear_above=rule.clear_above,
        )
        for rule in playbook.devices.rules
    )
