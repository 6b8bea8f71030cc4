"""The public pages as a customer's browser has them: their forms filled in and sent."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from chalicelib.outreach.links import Links
from tests.support.http_calls import Answer, call
from tests.support.world import SECRETS, World

URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


def links(key: str | None = None) -> Links:
    """Links as the stage signs them, or with another key."""
    return Links(key=(key or SECRETS["links"]["signing_key"]).encode(), base_url="")


@dataclass
class Form:
    """A form of a page, as it would be sent. `fields` are what is filled in or ticked, `offered`
    all values of each field that has several."""

    fields: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)

    def send(self, url: str, changes: dict[str, str | None] | None = None) -> Answer:
        """Send it with these fields set otherwise (None: not ticked)."""
        sent = self.fields | (changes or {})
        return post(url, {name: value for name, value in sent.items() if value is not None})


def post(url: str, fields: dict[str, str]) -> Answer:
    return call("POST", url, headers=URLENCODED, body=urlencode(fields).encode())


def get(url: str) -> Answer:
    return call("GET", url)


def forms(page: str) -> list[Form]:
    """The forms of a page in order, as they stand."""
    found: list[Form] = []

    class Reader(HTMLParser):
        area: str | None = None
        select: str | None = None

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = {name: value or "" for name, value in attrs}
            name, value = given.get("name", ""), given.get("value", "on")
            if tag == "form":
                found.append(Form())
            elif tag == "input" and given.get("type") in ("radio", "checkbox"):
                found[-1].offered.setdefault(name, []).append(value)
                if "checked" in given:
                    found[-1].fields[name] = value
            elif tag == "input":
                found[-1].fields[name] = value
            elif tag == "textarea":
                self.area, found[-1].fields[name] = name, ""
            elif tag == "select":
                self.select = name
            elif tag == "option" and self.select:
                found[-1].offered.setdefault(self.select, []).append(value)
                if "selected" in given or self.select not in found[-1].fields:
                    found[-1].fields[self.select] = value

        def handle_endtag(self, tag: str) -> None:
            self.area = None if tag == "textarea" else self.area
            self.select = None if tag == "select" else self.select

        def handle_data(self, data: str) -> None:
            if self.area:
                found[-1].fields[self.area] += data.removeprefix("\n")

    Reader().feed(page)
    return found


def assert_safe(answer: Answer) -> None:
    """No scripts, no frames, nothing loaded from elsewhere, nothing kept or sniffed; links lead to
    our own pages."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    for rule in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    seen: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append(tag)
            given = dict(attrs)
            assert not {"src", "onclick", "style"} & set(given)
            target = given.get("href") or "?"
            assert tag == "a" or "href" not in given
            assert target.startswith(("?", "https://api.kahve.example/"))

    Tags().feed(answer.text)
    assert not {"script", "img", "iframe", "link"} & set(seen)


def events_of(world: World, kind: str) -> list[dict[str, object]]:
    """The data of every event of a kind that was told since this was last asked, each once."""
    found = {
        event["detail"]["metadata"]["id"]: event["detail"]["data"]
        for event in world.events()
        if event["detail-type"] == kind
    }
    return list(found.values())
