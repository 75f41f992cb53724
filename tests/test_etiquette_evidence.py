"""Evidence is a frozen copy: later edits and deletions cannot change it (R6)."""

from odoo.exceptions import AccessError

from .etiquette_common import EtiquetteCase


class TestEvidence(EtiquetteCase):
    def test_later_edits_and_deletions_change_nothing(self):
        case = self.close()
        evidence, shown = case.evidence_ids, case.evidence
        text = evidence.text
        message = self.ticket.message_ids.filtered(
            lambda message: message.message_type == "email"
        )
        message.body = "<p>Never said it</p>"
        self.ticket.description = "<p>Never said it</p>"
        case.invalidate_recordset()
        self.assertEqual(case.evidence, shown)
        message.unlink()
        self.assertEqual(evidence.exists().text, text)
        self.assertTrue(evidence.intact)

    def test_author_time_and_hash_are_kept(self):
        evidence = self.close().evidence_ids
        self.assertEqual(evidence.author_name, "Sara")
        self.assertEqual(evidence.author_email, "sara@trainees.example")
        self.assertEqual(len(evidence.digest), 64)

    def test_attachments_are_kept(self):
        ticket = self.mail("attachments.eml", "2026-03-01 10:05")
        names = set(ticket.message_ids.attachment_ids.mapped("name"))
        self.assertTrue(names)
        case = self.close(ticket=ticket)
        ticket.message_ids.attachment_ids.unlink()
        self.assertEqual(set(case.evidence_ids.attachment_ids.mapped("name")), names)
        self.assertTrue(case.evidence_ids.intact)

    def test_tampering_in_the_database_shows(self):
        case = self.close()
        self.env.cr.execute("UPDATE support_violation_evidence SET text = 'worse'")
        case.invalidate_recordset()
        case.evidence_ids.invalidate_recordset()
        self.assertFalse(case.evidence_ids.intact)
        self.assertIn("fa-chain-broken", case.evidence)

    def test_nobody_writes_or_deletes_it(self):
        evidence = self.close().evidence_ids
        for act in (
            evidence.sudo().unlink,
            lambda: evidence.sudo().write({"text": "x"}),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_only_messages_of_this_requester_can_be_evidence(self):
        answer = self.answer(self.ticket, "2026-03-01 10:20")
        foreign = self.mail(
            "plain.eml", "2026-03-01 10:21", From="x@elsewhere.example", Subject="Other"
        )
        form = self.open_form()
        self.assertNotIn(answer, form.line_ids.message_id)
        for message in (answer, foreign.message_ids[-1]):
            with self.assertRefused("Only the requester's messages"):
                form.line_ids[:1].message_id = message
