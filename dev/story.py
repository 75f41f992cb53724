"""Play two requests through the whole policy on a frozen clock, and print who got what,
when and why. Runs in Odoo's shell, on a scratch database: make story."""

from datetime import datetime, timedelta

from freezegun import freeze_time

RIYADH = timedelta(hours=3)
A_SECOND = timedelta(seconds=1)
EMAIL = """\
From: =?utf-8?B?2LPYp9ix2Kkg2KfZhNi02YfYsdmK?= <sara@trainees.example>
To: trainee-support@diplomas.example
Subject: =?utf-8?B?2YTYpyDYo9iz2KrYt9mK2Lkg2K/YrtmI2YQg2KfZhNmF2K3Yp9i22LHYqQ==?=
Message-ID: <story-1@trainees.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

السلام عليكم، عند الضغط على رابط المحاضرة تظهر صفحة فارغة.
"""


def staff(login, name, group="helpdesk_mgmt.group_helpdesk_user"):
    """A member of staff."""
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "login": login,
                "name": name,
                "email": f"{login}@diplomas.example",
                "group_ids": [(4, env.ref(group).id)],
            }
        )
    )


class Story:
    """One request on the desk's clock; tells what has changed after each step."""

    def __init__(self):
        self.mail = env["mail.mail"].search([], order="id desc", limit=1).id or 0
        self.ticket = env["helpdesk.ticket"]

    def at(self, moment, title, act):
        """Freeze the clock (naive UTC), act, and tell."""
        with freeze_time(moment):
            result = act()
            env.flush_all()
            print(f"\n{moment + RIYADH:%a %d %b %Y  %H:%M:%S}  {title}")
            self.tell()
        return result

    def tell(self):
        """Print what the step did."""
        cycle = self.ticket.sla_cycle_id or self.ticket.sla_cycle_ids.sorted()[:1]
        if cycle.state == "running":
            holder = self.ticket.user_id.name or self.ticket.team_id.display_name
            print(f"    with     {holder}; tier {cycle.level}")
            print(f"    promised {cycle.deadline_text}")
            print(f"    due      {cycle.next_step_text}")
        elif cycle:
            how = dict(cycle._fields["state"].selection)[cycle.state]
            print(f"    {how} by {cycle.answered_by_id.name}", end=", ")
            print(f"after {cycle.business_hours:g} business hours; the climb is over")
        for mail in env["mail.mail"].search([("id", ">", self.mail)], order="id"):
            to = mail.email_to or mail.recipient_ids.mapped("email")[0]
            print(f"    mail     {to}: {mail.subject}")
            self.mail = mail.id
        for activity in self.ticket.activity_ids:
            print(f"    activity {activity.user_id.name}, due {activity.date_deadline}")

    def wait(self):
        """Go to the next moment at which something falls due, and run the cron."""
        cycle = self.ticket.sla_cycle_id
        step = cycle.next_escalation_at + A_SECOND
        if cycle.warn_at and cycle.warn_at < step:
            moment, title = cycle.warn_at, "4 business hours left: warning"
        elif tier := cycle._get_next_tier():
            since = "the promised time" if not cycle.level else "the tier's time"
            moment, title = step, f"{since} is over: tier {tier.level}, {tier.name}"
        else:
            moment, title = step, "a business day later, still no answer: reminder"
        self.at(moment, title, env["support.sla.cycle"]._escalate_due)

    def answer(self, moment, user):
        """A member of staff answers from Odoo."""
        self.at(
            moment,
            f"{user.name} answers",
            lambda: self.ticket.with_user(user).message_post(
                body="…",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.ticket.partner_id.ids,
            ),
        )


def play_email():
    """Received on a Thursday; nobody answers until the deputy CEO does."""

    def receive():
        thread = env["mail.thread"].message_process(None, EMAIL)
        story.ticket = env["helpdesk.ticket"].browse(thread)

    print("\n=== An e-mail that nobody answers (24 business hours) ===")
    story = Story()
    story.at(datetime(2026, 3, 5, 12, 30), "an e-mail to Trainee Support", receive)
    for _step in ("warning", "tier 1", "tier 2", "tier 3", "reminder", "reminder"):
        story.wait()
    story.answer(story.ticket.answer_due_at + timedelta(hours=2), executive)


def play_whatsapp():
    """Received on a Friday; the requester asks again after the deadline."""

    def receive():
        story.ticket = env["helpdesk.ticket"].create(
            {
                "name": "طلب تفعيل الحساب",
                "description": "سجلت في المنصة ولم تصلني رسالة التفعيل.",
                "partner_id": requester.id,
                "channel_id": env.ref("support_policy.channel_whatsapp").id,
                "category_id": env.ref(
                    "support_policy.category_trainee_registration"
                ).id,
                "user_id": False,
            }
        )

    def ask_again():
        story.ticket.message_post(
            body="هل من جديد؟",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=requester.id,
        )

    print("\n=== A WhatsApp request, reminded by its requester (48 business hours) ===")
    story = Story()
    requester = env["res.partner"].create(
        {"name": "يوسف الغامدي", "email": "yousef@trainers.example"}
    )
    story.at(datetime(2026, 3, 6, 9, 0), "a WhatsApp message, on a Friday", receive)
    story.at(datetime(2026, 3, 9, 9, 0), "the requester writes again: joins", ask_again)
    story.wait()
    late = story.ticket.sla_deadline + A_SECOND
    story.at(late, "after the deadline, again: tier 1 at once", ask_again)
    story.answer(late + timedelta(hours=20), leader)


agent = staff("agent", "Noura (agent)")
leader = staff("leader", "Khalid (team leader)")
manager = staff("manager", "Maha (department manager)")
executive = staff("executive", "Abdullah (deputy CEO)")
team = env.ref("support_policy.team_trainee_support")
team.write({"user_id": leader.id, "user_ids": (agent | leader).ids})
team.parent_id.write(
    {"user_id": manager.id, "mailbox": "student.affairs@mailbox.example"}
)
env.company.support_executive_id = executive
play_email()
play_whatsapp()
