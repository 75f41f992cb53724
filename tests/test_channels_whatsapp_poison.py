"""R10: one poisoned message, call or number never stops the others.

The poison is in the database itself, as real triggers put it there.
"""

from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .channels_whatsapp_common import WaitingCase
from .channels_whatsapp_stand_in import TOKEN, make_call
from .common import riyadh
from .test_escalation_poison import PoisonCase

REPLIED = "2026-03-01 11:00"
WHATSAPP = "odoo.addons.support_policy.support_policy.channels.whatsapp"
LOGGERS = ("account", "event", "message", "retry", "template")
muted = mute_logger("odoo.sql_db", *(f"{WHATSAPP}.{name}" for name in LOGGERS))


class WhatsappPoisonCase(PoisonCase, WaitingCase):
    def run_job(self, moment, job):
        with muted:
            return super().run_job(moment, job)

    def poison_state(self, record, state):
        """The database refuses that a record gets into a state from now on."""
        self.env.flush_all()
        name = f"poison_{state}"
        self.env.cr.execute(
            f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'record {record.id} is poisoned'; END $$;
            CREATE TRIGGER {name} BEFORE UPDATE ON {record._table} FOR EACH ROW
            WHEN (OLD.id = {record.id} AND NEW.state = '{state}')
            EXECUTE FUNCTION {name}()
            """
        )

    def refuse_activities(self, model):
        """An automation of the customer's fails when an activity is given there."""
        activities = type(self.env["mail.activity"])
        create = activities.create

        def automate(records, vals_list):
            made = create(records, vals_list)
            if model in made.mapped("res_model"):
                # a real error of the database: nothing can be done until it is undone
                records.env.cr.execute("SELECT 1 / 0")
            return made

        return patch.object(activities, "create", automate)

    def get_incident(self):
        key = f"whatsapp: {self.account.id}"
        return self.env["support.incident"].search([("key", "=", key)])

    def assertTold(self, words):
        incident = self.get_incident()
        self.assertIn(words, incident.note)
        told = incident.activity_ids | self.account.activity_ids
        self.assertIn(self.helpdesk_manager, told.user_id)


@tagged("post_install", "-at_install")
class TestPoisonedCalls(WhatsappPoisonCase):
    """Calls of the webhook, one of which refuses to be written."""

    def setUp(self):
        super().setUp()
        self.messages = [self.message(text=f"{number}?") for number in range(3)]
        for message in self.messages:
            self.hook(make_call([message]), REPLIED)
        waiting = self.events.search([("state", "=", "waiting")], order="id")
        self.assertEqual(len(waiting), 3)
        self.first = waiting[0]

    def get_read(self):
        """The numbers of the calls that have been read."""
        known = set(self.rows.search([]).mapped("whatsapp_id"))
        return [n for n, one in enumerate(self.messages) if one["id"] in known]

    def test_the_others_are_read(self):
        self.poison(self.first)
        self.read_events(REPLIED)
        self.assertEqual(self.get_read(), [1, 2])
        self.assertEqual(self.first.state, "waiting")
        self.assertTold("poisoned")

    def test_it_is_told_once(self):
        self.poison(self.first)
        self.read_events(REPLIED)
        self.read_events(REPLIED)
        self.assertEqual(self.get_incident().times, 2)
        mine = self.account.activity_ids.filtered(
            lambda activity: activity.user_id == self.helpdesk_manager
        )
        self.assertEqual(len(mine), 1)

    def test_what_is_checked_at_the_commit_only(self):
        self.poison(self.first, when="AFTER")
        self.read_events(REPLIED)
        self.assertEqual(self.get_read(), [1, 2])

    def test_healed_it_is_read(self):
        self.poison(self.first)
        self.read_events(REPLIED)
        self.heal(self.first)
        self.read_events(REPLIED)
        self.assertEqual(self.get_read(), [0, 1, 2])

    def test_what_breaks_is_tried_again_later(self):
        self.poison_state(self.first, "done")
        self.read_events(REPLIED)
        self.assertEqual(self.get_read(), [1, 2])
        self.assertEqual((self.first.state, self.first.attempts), ("waiting", 1))
        self.assertIn("poisoned", self.first.reason)
        self.assertFalse(self.get_incident(), "nobody has to do anything yet")

    def test_nor_does_an_automation_on_the_report(self):
        handle = type(self.rows)._handle_incoming

        def break_first(records, account, item):
            if item.whatsapp_id == self.messages[0]["id"]:
                raise ValueError("cannot be understood")
            handle(records, account, item)

        self.first.attempts = 5
        broken = patch.object(type(self.rows), "_handle_incoming", break_first)
        with broken, self.refuse_activities("support.whatsapp.account"):
            self.read_events(REPLIED)
        self.assertEqual(self.get_read(), [1, 2])
        self.assertEqual(self.first.state, "failed")
        self.assertFalse(self.account.activity_ids)
        self.assertTold("cannot be understood")

    def test_a_number_without_a_secret(self):
        other = self.account.copy(
            {"phone_number_id": "777", "app_secret": "x", "access_token": TOKEN}
        )
        secrets = self.env["support.whatsapp.secret"]
        secrets.search([("account_id", "=", other.id)]).app_secret = False
        call = make_call([self.message(text="x")], number_id="777")
        self.assertEqual(self.hook(call, account=other).status_code, 403)
        self.hook(call)
        self.read_events(REPLIED)
        self.assertEqual(self.get_read(), [0, 1, 2])
        self.assertEqual(self.events.search([], limit=1).state, "failed")


@tagged("post_install", "-at_install")
class TestPoisonedQueue(WhatsappPoisonCase):
    """Answers to several people, one of which refuses to be written."""

    def setUp(self):
        super().setUp()
        self.other = self.tell(self.message(text="x", person="966505550000"))
        self.send()
        self.api.sent.clear()

    def queue(self, moment=REPLIED):
        """Two answers wait.

        :return: the row of the first
        """
        self.answer(self.ticket, moment, body="The first")
        self.answer(self.other, moment, body="The other")
        return self.last_out(self.ticket)

    def test_the_others_are_sent(self):
        row = self.queue()
        self.poison(row)
        self.assertEqual(self.texts(self.send(REPLIED)), ["The other"])
        self.assertEqual(row.state, "queued")
        self.assertTold("poisoned")

    def test_it_holds_up_no_later_one_to_the_same_person(self):
        self.poison(self.queue())
        self.answer(self.ticket, REPLIED, body="The next")
        sent = self.texts(self.send(REPLIED))
        self.assertEqual({*sent}, {"The next", "The other"})

    def test_sent_but_not_written_down_it_is_never_sent_again(self):
        row = self.queue()
        self.poison_state(row, "sent")
        self.assertEqual(self.texts(self.send(REPLIED)), ["The first", "The other"])
        self.assertEqual(row.state, "unsure")
        self.assertFalse(self.send("2026-03-01 11:10"))
        self.assertFalse(self.send("2026-03-01 11:20"))
        self.assertEqual(row.state, "failed")
        self.assertFalse(self.send("2026-03-01 15:00"))

    def test_nor_if_nothing_can_be_written_any_more(self):
        row = self.queue()
        taken = type(row)._set_sent

        def then_poison(rows, whatsapp_id):
            if rows == row:
                self.poison(row)
                # what is done after the commit is undone, but not the poison
                self.env.cr.execute("SAVEPOINT committed")
            taken(rows, whatsapp_id)

        with patch.object(type(row), "_set_sent", then_poison):
            sent = self.send(REPLIED)
        self.assertEqual(self.texts(sent), ["The first", "The other"])
        self.assertEqual(row.state, "sending")
        for moment in ("11:10", "11:20", "15:00"):
            self.assertFalse(self.send(f"2026-03-01 {moment}"))

    def test_an_error_of_the_database_before_it_leaves(self):
        row = self.queue()
        prepare = type(row)._prepare_sending

        def break_first(rows, whatsapp):
            if rows == row:
                rows.env.cr.execute("SELECT 1 / 0")
            return prepare(rows, whatsapp)

        with patch.object(type(row), "_prepare_sending", break_first):
            self.assertEqual(self.texts(self.send(REPLIED)), ["The other"])
        self.assertEqual((row.state, row.attempts), ("queued", 1))
        self.assertEqual(self.texts(self.send("2026-03-01 11:02")), ["The first"])

    def test_a_lost_race_while_it_is_put_off(self):
        row = self.queue()
        self.poison_state(row, "sending")
        lost = psycopg2.errors.SerializationFailure("somebody was faster")
        with patch.object(type(row), "_doubt", side_effect=lost):
            self.assertEqual(self.texts(self.send(REPLIED)), ["The other"])
        self.assertEqual((row.state, row.attempts), ("queued", 0))

    def test_one_that_cannot_be_given_up(self):
        row = self.queue()
        for one in (row, self.last_out(self.other)):
            one.write({"state": "unsure", "try_at": riyadh(REPLIED)})
        self.poison(row)
        self.answer(self.other, "2026-03-01 11:30", body="The next")
        self.assertEqual(self.texts(self.send("2026-03-01 11:30")), ["The next"])
        self.assertEqual(row.state, "unsure")
        states = set(self.other.whatsapp_message_ids.mapped("state"))
        self.assertIn("failed", states)
        self.assertTold("poisoned")

    def test_given_up_though_it_cannot_be_said(self):
        row = self.queue()
        row.write({"state": "unsure", "try_at": riyadh(REPLIED)})
        self.poison_state(row, "failed")
        self.assertEqual(self.texts(self.send(REPLIED)), ["The other"])
        self.assertEqual(row.state, "unsure")
        self.assertGreater(row.try_at, riyadh(REPLIED), "looked at again later")

    def test_a_file_that_cannot_be_kept(self):
        rows = self.rows
        for number in range(2):
            kept = self.api.keep(b"%PDF-1.4 x", "application/pdf")
            file = {"id": kept, "mime_type": "application/pdf", "filename": "a.pdf"}
            message = self.message("document", document=file)
            self.tell(message, moment=f"2026-03-01 12:0{number}")
            rows |= self.rows.search([("whatsapp_id", "=", message["id"])])
        self.poison_state(rows[0], "received")
        self.fetch("2026-03-01 12:10")
        self.assertEqual(rows.mapped("state"), ["fetching", "received"])
        self.assertIn("poisoned", rows[0].reason)
        self.assertFalse(rows[0].message_id.attachment_ids, "as a whole, or not at all")


@tagged("post_install", "-at_install")
class TestPoisonedTemplates(WhatsappPoisonCase):
    def test_a_number_whose_templates_cannot_be_stored(self):
        other = self.account.copy(
            {
                "phone_number_id": "777",
                "app_secret": "a",
                "access_token": TOKEN,
                "api_url": self.api.url,
            }
        )
        other.name = "A: the first"
        refused = other._fetch_templates()[0]
        refused.active = False
        self.poison(refused)
        self.run_job(None, self.account._cron_templates)
        self.assertEqual(len(self.account.template_ids), 2)
        self.assertIn(self.helpdesk_manager, other.activity_ids.user_id)
