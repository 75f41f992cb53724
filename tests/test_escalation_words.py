"""R10: facts first, words after. No template stops a climb or loses a notice."""

from unittest.mock import patch

from odoo.tools import mute_logger

from .common import SupportPolicyCase, at, riyadh

MAIL = "odoo.addons.support_policy.support_policy.escalation.notice_mail"
NOTICE = "odoo.addons.support_policy.support_policy.escalation.notice"
LATE = "2026-03-04 10:05"
LATER = "2026-03-04 10:20"
LEADER = '"Leader" <leader@desk.example>'
AGENT = '"Agent" <agent@desk.example>'


class TestTemplates(SupportPolicyCase):
    """A template that fails, or is gone, is replaced by plain words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._new_staff("admin", "group_helpdesk_user")
        cls.admin.group_ids |= cls.env.ref("support_policy.group_policy_admin")

    def get_template(self, kind):
        return self.env.ref(f"support_policy.mail_template_{kind}")

    def break_template(self, kind):
        self.get_template(kind).body_html = '<t t-out="1 // 0"/>'

    def run_cron(self, moment):
        with mute_logger("odoo.addons.mail.models.mail_render_mixin", MAIL):
            return super().run_cron(moment)

    def get_mails(self, act, *args):
        before = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        act(*args)
        return self.env["mail.mail"].search(
            [("id", ">", before), ("email_to", "=", LEADER)]
        )

    def assertPlain(self, mail, ticket):
        """Number, promise and link stand in it, and it comes from the company."""
        self.assertEqual(len(mail), 1)
        cycle = ticket.sla_cycle_id
        for words in (ticket.number, cycle.deadline_text, cycle.ticket_url):
            self.assertIn(words, mail.body_html)
        self.assertIn("support@desk.example", mail.email_from)
        self.assertIn("auto-generated", mail.headers)

    def test_a_template_that_raises(self):
        self.break_template("escalation")
        ticket = self.ask("2026-03-01 10:00")
        mail = self.get_mails(self.run_cron, LATE)
        self.assertEqual(self.climbs(ticket), [(1, self.leader)])
        self.assertPlain(mail, ticket)
        self.assertEqual(
            mail.subject, f"Request {ticket.number} is waiting for an answer"
        )
        self.assertFalse(ticket.sla_cycle_id.pending_notice)

    def test_it_raises_for_one_ticket_only(self):
        self.get_template("escalation").body_html = (
            "<p>By the book<t t-if=\"object.ticket_id.name == 'Odd'\" "
            't-out="1 // 0"/></p>'
        )
        odd = self.ask("2026-03-01 10:00", name="Odd", team_id=self.team.id)
        self.assertPlain(self.get_mails(self.run_cron, LATE), odd)
        self.ask("2026-03-01 10:00")
        mail = self.get_mails(self.run_cron, LATE)
        self.assertIn("By the book", mail.body_html)

    def test_a_template_that_has_been_deleted(self):
        for kind, moments in (
            ("warning", ("2026-03-03 14:00",)),
            ("reminder", (LATE, "2026-03-09 10:10", "2026-03-12 10:15")),
        ):
            with self.subTest(kind):
                self.get_template(kind).unlink()
                ticket = self.ask("2026-03-01 10:00")
                self.env["support.incident"].search([]).unlink()
                for moment in moments:
                    self.run_cron(moment)
                if kind == "reminder":
                    mails = self.mails_of(self.run_cron, "2026-03-15 10:00")
                    self.assertEqual(
                        mails['"Executive" <executive@desk.example>'],
                        f"Request {ticket.number} is waiting for an answer",
                    )
                incident = self.env["support.incident"].search([])
                self.assertIn("deleted", incident.note)
                self.answer(ticket, "2026-03-15 12:00")

    def test_the_digest_has_been_deleted(self):
        self.get_template("digest").unlink()
        tickets = [self.ask("2026-03-01 10:00") for _number in range(3)]
        mail = self.get_mails(self.run_cron, LATE)
        for ticket in tickets:
            self.assertEqual(self.climbs(ticket), [(1, self.leader)])
            self.assertPlain(mail, ticket)
        self.assertEqual(mail.subject, "3 requests are waiting for an answer")

    def test_the_tiers_own_template(self):
        own = self.get_template("escalation").copy({"body_html": '<t t-out="1//0"/>'})
        self.ladder.tier_ids[0].mail_template_id = own
        ticket = self.ask("2026-03-01 10:00")
        self.assertPlain(self.get_mails(self.run_cron, LATE), ticket)

    def test_the_words_of_the_note_and_the_kind_of_activity_deleted(self):
        self.env.ref("support_policy.mt_escalated_deadline").unlink()
        self.env.ref("support_policy.activity_escalation").unlink()
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron(LATE)
        self.assertEqual(self.climbs(ticket), [(1, self.leader)])
        self.assertEqual(ticket.activity_ids.user_id, self.leader)

    def test_plain_words_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.leader.lang = "fr_FR"
        self.break_template("escalation")
        self.ask("2026-03-01 10:00")
        told = []
        translate = type(self.env)._

        def listen(env, source, *args, **kwargs):
            told.append((env.lang, source))
            return translate(env, source, *args, **kwargs)

        with patch.object(type(self.env), "_", listen):
            self.run_cron(LATE)
        self.assertIn(("fr_FR", "Request %(number)s is waiting for an answer"), told)

    def test_policy_admins_hear_of_it_once_for_each_template(self):
        self.break_template("escalation")
        self.break_template("digest")
        for _number in range(3):
            self.ask("2026-03-01 10:00")
            self.run_cron(LATE)
        self.ask("2026-03-01 10:00")
        self.ask("2026-03-01 10:00")
        self.run_cron(LATE)
        incidents = self.env["support.incident"].search([])
        self.assertEqual(len(incidents), 2)
        for incident in incidents:
            mine = incident.activity_ids.filtered(lambda a: a.user_id == self.admin)
            self.assertEqual(len(mine), 1)
            self.assertNotIn(self.helpdesk_manager, incident.activity_ids.user_id)

    def test_a_report_that_fails_takes_no_plain_words_with_it(self):
        """An automation on activities raises: the reader is told nevertheless."""
        self.break_template("escalation")
        ticket = self.ask("2026-03-01 10:00")
        activities = type(self.env["mail.activity"])
        create = activities.create

        def automate(records, vals_list):
            made = create(records, vals_list)
            if "support.incident" in made.mapped("res_model"):
                raise ValueError("this automation is broken")
            return made

        with patch.object(activities, "create", automate):
            mail = self.get_mails(self.run_cron, LATE)
        self.assertPlain(mail, ticket)
        self.assertFalse(self.env["support.escalation.notice"].search([]))

    def test_by_hand_and_on_a_re_send_too(self):
        """Nobody's click, and no requester's message, is lost to a template."""
        self.break_template("escalation")
        ticket = self.ask("2026-03-01 10:00")
        with mute_logger("odoo.addons.mail.models.mail_render_mixin", MAIL):
            mail = self.get_mails(self.write_again, ticket, "2026-03-04 10:00:01")
        self.assertPlain(mail, ticket)
        self.assertEqual(ticket.resend_count, 1)


class TestPieces(SupportPolicyCase):
    """Each reader is told by themselves."""

    def test_climbs_are_committed_before_anybody_is_told(self):
        ticket = self.ask("2026-03-01 10:00")
        commits = []

        def commit(_cron, *args, **kwargs):
            self.env.flush_all()
            cycle = ticket.sla_cycle_id
            queued = self.env["support.escalation.notice"].search([])
            mails = self.env["mail.mail"].search(
                [("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
            )
            commits.append((cycle.level, cycle.pending_notice, len(queued), len(mails)))
            return 60.0

        with (
            at(LATE),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", commit),
        ):
            self.cycles._cron_escalate()
        steps = list(dict.fromkeys(commits))
        self.assertEqual(
            steps,
            [
                (1, "escalation", 0, 0),  # the facts
                (1, False, 2, 0),  # who is to be told
                (1, False, 1, 1),
                (1, False, 0, 2),
            ],
        )

    def test_a_reader_whose_mail_cannot_be_written_is_alone(self):
        """Nothing else is undone, and they are told a quarter of an hour later."""
        self.ask("2026-03-01 10:00")
        write = type(self.cycles)._mail_notice

        def fail(cycles, kind, address, lang):
            if address == LEADER:
                raise ValueError("no mail for her")
            return write(cycles, kind, address, lang)

        with (
            patch.object(type(self.cycles), "_mail_notice", fail),
            mute_logger(NOTICE),
        ):
            mails = self.mails_of(self.run_cron, LATE)
        self.assertIn(AGENT, mails)
        self.assertNotIn(LEADER, mails)
        self.assertEqual(self.mails_of(self.run_cron, LATE), {}, "not yet")
        self.assertEqual(set(self.mails_of(self.run_cron, LATER)), {LEADER})
        self.assertEqual(self.mails_of(self.run_cron, LATER), {})

    def test_without_the_job_that_sends_mails(self):
        """It is gone, and nobody knows how: mails are written, and the next run is
        asked for."""
        known = [
            ("module", "=", "mail"),
            ("name", "=", "ir_cron_mail_scheduler_action"),
        ]
        self.env["ir.model.data"].search(known).unlink()
        self.ask("2026-03-01 10:00")
        cron = type(self.env["ir.cron"])
        with (
            at(LATE),
            patch.object(cron, "_commit_progress", lambda *a, **k: 60.0),
        ):
            mails = self.mails_of(self.cycles._cron_escalate)
        self.assertEqual(set(mails), {LEADER, AGENT})

    def test_nobody_is_told_of_what_was_answered_meanwhile(self):
        ticket = self.ask("2026-03-01 10:00")
        with at(LATE):
            self.cycles._climb_due()
            ticket.sla_cycle_id._queue_notices()
        self.answer(ticket, "2026-03-04 10:06")
        self.assertEqual(self.mails_of(self.run_cron, "2026-03-04 10:10"), {})
        self.assertFalse(self.env["support.escalation.notice"].search([]))
        self.assertEqual(ticket.sla_cycle_ids.ended_at, riyadh("2026-03-04 10:06"))
