"""Routing: whose a conversation is, and who there is to answer."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.minding import Minding

if TYPE_CHECKING:
    from chalicelib.routing.router import Router
    from chalicelib.routing.staffing import Staffing


class Routing(Minding):
    @cached_property
    def router(self) -> "Router":
        from chalicelib.routing.desk import Desk
        from chalicelib.routing.filling import Filler
        from chalicelib.routing.giving import Giver
        from chalicelib.routing.router import Router

        assert self.table
        giver = Giver(desk=Desk(playbook=self.playbook), bus=lambda: self.bus, clock=self.clock)
        filler = Filler(giver=giver, pause=self.pause)
        return Router(giver=giver, filler=filler, pause=self.pause)

    @cached_property
    def staffing(self) -> "Staffing":
        from chalicelib.routing.staffing import Staffing

        return Staffing(router=self.router, bus=lambda: self.bus, clock=self.clock)
