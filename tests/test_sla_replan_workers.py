"""R9, R10: deadlines follow an edit, whatever people do with the tickets meanwhile."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from ..support_policy.sla import replan
from .house_workers_common import WorkersCase

NUMBER = 12
REPLAN = "odoo.addons.support_policy.support_policy.sla.replan"
#: So many tickets can be planned afresh before somebody edits one of them.
QUIET = 3


class TestReplanWorkers(WorkersCase):
    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(replan, "AT_ONCE", 0))
        with self.transaction() as env:
            policy = env.ref("support_policy.policy_email")
            self.hours = policy.response_hours
            channel = env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email")
            vals = {
                "name": "Re-plan test",
                "description": "…",
                "channel_id": channel.id,
                "waiting_since": fields.Datetime.now() - timedelta(days=30),
            }
            tickets = env["helpdesk.ticket"].create([vals] * NUMBER)
            self.ticket_ids = tickets.ids
            self.before = tickets[0].sla_deadline
            policy.response_hours += 8
        self.addCleanup(self.restore)

    def restore(self):
        with self.transaction() as env:
            env.ref("support_policy.policy_email").response_hours = self.hours
        self.work("support.sla.policy", "_cron_replan")

    def test_a_policy_that_cannot_be_written_stops_no_other(self):
        """An automation on policies raises, or somebody else has just written it."""
        policies = self.registry["support.sla.policy"]
        write = policies.write
        with self.transaction() as env:
            two = env["support.sla.policy"].search([], limit=2)
            ids = sorted(two.ids)

        def automate():
            raise ValueError("this automation is broken")

        def overtake():
            with self.transaction() as other:
                other.cr.execute(
                    "UPDATE support_sla_policy SET name = name WHERE id = %s", ids[:1]
                )

        for trouble in (automate, overtake):
            with self.transaction() as env:
                env["support.sla.policy"].browse(ids).replan_reason = "Eid"

            def fail(records, vals, trouble=trouble):
                if records.ids == ids[:1]:
                    trouble()
                return write(records, vals)

            with (
                self.subTest(trouble.__name__),
                patch.object(policies, "write", fail),
                mute_logger("odoo.sql_db", REPLAN),
                self.transaction() as env,
            ):
                env["support.sla.policy"]._cron_replan()
            with self.transaction() as env:
                two = env["support.sla.policy"].browse(ids)
                self.assertEqual(two.mapped("replan_reason"), ["Eid", False])

    def test_people_who_edit_all_the_time_do_not_stop_it(self):
        """As many edits as there are batches: it never came to an end, and until it
        does, nothing under the policy climbs."""
        cycles = self.registry["support.sla.cycle"]
        replan_for = cycles._replan_for

        def edit_then_replan(records, reason):
            if len(records) > QUIET:
                with self.transaction() as other:
                    ticket = other["helpdesk.ticket"].browse(self.ticket_ids[0])
                    ticket.name += "."
            return replan_for(records, reason)

        with (
            patch.object(cycles, "_replan_for", edit_then_replan),
            mute_logger("odoo.sql_db"),
            self.transaction() as env,
        ):
            env["support.sla.policy"]._cron_replan()
        with self.transaction() as env:
            self.assertFalse(self.find_broken(env))
            tickets = env["helpdesk.ticket"].browse(self.ticket_ids)
            [deadline] = set(tickets.mapped("sla_deadline"))
            self.assertGreater(deadline, self.before)
            moved = env.ref("support_policy.mt_deadline_moved")
            notes = tickets.message_ids.filtered(lambda note: note.subtype_id == moved)
            self.assertEqual(len(notes), NUMBER, "each is told once")
