"""Whoever leads a ticket sees its case, in a tree of teams of any depth.

The rules are noupdate data: an update alone would leave them as they were.
"""

from odoo import SUPERUSER_ID, api

DOMAINS = {
    "violation_rule_leader": "['|', ('reported_by_id', '=', user.id),"
    " ('ticket_id.leader_ids', 'in', [user.id])]",
    "violation_evidence_rule_leader": "['|',"
    " ('violation_id.reported_by_id', '=', user.id),"
    " ('violation_id.ticket_id.leader_ids', 'in', [user.id])]",
}


def migrate(cr, version):
    """Give the two rules the domains of today's data file."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, domain in DOMAINS.items():
        rule = env.ref(f"support_policy.{name}", raise_if_not_found=False)
        if rule:
            rule.domain_force = domain
