"""A thousand requests due at once climb a tier; the same work by ``base_automation``.

Runs in Odoo's shell, on a scratch database: make bench. Both sides hand over the
ticket, note it in the chatter, schedule an activity and write mail; ours keeps a
history, finds the next tier's due time and writes one digest a reader as well.
"""

import time
from datetime import datetime, timedelta

TICKETS = 1000
PEER_TICKETS = 200
GOAL = 12  # milliseconds for each ticket
PEER_CODE = """
record.write({'user_id': %(user)s, 'priority': '2'})
record.message_post(body='Escalated: no answer in time')
record.activity_schedule('mail.mail_activity_data_todo', user_id=%(user)s)
env['mail.template'].browse(%(template)s).send_mail(record.id)
"""


def person(login):
    """A member of staff."""
    users = env["res.users"].with_context(no_reset_password=True)
    group = env.ref("helpdesk_mgmt.group_helpdesk_user").id
    email = f"{login}@diplomas.example"
    vals = {"name": login, "login": login, "email": email, "group_ids": [(4, group)]}
    return users.create(vals)


def tickets(number, **vals):
    """Requests of different people."""
    partners = env["res.partner"].create(
        [{"name": f"R{n}", "email": f"r{n}@trainees.example"} for n in range(number)]
    )
    common = {"name": "Request", "description": "…", "user_id": False, **vals}
    return env["helpdesk.ticket"].create(
        [{**common, "partner_id": partner.id} for partner in partners]
    )


def measure(title, number, act):
    """Print what each ticket takes, with its queries; return the milliseconds."""
    env.cr.commit()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    act()
    env.cr.commit()
    each = (time.perf_counter() - start) * 1000 / number
    queries = (env.cr.sql_log_count - queries) / number
    print(f"  {title:<44}{each:8.2f} ms  {queries:6.2f} queries a ticket")
    return each


leader, manager = person("leader"), person("manager")
team = env.ref("support_policy.team_trainee_support")
team.write({"user_id": leader.id, "user_ids": leader.ids})
team.parent_id.user_id = manager
ours = tickets(
    TICKETS,
    team_id=team.id,
    channel_id=env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email").id,
    waiting_since=datetime.now().replace(microsecond=0) - timedelta(days=10),
)
print(f"{TICKETS} requests due at once climb a tier")
cron = env["support.sla.cycle"]._cron_escalate
climb = measure("support_policy: climb to tier 1", TICKETS, cron)
assert ours.mapped("escalation_level") == [1] * TICKETS

env["ir.module.module"].search(
    [("name", "=", "base_automation")]
).button_immediate_install()
env = env(cr=env.cr)
others = tickets(
    PEER_TICKETS, last_stage_update=datetime.now() - timedelta(days=10), team_id=team.id
)
model = env["ir.model"]._get("helpdesk.ticket")
template = env.ref("helpdesk_mgmt.assignment_email_template")
date = env["ir.model.fields"]._get("helpdesk.ticket", "last_stage_update")
rule = env["base.automation"].create(
    {
        "name": "Escalate",
        "model_id": model.id,
        "trigger": "on_time",
        "trg_date_id": date.id,
        "trg_date_range": 1,
        "trg_date_range_type": "day",
        "filter_domain": repr([("id", "in", others.ids)]),
    }
)
code = PEER_CODE % {"user": leader.id, "template": template.id}
rule.action_server_ids = [
    (0, 0, {"name": "Go", "model_id": model.id, "state": "code", "code": code})
]
automation = env["base.automation"]._cron_process_time_based_actions
peer = measure("base_automation: the same by a time rule", PEER_TICKETS, automation)
assert others.mapped("user_id") == leader
verdict = "met" if climb <= GOAL else "MISSED"
print(f"  ratio {peer / climb:.1f}; goal {GOAL} ms: {verdict}")
