"""R7: what ships is the published document, and stays what an admin makes of it."""

from psycopg2.errors import UniqueViolation

from odoo.tools import mute_logger

from .common import SupportPolicyCase

CATEGORIES = {
    "trainee": ("registration", "attendance", "withdrawal", "certificates"),
    "financial": ("invoices", "refunds", "payments"),
    "technical": (
        "enrolment",
        "training",
        "accounts",
        "sign_in",
        "content",
        "certificates",
    ),
}
DEPARTMENTS = {
    "trainee": "department_student_affairs",
    "financial": "department_finance",
    "technical": "department_technical_support",
}
CHANNELS = {
    "support_policy.channel_whatsapp": "whatsapp",
    "helpdesk_mgmt.helpdesk_ticket_channel_phone": "phone",
    "helpdesk_mgmt.helpdesk_ticket_channel_email": "email",
    "helpdesk_mgmt.helpdesk_ticket_channel_web": "web",
}


class TestRoutingData(SupportPolicyCase):
    def shipped(self, name):
        return self.env.ref(f"support_policy.{name}")

    def test_each_category_goes_to_its_team_and_department(self):
        for area, children in CATEGORIES.items():
            team = self.shipped(f"team_{area}_support")
            department = self.shipped(DEPARTMENTS[area])
            root = self.shipped(f"category_{area}")
            names = [f"category_{area}", *(f"category_{area}_{c}" for c in children)]
            for name in names:
                with self.subTest(name):
                    category = self.shipped(name)
                    self.assertEqual((category.parent_id or category), root)
                    ticket = self.ask("2026-03-01 10:00", category_id=category.id)
                    self.assertEqual(ticket.team_id, team)
                    self.assertEqual(ticket.department_id, department)
            self.assertEqual(len(root.child_id), len(children))

    def test_departments_are_the_parents_of_the_teams(self):
        for area, department in DEPARTMENTS.items():
            team = self.shipped(f"team_{area}_support")
            self.assertEqual(team.parent_id, self.shipped(department))
            self.assertFalse(team.parent_id.parent_id)
            self.assertEqual(team._get_department(), team.parent_id)
            self.assertEqual(team.parent_id._get_department(), team.parent_id)

    def test_each_team_has_an_alias_that_makes_its_tickets(self):
        for area in CATEGORIES:
            team = self.shipped(f"team_{area}_support")
            self.assertEqual(team.alias_name, f"{area}-support")
            self.assertTrue(team.alias_incoming_local)
            self.assertEqual(team.alias_model_id.model, "helpdesk.ticket")
            self.assertEqual(team.alias_contact, "everyone")

    def test_four_channels_with_their_codes_for_all_companies(self):
        for name, code in CHANNELS.items():
            channel = self.env.ref(name)
            self.assertEqual(channel.code, code)
            self.assertFalse(channel.company_id)

    def test_three_beneficiary_categories(self):
        for code in ("trainer", "trainee", "supervisor"):
            self.assertEqual(self.shipped(f"beneficiary_{code}").code, code)

    def test_an_update_never_undoes_what_an_admin_changed(self):
        models = (
            "support.beneficiary",
            "helpdesk.ticket.team",
            "helpdesk.ticket.category",
            "helpdesk.ticket.channel",
            "mail.template",
        )
        ours = self.env["ir.model.data"].search(
            [("module", "=", "support_policy"), ("model", "in", models)]
        )
        self.assertGreater(len(ours), 25)
        self.assertTrue(all(ours.mapped("noupdate")))

    @mute_logger("odoo.sql_db")
    def test_a_beneficiary_code_is_unique(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.shipped("beneficiary_trainee").copy({"code": "trainee"})


class TestChannelCode(SupportPolicyCase):
    @mute_logger("odoo.sql_db")
    def test_a_code_is_unique_in_a_company_and_among_the_shared(self):
        other = self.env["res.company"].create({"name": "Other Institute"})
        channels = self.env["helpdesk.ticket.channel"]
        vals = {"name": "Mail", "code": "email"}
        channels.create({**vals, "company_id": other.id})
        for company_id in (other.id, False):
            with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
                channels.create({**vals, "company_id": company_id})

    def test_a_channel_without_code_is_nobodys_business(self):
        channels = self.env["helpdesk.ticket.channel"]
        channels.create([{"name": "Fax"}, {"name": "Letter"}])
        self.assertFalse(self.email.copy().code)

    def test_a_companys_own_channel_comes_before_the_shared_one(self):
        other = self.env["res.company"].create({"name": "Other Institute"})
        channels = self.env["helpdesk.ticket.channel"]
        own = channels.create({"name": "Mail", "code": "email", "company_id": other.id})
        self.assertEqual(channels._get_by_code("email", other), own)
        self.assertEqual(channels._get_by_code("email", self.company), self.email)
