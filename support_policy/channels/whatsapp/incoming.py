from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ..inbound import Inbound, Sender
from .message import FETCHING, INCOMING, RECEIVED
from .payload import SIGNS

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
        about = self._get_known(account, item.about)
        quoted = self._get_known(account, item.quoted)
        inbound = self._read_message(account, item, about, quoted)
        row = self.create(
            {
                "account_id": account.id,
                "direction": INCOMING,
                "whatsapp_id": item.whatsapp_id,
                "address": item.address,
                "whatsapp_user_id": item.whatsapp_user_id,
                "message_type": item.message_type,
                "body": item.text,
                "written_at": inbound.get_moment(fields.Datetime.now()),
                "state": FETCHING if item.media else RECEIVED,
                **(item.media or {}),
            }
        )
        if item.message_type in REMARKS:
            row._remark(inbound, item, about)
        else:
            row._bring_in(inbound)
        if item.media:
            self.env.ref("support_policy.cron_whatsapp_fetch")._trigger()

    # -- who, and about what ----------------------------------------------------

    @api.model
    def _read_message(self, account, item, about, quoted):
        """What a message says, for the intake.

        :param payload.Incoming item: as it came
        :param support.whatsapp.message about: what it edits or remarks upon
        :param support.whatsapp.message quoted: what it answers
        :rtype: Inbound
        """
        company, address = account.company_id, item.address
        phone = address if item.phone else ""
        lang = self.env["res.lang"]._guess(item.text)
        edit = item.message_type == "edit"
        return Inbound(
            **self.env["helpdesk.ticket.channel"]._get_keys("whatsapp", company),
            sender=Sender(
                name=item.name or address,
                phone=self.env["res.partner"]._to_e164(phone, company) or phone,
                partner_id=self._find_known_writer(account, item).id,
                welcome=item.message_type not in REMARKS,
                contact={"lang": lang},
            ),
            subject=_get_subject(item),
            body=self._get_body(account, item),
            claimed_at=item.written_at,
            thread_id=(about or quoted)._get_ticket().id,
            number_texts=(item.text,),
            conversation=(
                # one that staff have written down by hand has no number of ours yet
                ("whatsapp_account_id", "in", (account.id, False)),
            ),
            same_sender=(("whatsapp_address", "=", address),),
            # an edit says again what has been said: whoever waits has not reminded
            asks=not (edit and about.ticket_id.waiting_since),
            parent_id=quoted.message_id.id,
            values={
                "category_id": account.category_id.id,
                "team_id": account.team_id.id,
                "whatsapp_account_id": account.id,
                "whatsapp_address": address,
            },
        )

    @api.model
    def _find_known_writer(self, account, item):
        """Who wrote last from this address, or with this WhatsApp id: as staff have
        corrected it since."""
        same = Domain("address", "=", item.address)
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

    # -- what is made of it -----------------------------------------------------

    def _bring_in(self, inbound):
        """A request, or a further message; answers go where it came from."""
        taken = self.env["helpdesk.ticket"]._take_in(inbound)
        self.write(
            {
                "ticket_id": taken.ticket.id,
                "partner_id": taken.requester.partner.id,
                "message_id": taken.message.id,
            }
        )
        ticket = taken.ticket
        if ticket.channel_id.code == "whatsapp" and not ticket.whatsapp_account_id:
            ticket.whatsapp_account_id = self.account_id
        if ticket.whatsapp_account_id == self.account_id:
            ticket.whatsapp_address = self.address

    def _remark(self, inbound, item, about):
        """A reaction, a deletion, a changed number: a note that starts no clock."""
        requester = self.env["res.partner"]._recognize(inbound)
        self.partner_id = requester.partner
        self.ticket_id = self.ticket_id._find_ticket(inbound, requester)
        said = about.message_id.preview or ""
        text = f"{item.text} «{said}»" if said else item.text
        self.ticket_id._log_changes(REMARKS[item.message_type], {self.ticket_id: text})

    @api.model
    def _get_body(self, account, item):
        text = item.text
        if item.message_type == "edit":
            text = f"{SIGNS['edit']} {text}"
        if not text:
            text = account._in_company_lang().env._(
                "(A WhatsApp message of the type “%(kind)s” cannot be shown here. "
                "Please ask the requester to send it as text.)",
                kind=item.message_type,
            )
        return plaintext2html(text)


def _get_subject(item):
    """The first line of a text; other kinds of messages have none."""
    line = item.text.split("\n")[0] if item.message_type == "text" else ""
    return line[:LONGEST_SUBJECT]
