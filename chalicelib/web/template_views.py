"""Staff API: what staff see of message templates."""

from datetime import datetime

from chalicelib.outreach.samples import Sample
from chalicelib.store.outreach_records import Content, MessageTemplate
from chalicelib.web.views import View


class TemplateView(View, frozen=True, kw_only=True):
    name: str
    contents: dict[str, Content]
    updated_at: datetime
    updated_by: str = ""
    version: int | None = None

    @classmethod
    def of(cls, template: MessageTemplate) -> "TemplateView":
        return cls(**{name: getattr(template, name) for name in cls.__struct_fields__})


class TemplatePage(View, frozen=True, kw_only=True):
    templates: list[TemplateView]
    next_cursor: str | None = None


class TemplatePreview(View, frozen=True, kw_only=True):
    """How a template reads in each language to somebody with a name."""

    samples: list[Sample]
