"""On the portal, requesters see their own linked invoices, by Odoo's own rules."""

from odoo.tests import HttpCase, new_test_user, tagged

from .finance_common import FinanceCase


@tagged("post_install", "-at_install")
class TestPortalInvoices(FinanceCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.sara = new_test_user(
            self.env,
            "sp_sara",
            email=self.trainee.email,
            groups="base.group_portal",
            partner_id=self.trainee.id,
        )
        self.other = new_test_user(self.env, "sp_other", groups="base.group_portal")
        self.ticket.sudo().message_subscribe(self.other.partner_id.ids)
        self.link(self.invoice)

    def page(self, login):
        self.authenticate(login, login)
        response = self.url_open(f"/my/ticket/{self.ticket.id}")
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.ticket.number, response.text)
        return response.text

    def test_the_requester_sees_them(self):
        page = self.page("sp_sara")
        self.assertIn(self.invoice.name, page)
        self.assertIn(f"/my/invoices/{self.invoice.id}", page)

    def test_whoever_else_reads_the_ticket_does_not(self):
        page = self.page("sp_other")
        self.assertNotIn(self.invoice.name, page)
        self.assertNotIn('name="invoices"', page)

    def test_drafts_and_cancelled_ones_are_not_shown(self):
        self.invoice.sudo().button_draft()
        page = self.page("sp_sara")
        self.assertNotIn('name="invoices"', page)

    def test_staff_without_accounting_see_none_either(self):
        self.team.user_ids |= self.agent
        self.assertNotIn(self.invoice.name, self.page("sp_agent"))
