"""Minding alerts: what staff do with them, and the incidents that many of them are."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.reaching import Reaching

if TYPE_CHECKING:
    from chalicelib.fleet.handling import Handling
    from chalicelib.fleet.incidents.ending import Ending
    from chalicelib.fleet.incidents.gathering import Gathering


class Minding(Reaching):
    @cached_property
    def handling(self) -> "Handling":
        from chalicelib.fleet.handling import Handling

        assert self.table
        return Handling(bus=lambda: self.bus, clock=self.clock)

    @cached_property
    def ending(self) -> "Ending":
        from chalicelib.fleet.incidents.ending import Ending

        assert self.table
        return Ending(bus=lambda: self.bus, clock=self.clock, pause=self.pause)

    @cached_property
    def gathering(self) -> "Gathering":
        from chalicelib.fleet.incidents.counting import Counting
        from chalicelib.fleet.incidents.gathering import Gathering
        from chalicelib.fleet.incidents.growing import Growing

        enough = self.playbook.devices.incidents
        counting = Counting(
            within=enough.within,
            owners_once=enough.owners == "once",
            ending=self.ending,
            clock=self.clock,
            pause=self.pause,
        )
        return Gathering(
            enough=enough,
            counting=counting,
            growing=Growing(bus=lambda: self.bus, clock=self.clock),
            clock=self.clock,
            pause=self.pause,
        )
