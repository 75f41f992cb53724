from odoo import fields, models
from odoo.tools import SQL

AGES = [
    ("1", "Up to 1 day"),
    ("2", "2 to 3 days"),
    ("3", "4 to 7 days"),
    ("4", "8 to 30 days"),
    ("5", "More than 30 days"),
]


class SupportFinanceReport(models.Model):
    """Open financial tickets, for the finance dashboard: of what category, how old, at
    which tier, about what amounts. Financial is what belongs to the department of
    finance, or has documents linked."""

    _name = "support.finance.report"
    _description = "Financial Tickets"
    _auto = False
    _order = "opened_at, id"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    name = fields.Char(string="Title", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Requester", readonly=True)
    category_id = fields.Many2one("helpdesk.ticket.category", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Assigned to", readonly=True)
    escalation_level = fields.Integer(
        string="Escalation Tier", readonly=True, aggregator="max"
    )
    sla_state = fields.Selection(related="ticket_id.sla_state")
    opened_at = fields.Datetime(readonly=True)
    age = fields.Selection(AGES, readonly=True)
    days = fields.Integer(string="Age (days)", readonly=True, aggregator="avg")
    ticket_count = fields.Integer(string="Tickets", readonly=True)
    amount_total = fields.Monetary(string="Amount Concerned", readonly=True)
    amount_due = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        finance = self.env.ref(
            "support_policy.department_finance", raise_if_not_found=False
        )
        return SQL(
            """
            SELECT ticket.id, ticket.id AS ticket_id, ticket.name, ticket.company_id,
                   ticket.partner_id, ticket.category_id, ticket.team_id,
                   ticket.user_id, ticket.escalation_level,
                   ticket.create_date AS opened_at, aged.days, 1 AS ticket_count,
                   CASE WHEN aged.days <= 1 THEN '1' WHEN aged.days <= 3 THEN '2'
                        WHEN aged.days <= 7 THEN '3' WHEN aged.days <= 30 THEN '4'
                        ELSE '5' END AS age,
                   COALESCE(linked.amount_total, 0) AS amount_total,
                   COALESCE(linked.amount_due, 0) AS amount_due
              FROM helpdesk_ticket ticket
              JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
              CROSS JOIN LATERAL (
                    SELECT EXTRACT(DAY FROM %(now)s - ticket.create_date)::int AS days
                   ) aged
              LEFT JOIN LATERAL (
                    SELECT SUM(move.amount_total_signed) AS amount_total,
                           SUM(move.amount_residual_signed)
                               FILTER (WHERE move.state = 'posted') AS amount_due
                      FROM helpdesk_ticket_account_move_rel link
                      JOIN account_move move ON move.id = link.move_id
                     WHERE link.ticket_id = ticket.id AND move.state != 'cancel'
                    HAVING COUNT(*) > 0
                   ) linked ON TRUE
             WHERE ticket.active AND stage.closed IS NOT TRUE
               AND (ticket.department_id = %(finance)s
                    OR linked.amount_total IS NOT NULL)
            """,
            now=fields.Datetime.now(),
            finance=finance.id if finance else None,
        )

    def action_open_ticket(self):
        """The ticket itself."""
        self.ensure_one()
        return self.ticket_id._get_records_action()
