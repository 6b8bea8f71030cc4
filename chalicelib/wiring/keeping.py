"""Keeping what customers say: people, conversations, consents, answers."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.doors import Doors

if TYPE_CHECKING:
    from chalicelib.inbox.beside import Beside
    from chalicelib.inbox.cases import Cases
    from chalicelib.inbox.choosing import Choosing
    from chalicelib.inbox.erasing import Erasing
    from chalicelib.inbox.keep import Inbox
    from chalicelib.inbox.labelling import Labelling
    from chalicelib.inbox.merging import Merging
    from chalicelib.inbox.noting import Noting
    from chalicelib.inbox.people import People
    from chalicelib.inbox.snoozing import Snoozing
    from chalicelib.listening import Listening
    from chalicelib.nearby.reporting import Locating
    from chalicelib.notices import Notices
    from chalicelib.outreach.surveys import Surveys
    from chalicelib.selfservice.library import Library


class Keeping(Doors):
    @cached_property
    def inbox(self) -> "Inbox":
        from chalicelib.inbox.keep import Inbox

        assert self.table
        conversations = self.playbook.conversations
        return Inbox(
            origin=self.origin,
            clock=self.clock,
            pause=self.pause,
            window=conversations.carry_on,
            reopening=conversations.reopen,
        )

    @cached_property
    def beside(self) -> "Beside":
        from chalicelib.inbox.beside import Beside

        return Beside(people=self.people, pause=self.pause)

    @cached_property
    def merging(self) -> "Merging":
        from chalicelib.inbox.merging import Merging

        assert self.table
        return Merging(bus=lambda: self.bus, clock=self.clock, pause=self.pause)

    @cached_property
    def erasing(self) -> "Erasing":
        from chalicelib.inbox.erasing import Erasing

        assert self.table
        return Erasing(bus=lambda: self.bus, clock=self.clock, pause=self.pause)

    @cached_property
    def notices(self) -> "Notices":
        from chalicelib.notices import Notices

        return Notices(
            people=self.people,
            join=self.merging.join,
            transport=lambda: self.transport,
            bus=lambda: self.bus,
            clock=self.clock,
            pause=self.pause,
        )

    @cached_property
    def listening(self) -> "Listening":
        from chalicelib.listening import Listening

        return Listening(
            playbook=self.playbook, surveys=self.surveys, bus=lambda: self.bus, pause=self.pause
        )

    @cached_property
    def people(self) -> "People":
        from chalicelib.inbox.people import People

        assert self.table
        return People(origin=self.origin, clock=self.clock, pause=self.pause)

    @cached_property
    def cases(self) -> "Cases":
        from chalicelib.inbox.cases import Cases

        assert self.table
        sla = self.playbook.sla
        pausing = {"pause_while": sla.pause_while} if sla else {}
        return Cases(bus=lambda: self.bus, clock=self.clock, **pausing)

    @cached_property
    def labelling(self) -> "Labelling":
        from chalicelib.inbox.labelling import Labelling

        assert self.table
        return Labelling(bus=lambda: self.bus, clock=self.clock)

    @cached_property
    def noting(self) -> "Noting":
        from chalicelib.inbox.noting import Noting

        assert self.table
        return Noting(bus=lambda: self.bus, clock=self.clock)

    @cached_property
    def snoozing(self) -> "Snoozing":
        from chalicelib.inbox.snoozing import Snoozing

        assert self.table
        return Snoozing(bus=lambda: self.bus, clock=self.clock)

    @cached_property
    def library(self) -> "Library":
        """The articles in memory. Their words go through what messages go through."""
        from chalicelib.selfservice.library import Library
        from chalicelib.triage.words import stems, tokens

        assert self.table
        return Library(
            analyse=lambda text, language: stems(tokens(text), language), monotonic=self.monotonic
        )

    @cached_property
    def choosing(self) -> "Choosing":
        from chalicelib.inbox.choosing import Choosing

        assert self.table
        return Choosing(bus=lambda: self.bus, clock=self.clock, pause=self.pause)

    @cached_property
    def locating(self) -> "Locating":
        from chalicelib.nearby.reporting import Locating

        assert self.table
        return Locating(
            playbook=self.playbook, bus=lambda: self.bus, clock=self.clock, pause=self.pause
        )

    @cached_property
    def surveys(self) -> "Surveys":
        from chalicelib.outreach.surveys import Surveys

        assert self.table
        return Surveys(playbook=self.playbook, bus=lambda: self.bus, pause=self.pause)
