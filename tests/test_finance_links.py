"""Tickets and invoices together: what may be linked, by whom, and what stays true."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import at
from .finance_common import FinanceCase


class TestRouting(FinanceCase):
    def test_financial_categories_go_to_financial_support(self):
        finance = self.env.ref("support_policy.department_finance")
        parent = self.env.ref("support_policy.category_financial")
        categories = parent.search([("id", "child_of", parent.id)])
        self.assertEqual(len(categories), 4)
        for category in categories:
            with self.subTest(category.name):
                ticket = self.ask("2026-03-01 10:00", category_id=category.id)
                self.assertEqual(ticket.team_id, self.team)
                self.assertEqual(ticket.department_id, finance)


class TestLinks(FinanceCase):
    def test_both_ways_with_counts_and_buttons(self):
        self.link(self.invoice)
        self.assertEqual(self.invoice.ticket_ids, self.ticket)
        self.assertEqual(self.ticket.invoice_count, 1)
        self.assertEqual(self.invoice.ticket_count, 1)
        self.assertEqual(self.ticket.action_open_invoices()["res_id"], self.invoice.id)
        self.assertEqual(self.invoice.action_open_tickets()["res_id"], self.ticket.id)

    def test_from_the_invoice_too(self):
        self.invoice.ticket_ids = self.ticket
        self.assertEqual(self.ticket.invoice_ids, self.invoice)

    def test_what_the_organisation_was_invoiced(self):
        self.trainee.parent_id = self.env["res.partner"].create(
            {"name": "Ministry", "is_company": True}
        )
        self.link(self.make_invoice(self.trainee.parent_id))
        self.assertEqual(self.ticket.invoice_count, 1)

    def test_never_another_partners(self):
        theirs = self.make_invoice(self.stranger)
        with self.assertRefused("does not belong to this ticket's requester"):
            self.link(theirs)
        with self.assertRefused("does not belong to this ticket's requester"):
            theirs.ticket_ids = self.ticket
        self.assertFalse(self.ticket.invoice_ids)

    def test_never_another_companys(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=other, install_demo=False
        )
        self.env.user.company_ids |= other
        foreign = self.moves.with_company(other)
        theirs = foreign.create(
            {"move_type": "out_invoice", "partner_id": self.trainee.id}
        )
        with self.assertRefused("in this company"):
            self.ticket.sudo().invoice_ids = theirs

    def test_only_invoices_and_credit_notes_of_customers(self):
        bill = self.make_invoice(self.trainee, post=False, move_type="in_invoice")
        entry = self.moves.create({"partner_id": self.trainee.id})
        for document in (bill, entry):
            with self.assertRefused("Only customer invoices"):
                self.link(document)
        credit = self.make_invoice(self.trainee, move_type="out_refund")
        self.link(credit)

    def test_a_ticket_without_a_contact_has_none(self):
        ticket = self.ask("2026-03-01 10:00", partner_id=False, partner_email="x@y.zz")
        with self.assertRefused("does not belong"):
            ticket.invoice_ids = self.invoice


class TestWho(FinanceCase):
    def test_finance_agents_and_accountants_only(self):
        self.link(self.invoice)
        names = [
            "invoice_ids",
            "invoice_amount_due",
            "invoice_status",
            "invoice_count",
            "suggested_invoice_ids",
        ]
        self.ticket.read(names)
        portal = new_test_user(
            self.env, "sp_sara", groups="base.group_portal", partner_id=self.trainee.id
        )
        for user in (
            self.agent,
            self.leader,
            self.manager,
            self.executive,
            self.helpdesk_manager,
            portal,
        ):
            ticket = self.ticket.with_user(user)
            for name in names:
                with self.subTest(name), self.assertRaises(AccessError):
                    ticket.read([name])
            with self.subTest(user.name), self.assertRaises(AccessError):
                ticket.write({"invoice_ids": False})

    def test_an_accountant_links_from_the_invoice(self):
        self.ticket.sudo().message_subscribe(self.accountant.partner_id.ids)
        self.invoice.with_user(self.accountant).ticket_ids = self.ticket
        self.assertEqual(self.ticket.invoice_ids, self.invoice)

    def test_nobody_links_a_ticket_they_may_not_see(self):
        with self.assertRaises(AccessError):
            self.invoice.with_user(self.accountant).ticket_ids = self.ticket

    def test_notes_say_no_amounts(self):
        self.link(self.invoice)
        self.pay(self.invoice)
        for note in self.ticket.sudo().message_ids:
            self.assertNotIn("150", note.body.replace(self.invoice.name, ""))


class TestStaysTrue(FinanceCase):
    def setUp(self):
        super().setUp()
        self.link(self.invoice)

    def test_another_contact_on_the_ticket(self):
        self.ticket.sudo().partner_id = self.stranger
        self.assertFalse(self.ticket.invoice_ids)
        self.assertIn(self.invoice.name, self.notes("mt_invoice_unlinked").body)

    def test_by_an_agent_who_sees_no_invoices(self):
        self.team.user_ids |= self.agent
        self.ticket.with_user(self.agent).partner_id = self.stranger
        self.assertFalse(self.ticket.invoice_ids)

    def test_another_customer_on_a_draft(self):
        draft = self.make_invoice(self.trainee, post=False)
        self.link(self.invoice, draft)
        draft.partner_id = self.stranger
        self.assertEqual(self.ticket.invoice_ids, self.invoice)

    def test_merging_the_contact_into_another(self):
        twin = self.env["res.partner"].create(
            {"name": "Sara S.", "email": self.trainee.email}
        )
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.trainee | twin).ids, twin)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.partner_id, twin)
        self.assertEqual(self.ticket.invoice_ids, self.invoice)
        self.link(self.invoice, self.make_invoice(twin))
        self.assertEqual(self.ticket.invoice_count, 2)

    def test_archiving_the_contact(self):
        self.trainee.active = False
        self.env.invalidate_all()
        self.assertEqual(self.ticket.invoice_ids, self.invoice)
        self.assertEqual(self.ticket.invoice_amount_due, 1150)
        self.link(self.invoice, self.make_invoice(self.trainee))

    def test_the_contact_joins_an_organisation(self):
        self.trainee.parent_id = self.env["res.partner"].create(
            {"name": "Ministry", "is_company": True}
        )
        self.link(self.invoice, self.make_invoice(self.trainee.parent_id))
        self.assertEqual(self.ticket.invoice_count, 2)

    def test_deleting_a_draft(self):
        draft = self.make_invoice(self.trainee, post=False)
        self.link(self.invoice, draft)
        draft.sudo().unlink()
        self.assertEqual(self.ticket.invoice_ids, self.invoice)
        self.assertEqual(self.ticket.invoice_count, 1)

    def test_cancelling_a_posted_one(self):
        self.invoice.sudo().button_draft()
        self.assertEqual(self.ticket.invoice_status, "draft")
        self.invoice.sudo().button_cancel()
        self.assertEqual(self.ticket.invoice_ids, self.invoice)
        self.assertEqual(self.ticket.invoice_status, "cancel")
        self.assertEqual(self.ticket.invoice_amount_due, 0)

    def test_copies_have_no_links(self):
        self.assertFalse(self.ticket.sudo().copy().invoice_ids)
        self.assertFalse(self.invoice.sudo().copy().ticket_ids)

    def test_closing_the_ticket_changes_nothing(self):
        with at("2026-03-02 10:00"):
            self.ticket.stage_id = self.done
        self.assertEqual(self.ticket.invoice_ids, self.invoice)
