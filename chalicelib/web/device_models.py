"""Staff API: what holds for all devices of a model, and which devices are in a group."""

import re

import msgspec

from chalicelib.device_sections import ModelPlan, decode
from chalicelib.errors import InvalidRequest
from chalicelib.store import device_models, devices
from chalicelib.web.device_views import DeviceModelPage, DeviceModelView, DevicePage, DeviceView
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter

NAME = re.compile(r"[^#\x00-\x1f]{1,100}")
VERSION = Parameter(
    name="version", meaning="one of its versions, from 1; else the newest",
    schema={"type": "integer", "minimum": 1},
)  # fmt: skip


def read_plan(raw: bytes) -> ModelPlan:
    """The body as a model's plan. Raises InvalidRequest naming the field and the fix."""
    try:
        return msgspec.json.decode(raw or b"{}", type=ModelPlan, dec_hook=decode)
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"the body is not as documented: {error}") from error
    except RecursionError as error:
        raise InvalidRequest("the body is nested too deeply") from error


def put_device_model(call: Call) -> DeviceModelView:
    """Set a model's rules and maintenance plans instead of the playbook's. What differs from the
    newest version becomes a version of its own; it holds everywhere within half a minute."""
    name = call.path["model"]
    if not NAME.fullmatch(name):
        raise InvalidRequest("a model's name has 1 to 100 characters and no #")
    wiring = call.wiring
    return DeviceModelView.of(
        device_models.put(name, call.body, at=wiring.clock(), by=call.key.name)
    )


def get_device_model(call: Call) -> DeviceModelView:
    """The newest version of a model, or the one asked for."""
    asked = call.query.get("version")
    if asked is None:
        return DeviceModelView.of(device_models.get(call.path["model"]))
    if not asked.isdecimal() or not 1 <= int(asked[:7]) < 10**6:
        raise InvalidRequest("version must be a whole number from 1")
    return DeviceModelView.of(device_models.version(call.path["model"], int(asked)))


def list_device_models(call: Call) -> DeviceModelPage:
    """By name."""
    found, cursor = device_models.listed(limit=call.limit, after=call.cursor)
    return DeviceModelPage(models=[DeviceModelView.of(one) for one in found], next_cursor=cursor)


def get_device_group(call: Call) -> DevicePage:
    """The devices of a group, by id."""
    ids, cursor = device_models.of_group(call.path["group"], limit=call.limit, after=call.cursor)
    found = devices.get_many_devices(ids)
    rules_of = call.wiring.watch.rules_of
    listed = [DeviceView.of(found[one], rules_of(found[one])) for one in ids if one in found]
    return DevicePage(devices=listed, next_cursor=cursor)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/device-models",
        scope="devices:read",
        summary="Device models",
        handle=list_device_models,
        returns=DeviceModelPage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="PUT",
        path="/v1/device-models/{model}",
        scope="devices:write",
        summary="Set a model's rules and maintenance plans",
        handle=put_device_model,
        returns=DeviceModelView,
        body=ModelPlan,
        read=read_plan,
    ),
    Endpoint(
        method="GET",
        path="/v1/device-models/{model}",
        scope="devices:read",
        summary="A model's rules and maintenance plans",
        handle=get_device_model,
        returns=DeviceModelView,
        query=(VERSION,),
    ),
    Endpoint(
        method="GET",
        path="/v1/device-groups/{group}",
        scope="devices:read",
        summary="The devices of a group",
        handle=get_device_group,
        returns=DevicePage,
        query=(LIMIT, CURSOR),
    ),
)
