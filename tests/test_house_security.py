"""Who may do what with every model of ours, and with which records."""

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SupportPolicyCase, riyadh

#: group -> model -> rights: r(ead), w(rite), c(reate), u(nlink).
OWN = {
    "support.sla.cycle": "r",
    "support.escalation": "r",
    "support.sla.policy": "r",
    "support.escalation.ladder": "r",
    "support.escalation.tier": "r",
    "support.beneficiary": "r",
    "support.etiquette.rule": "r",
    "support.violation.action": "r",
    "support.violation": "r",
    "support.violation.evidence": "r",
    "support.violation.closing": "rwcu",
    "support.violation.closing.line": "rw",
    "support.phone.call": "r",
    "support.phone.log.wizard": "rwcu",
}
ADMIN = {
    **OWN,
    "support.sla.policy": "rwcu",
    "support.escalation.ladder": "rwcu",
    "support.escalation.tier": "rwcu",
    "support.beneficiary": "rwcu",
    "support.etiquette.rule": "rwcu",
    "support.etiquette.term": "rwcu",
    "support.violation.action": "rwcu",
    "helpdesk.ticket.team": "rwc",
    "helpdesk.ticket.category": "rwc",
    "helpdesk.ticket.channel": "rwc",
    "resource.calendar": "rwc",
}
READER = {"support.beneficiary": "r", "support.etiquette.rule": "r"}
BASE_READER = {
    "helpdesk.ticket.team": "r",
    "helpdesk.ticket.category": "r",
    "helpdesk.ticket.channel": "r",
    "resource.calendar": "r",
}
MATRIX = {
    "base.group_public": {"helpdesk.ticket.category": "r"},
    "base.group_portal": {
        **READER,
        "helpdesk.ticket.team": "r",
        "helpdesk.ticket.category": "r",
    },
    "base.group_user": {**BASE_READER, **READER},
    "helpdesk_mgmt.group_helpdesk_user_own": {**BASE_READER, **OWN},
    "helpdesk_mgmt.group_helpdesk_user_team": {**BASE_READER, **OWN},
    "helpdesk_mgmt.group_helpdesk_user": {**BASE_READER, **OWN},
    "helpdesk_mgmt.group_helpdesk_manager": {
        **OWN,
        "support.escalate.wizard": "rwcu",
        "helpdesk.ticket.team": "rwcu",
        "helpdesk.ticket.category": "rwcu",
        "helpdesk.ticket.channel": "rwcu",
        "resource.calendar": "r",
    },
    "support_policy.group_finance": {
        **BASE_READER,
        **OWN,
        "support.finance.report": "r",
    },
    "support_policy.group_compliance": {
        **BASE_READER,
        **OWN,
        "support.etiquette.term": "rwcu",
        "support.violation": "rw",
    },
    "support_policy.group_policy_admin": ADMIN,
}
MODELS = sorted({model for rights in MATRIX.values() for model in rights})
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
#: What requesters must never read of their own ticket.
HIDDEN = (
    "sla_cycle_ids",
    "sla_cycle_id",
    "sla_policy_id",
    "escalation_level",
    "escalation_ids",
    "answer_due_at",
    "sla_banner",
    "sla_urgency",
    "sla_remaining",
    "user_id",
)


class TestMatrix(SupportPolicyCase):
    def test_group_by_model_by_operation(self):
        for number, (group, expected) in enumerate(MATRIX.items()):
            user = new_test_user(self.env, f"sp_matrix_{number}", groups=group)
            for model in MODELS:
                records = self.env[model].with_user(user)
                rights = "".join(
                    letter
                    for letter, operation in OPERATIONS.items()
                    if records.has_access(operation)
                )
                with self.subTest(group=group, model=model):
                    self.assertEqual(rights, expected.get(model, ""))

    def test_the_public_no_longer_writes_ticket_stages(self):
        public = self.env.ref("base.public_user")
        stages = self.env["helpdesk.ticket.stage"].with_user(public)
        self.assertTrue(stages.has_access("read"))
        self.assertFalse(stages.has_access("write"))

    def test_every_line_has_a_group_and_a_name_of_its_own(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "support_policy"), ("model", "=", "ir.model.access")]
        )
        lines = self.env["ir.model.access"].browse(data.mapped("res_id"))
        self.assertTrue(all(line.group_id for line in lines))
        self.assertEqual(len(set(lines.mapped("name"))), len(lines))

    def test_every_model_with_a_company_has_a_company_rule(self):
        for name, model in self.env.items():
            ours = name.startswith("support.") and not model._abstract
            if ours and "company_id" in model._fields:
                rules = self.env["ir.rule"].search(
                    [("model_id.model", "=", name), ("groups", "=", False)]
                )
                domains = "".join(rules.mapped("domain_force"))
                self.assertIn("company_id", domains, name)


class TestRecords(SupportPolicyCase):
    """Who sees a ticket sees its promise and its climbs; nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls.ask(cls, "2026-03-01 10:00")
        cls.run_cron(cls, "2026-03-04 10:05")  # now with the leader

    def sees(self, user):
        return [
            bool(self.env[model].with_user(user).search([("id", "in", records.ids)]))
            for model, records in (
                ("support.sla.cycle", self.ticket.sla_cycle_ids),
                ("support.escalation", self.ticket.escalation_ids),
            )
        ]

    def test_own_team_all(self):
        own = self._new_staff("own", "group_helpdesk_user_own")
        team = self._new_staff("team", "group_helpdesk_user_team")
        self.assertEqual(self.sees(own), [False, False])
        self.assertEqual(self.sees(team), [False, False])
        self.assertEqual(self.sees(self.agent), [True, True], "same team")
        self.assertEqual(self.sees(self.manager), [True, True], "all tickets")
        self.ticket.user_id = own
        self.assertEqual(self.sees(own), [True, True], "own ticket")

    def test_another_companys_are_invisible(self):
        other = self.env["res.company"].create({"name": "Other Institute"})
        stranger = new_test_user(
            self.env,
            "sp_other_company",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=other.id,
            company_ids=other.ids,
        )
        self.assertEqual(self.sees(stranger), [False, False])

    def test_requesters_read_public_facts_only(self):
        sara = new_test_user(
            self.env, "sp_sara", groups="base.group_portal", partner_id=self.trainee.id
        )
        mine = self.ticket.with_user(sara)
        facts = mine.read(["number", "sla_deadline", "sla_state", "waiting_since"])
        self.assertEqual(facts[0]["sla_state"], "running")
        for name in HIDDEN:
            with self.subTest(name), self.assertRaises(AccessError):
                mine.read([name])
        escalated = self.env.ref("support_policy.mt_escalated_deadline")
        messages = self.env["mail.message"].with_user(sara)
        seen = messages.search(
            [("model", "=", "helpdesk.ticket"), ("res_id", "=", mine.id)]
        )
        self.assertNotIn(escalated, seen.sudo().subtype_id)

    def test_a_requesters_message_starts_the_clock_though_they_write_no_ticket(self):
        sara = new_test_user(
            self.env, "sp_sara", groups="base.group_portal", partner_id=self.trainee.id
        )
        self.answer(self.ticket, "2026-03-05 10:00")
        mine = self.ticket.with_user(sara)
        mine.message_post(
            body="Thanks, but", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(self.ticket.sla_cycle_id)
        with self.assertRaises(AccessError):
            mine.write({"waiting_since": False})

    def test_nobody_outside_speaks_in_anothers_name(self):
        """By RPC anyone may claim an author: Odoo refuses staff's, we the rest."""
        follower = new_test_user(self.env, "sp_follower", groups="base.group_portal")
        self.ticket.message_subscribe((follower.partner_id | self.trainee).ids)
        theirs = self.ticket.with_user(follower)
        message = {
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "email_from": "forged@elsewhere.example",
        }
        with self.assertRaises(AccessError):
            theirs.message_post(body="…", author_id=self.agent.partner_id.id, **message)
        theirs.message_post(body="…", author_id=self.trainee.id, **message)
        self.assertEqual(self.ticket.sla_state, "running")
        self.assertEqual(self.ticket.resend_count, 0)
        theirs.message_post(body="In my own name", **message)
        self.assertEqual(self.ticket.resend_count, 0)

    def test_not_even_staff_set_the_clock(self):
        ticket = self.ticket.with_user(self.helpdesk_manager)
        for name in sorted(ticket._get_clock_fields()):
            with self.subTest(name), self.assertRaises(AccessError):
                ticket.write({name: False})

    def test_a_clock_never_starts_in_the_future(self):
        late = self.ask("2026-03-01 10:00", waiting_since="2026-05-01 07:00:00")
        self.assertEqual(late.waiting_since, riyadh("2026-03-01 10:00"))

    def test_staff_who_only_follow_can_answer(self):
        colleague = new_test_user(
            self.env, "sp_colleague", email="c@desk.example", groups="base.group_user"
        )
        self.ticket.message_subscribe(colleague.partner_id.ids)
        self.answer(self.ticket, "2026-03-05 10:00", user=colleague)
        self.assertEqual(self.ticket.sla_state, "late")

    def test_an_agent_does_the_daily_work(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        ticket = tickets.create(
            {
                "name": "By phone",
                "description": "…",
                "partner_id": self.trainee.id,
                "channel_id": self.email.id,
                "category_id": self.category.id,
            }
        )
        self.assertTrue(ticket.sla_cycle_id)
        ticket.assign_to_me()
        self.assertIn("o_support_banner", ticket.sla_banner)
        ticket.stage_id = self.done
        self.assertEqual(ticket.sla_state, "dropped")

    def test_only_managers_escalate_by_hand(self):
        for user in (self.agent, self.leader, self.manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.env["support.escalate.wizard"].with_user(user).create(
                    {"ticket_id": self.ticket.id, "reason": "…"}
                )


@tagged("post_install", "-at_install")
class TestRpc(SupportPolicyCase, HttpCase):
    """Cycles and escalations are written by the machine only: not even by admins."""

    def call(self, model, method, *args):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": {}},
        )

    @mute_logger("odoo.http")
    def test_no_one_forges_history(self):
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron("2026-03-04 10:05")
        cycle, climb = ticket.sla_cycle_id, ticket.escalation_ids
        user = self._new_staff("tamperer", "group_helpdesk_manager")
        user.group_ids |= self.env.ref("support_policy.group_policy_admin")
        self.authenticate("sp_tamperer", "sp_tamperer")
        for model, method, *args in (
            ("support.sla.cycle", "write", cycle.ids, {"state": "met"}),
            ("support.sla.cycle", "unlink", cycle.ids),
            ("support.sla.cycle", "create", [{"ticket_id": ticket.id}]),
            ("support.escalation", "write", climb.ids, {"level": 3}),
            ("support.escalation", "unlink", climb.ids),
            ("support.sla.cycle", "_escalate_due"),
            ("support.sla.cycle", "_end_answered", cycle.ids, user.id, False),
        ):
            with (
                self.subTest(model=model, method=method),
                self.assertRaises(Exception) as refused,
            ):
                self.call(model, method, *args)
            self.assertRegex(str(refused.exception), "AccessError|Private method")
        self.assertEqual((cycle.state, climb.level), ("running", 1))
