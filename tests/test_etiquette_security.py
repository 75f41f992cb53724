"""Who may press which button, and write which record, of the etiquette room."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import at
from .etiquette_common import CLOSED, STUDIED, EtiquetteCase

UNDO = "2026-03-01 10:35"
#: button -> who may press it; everybody else is refused.
LEAD = {"leader", "manager", "executive", "head"}
BUTTONS = {
    "close": LEAD,
    "undo": LEAD,
    "checked": LEAD | {"agent", "admin"},
    "study": {"officer"},
    "uphold": {"officer"},
    "dismiss": {"officer"},
}
#: Who may read a case and its evidence: those who lead, and those who judge.
READERS = LEAD | {"officer"}


class Everybody(EtiquetteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        sara = new_test_user(
            env,
            "sp_sara",
            email=cls.trainee.email,
            groups="base.group_portal",
            partner_id=cls.trainee.id,
        )
        cls.people = {
            "agent": cls.agent,
            "leader": cls.leader,
            "manager": cls.manager,
            "executive": cls.executive,
            "head": cls.helpdesk_manager,
            "officer": cls.officer,
            "finance": new_test_user(
                env, "sp_finance", groups="support_policy.group_finance"
            ),
            "admin": new_test_user(
                env, "sp_policy", groups="support_policy.group_policy_admin"
            ),
            "staff": new_test_user(env, "sp_staff", groups="base.group_user"),
            "owner": sara,
            "stranger": new_test_user(env, "sp_other", groups="base.group_portal"),
            "public": env.ref("base.public_user"),
        }


class TestButtons(Everybody):
    def press(self, button, user):
        """Press a button as somebody, on records prepared for it."""
        ticket = self.ask("2026-03-01 10:00")
        if button == "close":
            return self.close(ticket=ticket, user=user)
        if button == "checked":
            ticket.terms_to_check = "x"
            return ticket.with_user(user).action_terms_checked()
        case = self.close(ticket=ticket)
        if button == "undo":
            with at(UNDO):
                return ticket.with_user(user).action_undo_violation()
        if button != "study":
            self.study(case)
            case.write({"decision": "x", "action_id": self.warning.id})
        with at(STUDIED):
            return getattr(case.with_user(user), f"action_{button}")()

    def test_button_by_person(self):
        for button, allowed in BUTTONS.items():
            for name, user in self.people.items():
                with self.subTest(button=button, name=name):
                    if name in allowed:
                        self.press(button, user)
                    else:
                        with self.assertRaises(AccessError):
                            self.press(button, user)

    def test_buttons_are_shown_to_who_may_press_them(self):
        for name in ("agent", "leader", "manager", "executive", "head"):
            ticket = self.ticket.with_user(self.people[name])
            with self.subTest(name):
                self.assertEqual(ticket.may_close_for_violation, name in LEAD)
        case = self.close()
        for name in ("leader", "head", "officer"):
            with self.subTest(name):
                seen = case.with_user(self.people[name])
                self.assertEqual(seen.may_judge, name == "officer")


class TestRecords(Everybody):
    def setUp(self):
        super().setUp()
        self.case = self.close()

    def test_who_reads_cases_and_evidence(self):
        for name, user in self.people.items():
            for record, field in (
                (self.case, "reason"),
                (self.case.evidence_ids, "text"),
            ):
                with self.subTest(name=name, model=record._name):
                    if name in READERS:
                        record.with_user(user).read([field])
                    else:
                        with self.assertRaises(AccessError):
                            record.with_user(user).read([field])

    def test_officers_read_the_tickets_of_cases_only(self):
        other = self.ask("2026-03-01 10:00")
        self.ticket.with_user(self.officer).read(["name", "description"])
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.officer).write({"name": "x"})
        with self.assertRaises(AccessError):
            other.with_user(self.officer).read(["name"])

    def test_forms_are_of_who_opened_them(self):
        ticket = self.ask("2026-03-01 10:00")
        with at(CLOSED):
            form = self.open_form(ticket)
        for name, user in self.people.items():
            if user == self.leader:
                continue
            for record in (form, form.line_ids):
                with (
                    self.subTest(name=name, model=record._name),
                    self.assertRaises(AccessError),
                ):
                    record.with_user(user).read()

    def test_settings_are_the_admins(self):
        admin = self.people["admin"]
        for model in (
            "support.etiquette.rule",
            "support.etiquette.term",
            "support.violation.action",
        ):
            for name, user in self.people.items():
                with self.subTest(name=name, model=model):
                    may = name == "admin" or (
                        name == "officer" and model == "support.etiquette.term"
                    )
                    records = self.env[model].with_user(user)
                    self.assertEqual(records.has_access("write"), may)
        self.respect.with_user(admin).name = "Respect"


@tagged("post_install", "-at_install")
class TestRpc(EtiquetteCase, HttpCase):
    def call(self, model, method, *args):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": {}},
        )

    @mute_logger("odoo.http")
    def test_no_one_forges_a_case(self):
        """Not even somebody with all our groups."""
        case = self.close()
        evidence = case.evidence_ids
        user = self._new_officer("tamperer")
        for group in ("group_policy_admin", "group_compliance", "group_finance"):
            user.group_ids |= self.env.ref(f"support_policy.{group}")
        user.group_ids |= self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        self.authenticate("sp_tamperer", "sp_tamperer")
        for model, method, *args in (
            ("support.violation", "write", case.ids, {"state": "dismissed"}),
            ("support.violation", "write", case.ids, {"reported_by_id": user.id}),
            ("support.violation", "write", case.ids, {"evidence_ids": [[5]]}),
            ("support.violation", "unlink", case.ids),
            ("support.violation", "create", [{"ticket_id": self.ticket.id}]),
            ("support.violation", "_move_to", case.ids, "dismissed"),
            ("support.violation.evidence", "write", evidence.ids, {"text": "x"}),
            ("support.violation.evidence", "unlink", evidence.ids),
            ("helpdesk.ticket", "_undo_cancelling", self.ticket.ids, case.id),
            (
                "helpdesk.ticket",
                "write",
                self.ticket.ids,
                {"stage_id": self.first_stage.id},
            ),
        ):
            with (
                self.subTest(model=model, method=method),
                self.assertRaises(Exception) as refused,
            ):
                self.call(model, method, *args)
            self.assertRegex(
                str(refused.exception), "AccessError|UserError|Private method"
            )
        self.assertEqual((case.state, len(case.evidence_ids)), ("reported", 1))
        self.assertEqual(self.ticket.stage_id, self.violation_stage)


class TestFollowers(EtiquetteCase):
    def test_being_told_gives_no_access(self):
        """A coordinator with a login reads their notice, never the case."""
        coordinator = new_test_user(
            self.env,
            "sp_coordinator",
            email=self.coordinator.email,
            groups="base.group_portal",
            partner_id=self.coordinator.id,
        )
        case = self.close(concerned_ids=self.coordinator.ids)
        with self.assertRaises(AccessError):
            case.with_user(coordinator).read(["reason"])
        with self.assertRaises(UserError):
            self.ticket.with_user(coordinator).read(["name"])
