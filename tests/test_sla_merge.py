"""R8, R9: tickets that OCA's helpdesk_mgmt_merge has merged."""

from odoo import fields, models
from odoo.orm.model_classes import add_to_registry

from .common import at
from .test_sla_duplicates import DuplicatesCase

OLDER, YOUNGER = "2026-03-01 09:00", "2026-03-01 10:00"
MARKED = "2026-03-01 11:00"


class TestMergeWizard(DuplicatesCase):
    """OCA's helpdesk_mgmt_merge, which archives what it has merged. A stand-in plays
    it: we do not depend on that addon."""

    def setUp(self):
        super().setUp()

        class Merge(models.TransientModel):
            _name = "helpdesk.ticket.merge"
            _description = "Merge"
            _module = "support_policy"

            ticket_ids = fields.Many2many("helpdesk.ticket")
            dst_ticket_id = fields.Many2one("helpdesk.ticket")

            def merge_tickets(self):
                kept = self.dst_ticket_id
                if not kept:
                    kept = kept.create({"name": "Merged", "description": "All"})
                    self.dst_ticket_id = kept
                merged = self.ticket_ids - kept
                for ticket in merged | kept:
                    ticket.message_post(
                        body="Merged",
                        message_type="comment",
                        subtype_xmlid="mail.mt_comment",
                    )
                merged.message_ids.res_id = kept.id
                merged.write({"active": False})
                return "done"

        add_to_registry(self.registry, Merge)
        self.registry._setup_models__(self.env.cr, ["helpdesk.ticket.merge"])
        self.registry.init_models(
            self.env.cr, ["helpdesk.ticket.merge"], {"models_to_check": True}
        )
        self.addCleanup(self.registry.__delitem__, "helpdesk.ticket.merge")
        self.env["helpdesk.ticket"]._register_hook()

    def merge(self, tickets, kept=None):
        tickets.message_subscribe(self.trainee.ids)
        with at(MARKED):
            wizard = self.env["helpdesk.ticket.merge"].create(
                {"ticket_ids": tickets.ids, "dst_ticket_id": kept and kept.id}
            )
            self.assertEqual(wizard.with_user(self.env.user).merge_tickets(), "done")
        return wizard.dst_ticket_id

    def test_the_clock_goes_along_and_the_note_is_no_answer(self):
        kept, merged = self.ask(YOUNGER), self.ask(OLDER)
        cycle = merged.sla_cycle_id
        self.merge(kept | merged, kept)
        self.assertWaits(kept, OLDER)
        self.assertIsOver(merged)
        self.assertFalse(merged.active)
        self.assertEqual(merged.duplicate_id, kept)
        self.assertEqual(cycle.drop_reason, "duplicate")

    def test_later_words_go_along_too(self):
        kept, merged = self.ask(YOUNGER), self.ask(OLDER)
        self.merge(kept | merged, kept)
        self.write_again(merged, "2026-03-01 12:00")
        self.assertEqual(kept.resend_count, 1)
        self.answer(kept, "2026-03-01 13:00")
        self.assertEqual(kept.sla_state, "met")

    def test_into_a_new_ticket(self):
        first, second = self.ask(YOUNGER), self.ask(OLDER)
        kept = self.merge(first | second)
        self.assertWaits(kept, OLDER)
        self.assertIsOver(first)
        self.assertIsOver(second)

    def test_of_answered_tickets_nothing_is_owed(self):
        first, second = self.ask(OLDER), self.ask(YOUNGER)
        for ticket in (first, second):
            self.answer(ticket, "2026-03-01 10:30")
        kept = self.merge(first | second)
        self.assertFalse(kept.waiting_since)

    def test_an_original_into_its_duplicate(self):
        original, duplicate = self.ask(OLDER), self.ask(YOUNGER)
        self.mark(duplicate, original)
        self.merge(original | duplicate, duplicate)
        self.assertWaits(duplicate, OLDER)
        self.assertIsOver(original)
