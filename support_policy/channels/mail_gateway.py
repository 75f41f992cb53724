import email
import logging
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

import psycopg2

from odoo import api, fields, models
from odoo.tools import email_split

from ..calendar.utc import naive

_logger = logging.getLogger(__name__)

#: Mail servers give up after a week; an older stamp is not when we received it.
LONGEST_TRANSIT = timedelta(days=7)
#: Headers by which robots and lists make themselves known.
ROBOT_HEADERS = (
    "List-Id",
    "List-Unsubscribe",
    "X-Autoreply",
    "X-Autorespond",
)
ROBOT_PRECEDENCES = ("bulk", "list", "junk", "auto_reply")
#: What PostgreSQL cannot store: NUL and the halves of broken characters.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        """Odoo's entry for mail; a message to a team that it cannot read or route
        becomes a ticket all the same, with the original attached."""
        try:
            with self.env.cr.savepoint():
                return super().message_process(model, message, *args, **kwargs)
        except psycopg2.OperationalError:
            raise  # a lost race or connection: the mail server tries again
        except Exception:
            source = _get_source(message)
            headers = email.message_from_bytes(source)
            team = self._support_find_team(headers)
            if not team:
                raise
            _logger.exception("Mail to team %s could not be read", team.id)
            tickets = self.env["helpdesk.ticket"]
            return tickets._create_from_unreadable(headers, source, team).id

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        tickets = [route for route in routes if route[0] == "helpdesk.ticket"]
        if not tickets:
            return routes
        self._support_clean(message, message_dict)
        # one message to several teams is still one request: the first address wins
        first = min(tickets, key=lambda route: _get_position(message, route[4]))
        route = self.env["helpdesk.ticket"]._route_request(message_dict, first)
        return [route] + [route for route in routes if route not in tickets]

    @api.model
    def _support_clean(self, message, message_dict):
        """Make what was parsed trustworthy before anything is made of it."""
        message_dict["date"] = _get_received_at(message)
        for key, value in message_dict.items():
            if isinstance(value, str):
                message_dict[key] = type(value)(UNSTORABLE.sub("\ufffd", value))
        if _is_automatic(message):
            # Odoo's type for machines' words: they ask nothing and answer nothing
            message_dict["message_type"] = "auto_comment"
            message_dict["is_internal"] = True
            message_dict.pop("parent_id", None)  # its author is not pinged

    @api.model
    def _support_find_team(self, headers):
        """The team that a message is addressed to, by its headers alone."""
        addresses = [
            address
            for name in ("Delivered-To", "To", "Cc")
            for value in headers.get_all(name, [])
            for address in email_split(str(value))
        ]
        # sudo: the gateway finds aliases whoever runs it
        teams = self.env["helpdesk.ticket.team"].sudo()
        names = [address.partition("@")[0].lower() for address in addresses]
        return teams.search([("alias_name", "in", names)], limit=1)


def _get_source(message):
    """The raw bytes of what ``message_process`` was given."""
    message = getattr(message, "data", message)
    return message.encode() if isinstance(message, str) else bytes(message)


def _get_position(message, alias):
    """Where in the recipients an alias is named; last, if nowhere."""
    recipients = f"{message.get('To', '')} {message.get('Cc', '')}".lower()
    position = recipients.find(f"{alias.alias_name}@") if alias else -1
    return position if position >= 0 else len(recipients)


def _get_received_at(message):
    """When our own mail server received a message.

    The topmost ``Received`` header is our server's; ``Date`` is the sender's word,
    and no clock starts by it.

    :return: naive UTC; now, if the header is missing, broken or out of all bounds
    """
    now = fields.Datetime.now()
    for header in message.get_all("Received", [])[:1]:
        try:
            moment = parsedate_to_datetime(str(header).rpartition(";")[2].strip())
            stamp = naive(moment).replace(microsecond=0)
        except (TypeError, ValueError, OverflowError):
            continue
        if now - LONGEST_TRANSIT <= stamp <= now:
            return stamp
    return now


def _is_automatic(message):
    """Whether a robot or a mailing list sent the message (RFC 3834 and custom)."""
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        submitted != "no"
        or precedence in ROBOT_PRECEDENCES
        or any(message.get(name) for name in ROBOT_HEADERS)
        or str(message.get("Return-Path", "")).strip() == "<>"
    )
