from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ..reference import find_numbers
from .message import FETCHING, INCOMING, RECEIVED
from .payload import SIGNS

#: Meta repeats a call for a week; an older stamp is none of its own.
LONGEST_DELAY = timedelta(days=7)
LONGEST_SUBJECT = 80
#: What says something about another message: shown, but it asks for nothing.
REMARKS = {
    "reaction": "support_policy.mt_whatsapp_reaction",
    "revoke": "support_policy.mt_whatsapp_deleted",
    "system": "support_policy.mt_whatsapp_system",
}


class SupportWhatsappMessage(models.Model):
    """What a requester writes: on which ticket it belongs, and how it is shown."""

    _inherit = "support.whatsapp.message"

    @api.model
    def _handle_incoming(self, account, item):
        """A message of a requester, unless it is known already.

        :param payload.Incoming item: as it came
        """
        if self._get_known(account, item.whatsapp_id):
            return
        partner = self._find_writer(account, item)
        about = self._get_known(account, item.about)
        quoted = self._get_known(account, item.quoted)
        ticket = (about or quoted)._get_ticket()
        if not ticket or not ticket._is_requester(partner):
            ticket = self._find_ticket(account, partner, item)
        if ticket and not ticket._is_requester(partner):
            # staff have corrected the contact of the conversation
            partner = ticket.partner_id
        row = self.create(
            {
                "account_id": account.id,
                "direction": INCOMING,
                "whatsapp_id": item.whatsapp_id,
                "address": self._get_address(item),
                "whatsapp_user_id": item.whatsapp_user_id,
                "partner_id": partner.id,
                "message_type": item.message_type,
                "body": item.text,
                "written_at": _get_moment(item, fields.Datetime.now()),
                "media_reference": item.media and item.media.reference,
                "media_name": item.media and item.media.name,
                "media_type": item.media and item.media.mimetype,
                "state": FETCHING if item.media else RECEIVED,
            }
        )
        if item.message_type in REMARKS:
            row._remark(ticket, item, about)
        elif ticket:
            row._join(ticket, item, quoted)
        else:
            row._ask(item)
        if item.media:
            self.env.ref("support_policy.cron_whatsapp_fetch")._trigger()

    # -- who, and about what ----------------------------------------------------

    @api.model
    def _get_address(self, item):
        return f"+{item.phone}" if item.phone else item.whatsapp_user_id

    @api.model
    def _find_writer(self, account, item):
        """Who wrote from there before; else the contact with this number; else a new
        one."""
        partners = self.env["res.partner"]
        company = account.company_id
        if writer := self._find_known_writer(account, item):
            return writer
        e164 = item.phone and partners._to_e164(f"+{item.phone}", company)
        if writer := partners._find_caller(e164, company):
            return writer
        number = f"+{item.phone}" if item.phone else ""
        name = item.name or self._get_address(item)
        lang = self.env["helpdesk.ticket"]._guess_lang(item.text)
        return partners._make_caller(e164, number, name, company, lang)

    @api.model
    def _find_known_writer(self, account, item):
        """Who wrote last from this address, or with this WhatsApp id: as staff have
        corrected it since."""
        same = Domain("address", "=", self._get_address(item))
        if item.whatsapp_user_id:
            same |= Domain("whatsapp_user_id", "=", item.whatsapp_user_id)
        ours = Domain("company_id", "=", account.company_id.id)
        came = Domain("direction", "=", INCOMING)
        last = self.search(same & ours & came, order="id desc", limit=1)
        known = last.ticket_id.partner_id or last.partner_id
        return known.filtered("active")

    def _get_ticket(self):
        """The ticket that a message is about (empty if it is about none)."""
        return self.ticket_id

    @api.model
    def _find_ticket(self, account, partner, item):
        """The ticket of this requester whose number the text names, else the open one
        of the running conversation (R5).

        :rtype: helpdesk.ticket (empty if there is none)
        """
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        numbers = tickets._complete_numbers(find_numbers(item.text))
        named = tickets.search([("number", "in", numbers)], order="id desc")
        theirs = named.filtered(lambda ticket: ticket._is_requester(partner))
        if theirs:
            return min(theirs, key=lambda ticket: numbers.index(ticket.number))
        running = tickets.search(
            [
                ("partner_id", "!=", False),
                "|",
                ("partner_id", "=", partner.id),
                ("whatsapp_address", "=", self._get_address(item)),
                # one that staff have written down by hand has no number of ours yet
                ("whatsapp_account_id", "in", (account.id, False)),
                ("company_id", "=", account.company_id.id),
                ("channel_id.code", "=", "whatsapp"),
                ("closed", "=", False),
                ("active", "=", True),
                ("duplicate_id", "=", False),
            ],
            order="id desc",
            limit=1,
        )
        return running.with_context(active_test=True)

    # -- what is made of it -----------------------------------------------------

    def _ask(self, item):
        """A new request: its cycle starts when the message was written."""
        account, lang = self.account_id, self._in_company_lang()
        body = self._get_body(item)
        first_line = item.text.split("\n")[0][:LONGEST_SUBJECT]
        subject = first_line if item.message_type == "text" else ""
        subject = subject or lang.env._(
            "WhatsApp message from %(name)s", name=self.partner_id.name
        )
        channels = self.env["helpdesk.ticket.channel"]
        tickets = self.env["helpdesk.ticket"].with_context(
            support_routed_by_machine=True
        )
        self.ticket_id = tickets.create(
            {
                "name": subject,
                "description": body,
                "partner_id": self.partner_id.id,
                "channel_id": channels._get_by_code("whatsapp", account.company_id).id,
                "category_id": account.category_id.id,
                **({"team_id": account.team_id.id} if account.team_id else {}),
                "company_id": account.company_id.id,
                "user_id": False,
                "waiting_since": self.written_at,
                "whatsapp_account_id": account.id,
                "whatsapp_address": self.address,
            }
        )
        self._post(body, subtype_id=self.ticket_id._creation_subtype().id)
        self.ticket_id._acknowledge(self.message_id)

    def _join(self, ticket, item, quoted):
        """A further message on a ticket (R1 and R5)."""
        self.ticket_id = ticket
        if ticket.channel_id.code == "whatsapp" and not ticket.whatsapp_account_id:
            ticket.whatsapp_account_id = self.account_id
        if ticket.whatsapp_account_id == self.account_id:
            ticket.whatsapp_address = self.address
        # an edit says again what has been said: whoever waits has not reminded
        again = item.message_type == "edit" and ticket.waiting_since
        self._post(
            self._get_body(item),
            subtype_xmlid="mail.mt_comment",
            message_type="auto_comment" if again else "comment",
            parent_id=quoted.message_id.id if quoted.ticket_id == ticket else False,
        )
        self.ticket_id = ticket._get_continuation()

    def _remark(self, ticket, item, about):
        """A reaction, a deletion, a changed number: a note that starts no clock."""
        self.ticket_id = ticket
        said = about.message_id.preview or ""
        text = f"{item.text} «{said}»" if said else item.text
        ticket._log_changes(REMARKS[item.message_type], {ticket: text})

    def _post(self, body, **kwargs):
        self.message_id = self.ticket_id.message_post(
            **{
                "body": body,
                "message_type": "comment",
                "author_id": self.partner_id.id,
                "email_from": self.partner_id.email_formatted or self.address,
                "date": self.written_at,
                **kwargs,
            }
        )

    def _get_body(self, item):
        text = item.text
        if item.message_type == "edit":
            text = f"{SIGNS['edit']} {text}"
        if not text:
            text = self._in_company_lang().env._(
                "(A WhatsApp message of the kind “%(kind)s”, which cannot be shown. "
                "Please ask the requester to write it.)",
                kind=item.message_type,
            )
        return plaintext2html(text)

    def _in_company_lang(self):
        return self.with_context(lang=self.company_id.partner_id.lang)


def _get_moment(item, now):
    """When a message was written (naive UTC); now, if its stamp is out of bounds."""
    good = item.written_at and now - LONGEST_DELAY <= item.written_at <= now
    return item.written_at if good else now
