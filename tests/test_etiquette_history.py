"""A requester's history: for leaders and compliance, pointed out, never punished."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .etiquette_common import EtiquetteCase


class TestHistory(EtiquetteCase):
    def test_upheld_violations_are_counted(self):
        self.uphold(self.close())
        self.uphold(self.close(ticket=self.ask("2026-03-01 10:00")))
        self.close(ticket=self.ask("2026-03-01 10:00"))
        for user, count in (
            (self.leader, 2),
            (self.manager, 2),
            (self.executive, 2),
            (self.officer, 2),
            (self.helpdesk_manager, 2),
            (self.agent, 0),
        ):
            with self.subTest(user.name):
                partner = self.trainee.with_user(user)
                self.assertEqual(partner.violation_count, count)

    def test_agents_see_no_case(self):
        case = self.close()
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.with_user(self.agent).violation_ids)
        with self.assertRaises(AccessError):
            case.with_user(self.agent).read(["reason"])
        with self.assertRaises(AccessError):
            case.evidence_ids.with_user(self.agent).read(["text"])

    def test_requesters_and_colleagues_see_none_of_it(self):
        case = self.close()
        sara = new_test_user(
            self.env, "sp_sara", groups="base.group_portal", partner_id=self.trainee.id
        )
        colleague = new_test_user(self.env, "sp_colleague", groups="base.group_user")
        for user in (sara, colleague):
            with self.subTest(user.login):
                for record, name in (
                    (case, "reason"),
                    (case.evidence_ids, "text"),
                    (self.ticket, "violation_ids"),
                    (self.ticket, "terms_to_check"),
                    (self.trainee, "violation_count"),
                    (self.trainee, "support_email_only_until"),
                ):
                    with self.subTest(name), self.assertRaises(AccessError):
                        record.with_user(user).read([name])

    def test_a_repetition_is_pointed_out_never_punished(self):
        first = self.uphold(self.close())
        again = self.close("2026-04-01 10:00", self.ask("2026-04-01 09:00"))
        self.assertEqual(again.with_user(self.officer).earlier_ids, first)
        self.assertFalse(again.action_id)
        self.assertEqual(again.state, "reported")

    def test_within_the_configured_time_only(self):
        self.company.support_repeat_days = 30
        self.uphold(self.close())
        again = self.close("2026-04-01 10:00", self.ask("2026-04-01 09:00"))
        self.assertFalse(again.earlier_ids)

    def test_dismissed_ones_are_not_pointed_out(self):
        self.dismiss(self.close())
        again = self.close("2026-04-01 10:00", self.ask("2026-04-01 09:00"))
        self.assertFalse(again.earlier_ids)

    def test_another_companys_case_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        officer = new_test_user(
            self.env,
            "sp_foreign",
            groups="support_policy.group_compliance",
            company_id=other.id,
            company_ids=other.ids,
        )
        case = self.close()
        self.assertNotEqual(case.user_id, officer)
        with self.assertRaises(AccessError):
            case.with_user(officer).read(["reason"])
