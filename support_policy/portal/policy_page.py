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
        choices = env["helpdesk.ticket"]._get_web_choices(company)
        policies = env["support.sla.policy"].search(shared)
        channels = env["helpdesk.ticket.channel"].search(
            [*shared, ("code", "!=", False)]
        )
        # a company's own channel stands for the one that all companies share
        channels = channels.sorted(lambda channel: bool(channel.company_id))
        by_code = {channel.code: channel for channel in channels}
        return self._render(
            "policy_page",
            {
                "page_name": "support",
                "company": company,
                "channels": channels.browse().concat(*by_code.values()),
                "beneficiaries": choices["beneficiary"],
                "rules": env["support.etiquette.rule"].search([("active", "=", True)]),
                "policies": policies,
                "ladders": policies.ladder_id,
                "desks": policies.calendar_id,
                "categories": choices["category"].grouped(
                    lambda category: category._get_routed("team_id", company)
                ),
            },
        )
