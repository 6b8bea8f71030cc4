"""Which mailbox is behind a mail address, as its provider compares addresses.

Equal mailboxes join two customers into one, so only what a provider documents for every mailbox
of a domain counts; companies' own domains, wherever they are hosted, are left as they are.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """`ignored` are characters without meaning in the local part, `domain` the one under which the
    same local part is the same mailbox. What follows a plus is ignored by all of them."""

    ignored: str = ""
    domain: str | None = None


_GMAIL = _Rule(ignored=".", domain="gmail.com")
_PLUS = _Rule()
_PROTON = _Rule(ignored=".-_")
_RULES = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GMAIL),
    **dict.fromkeys(("outlook.com", "outlook.com.tr", "hotmail.com", "live.com", "msn.com"), _PLUS),
    **dict.fromkeys(("hotmail.co.uk", "hotmail.de", "hotmail.fr", "hotmail.it"), _PLUS),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), _PLUS),
    **dict.fromkeys(("fastmail.com", "fastmail.fm"), _PLUS),
    **dict.fromkeys(("proton.me", "protonmail.com", "pm.me"), _PROTON),
}


def canonical(address: str) -> str:
    """The address that stands for its mailbox, of a normalised one (lower case, domain in ASCII).

    For comparing, never for writing to: people filter by what follows the plus.
    """
    local, at, domain = address.rpartition("@")
    rule = _RULES.get(domain)
    if rule is None:
        return address
    name = local.partition("+")[0]
    for character in rule.ignored:
        name = name.replace(character, "")
    return f"{name}{at}{rule.domain or domain}" if name else address
