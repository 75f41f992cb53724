"""What came in by a channel, as one small value: no database, and nothing decided yet.

A channel is a parser that makes an ``Inbound``; ``intake.py`` does the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: A moment that lies further back is no moment at which we received anything: mail
#: servers give up after a week, and Meta repeats a call for one.
LONGEST_DELAY = timedelta(days=7)


@dataclass(frozen=True)
class Sender:
    """Who wrote or called, as the channel says."""

    name: str = ""
    #: Mail address, as it was given.
    email: str = ""
    #: Telephone number, in the international form if it is one.
    phone: str = ""
    #: Contact by which the channel itself knows them: who is signed in, whom staff have
    #: chosen, who wrote from there before (0 if nobody).
    partner_id: int = 0
    #: Whether the channel proves address and number, or they are only claimed.
    proven: bool = True
    #: Whether a contact is made for somebody new.
    welcome: bool = True
    #: Values of that contact.
    contact: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Inbound:
    """Something that came in."""

    channel_id: int
    company_id: int
    sender: Sender
    subject: str = ""
    #: What they wrote, as markup; empty if nothing was written (a call).
    body: str = ""
    #: When, as the channel claims: naive UTC; None if it does not say.
    claimed_at: datetime | None = None
    #: Id of the ticket to which the channel itself ties it: by a reply's header, a
    #: quoted message, a private link, a person's choice (0 if it does not).
    thread_id: int = 0
    #: Texts in which the number of a ticket may stand; the first one found counts.
    number_texts: tuple[str, ...] = ()
    #: Domain of the tickets on which a conversation by this channel runs on (None: each
    #: request stands for itself), and of those that are surely with this sender.
    conversation: tuple | None = None
    same_sender: tuple = ()
    #: Pairs of name and content.
    files: tuple[tuple[str, bytes], ...] = ()
    #: Whether an answer is owed for it: robots, remarks and answered calls ask nothing.
    asks: bool = True
    #: Id of the message that is answered.
    parent_id: int = 0
    #: What the alias, the number or the form stands for: values of a new ticket.
    values: Mapping = field(default_factory=dict)

    def get_moment(self, now):
        """When it counts as received (R1, R8).

        :param datetime now: naive UTC
        :return: what the channel claims; ``now``, if that is missing or out of bounds
        """
        return bound(self.claimed_at, now)


def bound(moment, now):
    """A claimed moment, or now if it lies in the future or over a week back.

    :param datetime moment: naive UTC, or None
    :param datetime now: naive UTC

    >>> bound(datetime(2020, 1, 1), datetime(2026, 3, 1))
    datetime.datetime(2026, 3, 1, 0, 0)
    """
    good = moment and now - LONGEST_DELAY <= moment <= now
    return moment if good else now
