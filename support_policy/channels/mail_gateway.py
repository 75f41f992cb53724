import logging
from contextlib import suppress
from functools import partial

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.service import model as service
from odoo.tools import html2plaintext

from ..sla.attempt import forget, is_nobodys_fault
from .inbound import bound
from .raw_message import (
    get_received_at,
    get_recipients,
    get_source,
    is_automatic,
    mend_charsets,
    parse_headers,
)
from .storable import make_storable

_logger = logging.getLogger(__name__)

#: Longer bodies (in characters) are attached whole: nobody reads them in a ticket.
LONGEST_BODY = 500_000
#: How much of them is shown, as plain text.
EXCERPT = 5_000


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        """Odoo's entry for mail; a message to a team that it cannot read or route
        becomes a ticket all the same, with the original attached.

        :raises ValueError: if the message is addressed to nobody here, as in Odoo
        """
        process = partial(super().message_process, model, message, *args, **kwargs)
        # Odoo marks what it fetches as read even if it was lost in a race; each has a
        # transaction of its own. (Whoever hands one in does so once more.)
        fetched = self.env.context.get("fetchmail_cron_running")
        for _lost in range(service.MAX_TRIES_ON_CONCURRENCY_FAILURE if fetched else 0):
            with suppress(*service.PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                return self._support_keep(process, model, message)
            forget(self.env)
        return self._support_keep(process, model, message)

    @api.model
    def _support_keep(self, process, model, message):
        try:
            with self.env.cr.savepoint():
                return process()
        except Exception as error:
            if is_nobodys_fault(error):
                raise
            source = get_source(message)
            headers = parse_headers(source)
            team = self._support_find_team(headers)
            if not team and model != "helpdesk.ticket":
                raise
            _logger.exception("A message to the helpdesk could not be read")
            # the gateway's own user, as for all mail, whoever hands the message in
            tickets = self.env["helpdesk.ticket"].with_user(SUPERUSER_ID)
            return tickets._create_from_unreadable(headers, source, team).id

    @api.model
    def _message_parse_extract_payload(self, message, message_dict, *args, **kwargs):
        mend_charsets(message)
        return super()._message_parse_extract_payload(
            message, message_dict, *args, **kwargs
        )

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if any(route[0] in self._get_gateway_models() for route in routes):
            self._support_clean(message, message_dict)
        tickets = [route for route in routes if route[0] == "helpdesk.ticket"]
        if not tickets:
            return routes
        # sudo: the gateway's door, whoever hands the message in
        requests = self.env["helpdesk.ticket"].sudo()
        route = requests._route_request(message_dict, _find_first(message, tickets))
        return [route] + [route for route in routes if route not in tickets]

    @api.model
    def _get_gateway_models(self):
        """Models whose messages come from strangers.

        :rtype: set of str
        """
        return {"helpdesk.ticket"}

    @api.model
    def _support_clean(self, message, message_dict):
        """Make what was parsed trustworthy before anything is made of it."""
        for key, value in message_dict.items():
            if isinstance(value, str):
                message_dict[key] = make_storable(value)
        message_dict["date"] = bound(get_received_at(message), fields.Datetime.now())
        message_dict["attachments"] = [
            (make_storable(str(name)), *content)
            for name, *content in message_dict["attachments"]
        ]
        body = message_dict["body"]
        if len(body) > LONGEST_BODY:
            message_dict["attachments"].append(("message.html", body.encode()))
            excerpt = html2plaintext(body[:LONGEST_BODY], include_references=False)
            message_dict["body"] = Markup("<pre>%s…</pre>") % excerpt[:EXCERPT]
        if is_automatic(message):
            # Odoo's type for machines' words: they ask nothing and answer nothing
            message_dict["message_type"] = "auto_comment"
            # nor do they bring anybody in, or ping whom they answer
            message_dict.update(to="", cc="", parent_id=False)

    @api.model
    def _support_find_team(self, headers):
        """The team that a message is addressed to, by its headers alone.

        :rtype: helpdesk.ticket.team (empty if it is addressed to none)
        """
        env = self.sudo().env  # sudo: the gateway finds aliases whoever runs it
        aliases = env["mail.alias.domain"]._find_aliases(get_recipients(headers))
        names = [address.partition("@")[0] for address in aliases]
        return env["helpdesk.ticket.team"].search(
            [
                "|",
                ("alias_full_name", "in", aliases),
                "&",
                ("alias_name", "in", names),
                ("alias_incoming_local", "=", True),
            ],
            limit=1,
        )


def _find_first(message, routes):
    """One message to several teams is still one request: the first address wins."""
    if len(routes) == 1:
        return routes[0]
    names = [address.partition("@")[0] for address in get_recipients(message)]
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    return min(routes, key=lambda route: places.get(route[4].alias_name, len(names)))
