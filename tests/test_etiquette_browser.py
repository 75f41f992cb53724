"""A real browser, in Arabic: a leader closes for a violation, an officer judges it."""

from odoo.tests import HttpCase, tagged

from .etiquette_common import EtiquetteCase


@tagged("post_install", "-at_install")
class TestEtiquetteBrowser(EtiquetteCase, HttpCase):
    def setUp(self):
        super().setUp()
        (self.leader | self.officer).lang = "ar_001"
        self.env["support.etiquette.term"].create({"name": "مهمل"})
        self.ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "شكوى",
                "description": "<p>يا مُهمـــل</p>",
                "partner_id": self.trainee.id,
                "channel_id": self.email.id,
                "category_id": self.category.id,
                "user_id": False,
            }
        )

    def test_from_the_offence_to_the_decision(self):
        url = f"/odoo/helpdesk-tickets/{self.ticket.id}"
        self.start_tour(url, "support_policy_violation", login="sp_leader", timeout=180)
        case = self.ticket.violation_ids
        self.assertEqual(self.ticket.stage_id, self.violation_stage)
        self.assertEqual(case.rule_ids, self.respect)
        self.assertEqual(case.user_id, self.officer)

        url = f"/odoo/violations/{case.id}"
        self.start_tour(url, "support_policy_study", login="sp_officer", timeout=180)
        self.assertEqual(case.state, "actioned")
        self.assertEqual(case.action_id, self.warning)
        self.assertEqual(case.decided_by_id, self.officer)
        self.assertEqual(len(self.notices(case, "sara@trainees.example")), 2)
