from odoo.http import request, route

from .public import SupportPublicPages

#: A field that people do not see, and that robots fill in.
TRAP = "homepage"


class SupportRequestForm(SupportPublicPages):
    @route("/support/request", type="http", auth="public", website=True, sitemap=True)
    def support_request(self, **params):
        """Ask for help: the form, and what is sent with it. Works without JavaScript;
        what is wrong comes back beside its field, with all that was typed."""
        company = self._get_company()
        if request.httprequest.method != "POST":
            return self._render_form(company, self._get_defaults(params), {})
        if params.get(TRAP):
            return request.redirect("/support/request/sent")
        # sudo: the form is checked for people without rights
        tickets = request.env["helpdesk.ticket"].sudo()
        values, errors = tickets._check_web_request(params, company)
        files, wrong = tickets._check_web_files(self._get_files())
        if wrong:
            errors["files"] = wrong
        if not errors and not self._is_human("support_request"):
            errors["form"] = request.env._("Please confirm that you are not a robot.")
        if not errors and not self._is_allowed("request"):
            errors["form"] = request.env._(
                "We have received too many requests from your address. Please try "
                "again in an hour, or send us an e-mail."
            )
        if errors:
            return self._render_form(company, params, errors)
        texts = sorted((k, v) for k, v in params.items() if isinstance(v, str))
        turn = self._take_turn(files, texts)
        if not turn.ticket_id:
            partner = self._get_signed_in()
            taken = tickets._take_web_request(values, files, company, partner)
            turn.write({"ticket_id": taken.ticket.id, "message_id": taken.message.id})
        ticket = turn.ticket_id
        if values["previous"] and not self._is_mine(ticket):
            # the same for all who only typed an address: nobody learns whether
            # somebody's request has that number, or gets its private link
            return request.redirect("/support/request/sent")
        page = ticket._get_page()
        if not ticket._is_new_request(turn.message_id):
            return request.redirect(f"{page}?said=sent")
        return self._render("request_confirmation", {"ticket": ticket, "page": page})

    @route("/support/request/sent", type="http", auth="public", website=True)
    def support_request_sent(self, **kw):
        """What somebody reads who gave the number of a previous request."""
        return self._render("request_sent", {})

    def _get_defaults(self, params):
        """What is known already of who is signed in; a link may name the category."""
        partner = self._get_signed_in()
        return {
            "name": partner.name or "",
            "email": partner.email or "",
            "phone": partner.phone or "",
            # sudo: people outside may not read their own category
            "beneficiary": str(partner.sudo()._get_beneficiary().id or ""),
            "category": params.get("category"),
            "previous": params.get("previous"),
        }

    def _render_form(self, company, typed, errors):
        # sudo: what the form offers is for everybody to read
        tickets = request.env["helpdesk.ticket"].sudo()
        choices = tickets._get_web_choices(company)
        rules = tickets.env["support.etiquette.rule"]
        return self._render(
            "request_form",
            {
                "typed": {k: v for k, v in typed.items() if isinstance(v, str)},
                "errors": errors,
                "trap": TRAP,
                "beneficiaries": choices["beneficiary"],
                "categories": choices["category"].grouped("parent_id"),
                "programs": choices["program"],
                "rules": rules.search([("active", "=", True)]),
            },
            wrong=errors,
        )
