"""A real browser: an agent answers and sees the banner change; a manager escalates."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import SupportPolicyCase


@tagged("post_install", "-at_install")
class TestBrowser(SupportPolicyCase, HttpCase):
    """The browser's clock is the real one, so these requests have just come in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        received = fields.Datetime.now() - timedelta(minutes=1)
        cls.ticket = cls.ask(cls, "2026-03-01 10:00", waiting_since=received)
        cls.ticket.message_subscribe(cls.trainee.ids)
        cls.url = f"/odoo/helpdesk-tickets/{cls.ticket.id}"

    def test_an_agent_answers_and_the_banner_changes(self):
        self.start_tour(self.url, "support_policy_answer", login="sp_agent")
        cycle = self.ticket.sla_cycle_ids
        self.assertEqual((cycle.state, cycle.answered_by_id), ("met", self.agent))

    def test_a_manager_escalates_by_hand(self):
        self.start_tour(self.url, "support_policy_escalate", login="sp_head")
        climb = self.ticket.escalation_ids
        self.assertEqual(climb.trigger, "manual")
        self.assertEqual(climb.reason, "Her exam is tomorrow")
        self.assertEqual(self.ticket.user_id, self.leader)
