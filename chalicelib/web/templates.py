"""Staff API: the brand's own message templates."""

import re

from chalicelib.errors import InvalidRequest
from chalicelib.outreach.drafting import check_template
from chalicelib.outreach.samples import sample
from chalicelib.playbook_values import LOCALES
from chalicelib.store import templates
from chalicelib.store.outreach_records import Campaign, MessageTemplate
from chalicelib.store.records import Contact, Customer
from chalicelib.web.campaign_requests import TemplateRequest, contents
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint
from chalicelib.web.template_views import TemplatePage, TemplatePreview, TemplateView

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def put_template(call: Call) -> TemplateView:
    """Write a template, complete in every language, or replace it. What is under way keeps the
    words it began with."""
    name, now = call.path["name"], call.wiring.clock()
    if not NAME.fullmatch(name):
        raise InvalidRequest("a template's name has up to 64 of the signs a-z 0-9 _ -")
    template = MessageTemplate(
        name=name, contents=contents(call.body), updated_at=now, updated_by=call.key.name
    )
    check_template(template)
    templates.put(template)
    return TemplateView.of(templates.get(name))


def get_template(call: Call) -> TemplateView:
    return TemplateView.of(templates.get(call.path["name"]))


def list_templates(call: Call) -> TemplatePage:
    page, cursor = templates.listed(limit=call.limit, after=call.cursor)
    return TemplatePage(templates=[TemplateView.of(one) for one in page], next_cursor=cursor)


def preview_template(call: Call) -> TemplatePreview:
    """How it reads, as a mail, to somebody called Ayşe."""
    template, now = templates.get(call.path["name"]), call.wiring.clock()
    check_template(template)
    shown = Campaign(
        id="preview",
        name=template.name,
        segment="all",
        template=template.name,
        created_at=now,
        created_by=call.key.name,
        contents=template.contents,
    )
    to = Contact(channel="email", address="ayse@example.com")
    readers = [
        Customer(id="preview", created_at=now, name="Ayşe Yılmaz", locale=locale, contacts=(to,))
        for locale in LOCALES
    ]
    playbook = call.wiring.playbook
    return TemplatePreview(samples=[sample(shown, one, to, playbook, now) for one in readers])


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/templates",
        scope="templates:read",
        summary="Message templates, by name",
        handle=list_templates,
        returns=TemplatePage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="PUT",
        path="/v1/templates/{name}",
        scope="templates:write",
        summary="Write a message template",
        handle=put_template,
        returns=TemplateView,
        body=TemplateRequest,
    ),
    Endpoint(
        method="GET",
        path="/v1/templates/{name}",
        scope="templates:read",
        summary="One message template",
        handle=get_template,
        returns=TemplateView,
    ),
    Endpoint(
        method="POST",
        path="/v1/templates/{name}/preview",
        scope="templates:read",
        summary="How a message template reads",
        handle=preview_template,
        returns=TemplatePreview,
        audited=False,
    ),
)
