from odoo.http import request, route

from ..channels.web_form.public import SupportPublicPages


class SupportPolicyPage(SupportPublicPages):
    @route("/support", type="http", auth="public", website=True, readonly=True)
    def support_policy(self, **kw):
        """The published policy, out of the live records: page and behaviour agree."""
        company = self._get_company()
        # sudo: what is published is for everybody to read
        env = request.env(su=True)
        shared = [("company_id", "in", [company.id, False])]
        tickets = env["helpdesk.ticket"]
        policies = env["support.sla.policy"].search(shared)
        channels = env["helpdesk.ticket.channel"].search(
            [*shared, ("code", "!=", False)]
        )
        # a company's own channel stands for the one that all companies share
        channels = channels.sorted(lambda channel: bool(channel.company_id))
        by_code = {channel.code: channel for channel in channels}
        return request.render(
            "support_policy.policy_page",
            {
                "page_name": "support",
                "no_breadcrumbs": True,
                "company": company,
                "channels": channels.browse().concat(*by_code.values()),
                "beneficiaries": tickets._get_web_beneficiaries(),
                "rules": env["support.etiquette.rule"].search([("active", "=", True)]),
                "policies": policies,
                "ladders": policies.ladder_id,
                "desks": policies.calendar_id,
                "categories": tickets._get_web_categories(company).grouped(
                    lambda category: category._get_routed("team_id", company)
                ),
            },
        )
