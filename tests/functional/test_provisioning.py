"""Devices in AWS IoT (moto's): one thing, one certificate, whatever dies on the way."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.web import staff as mounted
from tests.support.aws_calls import Killed, failing, intercepted, killed_at
from tests.support.http_calls import Answer, Staff, problem_of, staff
from tests.support.logs import logged
from tests.support.signing_requests import signing_request
from tests.support.world import DEPLOYMENT, World

POLICY = "temas-local-device"
THING = "temas-local-bogaz_-42"
DEVICE = "bogaz.42"
"""Its thing can't have the dot."""


@pytest.fixture
def installer(world: World) -> Staff:
    """Somebody who may provision, in a stage with the policy and one registered device."""
    add_policy(world)
    staff(world).put(f"/v1/devices/{DEVICE}", {"name": "Boğaz"})
    return staff(world, "devices:provision", name="Installer")


def add_policy(world: World) -> None:
    world.client("iot").create_policy(policyName=POLICY, policyDocument="{}")


def provision(someone: Staff, device: str = DEVICE, /, **body: Any) -> Answer:
    return someone.post(f"/v1/devices/{device}/provision", body)


def remove(someone: Staff, device: str = DEVICE) -> Answer:
    return someone.send("DELETE", f"/v1/devices/{device}/provision", None)


def things(world: World) -> list[str]:
    return [thing["thingName"] for thing in world.client("iot").list_things()["things"]]


def certificates(world: World) -> dict[str, str]:
    """The status of every certificate in the account."""
    found = world.client("iot").list_certificates()["certificates"]
    return {one["certificateId"]: one["status"] for one in found}


def active(world: World) -> set[str]:
    return {name for name, status in certificates(world).items() if status == "ACTIVE"}


def powers(world: World, certificate_id: str) -> tuple[list[str], list[str]]:
    """The policies and things of a certificate."""
    iot, arn = world.client("iot"), f"{DEPLOYMENT.iot_arn}:cert/{certificate_id}"
    policies = iot.list_attached_policies(target=arn)["policies"]
    names = iot.list_principal_things(principal=arn)["things"]
    return [policy["policyName"] for policy in policies], names


def kept(world: World) -> dict[str, Any]:
    (item,) = world.items("provision")
    return item


# --- provisioning --------------------------------------------------------------------------------


def test_a_device_that_brings_its_own_key_gets_all_it_needs_to_connect(
    world: World, installer: Staff
) -> None:
    answer = provision(installer, csr=signing_request(DEVICE))
    assert answer.status == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json
    assert told["certificate_pem"].startswith("-----BEGIN CERTIFICATE-----")
    assert told["endpoint"].endswith("amazonaws.com")
    assert (told["thing"], told["client_id"]) == (THING, THING)
    assert told["topic"] == f"temas/devices/{DEVICE}/status"
    assert "private_key" not in told
    assert active(world) == {told["certificate_id"]}
    assert powers(world, told["certificate_id"]) == ([POLICY], [THING])
    thing = world.client("iot").describe_thing(thingName=THING)
    assert thing["attributes"] == {"device_id": DEVICE, "made_by": "staff"}


def test_a_key_that_aws_makes_is_told_once_and_kept_and_logged_nowhere(
    world: World, installer: Staff, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = provision(installer), provision(installer)
    key = first.json["private_key"]
    assert "PRIVATE KEY" in key
    assert "private_key" not in second.json
    assert second.json["certificate_id"] == first.json["certificate_id"]
    line = key.splitlines()[1]
    dump = world.client("dynamodb").scan(TableName=DEPLOYMENT.table)["Items"]
    said = capsys.readouterr()
    assert line not in json.dumps(dump, default=str) + said.out + said.err
    assert "PRIVATE" not in json.dumps(dump, default=str)


def test_it_is_written_down_who_did_it_and_when(world: World, installer: Staff) -> None:
    told = provision(installer, csr=signing_request()).json
    item = kept(world)
    assert (item["pk"], item["sk"]) == (f"D#{DEVICE}", "PROVISIONED")
    assert (item["thing"], item["by"]) == (THING, "Installer")
    assert item["certificate_id"] == told["certificate_id"]
    assert item["created_at"] == "2026-11-23T10:00:00.000Z"
    assert "busy_until" not in item


def test_the_same_request_again_changes_nothing(world: World, installer: Staff) -> None:
    csr = signing_request()
    assert provision(installer, csr=csr).json == provision(installer, csr=csr).json
    assert provision(installer).json["certificate_id"] in active(world)
    assert (len(things(world)), len(certificates(world))) == (1, 1)


def test_another_key_needs_a_rotation(world: World, installer: Staff) -> None:
    provision(installer, csr=signing_request())
    said = problem_of(provision(installer, csr=signing_request()), 409)
    assert 'send "rotate": true' in said
    assert len(certificates(world)) == 1


def test_a_device_that_nobody_registered_is_not_provisioned(world: World, installer: Staff) -> None:
    said = problem_of(provision(installer, "other", csr=signing_request()), 404)
    assert "register it with PUT /v1/devices/other" in said
    assert things(world) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"csr": "hello"}, "csr: must be one PEM block"),
        ({"csr": ""}, "csr"),
        ({"csr": "x" * 4097}, "csr"),
        ({"csr": "-----BEGIN PRIVATE KEY-----"}, "never leave the device"),
        ({"csr": 5}, "csr"),
        ({"rotate": "yes"}, "rotate"),
        ({"rotate": True, "retire": True}, "one of them at a time"),
        ({"password": "x"}, "password"),
    ],
)
def test_a_body_that_won_t_do_is_refused_before_anything_is_made(
    world: World, installer: Staff, body: dict[str, Any], words: str
) -> None:
    assert words in problem_of(provision(installer, **body), 400)
    assert (things(world), certificates(world)) == ([], {})


def test_a_request_that_aws_will_not_sign_is_the_caller_s_to_mend(
    world: World, installer: Staff
) -> None:
    with failing("CreateCertificateFromCsr", "InvalidRequestException"):
        said = problem_of(provision(installer, csr=signing_request()), 400)
    assert "csr: AWS IoT will not sign it" in said
    assert "P-256" in said
    assert provision(installer, csr=signing_request()).status == 200


def test_an_id_that_can_be_no_thing_is_refused(world: World, installer: Staff) -> None:
    long = "a" * 120
    staff(world).put(f"/v1/devices/{long}", {})
    assert "at most 128; use a shorter id" in problem_of(provision(installer, long), 400)
    assert "a device id has" in problem_of(provision(installer, "a%20b"), 400)


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("own_key", [True, False])
def test_after_a_crash_at_any_step_a_repeat_leaves_one_thing_and_one_active_certificate(
    world: World, installer: Staff, own_key: bool, answered: bool
) -> None:
    body = {"csr": signing_request()} if own_key else {}
    number = 0
    while True:
        died = False
        try:
            with killed_at(number, answered=answered):
                provision(installer, **body)
        except Killed:
            died = True
        world.now += timedelta(seconds=31)
        again = provision(installer, **body)
        assert again.status == 200, (number, again.text)
        assert things(world) == [THING], number
        assert active(world) == {again.json["certificate_id"]}, number
        assert powers(world, again.json["certificate_id"]) == ([POLICY], [THING])
        # What died between its making and its thing is inactive, and nobody has its key.
        assert len(certificates(world)) <= 2, number
        if not died:
            break
        start_anew(world, installer)
        number += 1
    assert number >= 8


def start_anew(world: World, installer: Staff) -> None:
    """No trace of the device."""
    remove(installer)
    iot = world.client("iot")
    for certificate_id in certificates(world):
        iot.delete_certificate(certificateId=certificate_id)


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("end", ["retire", "abandon"])
def test_after_a_crash_while_a_rotation_ends_a_repeat_ends_it(
    world: World, installer: Staff, end: str, answered: bool
) -> None:
    number = 0
    while True:
        first = provision(installer).json["certificate_id"]
        second = provision(installer, rotate=True).json["certificate_id"]
        died = False
        try:
            with killed_at(number, answered=answered):
                provision(installer, DEVICE, **{end: True})
        except Killed:
            died = True
        world.now += timedelta(seconds=31)
        left = provision(installer, DEVICE, **{end: True})
        assert left.status == 200, (number, left.text)
        survivor = second if end == "retire" else first
        assert certificates(world) == {survivor: "ACTIVE"}, number
        assert left.json["certificate_id"] == survivor
        if not died:
            break
        assert remove(installer).status == 200
        number += 1
    assert number >= 6


@pytest.mark.parametrize("answered", [False, True])
def test_after_a_crash_at_any_step_of_a_removal_a_repeat_removes_all(
    world: World, installer: Staff, answered: bool
) -> None:
    number = 0
    while True:
        provision(installer)
        provision(installer, rotate=True)
        died = False
        try:
            with killed_at(number, answered=answered):
                remove(installer)
        except Killed:
            died = True
        world.now += timedelta(seconds=31)
        assert remove(installer).status == 200, number
        assert (things(world), certificates(world)) == ([], {}), number
        if not died:
            break
        number += 1
    assert number >= 10


def test_two_calls_at_once_don_t_take_each_other_s_certificates(
    world: World, installer: Staff
) -> None:
    inside: list[Answer] = []

    def meanwhile(operation: str) -> None:
        if operation == "AttachThingPrincipal" and not inside:
            inside.append(provision(installer))

    with intercepted(meanwhile):
        answer = provision(installer)
    assert "by another call: repeat this one in 30 seconds" in problem_of(inside[0], 503)
    assert answer.status == 200
    assert active(world) == {answer.json["certificate_id"]}


def test_an_error_lets_the_next_call_in_at_once(world: World, installer: Staff) -> None:
    for operation in ("DescribeEndpoint", "CreateThing", "AttachPolicy", "UpdateCertificate"):
        with failing(operation, "ThrottlingException"):
            said = problem_of(provision(installer), 503)
        assert "ThrottlingException" in said
        assert "repeat the call" in said
        assert active(world) == set()
    done = provision(installer)
    assert active(world) == {done.json["certificate_id"]}
    assert done.json["private_key"]


def test_aws_that_does_not_answer_is_no_fault_of_the_caller(world: World, installer: Staff) -> None:
    def silent(operation: str) -> None:
        if operation == "DescribeThing":
            raise ReadTimeoutError(endpoint_url="https://iot")

    with intercepted(silent):
        assert "AWS IoT is not answering" in problem_of(provision(installer), 503)


def test_a_stage_without_the_policy_says_so_in_its_logs_and_can_be_repaired(
    world: World,
) -> None:
    staff(world).put(f"/v1/devices/{DEVICE}", {})
    with logged(world) as log:
        assert problem_of(provision(staff(world)), 503)
    assert f"no policy {POLICY}" in log.getvalue()
    assert active(world) == set()
    add_policy(world)
    assert provision(staff(world)).status == 200
    assert len(certificates(world)) == 1


# --- renewing ------------------------------------------------------------------------------------


def test_a_rotation_leaves_both_certificates_active_until_the_older_is_retired(
    world: World, installer: Staff
) -> None:
    old = provision(installer, csr=signing_request()).json["certificate_id"]
    csr = signing_request()
    world.now += timedelta(days=300)
    rotated = provision(installer, csr=csr, rotate=True).json
    new = rotated["certificate_id"]
    assert rotated["previous_certificate_id"] == old
    assert active(world) == {old, new}
    assert provision(installer, csr=csr, rotate=True).json["certificate_id"] == new
    assert active(world) == {old, new}
    retired = provision(installer, retire=True).json
    assert retired["certificate_id"] == new
    assert "previous_certificate_id" not in retired
    assert provision(installer, retire=True).json == retired
    assert certificates(world) == {new: "ACTIVE"}
    assert powers(world, new) == ([POLICY], [THING])


def test_a_rotation_whose_key_was_lost_is_abandoned_and_the_device_speaks_on(
    world: World, installer: Staff
) -> None:
    csr = signing_request()
    old = provision(installer, csr=csr).json["certificate_id"]
    new = provision(installer, rotate=True).json["certificate_id"]
    said = problem_of(provision(installer, rotate=True), 409)
    assert '{"retire": true}' in said
    assert '{"abandon": true}' in said
    assert provision(installer, abandon=True).json["certificate_id"] == old
    assert provision(installer, abandon=True).status == 200
    assert certificates(world) == {old: "ACTIVE"}
    assert new not in active(world)
    assert provision(installer, csr=csr).json["certificate_id"] == old


def test_the_old_certificate_is_not_retired_for_one_that_does_not_work(
    world: World, installer: Staff
) -> None:
    old = provision(installer).json["certificate_id"]
    new = provision(installer, rotate=True).json["certificate_id"]
    world.client("iot").update_certificate(certificateId=new, newStatus="REVOKED")
    said = problem_of(provision(installer, retire=True), 409)
    assert "is REVOKED in AWS IoT" in said
    assert "abandon" in said
    assert active(world) == {old}


def test_what_was_revoked_by_hand_is_not_made_active_again(world: World, installer: Staff) -> None:
    only = provision(installer).json["certificate_id"]
    world.client("iot").update_certificate(certificateId=only, newStatus="INACTIVE")
    assert "is INACTIVE in AWS IoT" in problem_of(provision(installer), 409)
    assert active(world) == set()
    remove(installer)
    assert len(active(world)) == 0
    assert provision(installer).status == 200
    assert len(active(world)) == 1


def test_nothing_is_retired_that_was_never_provisioned(world: World, installer: Staff) -> None:
    assert "provision it first" in problem_of(provision(installer, retire=True), 404)


# --- removing ------------------------------------------------------------------------------------


def test_removing_a_device_ends_its_certificates_and_is_done_once(
    world: World, installer: Staff
) -> None:
    provision(installer)
    provision(installer, rotate=True)
    assert remove(installer).json == {"device_id": DEVICE, "certificates_removed": 2}
    assert (things(world), certificates(world)) == ([], {})
    assert remove(installer).json == {"device_id": DEVICE, "certificates_removed": 0}
    assert kept(world)["removed_at"] == "2026-11-23T10:00:00.000Z"
    assert "certificate_id" not in kept(world)


def test_removing_what_never_was_leaves_no_trace(world: World, installer: Staff) -> None:
    assert remove(installer, "nobody").json["certificates_removed"] == 0
    assert world.items("provision") == []


def test_a_certificate_loses_its_power_before_anything_else_happens(
    world: World, installer: Staff
) -> None:
    provision(installer)
    with failing("DetachPolicy", "ServiceUnavailableException"):
        assert problem_of(remove(installer), 503)
    assert active(world) == set()
    assert remove(installer).json["certificates_removed"] == 1


def test_what_aws_is_still_detaching_is_to_be_repeated(world: World, installer: Staff) -> None:
    for operation, code in (
        ("DeleteCertificate", "DeleteConflictException"),
        ("DeleteThing", "InvalidRequestException"),
    ):
        provision(installer)
        with failing(operation, code):
            assert "repeat the call" in problem_of(remove(installer), 503)
        assert remove(installer).status == 200
        assert things(world) == []


def test_a_device_that_was_removed_can_come_back(world: World, installer: Staff) -> None:
    csr = signing_request()
    first = provision(installer, csr=csr).json["certificate_id"]
    remove(installer)
    second = provision(installer, csr=csr).json["certificate_id"]
    assert second != first
    assert certificates(world) == {second: "ACTIVE"}
    assert "removed_at" not in kept(world)


def test_a_thing_made_by_claim_is_not_taken_over_but_can_be_removed(
    world: World, installer: Staff
) -> None:
    iot = world.client("iot")
    said = {"device_id": DEVICE, "made_by": "claim"}
    iot.create_thing(thingName=THING, attributePayload={"attributes": said})
    theirs = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_thing_principal(thingName=THING, principal=theirs["certificateArn"])
    assert "was not made here" in problem_of(provision(installer), 409)
    assert active(world) == {theirs["certificateId"]}
    assert remove(installer).json["certificates_removed"] == 1
    assert (things(world), certificates(world)) == ([], {})


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["devices:write", "devices:read", "devices:report", "*:read"])
def test_other_keys_can_not_provision(world: World, installer: Staff, scope: str) -> None:
    someone = staff(world, scope)
    assert "devices:provision" in problem_of(provision(someone), 403)
    assert "devices:provision" in problem_of(remove(someone), 403)
    assert things(world) == []


def test_an_installer_s_key_can_provision_and_nothing_else(world: World, installer: Staff) -> None:
    reached = set()
    for endpoint in mounted.endpoints():
        path = endpoint.path.replace("{", "").replace("}", "")
        if installer.send(endpoint.method, path, {}).status != 403:
            reached.add(endpoint.route)
    assert reached == {
        "POST /v1/devices/{device_id}/provision",
        "DELETE /v1/devices/{device_id}/provision",
    }
