"""What must hold whatever happens at once, dies or comes twice (R1, R4, R9, R10).

Said in SQL, so that nothing of the addon's own thinking is in between. Nothing here
imports Odoo: ``dev/storm`` asks the same after every storm.
"""

_ACTIVITIES = """
    SELECT activity.res_id AS ticket_id, count(*) AS number
      FROM mail_activity activity
      JOIN ir_model_data known ON known.model = 'mail.activity.type'
           AND known.res_id = activity.activity_type_id
           AND known.module = 'support_policy' AND known.name = 'activity_escalation'
     WHERE activity.res_model = 'helpdesk.ticket' AND activity.active
  GROUP BY activity.res_id
"""
_RUNNING = "SELECT * FROM support_sla_cycle WHERE state = 'running'"

#: {what holds at every moment: query for the tickets where it does not}
ALWAYS = {
    "at most one running cycle a ticket": f"""
        SELECT ticket_id FROM ({_RUNNING}) running
         GROUP BY ticket_id HAVING count(*) > 1
    """,
    "what has ended does not run, and the other way round": """
        SELECT ticket_id FROM support_sla_cycle
         WHERE (state = 'running') != (ended_at IS NULL)
            OR state != 'running' AND next_escalation_at IS NOT NULL
            OR (state = 'dropped') != (drop_reason IS NOT NULL)
    """,
    "climbs go 1, 2, 3 up to the cycle's tier": """
        SELECT cycle.ticket_id FROM support_sla_cycle cycle
     LEFT JOIN support_escalation climb ON climb.cycle_id = cycle.id
         GROUP BY cycle.id
        HAVING count(climb.level) != cycle.level
            OR count(DISTINCT climb.level) != cycle.level
            OR coalesce(max(climb.level), 0) != cycle.level
    """,
    "nobody is asked for what nobody waits for": f"""
        SELECT asked.ticket_id FROM ({_ACTIVITIES}) asked
     LEFT JOIN ({_RUNNING}) running ON running.ticket_id = asked.ticket_id
         WHERE coalesce(running.level, 0) = 0
    """,
    "whoever holds what has climbed is asked once": f"""
        SELECT running.ticket_id FROM ({_RUNNING}) running
     LEFT JOIN ({_ACTIVITIES}) asked ON asked.ticket_id = running.ticket_id
         WHERE running.level > 0 AND running.holder_id IS NOT NULL
           AND coalesce(asked.number, 0) != 1
    """,
    "the ticket says what its cycle says": f"""
        SELECT ticket.id FROM helpdesk_ticket ticket
     LEFT JOIN ({_RUNNING}) cycle ON cycle.ticket_id = ticket.id
         WHERE ticket.sla_cycle_id IS DISTINCT FROM cycle.id
            OR ticket.sla_policy_id IS DISTINCT FROM cycle.policy_id
            OR ticket.sla_deadline IS DISTINCT FROM cycle.deadline
            OR ticket.answer_due_at IS DISTINCT FROM cycle.next_escalation_at
            OR coalesce(ticket.escalation_level, 0) != coalesce(cycle.level, 0)
    """,
    "the ticket's state is that of its latest promise": """
        SELECT ticket.id FROM helpdesk_ticket ticket
     LEFT JOIN LATERAL (
               SELECT state FROM support_sla_cycle cycle
                WHERE cycle.ticket_id = ticket.id
                  AND (state = 'running' OR ticket.waiting_since IS NULL)
                  AND drop_reason IS DISTINCT FROM 'joined'
             ORDER BY state = 'running' DESC, started_at DESC, id DESC LIMIT 1
               ) latest ON true
         WHERE coalesce(ticket.sla_state, '') != coalesce(latest.state, '')
    """,
    "a cycle runs since its requester began to wait": f"""
        SELECT ticket.id FROM ({_RUNNING}) cycle
          JOIN helpdesk_ticket ticket ON ticket.id = cycle.ticket_id
         WHERE ticket.waiting_since IS DISTINCT FROM cycle.started_at
    """,
    "nothing runs on what is over": f"""
        SELECT ticket.id FROM ({_RUNNING}) cycle
          JOIN helpdesk_ticket ticket ON ticket.id = cycle.ticket_id
          JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
         WHERE stage.closed OR NOT ticket.active OR ticket.duplicate_id IS NOT NULL
    """,
    "every answered cycle has its answer, and its hours": """
        SELECT cycle.ticket_id FROM support_sla_cycle cycle
         WHERE state IN ('met', 'late')
           AND (business_hours < 0 OR (state = 'met') != (ended_at <= deadline)
            OR answered_by_id IS NULL AND NOT EXISTS (
               SELECT FROM support_phone_call call
                WHERE call.ticket_id = cycle.ticket_id AND call.outcome = 'answered')
           AND NOT EXISTS (
               SELECT FROM mail_message message
                 JOIN res_users staff ON staff.partner_id = message.author_id
                WHERE message.model = 'helpdesk.ticket' AND NOT staff.share
                  AND message.res_id = cycle.ticket_id
                  AND message.date BETWEEN cycle.started_at AND cycle.ended_at))
    """,
    "every climb stands in the chatter once": """
        SELECT climbs.ticket_id FROM (
               SELECT ticket_id, trigger, count(*) AS number FROM support_escalation
             GROUP BY ticket_id, trigger) climbs
          JOIN ir_model_data known ON known.module = 'support_policy'
           AND known.name = 'mt_escalated_' || climbs.trigger
         WHERE number < (
               SELECT count(*) FROM mail_message message
                WHERE message.model = 'helpdesk.ticket'
                  AND message.res_id = climbs.ticket_id
                  AND message.subtype_id = known.res_id)
    """,
    "no reader gets more mails of a request than it has climbed": """
        SELECT ticket.id FROM helpdesk_ticket ticket
          JOIN (SELECT mail.email_to, named.number[1], count(DISTINCT mail.id) AS times
                  FROM mail_mail mail,
                       regexp_matches(mail.body_html, '>\\s*(HT\\d+)', 'g')
                       AS named(number)
                 WHERE mail.email_to IS NOT NULL
              GROUP BY mail.email_to, named.number[1]
               ) told ON told.number = ticket.number
         WHERE told.times > greatest(1, (
               SELECT count(*) FROM support_escalation climb
                WHERE climb.ticket_id = ticket.id))
    """,
}

#: The same, when all jobs have done what was due.
AT_REST = {
    "nobody is still to be told": """
        SELECT ticket_id FROM support_sla_cycle
         WHERE state = 'running' AND pending_notice IS NOT NULL
         UNION SELECT cycle.ticket_id FROM support_escalation_notice notice
          JOIN support_sla_cycle cycle ON cycle.id = notice.cycle_id
    """,
    "no step has failed": """
        SELECT cycle.ticket_id FROM support_escalation_failure failure
          JOIN support_sla_cycle cycle ON cycle.id = failure.cycle_id
    """,
    "no plan waits": """
        SELECT id FROM support_sla_policy WHERE replan_reason IS NOT NULL
    """,
}


def find_broken(ask, at_rest=True):
    """What does not hold.

    :param callable ask: takes a query, gives its rows
    :param bool at_rest: whether all jobs have done what was due
    :return: {what should hold: ids of the tickets where it does not}
    """
    queries = {**ALWAYS, **(AT_REST if at_rest else {})}
    found = {words: [row[0] for row in ask(query)] for words, query in queries.items()}
    return {words: ids for words, ids in found.items() if ids}
