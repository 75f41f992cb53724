"""Who leads a ticket: one answer, in a tree of teams of any depth."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo.exceptions import AccessError

from .etiquette_common import EtiquetteCase

MIGRATION = "migrations/19.0.1.1.0/post-migration.py"


class TestLeaders(EtiquetteCase):
    """The department, a section, a unit, and the team that works the ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        teams = cls.env["helpdesk.ticket.team"]
        cls.section_head = cls._new_staff("section", "group_helpdesk_user")
        cls.unit_head = cls._new_staff("unit", "group_helpdesk_user")
        cls.other_head = cls._new_staff("other", "group_helpdesk_user")
        cls.section = teams.create(
            {
                "name": "Section",
                "user_id": cls.section_head.id,
                "parent_id": cls.department.id,
            }
        )
        cls.unit = teams.create(
            {
                "name": "Unit",
                "user_id": cls.unit_head.id,
                "parent_id": cls.section.id,
            }
        )
        cls.other = teams.create(
            {
                "name": "Beside",
                "user_id": cls.other_head.id,
                "parent_id": cls.section.id,
            }
        )
        cls.team.parent_id = cls.unit
        cls.above = (
            cls.leader | cls.unit_head | cls.section_head | cls.manager | cls.executive
        )

    def test_everybody_above_leads_and_nobody_beside(self):
        self.assertEqual(self.ticket.leader_ids, self.above)
        tickets = self.env["helpdesk.ticket"]
        for user in self.above:
            with self.subTest(user.name):
                self.assertTrue(self.ticket._is_led_by(user))
                found = tickets.search([("leader_ids", "in", user.ids)])
                self.assertIn(self.ticket, found)
                self.assertTrue(user.with_user(user)._may_see_violations())
        for user in (self.other_head, self.agent):
            with self.subTest(user.name):
                self.assertFalse(self.ticket._is_led_by(user))
                found = tickets.search([("leader_ids", "in", user.ids)])
                self.assertNotIn(self.ticket, found)
        self.assertTrue(self.ticket._is_led_by(self.helpdesk_manager))

    def test_a_department_chosen_by_hand_leads_too(self):
        finance = self.env.ref("support_policy.department_finance")
        finance.user_id = self.other_head
        self.ticket.department_id = finance
        self.assertEqual(
            self.ticket.leader_ids, self.above | self.other_head
        )  # the manager leads the team still
        found = self.ticket.search([("leader_ids", "in", self.other_head.ids)])
        self.assertIn(self.ticket, found)

    def test_who_may_close_sees_the_case(self):
        """In a tree of four, the head of the section could close a ticket for a
        violation, and could not see the case that somebody else had opened."""
        case = self.close()
        for user in self.above | self.helpdesk_manager:
            with self.subTest(user.name):
                self.env.invalidate_all()
                seen = case.with_user(user)
                self.assertEqual(seen.reason, "Insults")
                self.assertIn(seen, seen.search([]))
                self.assertTrue(seen.evidence_ids.mapped("text"))
                self.assertIn(seen.evidence_ids, seen.evidence_ids.search([]))
        for user in (self.other_head, self.agent):
            with self.subTest(user.name), self.assertRaises(AccessError):
                case.with_user(user).read(["reason"])

    def test_a_new_leader_sees_the_case_at_once(self):
        case = self.close()
        self.section.user_id = self.other_head
        self.assertEqual(case.with_user(self.other_head).reason, "Insults")
        with self.assertRaises(AccessError):
            case.with_user(self.section_head).read(["reason"])
        found = case.with_user(self.section_head).search([])
        self.assertNotIn(case, found)

    def test_a_search_costs_the_same_however_deep_the_tree(self):
        self.close()
        self.assertEqual(self._cost(self.section_head), self._cost(self.leader))

    def _cost(self, user):
        """How many queries a search for cases costs somebody."""
        cases = self.violations.with_user(user)
        cases.search([])
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.assertTrue(cases.search([]))
        return self.cr.sql_log_count - before

    def test_an_update_gives_the_rules_their_domains(self):
        """They are noupdate data."""
        rules = self.env["ir.rule"]
        for name in ("violation_rule_leader", "violation_evidence_rule_leader"):
            rules |= self.env.ref(f"support_policy.{name}")
        todays = rules.mapped("domain_force")
        rules.domain_force = "[('id', '=', 0)]"
        spec = spec_from_file_location("post", Path(__file__).parents[1] / MIGRATION)
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.migrate(self.env.cr, "19.0.1.0.0")
        self.assertEqual(rules.mapped("domain_force"), todays)
