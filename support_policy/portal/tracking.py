from datetime import timedelta

from werkzeug.exceptions import NotFound, abort

from odoo import fields
from odoo.http import request, route
from odoo.tools import email_normalize, plaintext2html

from ..channels.log_filter import hide_in_log
from ..channels.reference import find_numbers
from ..channels.web_form.request import LONGEST
from ..channels.web_form.tracking import TOKEN
from .posting import require_post
from .public import SAID, SupportPublicPages

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
        if isinstance(key, str) and key:
            ticket._confirm_requester(key)
        partner = self._get_signed_in()
        mine = bool(partner) and ticket._is_requester(partner)
        state, words = ticket._describe_state()
        desk = request.env["resource.calendar"]._get_support_desk()
        response = request.render(
            "support_policy.tracking_page",
            {
                "no_breadcrumbs": True,
                "ticket": ticket,
                "page": ticket._get_page(),
                "state": state,
                "words": words,
                "case": ticket._get_case(),
                "messages": ticket._get_public_messages(),
                "is_mine": lambda message: ticket._is_requester(
                    message.author_id, message.email_from
                ),
                "confirmed": ticket.requester_confirmed or mine,
                "invoices": self._get_invoices(ticket) if mine else [],
                "clock": desk._format_moment,
                "said": said if said in SAID else "",
            },
        )
        # the address is the key: no other site shall learn it
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    @route(f"{PAGE}/answer", type="http", auth="public", methods=["POST"], website=True)
    def support_track_answer(self, token, text="", **kw):
        """The requester writes: on the ticket, or on the case it was cancelled for."""
        require_post()
        ticket = self._find(token)
        text = text.strip()[: LONGEST["text"]] if isinstance(text, str) else ""
        files, wrong = ticket._check_web_files(self._get_files())
        if wrong:
            return self._back(ticket, "files")
        if not (text or files):
            return self._back(ticket, "")
        if not self._is_allowed("message"):
            return self._back(ticket, "soon")
        if case := ticket._get_case():
            case._hear(ticket.partner_id, plaintext2html(text), attachments=files)
        else:
            ticket._post_from_web(ticket.partner_id, text, files)
        return self._back(ticket, "sent")

    @route(f"{PAGE}/remind", type="http", auth="public", methods=["POST"], website=True)
    def support_track_remind(self, token, **kw):
        """The request is sent again: it joins the first attempt (rule 5)."""
        require_post()
        ticket = self._find(token)
        if not ticket.waiting_since or ticket._get_end_reason():
            return self._back(ticket, "")
        last = ticket._get_public_messages()[-1:].date or ticket.waiting_since
        now = fields.Datetime.now()
        if now - last < PATIENCE or not self._is_allowed("message"):
            return self._back(ticket, "soon")
        words = request.env._("A reminder: I am still waiting for an answer.")
        ticket._post_from_web(ticket.partner_id, words, [])
        return self._back(ticket, "reminded")

    @route(f"{PAGE}/close", type="http", auth="public", methods=["POST"], website=True)
    def support_track_close(self, token, **kw):
        """The requester needs nothing more."""
        require_post()
        ticket = self._find(token)
        if ticket._get_end_reason():
            return self._back(ticket, "")
        stages = ticket.team_id._get_applicable_stages() or ticket.stage_id.search([])
        stage = stages.filtered(lambda stage: stage.closed and stage.close_from_portal)
        ticket.stage_id = stage[:1] or ticket.stage_id
        return self._back(ticket, "closed")

    def _back(self, ticket, said):
        return request.redirect(f"{ticket._get_page()}?said={said}", code=303)

    @route("/support/lost", type="http", auth="public", website=True, sitemap=False)
    def support_lost(self, number="", email="", **kw):
        """Have the private link sent again. What is said is the same for everybody."""
        done = request.httprequest.method == "POST"
        texts = isinstance(number, str) and isinstance(email, str)
        if (
            done
            and texts
            and self._is_human("support_lost")
            and self._is_allowed("lost")
        ):
            self._send_link(number[:60], email[:200])
        return request.render(
            "support_policy.tracking_lost", {"no_breadcrumbs": True, "done": done}
        )

    def _send_link(self, number, email):
        address = email_normalize(email)
        # sudo: visitors have no rights; the link goes to the requester's mailbox only
        tickets = request.env["helpdesk.ticket"].sudo()
        numbers = tickets._complete_numbers(find_numbers(number))
        for ticket in tickets.search([("number", "in", numbers)], limit=5):
            known = (ticket.partner_id.email_normalized, ticket.partner_email)
            if (
                address
                and address in known
                and tickets._find_tracked(ticket.tracking_token)
            ):
                ticket._mail_tracking_link(address)
