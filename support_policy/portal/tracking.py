from datetime import timedelta

from werkzeug.exceptions import NotFound, abort

from odoo import fields
from odoo.http import request, route
from odoo.tools import email_normalize, plaintext2html

from ..channels.log_filter import hide_in_log
from ..channels.reference import find_numbers
from ..channels.web_form.browser import PROVEN, WRITTEN, is_remembered, remember
from ..channels.web_form.posting import require_post
from ..channels.web_form.public import SAID, SupportPublicPages
from ..channels.web_form.request import LONGEST
from .private_link import TOKEN

#: Whoever reminds again so soon is asked for patience.
PATIENCE = timedelta(minutes=10)
PAGE = "/support/track/<string:token>"
# the private link, and the key that only the requester's mailbox got
hide_in_log(r"(/support/track/|[?&]key=)[\w-]+")


class SupportTracking(SupportPublicPages):
    def _find(self, token):
        """The ticket of a private link.

        :raises NotFound: if it opens none: nothing more is said
        """
        if not TOKEN.fullmatch(token):
            # Odoo's own page would look the address up, which some cannot be
            abort(request.make_response("", status=404))
        ticket = request.env["helpdesk.ticket"]._find_tracked(token)
        if not ticket:
            raise NotFound()
        return ticket

    @route(PAGE, type="http", auth="public", website=True, sitemap=False)
    def support_track(self, token, key="", said="", **kw):
        """The ticket's own page: where it stands, what was written, what to do."""
        ticket = self._find(token)
        said = said if said in SAID else ""
        if isinstance(key, str) and ticket._is_mailbox_key(key):
            remember(PROVEN, ticket)
            return self._back(ticket, said)  # to an address without the key
        return self._render_ticket(ticket, {"said": said})

    def _render_ticket(self, ticket, values):
        """The page of a ticket, as far as this visitor may read it.

        :param dict values: what else the page shows
        """
        state, words = ticket._describe_state()
        desk = request.env["resource.calendar"]._get_support_desk()
        response = self._render(
            "tracking_page",
            {
                "ticket": ticket,
                "page": ticket._get_page(),
                "state": state,
                "words": words,
                "case": ticket._get_case(),
                "messages": ticket._get_public_messages(),
                "is_mine": lambda message: ticket._is_requester(
                    message.author_id, message.email_from
                ),
                "readable": self._get_readable(ticket),
                "invoices": self._is_mine(ticket) and self._get_invoices(ticket),
                "clock": desk._format_moment,
                **values,
            },
            wrong=values.get("wrong"),
        )
        # the address is the key: no other site shall learn it
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _get_readable(self, ticket):
        """The messages that this visitor may read: all, if they are the requester; else
        what is open to the link, and what was written in this browser.

        :rtype: mail.message
        """
        messages = ticket._get_public_messages()
        if self._is_mine(ticket) or is_remembered(PROVEN, ticket):
            return messages
        return messages.filtered(
            lambda message: (
                is_remembered(WRITTEN, message) or ticket._is_open_to_link(message)
            )
        )

    @route(f"{PAGE}/file/<int:file_id>", type="http", auth="public", website=True)
    def support_track_file(self, token, file_id, **kw):
        """A file of the conversation, to be saved: never shown as a page of ours."""
        ticket = self._find(token)
        files = self._get_readable(ticket).attachment_ids
        file = files.filtered(lambda one: one.id == file_id)
        if not file:
            raise NotFound()
        stream = request.env["ir.binary"]._get_stream_from(file)
        return stream.get_response(as_attachment=True, max_age=0)

    @route(f"{PAGE}/answer", type="http", auth="public", methods=["POST"], website=True)
    def support_track_answer(self, token, text="", **kw):
        """The requester writes: on the ticket, or on the case it was cancelled for."""
        require_post()
        ticket = self._find(token)
        text = text.strip()[: LONGEST["text"]] if isinstance(text, str) else ""
        files, wrong = ticket._check_web_files(self._get_files())
        if not wrong and not (text or files):
            return self._back(ticket, "")
        if not wrong and not self._is_allowed("message"):
            wrong = request.env._(
                "You have sent too many messages. Please wait a while."
            )
        if wrong:
            return self._render_ticket(ticket, {"typed": text, "wrong": wrong})
        # the same words on a page that is shown anew are meant
        page = request.httprequest.form.get("csrf_token")
        turn = self._take_turn(files, ticket.id, page, text)
        if not turn.ticket_id:
            goes_on, message = self._write_on(ticket, text, files)
            turn.write({"ticket_id": goes_on.id, "message_id": message.id})
        remember(WRITTEN, turn.message_id)
        if is_remembered(PROVEN, ticket):
            remember(PROVEN, turn.ticket_id)
        return self._back(turn.ticket_id, "sent")

    def _write_on(self, ticket, text, files):
        """Post what the requester writes.

        :return: the ticket on which it goes on, and the message
        """
        if case := ticket._get_case():
            author = ticket.partner_id
            text = plaintext2html(text)
            return ticket, case._post_statement(author, text, attachments=files)
        taken = ticket._take_from_page(text, files)
        return taken.ticket, taken.message

    @route(f"{PAGE}/remind", type="http", auth="public", methods=["POST"], website=True)
    def support_track_remind(self, token, **kw):
        """The request is sent again: it joins the first attempt (R5)."""
        require_post()
        ticket = self._find(token)
        if not ticket.waiting_since or ticket._get_end_reason():
            return self._back(ticket, "")
        last = ticket._get_public_messages()[-1:].date or ticket.waiting_since
        now = fields.Datetime.now()
        if now - last < PATIENCE or not self._is_allowed("message"):
            return self._back(ticket, "soon")
        words = request.env._("A reminder: I am still waiting for an answer.")
        remember(WRITTEN, ticket._take_from_page(words, []).message)
        return self._back(ticket, "reminded")

    @route(f"{PAGE}/close", type="http", auth="public", methods=["POST"], website=True)
    def support_track_close(self, token, **kw):
        """The requester needs nothing more."""
        require_post()
        ticket = self._find(token)
        if ticket._get_end_reason():
            return self._back(ticket, "")
        ticket.stage_id = ticket._get_closing_stages()[:1] or ticket.stage_id
        return self._back(ticket, "closed")

    def _back(self, ticket, said):
        return request.redirect(f"{ticket._get_page()}?said={said}", code=303)

    @route("/support/lost", type="http", auth="public", website=True, sitemap=False)
    def support_lost(self, number="", email="", **kw):
        """Have the private link sent again. What is said is the same for everybody."""
        done, wrong = False, ""
        if request.httprequest.method == "POST":
            if not self._is_human("support_lost"):
                wrong = request.env._("Please confirm that you are not a robot.")
            elif not self._is_allowed("lost"):
                wrong = request.env._("Too many attempts. Please try again in an hour.")
            else:
                done = True
                if isinstance(number, str) and isinstance(email, str):
                    self._send_link(number[:60], email[:200])
        return self._render("tracking_lost", {"done": done, "wrong": wrong}, wrong)

    def _send_link(self, number, email):
        address = email_normalize(email)
        # sudo: visitors have no rights; the link goes to the requester's mailbox only
        tickets = request.env["helpdesk.ticket"].sudo()
        numbers = tickets._complete_numbers(find_numbers(number))
        for ticket in tickets.search([("number", "in", numbers)], limit=5):
            known = {ticket.partner_id.email_normalized, ticket.partner_email} - {False}
            if address in known and tickets._find_tracked(ticket.tracking_token):
                ticket._mail_tracking_link(address)
