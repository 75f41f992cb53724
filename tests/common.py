"""What the tests of all rooms share. Clocks are frozen at fixed dates, in Riyadh time.

The dates used most: 2026-03-01 is a Sunday; 2026-03-05 a Thursday, the last working day
of that week. Riyadh is three hours ahead of UTC, all year.
"""

import logging
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, freeze_time, new_test_user
from odoo.tools import mute_logger

SAMPLES = Path(__file__).parent / "samples"
RIYADH = timedelta(hours=3)


def riyadh(text):
    """A moment on Riyadh's clock as Odoo stores it.

    >>> riyadh("2026-03-05 15:30")
    datetime.datetime(2026, 3, 5, 12, 30)
    """
    return datetime.fromisoformat(text) - RIYADH


def at(text):
    """Freeze the clock at a moment of Riyadh's clock."""
    return freeze_time(riyadh(text))


class SupportPolicyCase(TransactionCase):
    """A staffed helpdesk: agent, team leader, department manager and deputy CEO."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._setup_staff()
        cls._setup_requesters()

    @classmethod
    def _setup_staff(cls):
        cls.agent = cls._new_staff("agent", "group_helpdesk_user_team")
        cls.leader = cls._new_staff("leader", "group_helpdesk_user_team")
        cls.manager = cls._new_staff("manager", "group_helpdesk_user")
        cls.executive = cls._new_staff("executive", "group_helpdesk_user")
        cls.helpdesk_manager = cls._new_staff("head", "group_helpdesk_manager")
        cls.team = cls.env.ref("support_policy.team_trainee_support")
        cls.department = cls.team.parent_id
        cls.team.write(
            {"user_ids": (cls.agent | cls.leader).ids, "user_id": cls.leader.id}
        )
        cls.department.write(
            {"user_id": cls.manager.id, "mailbox": "student.affairs@desk.example"}
        )
        cls.company = cls.env.company
        cls.company.support_executive_id = cls.executive
        cls.company.partner_id.email = "support@desk.example"

    @classmethod
    def _new_staff(cls, login, group):
        return new_test_user(
            cls.env,
            login=f"sp_{login}",
            name=login.capitalize(),
            email=f"{login}@desk.example",
            groups=f"helpdesk_mgmt.{group}",
        )

    @classmethod
    def _setup_requesters(cls):
        cls.trainee = cls.env["res.partner"].create(
            {
                "name": "Sara",
                "email": "sara@trainees.example",
                "beneficiary_id": cls.env.ref("support_policy.beneficiary_trainee").id,
            }
        )
        cls.stranger = cls.env["res.partner"].create(
            {"name": "Somebody", "email": "somebody@elsewhere.example"}
        )
        cls.category = cls.env.ref("support_policy.category_trainee_attendance")
        cls.email = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email")
        cls.whatsapp = cls.env.ref("support_policy.channel_whatsapp")
        cls.ladder = cls.env.ref("support_policy.ladder_standard")
        cls.desk = cls.env.ref("support_policy.calendar_support_desk")
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.cycles = cls.env["support.sla.cycle"]

    # -- the requester ----------------------------------------------------------

    def ask(self, moment, **vals):
        """A request that is received at a moment of Riyadh's clock; by e-mail, unless
        ``vals`` say otherwise."""
        with at(moment):
            return self.env["helpdesk.ticket"].create(
                {
                    "name": "Cannot enter the lecture",
                    "description": "<p>The link does not open.</p>",
                    "partner_id": self.trainee.id,
                    "channel_id": self.email.id,
                    "category_id": self.category.id,
                    "user_id": False,
                    **vals,
                }
            )

    def write_again(self, ticket, moment, author=None):
        """A further message from outside on the ticket."""
        author = author or self.trainee
        with at(moment):
            return ticket.message_post(
                body="Any news?",
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                author_id=author.id,
                email_from=author.email_formatted,
            )

    def deliver(self, source, moment):
        """Give a raw message to Odoo's mail gateway.

        :param source: name of a file in ``tests/samples``, or the message itself
        :return: the ticket it ended up in (empty if none)
        """
        raw = source
        if isinstance(source, str) and source.endswith(".eml"):
            raw = (SAMPLES / source).read_bytes()
        with at(moment):
            thread = self.env["mail.thread"].message_process(None, raw)
        return self.env["helpdesk.ticket"].browse(thread or [])

    @contextmanager
    def everything_logged(self):
        """All that Odoo logs in the block, of whatever level, as a list of lines."""
        lines = []
        # what the test's own requests log is the visitor's side
        muted = mute_logger("odoo.sql_db", "urllib3.connectionpool")
        loggers = [
            logging.getLogger(name) for name in ("werkzeug", "odoo", "odoo.http")
        ]
        levels = [logger.level for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        try:
            with self.assertLogs(level="DEBUG") as logs, muted:
                yield lines
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
            lines += logs.output

    @contextmanager
    def assertRefused(self, words):
        """The block is refused in words that match, and leaves nothing stored."""
        with self.assertRaises(UserError) as refused:
            yield
        self.assertRegex(str(refused.exception), words)

    # -- the desk ---------------------------------------------------------------

    def answer(self, ticket, moment, user=None, **kwargs):
        """A member of staff writes to the requester from Odoo."""
        with at(moment):
            return ticket.with_user(user or self.agent).message_post(
                **{
                    "body": "Please try again now.",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "partner_ids": ticket.partner_id.ids,
                    **kwargs,
                }
            )

    def run_cron(self, moment):
        """What the cron does at a moment, without its commits."""
        with at(moment):
            return self.cycles._escalate_due()

    def mails_of(self, act, *args):
        """The mails that an act writes, as {address: subject}."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search([], order="id desc", limit=1).id or 0
        act(*args)
        return {
            mail.email_to or mail.recipient_ids.email: mail.subject
            for mail in mails.search([("id", ">", before)])
        }

    def climbs(self, ticket):
        """The climbs of a ticket, oldest first, as (tier, new holder)."""
        history = ticket.escalation_ids.sorted(lambda e: (e.cycle_id.id, e.level))
        return [(climb.level, climb.to_user_id) for climb in history]
