"""Where calls may go: to the internet over HTTPS, and never into a network of our own. Pure.

Staff choose the URLs, and AWS answers programs inside with more than it would say outside. So
private addresses are refused when an endpoint is saved, and again for the very address that is
connected to. An operator may trust hosts by name (`trusted_hosts` in the secret
`temas-<stage>-relay`), such as a helpdesk in the brand's own network.
"""

import ipaddress
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from chalicelib.errors import InvalidRequest

LONGEST_URL = 2_000
_FOREIGN = tuple(
    ipaddress.ip_network(net)
    for net in (
        "192.0.0.0/24",  # what protocols use among themselves
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # IPv4 inside Teredo, and other protocols
        "2002::/16",  # IPv4 inside 6to4
        "3fff::/20",  # for documents
    )
)
"""Ranges that some Python takes for public and that may lead elsewhere."""
_INTERNET = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is handed out; IPv4 written as, or translated to, IPv6 is outside it."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, reachable by anybody."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _INTERNET:
        return False
    if ip.is_multicast or ip.is_reserved or ip.is_link_local or not ip.is_global:
        return False
    return not any(ip in net for net in _FOREIGN if net.version == ip.version)


def check_url(url: str, trusted: Collection[str] = ()) -> tuple[str, int]:
    """The host and port of a URL that an endpoint may have. Raises InvalidRequest.

    What the host's name leads to is for `check_addresses`.
    """
    parts, port = _split(url)
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.username is not None or parts.password is not None:
        raise InvalidRequest("url holds a user name or password: calls are signed instead")
    if parts.fragment:
        raise InvalidRequest("url has a part after #, which is never sent: leave it out")
    if not host:
        raise InvalidRequest("url names no host: write https://host/path")
    if is_trusted(host, port, trusted):
        return host, port
    if parts.scheme != "https":
        raise InvalidRequest("url must begin with https://")
    if _is_address(host):
        check_addresses(host, [host])
    elif "." not in host or host.endswith((".localhost", ".local", ".internal")):
        raise InvalidRequest(
            f"url leads to {host[:100]}, a name inside a network: use a public one"
        )
    return host, port


def check_addresses(host: str, found: Collection[str]) -> None:
    """Raises InvalidRequest unless all addresses of the host are public ones."""
    if not found:
        raise InvalidRequest(f"url: {host[:100]} has no address: is it spelled right?")
    if not all(map(is_public, found)):
        raise InvalidRequest(
            f"url: {host[:100]} leads to an address inside a network (private, loop-back, "
            "link-local or reserved): use a public one"
        )


def is_trusted(host: str, port: int, trusted: Collection[str]) -> bool:
    """Whether the operator trusts this host, as "host" or "host:port"."""
    return host in trusted or f"{host}:{port}" in trusted


def _split(url: str) -> tuple[SplitResult, int]:
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidRequest(
            f"url must be at most {LONGEST_URL} ASCII characters without spaces: percent-encode "
            "others, and write a domain in its xn-- form"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidRequest(f"url can't be read: {error}") from None
    if parts.scheme not in ("https", "http"):
        raise InvalidRequest("url must begin with https://")
    if port == 0:
        raise InvalidRequest("url has port 0, which nothing listens on")
    return parts, port or (443 if parts.scheme == "https" else 80)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # 127.1, 0x7f000001 and 2130706433 are addresses to some resolvers: no domain ends so.
        last = host.rpartition(".")[2]
        return last.isdecimal() or last.startswith("0x")
    return True
