"""Giving devices a certificate of their own, and taking it away.

Every step may be the last before a crash, and a repeat must find its way: so a certificate is made
inactive, tied to its thing, made active and only then written down. One that hangs on the thing
without being written down is a crash's remainder, and the next call removes it.
"""

from dataclasses import dataclass, field, replace

import msgspec

from chalicelib.clock import Clock, to_millis
from chalicelib.errors import Conflict, NotFound
from chalicelib.fleet.things.names import attributes, thing_name
from chalicelib.fleet.things.registry import Issued, Things
from chalicelib.fleet.things.turns import alone
from chalicelib.fleet.things.wishes import Wish, checked
from chalicelib.store import devices, provisions
from chalicelib.store.provisions import Provision


@dataclass(frozen=True, kw_only=True)
class Provisioned:
    """What a device needs to connect. `private_key` is there only if AWS made it in this call."""

    kept: Provision
    endpoint: str
    certificate_pem: str
    private_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Provisioner:
    """Provisions the devices of one stage."""

    stage: str
    things: Things
    clock: Clock

    def provision(self, device_id: str, wish: Wish, *, by: str) -> Provisioned:
        """Carry a wish out; to do it twice is to do it once.

        Raises NotFound for a device nobody registered, InvalidRequest, Conflict if what is there
        rules it out, Unavailable (repeat it).
        """
        request = checked(wish)
        thing = thing_name(self.stage, device_id)
        devices.get(device_id)
        with alone(device_id, thing, self.clock) as kept:
            if wish.retire or wish.abandon:
                return self._settle(kept, wish, by)
            if kept.certificate_id and (not wish.rotate or (request and request == kept.request)):
                return self._as_it_is(kept, request)
            return self._certify(kept, wish, request, by)

    def remove(self, device_id: str, *, by: str) -> int:
        """Take the device's certificates and its thing away; returns how many certificates.
        Raises InvalidRequest, Unavailable (repeat it)."""
        thing = thing_name(self.stage, device_id)
        if provisions.find(device_id) is None and self.things.attributes(thing) is None:
            return 0
        with alone(device_id, thing, self.clock) as kept:
            known = sorted(kept.certificates | set(self.things.certificates(thing)))
            for certificate_id in known:
                self.things.remove_certificate(thing, certificate_id)
            self.things.remove(thing)
            provisions.save(
                Provision(
                    device_id=device_id,
                    thing=thing,
                    created_at=kept.created_at,
                    removed_at=to_millis(self.clock()),
                    by=by,
                    version=kept.version,
                )
            )
            return len(known)

    def _certify(self, kept: Provision, wish: Wish, request: str | None, by: str) -> Provisioned:
        """A first certificate, or one beside it."""
        if kept.previous_id:
            raise Conflict(
                "two certificates are active since the last rotation: send "
                '{"retire": true} once the device uses the new one, or {"abandon": true}'
            )
        endpoint = self.things.endpoint()  # while a failure costs nothing yet
        self._make_thing(kept)
        self._sweep(kept)
        issued = self._issue(kept.thing, wish.csr)
        now, first = to_millis(self.clock()), kept.certificate_id is None
        done = self._save(
            kept,
            by,
            certificate_id=issued.certificate_id,
            request=request,
            previous_id=kept.certificate_id,
            previous_request=kept.request,
            created_at=now if first else kept.created_at,
            rotated_at=None if first else now,
            removed_at=None,
        )
        return Provisioned(
            kept=done,
            endpoint=endpoint,
            certificate_pem=issued.pem,
            private_key=issued.private_key,
        )

    def _settle(self, kept: Provision, wish: Wish, by: str) -> Provisioned:
        """End a rotation: with the new certificate, or with the one from before."""
        if kept.certificate_id is None:
            raise NotFound("the device has no certificate: provision it first")
        if kept.previous_id is None:  # done before, or nothing to do
            return self._as_it_is(kept, None)
        left = kept if wish.retire else _as_before(kept)
        answer = self._answer(left)  # or the device would be left with none that works
        for certificate_id in kept.certificates - {left.certificate_id}:
            self.things.remove_certificate(kept.thing, certificate_id)
        done = self._save(left, by, previous_id=None, previous_request=None)
        return replace(answer, kept=done)

    def _as_it_is(self, kept: Provision, request: str | None) -> Provisioned:
        if request and request != kept.request:
            raise Conflict(
                'csr: the device has a certificate for another key; send "rotate": true for one '
                "beside it"
            )
        answer = self._answer(kept)
        provisions.save(msgspec.structs.replace(kept, busy_until=None))
        return answer

    def _answer(self, kept: Provision) -> Provisioned:
        assert kept.certificate_id
        found = self.things.certificate(kept.certificate_id)
        if found is None or not found.active:
            state = found.status if found else "gone"
            way = '{"abandon": true} keeps the one before it, or ' if kept.previous_id else ""
            raise Conflict(
                f"the device's certificate is {state} in AWS IoT, by whose hand Temas does not "
                f"know: {way}DELETE the provision, then make a new one"
            )
        return Provisioned(kept=kept, endpoint=self.things.endpoint(), certificate_pem=found.pem)

    def _make_thing(self, kept: Provision) -> None:
        wanted = attributes(kept.device_id)
        found = self.things.attributes(kept.thing)
        if found is None:
            self.things.make(kept.thing, wanted)
        elif any(found.get(name) != value for name, value in wanted.items()):
            raise Conflict(
                f"the thing {kept.thing} was not made here (perhaps by claim): DELETE the "
                "provision, which ends its certificates, then make a new one"
            )

    def _sweep(self, kept: Provision) -> None:
        """What a call that died has left on the thing."""
        for certificate_id in self.things.certificates(kept.thing):
            if certificate_id not in kept.certificates:
                self.things.remove_certificate(kept.thing, certificate_id)

    def _issue(self, thing: str, csr: str | None) -> Issued:
        issued = self.things.certify(csr) if csr else self.things.make_keys()
        self.things.attach(thing, issued.certificate_id)
        self.things.allow(issued.certificate_id)
        self.things.activate(issued.certificate_id)
        return issued

    def _save(self, kept: Provision, by: str, **changes: object) -> Provision:
        return provisions.save(msgspec.structs.replace(kept, by=by, busy_until=None, **changes))


def _as_before(kept: Provision) -> Provision:
    """Before the rotation."""
    return msgspec.structs.replace(
        kept, certificate_id=kept.previous_id, request=kept.previous_request, rotated_at=None
    )
