"""Staff API: what callers send about campaigns and templates."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.errors import InvalidRequest
from chalicelib.outreach.drafting import moment
from chalicelib.playbook import Playbook
from chalicelib.playbook_values import LOCALES
from chalicelib.store.notification_records import TemplateChoice
from chalicelib.store.outreach_records import Content

Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Wall = Annotated[str, msgspec.Meta(max_length=40)]
Text = Annotated[str, msgspec.Meta(max_length=100_000)]
PerMinute = Annotated[int, msgspec.Meta(ge=1, le=60_000)]
Holdout = Annotated[float, msgspec.Meta(ge=0, le=50)]
Purposes = Literal["marketing", "service"]


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body in which an unknown field is a mistake."""


class CampaignRequest(Wish, frozen=True, kw_only=True):
    """A new campaign, as a draft. `starts_at` and `ends_at` are ISO 8601 times; without an offset
    they are read in `time_zone` (the brand's by default); without `starts_at` it begins when it is
    started. With `local_hour` ("10:00") everyone gets it at that hour of their own day. `every`
    ("30d") repeats it, until `ends_at`. `per_minute` throttles it; `holdout_percent` of the segment
    get nothing and are compared with."""

    name: Short
    segment: Text
    template: Short
    purpose: Purposes = "marketing"
    starts_at: Wall | None = None
    time_zone: Short | None = None
    local_hour: Wall | None = None
    every: Wall | None = None
    ends_at: Wall | None = None
    per_minute: PerMinute | None = None
    holdout_percent: Holdout = 0


class CampaignChanges(Wish, frozen=True, kw_only=True):
    """Fields left out stay; null removes one."""

    name: Short | UnsetType = UNSET
    segment: Text | UnsetType = UNSET
    template: Short | UnsetType = UNSET
    purpose: Purposes | UnsetType = UNSET
    starts_at: Wall | None | UnsetType = UNSET
    time_zone: Short | None | UnsetType = UNSET
    local_hour: Wall | None | UnsetType = UNSET
    every: Wall | None | UnsetType = UNSET
    ends_at: Wall | None | UnsetType = UNSET
    per_minute: PerMinute | None | UnsetType = UNSET
    holdout_percent: Holdout | UnsetType = UNSET


class SegmentRequest(Wish, frozen=True, kw_only=True):
    """A segment to look at."""

    segment: Text


class WhatsAppRequest(Wish, frozen=True, kw_only=True):
    """The template that WhatsApp has approved for this message, in this language; `variables` are
    Jinja2, too, and fill {{1}}, {{2}} …"""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
    language: Annotated[str, msgspec.Meta(min_length=2, max_length=16)]
    variables: Annotated[tuple[Text, ...], msgspec.Meta(max_length=10)] = ()


class ContentRequest(Wish, frozen=True, kw_only=True):
    """The message in one language, in Jinja2. Without `html` the text is set as paragraphs."""

    subject: Text = ""
    text: Text = ""
    html: Text = ""
    whatsapp: WhatsAppRequest | None = None


class TemplateRequest(Wish, frozen=True, kw_only=True):
    """A message by language: {"tr": …, "en": …}, both complete."""

    contents: Annotated[dict[str, ContentRequest], msgspec.Meta(max_length=10)]


def values(wanted: CampaignRequest | CampaignChanges, playbook: Playbook) -> dict[str, Any]:
    """What the body says of a campaign, by the campaign's own fields. Raises InvalidRequest."""
    given = {
        name: value
        for name in wanted.__struct_fields__
        if (value := getattr(wanted, name)) is not UNSET
    }
    zone = given.pop("time_zone", None)
    for field in ("starts_at", "ends_at"):
        if given.get(field) is not None:
            given[field] = moment(field, given[field], zone, playbook.brand.zone)
    if given.get("per_minute", 0) is None:
        given["per_minute"] = 0
    return given


def contents(wanted: TemplateRequest) -> dict[str, Content]:
    """Raises InvalidRequest for a language that Temas doesn't speak."""
    for locale in wanted.contents:
        if locale not in LOCALES:
            raise InvalidRequest(
                f"contents: {locale[:20]!r} is no language of Temas: write {' and '.join(LOCALES)}"
            )
    return {
        locale: Content(
            subject=one.subject,
            text=one.text,
            html=one.html,
            whatsapp=TemplateChoice(
                name=one.whatsapp.name,
                language=one.whatsapp.language,
                variables=one.whatsapp.variables,
            )
            if one.whatsapp
            else None,
        )
        for locale, one in wanted.contents.items()
    }
