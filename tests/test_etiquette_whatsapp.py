"""Etiquette in WhatsApp: the same rules, for people who have no e-mail address."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .channels_whatsapp_common import PHONE, WhatsappCase
from .common import at, riyadh
from .etiquette_common import CLOSED, NOTICES_LEAVE, EtiquetteCase


@tagged("post_install", "-at_install")
class TestEtiquetteWhatsapp(EtiquetteCase, WhatsappCase):
    def setUp(self):
        super().setUp()
        self.trainee.email = False
        self.ticket = self.say("أنتم لصوص")
        self.send()
        self.api.sent.clear()

    def test_the_preview_says_that_it_goes_by_whatsapp(self):
        with at(CLOSED):
            form = self.open_form()
            form.action_preview()
            preview = str(form.preview)
        self.assertIn("WhatsApp:", preview)
        self.assertIn(f"+{PHONE}", preview)

    def test_the_notice_leaves_ten_minutes_later(self):
        case = self.close()
        self.assertFalse(self.send("2026-03-01 10:35"))
        (sent,) = self.send(NOTICES_LEAVE)
        self.assertEqual(sent["to"], PHONE)
        self.assertIn(case.evidence_ids.digest, sent["text"]["body"])
        row = self.rows.search([("whatsapp_id", "=", sent["uid"])])
        for user in (self.agent, self.manager):
            self.assertFalse(row.with_user(user).has_access("read"))

    def test_nothing_else_waits_for_it(self):
        self.close()
        other = self.message(text="سؤال آخر", moment="2026-03-01 10:31")
        self.tell(other, moment="2026-03-01 10:31")
        self.assertEqual(len(self.send("2026-03-01 10:32")), 1)

    def test_undone_it_never_leaves(self):
        case = self.close()
        with at("2026-03-01 10:35"):
            self.ticket.with_user(self.leader).action_undo_violation()
        self.assertFalse(self.send(NOTICES_LEAVE))
        self.assertFalse(case.active)
        self.assertEqual(self.ticket.sla_state, "running")

    def test_not_undone_while_it_is_leaving(self):
        self.close()
        none = self.rows.browse()
        held = patch.object(type(none), "try_lock_for_update", return_value=none)
        late = self.assertRaisesRegex(UserError, "too late")
        with at("2026-03-01 10:39"), held, late:
            self.ticket.with_user(self.leader).action_undo_violation()
        self.assertEqual(len(self.send(NOTICES_LEAVE)), 1)

    def test_a_notice_that_fails_is_told_to_the_officer(self):
        case = self.close()
        self.api.faults += [131026]
        self.send(NOTICES_LEAVE)
        self.assertIn("could not be informed by WhatsApp", case.message_ids[0].preview)

    def test_after_the_window_somebody_must_tell_them(self):
        with at("2026-03-02 10:30"):
            notices = self.open_form()._prepare_notices()
        self.assertFalse(notices[0].channel)

    def test_an_answer_to_the_notice_is_an_objection(self):
        case = self.close()
        (sent,) = self.send(NOTICES_LEAVE)
        before = self.env["helpdesk.ticket"].search_count([])
        self.say("أعتذر", moment="2026-03-01 11:00", context={"id": sent["uid"]})
        self.assertIn("أعتذر", case.message_ids[0].preview)
        self.assertEqual(self.ticket.stage_id, self.violation_stage)
        self.assertFalse(self.ticket.waiting_since)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_an_answer_that_failed_does_not_reopen_a_cancelled_ticket(self):
        _message, (sent,) = self.reply(self.ticket, "2026-03-01 10:20")
        self.close()
        self.status(sent, "failed", "2026-03-01 10:45")
        self.assertEqual(self.ticket.stage_id, self.violation_stage)
        cycle = self.ticket.sla_cycle_ids
        self.assertEqual((cycle.state, cycle.drop_reason), ("dropped", "violation"))

    def test_dismissed_a_fresh_clock_runs_and_they_are_told(self):
        case = self.close()
        self.send(NOTICES_LEAVE)
        self.dismiss(case, "2026-03-02 09:00")
        self.assertEqual(self.ticket.waiting_since, riyadh("2026-03-02 09:00"))
        self.assertEqual(len(self.send("2026-03-02 09:00")), 1)

    def test_a_listed_term_is_pointed_out(self):
        self.env["support.etiquette.term"].create({"name": "لصوص"})
        ticket = self.tell(self.message(text="لُصُـوص", person="966508888888"))
        self.assertTrue(ticket.terms_to_check)
