"""Violations for the tests: an offensive request, its closing, an officer."""

from odoo.tests import new_test_user

from .channels_common import SUNDAY, MailCase
from .common import at

#: Minutes after the request came in; notices leave ten minutes later.
CLOSED = "2026-03-01 10:30"
NOTICES_LEAVE = "2026-03-01 10:40"
STUDIED = "2026-03-02 09:00"


class EtiquetteCase(MailCase):
    """An offensive e-mail, received on a Sunday, and the people who deal with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._new_officer("officer")
        cls.respect = cls.env.ref("support_policy.etiquette_rule_respect")
        cls.writing = cls.env.ref("support_policy.etiquette_rule_writing")
        cls.warning = cls.env.ref("support_policy.violation_action_warning")
        cls.violation_stage = cls.env.ref("support_policy.stage_violation")
        cls.coordinator = cls.env["res.partner"].create(
            {"name": "Coordinator", "email": "coordinator@programme.example"}
        )
        cls.body = cls.env["res.partner"].create(
            {"name": "Ministry", "email": "ministry@body.example", "is_company": True}
        )
        cls.program = cls.env["support.diploma.program"].create(
            {
                "name": "Digital Marketing",
                "code": "T-DM",
                "coordinator_id": cls.coordinator.id,
                "supervisor_id": cls.body.id,
            }
        )
        cls.violations = cls.env["support.violation"]

    @classmethod
    def _new_officer(cls, login):
        return new_test_user(
            cls.env,
            login=f"sp_{login}",
            name=login.capitalize(),
            email=f"{login}@desk.example",
            groups="support_policy.group_compliance",
        )

    def setUp(self):
        super().setUp()
        self.ticket = self.mail("plain.eml", SUNDAY)
        self.ticket.diploma_program_id = self.program
        self.first_stage = self.ticket.stage_id
        self.cycle = self.ticket.sla_cycle_id

    # -- the leader -------------------------------------------------------------

    def open_form(self, ticket=None, user=None, **vals):
        """The filled form, as somebody opens it from the ticket."""
        ticket = (ticket or self.ticket).with_user(user or self.leader)
        action = ticket.action_close_for_violation()
        form = self.env[action["res_model"]].with_user(ticket.env.user)
        form = form.browse(action["res_id"])
        form.line_ids.chosen = True
        form.write({"rule_ids": self.respect.ids, "reason": "Insults", **vals})
        return form

    def close(self, moment=CLOSED, ticket=None, user=None, **vals):
        """Close a ticket for a violation.

        :return: the case
        """
        ticket = ticket or self.ticket
        with at(moment):
            self.open_form(ticket, user, **vals).action_close()
        return ticket.violation_ids.sorted()[:1]

    # -- the officer ------------------------------------------------------------

    def study(self, case, moment=STUDIED, user=None):
        """The case as an officer sees it, studied."""
        case = case.with_user(user or self.officer)
        with at(moment):
            case.action_study()
        return case

    def uphold(self, case, moment=STUDIED, action=None, **vals):
        """An officer takes action."""
        case = self.study(case, moment)
        action = action or self.warning
        with at(moment):
            case.write({"decision": "Proven.", "action_id": action.id, **vals})
            case.action_uphold()
        return case

    def dismiss(self, case, moment=STUDIED):
        """An officer finds no violation."""
        case = self.study(case, moment)
        with at(moment):
            case.decision = "A misunderstanding."
            case.action_dismiss()
        return case

    # -- what people get --------------------------------------------------------

    def notices(self, case, address):
        """What somebody was sent about a case, oldest first."""
        mails = self.mails_to(address)
        return mails.filtered(
            lambda mail: mail.model == "support.violation" and mail.res_id == case.id
        )
