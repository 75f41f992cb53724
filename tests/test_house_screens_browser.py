"""A real browser: an agent answers and sees the banner change; a manager escalates."""

from odoo.tests import HttpCase, tagged

from .common import SupportPolicyCase


@tagged("post_install", "-at_install")
class TestBrowser(SupportPolicyCase, HttpCase):
    """The browser's clock is the real one, so this request has just come in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Cannot enter the lecture",
                "description": "<p>The link does not open.</p>",
                "partner_id": cls.trainee.id,
                "channel_id": cls.email.id,
                "category_id": cls.category.id,
                "user_id": False,
            }
        )
        cls.ticket.message_subscribe(cls.trainee.ids)
        cls.url = f"/odoo/helpdesk-tickets/{cls.ticket.id}"

    def test_an_agent_answers_and_the_banner_changes(self):
        self.start_tour(
            self.url, "support_policy_answer", login="sp_agent", timeout=180
        )
        cycle = self.ticket.sla_cycle_ids
        self.assertEqual((cycle.state, cycle.answered_by_id), ("met", self.agent))

    def test_a_manager_escalates_by_hand(self):
        self.start_tour(
            self.url, "support_policy_escalate", login="sp_head", timeout=180
        )
        climb = self.ticket.escalation_ids
        self.assertEqual(climb.trigger, "manual")
        self.assertEqual(climb.reason, "Her exam is tomorrow")
        self.assertEqual(self.ticket.user_id, self.leader)
