"""Which documents a request is probably about; never another partner's."""

from .finance_common import FinanceCase


class TestSuggestions(FinanceCase):
    def suggest(self, text="…", **vals):
        ticket = self.ask("2026-03-01 10:00", description=f"<p>{text}</p>", **vals)
        return ticket.with_user(self.finance).suggested_invoice_ids

    def test_the_open_invoices(self):
        paid = self.make_invoice(self.trainee)
        self.pay(paid)
        self.assertEqual(self.suggest(), self.invoice)

    def test_what_the_requester_names_comes_first_though_paid(self):
        paid = self.make_invoice(self.trainee)
        self.pay(paid)
        for text in (
            paid.name,
            paid.name.rpartition("/")[2],
            paid.name.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        ):
            with self.subTest(text):
                self.assertEqual(self.suggest(f"الفاتورة {text}")[0], paid)

    def test_a_payment_reference(self):
        paid = self.make_invoice(self.trainee, payment_reference="TRX-998877")
        self.pay(paid)
        self.assertEqual(self.suggest("I paid: trx-998877")[0], paid)

    def test_the_number_of_a_payment(self):
        paid = self.make_invoice(self.trainee)
        self.pay(paid)
        number = paid.reconciled_payment_ids.name
        self.assertEqual(self.suggest(f"See {number}, please")[0], paid)

    def test_in_a_later_message(self):
        paid = self.make_invoice(self.trainee)
        self.pay(paid)
        ticket = self.mail("plain.eml", "2026-03-01 10:00")
        self.mail(
            "plain.eml",
            "2026-03-01 11:00",
            body=paid.name.encode(),
            Subject=f"Re: {ticket.number}",
        )
        ticket.team_id = self.team
        self.assertEqual(ticket.with_user(self.finance).suggested_invoice_ids[0], paid)

    def test_never_another_partners(self):
        theirs = self.make_invoice(self.stranger)
        self.assertNotIn(theirs, self.suggest(f"Give me {theirs.name}"))
        nobody = self.suggest(theirs.name, partner_id=False, partner_email="x@y.zz")
        self.assertFalse(nobody)

    def test_one_click_links(self):
        suggested = self.ticket.suggested_invoice_ids
        suggested.with_context(link_ticket_id=self.ticket.id).action_link_to_ticket()
        self.assertEqual(self.ticket.invoice_ids, self.invoice)
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.suggested_invoice_ids)

    def test_credit_notes_and_bills(self):
        self.make_invoice(self.trainee, post=False, move_type="in_invoice")
        self.assertEqual(self.suggest(), self.invoice)
