"""From 19.0.1.1.0: what the clock knows now is found out for what runs already."""

from odoo import SUPERUSER_ID, api

#: Each with the reason why it is true.
FACTS = (
    # what fails once is not missing for a year
    """
    UPDATE ir_cron SET interval_number = 1
     WHERE interval_number = 12 AND id IN (
           SELECT res_id FROM ir_model_data
            WHERE module = 'support_policy' AND name = 'cron_prepare_holidays')
    """,
    # the holder of a tier is who got the request when it climbed there
    """
    UPDATE support_sla_cycle cycle SET holder_id = climb.to_user_id
      FROM support_escalation climb
     WHERE climb.cycle_id = cycle.id AND climb.level = cycle.level
    """,
    # past the time of the last tier, its holder is reminded every business day
    """
    UPDATE support_sla_cycle cycle SET reminded_at = now() AT TIME ZONE 'utc'
      FROM support_escalation climb
     WHERE climb.cycle_id = cycle.id AND climb.level = cycle.level
       AND cycle.state = 'running' AND climb.answer_by < now() AT TIME ZONE 'utc'
       AND cycle.next_escalation_at > climb.answer_by
    """,
    # a warning that had been given was known by its absence
    """
    UPDATE support_sla_cycle SET warned_at = now() AT TIME ZONE 'utc'
     WHERE state = 'running' AND level = 0 AND warn_at IS NULL
    """,
    # hours are stored to the minute, and never less than none
    """
    UPDATE support_sla_cycle
       SET business_hours = GREATEST(0, round(business_hours * 60) / 60)
     WHERE business_hours IS NOT NULL
    """,
    # what was owed when staff ended the ticket: the start of the cycle dropped then
    """
    UPDATE helpdesk_ticket ticket SET waited_since = latest.started_at
      FROM (
            SELECT DISTINCT ON (ticket_id) ticket_id, started_at, state, drop_reason
              FROM support_sla_cycle
             WHERE drop_reason IS DISTINCT FROM 'joined'
          ORDER BY ticket_id, started_at DESC, id DESC
           ) latest
     WHERE latest.ticket_id = ticket.id AND ticket.waiting_since IS NULL
       AND latest.state = 'dropped'
       AND latest.drop_reason IN ('closed', 'archived', 'duplicate', 'violation')
    """,
    # whoever waits without a promise shows none; what has joined shows another's fate
    """
    UPDATE helpdesk_ticket ticket
       SET sla_state = CASE WHEN ticket.waiting_since IS NULL THEN latest.state END
      FROM (
            SELECT DISTINCT ON (ticket_id) ticket_id, state
              FROM support_sla_cycle
             WHERE drop_reason IS DISTINCT FROM 'joined'
          ORDER BY ticket_id, started_at DESC, id DESC
           ) latest
     WHERE latest.ticket_id = ticket.id AND ticket.sla_cycle_id IS NULL
    """,
)


def migrate(cr, version):
    """Find the facts out, then match what waits: some had been left without a clock."""
    for query in FACTS:
        cr.execute(query)
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["support.sla.policy"].search([])._rematch()
