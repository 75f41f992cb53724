"""R7: the category routes the request, unless a person decided otherwise."""

from odoo.tests import Form

from .common import SupportPolicyCase

SUNDAY = "2026-03-01 10:00"


class RoutingCase(SupportPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.financial = cls.env.ref("support_policy.team_financial_support")
        cls.technical = cls.env.ref("support_policy.team_technical_support")
        cls.refunds = cls.env.ref("support_policy.category_financial_refunds")
        cls.sign_in = cls.env.ref("support_policy.category_technical_sign_in")
        cls.financial.user_ids = cls.leader

    def assertRouted(self, ticket, team, department=None):
        self.assertEqual(ticket.team_id, team)
        self.assertEqual(ticket.department_id, department or team.parent_id)


class TestCategory(RoutingCase):
    def test_a_sub_category_may_say_otherwise(self):
        special = self.refunds.copy(
            {"parent_id": self.refunds.id, "team_id": self.technical.id}
        )
        ticket = self.ask(SUNDAY, category_id=special.id)
        # the nature of the problem still is a financial one
        self.assertRouted(ticket, self.technical, self.financial.parent_id)

    def test_a_category_that_says_nothing_leaves_the_team_alone(self):
        silent = self.env["helpdesk.ticket.category"].create({"name": "Other"})
        ticket = self.ask(SUNDAY, category_id=self.refunds.id)
        ticket.category_id = silent
        self.assertRouted(ticket, self.financial)

    def test_a_category_chosen_later_routes_again(self):
        ticket = self.ask(SUNDAY)
        ticket.category_id = self.refunds
        self.assertRouted(ticket, self.financial)
        ticket.category_id = self.sign_in
        self.assertRouted(ticket, self.technical)

    def test_without_any_category_the_department_is_the_teams(self):
        ticket = self.ask(SUNDAY, category_id=False, team_id=self.financial.id)
        self.assertRouted(ticket, self.financial)

    def test_another_companys_team_never_gets_our_tickets(self):
        """Shared categories name the first company's teams."""
        other = self.env["res.company"].create({"name": "Other Institute"})
        ticket = self.ask(SUNDAY, company_id=other.id, category_id=self.refunds.id)
        self.assertFalse(ticket.team_id)
        self.assertFalse(ticket.department_id)


class TestByHand(RoutingCase):
    def test_a_team_given_at_creation_survives_the_category(self):
        ticket = self.ask(
            SUNDAY, category_id=self.refunds.id, team_id=self.technical.id
        )
        self.assertTrue(ticket.team_by_hand)
        ticket.category_id = self.sign_in
        ticket.category_id = self.refunds
        self.assertEqual(ticket.team_id, self.technical)

    def test_a_team_written_survives_the_category(self):
        ticket = self.ask(SUNDAY, category_id=self.refunds.id)
        ticket.team_id = self.technical
        ticket.user_id = False
        ticket.category_id = self.category
        self.assertEqual(ticket.team_id, self.technical)

    def test_a_department_written_survives_the_category(self):
        ticket = self.ask(SUNDAY, category_id=self.refunds.id)
        ticket.department_id = self.technical.parent_id
        self.assertTrue(ticket.department_by_hand)
        ticket.category_id = self.category
        self.assertRouted(ticket, self.team, self.technical.parent_id)

    def test_what_the_category_says_anyway_is_not_by_hand(self):
        ticket = self.ask(
            SUNDAY, category_id=self.refunds.id, team_id=self.financial.id
        )
        self.assertFalse(ticket.team_by_hand)
        ticket.team_id = self.technical
        ticket.team_id = self.financial
        self.assertFalse(ticket.team_by_hand)
        ticket.category_id = self.sign_in
        self.assertRouted(ticket, self.technical)

    def test_a_team_taken_away_is_routed_again(self):
        ticket = self.ask(SUNDAY, team_id=self.technical.id)
        ticket.team_id = False
        ticket.category_id = self.refunds
        self.assertRouted(ticket, self.financial)

    def test_many_tickets_at_once_each_by_its_own_category(self):
        """Flags were taken from the first ticket, or from none."""
        tickets = self.ask(SUNDAY, category_id=self.refunds.id) + self.ask(SUNDAY)
        tickets.team_id = self.financial
        self.assertEqual(tickets.mapped("team_by_hand"), [False, True])

    def test_a_ticket_that_follows_a_closed_one_inherits_the_choice(self):
        ticket = self.ask(SUNDAY, team_id=self.technical.id)
        ticket.department_id = self.financial.parent_id
        self.answer(ticket, SUNDAY, user=self.helpdesk_manager)
        ticket.stage_id = self.done
        ticket.closed_date = "2026-01-01"
        self.write_again(ticket, "2026-03-02 10:00")
        follow_up = ticket.search([("previous_ticket_id", "=", ticket.id)])
        self.assertRouted(follow_up, self.technical, self.financial.parent_id)
        follow_up.user_id = self.agent
        self.assertEqual(follow_up.team_id, self.technical)


class TestForm(RoutingCase):
    def form(self, **context):
        tickets = self.env["helpdesk.ticket"].with_user(self.helpdesk_manager)
        form = Form(tickets.with_context(**context))
        form.name = "Refund"
        form.description = "<p>Please</p>"
        return form

    def test_the_category_chosen_routes_at_once(self):
        form = self.form()
        form.category_id = self.refunds
        self.assertEqual(form.team_id, self.financial)
        self.assertEqual(form.department_id, self.financial.parent_id)
        form.category_id = self.sign_in
        self.assertEqual(form.team_id, self.technical)
        ticket = form.save()
        self.assertRouted(ticket, self.technical)
        self.assertFalse(ticket.team_by_hand or ticket.department_by_hand)

    def test_a_team_picked_before_the_category_stays(self):
        form = self.form()
        form.team_id = self.technical
        form.category_id = self.refunds
        ticket = form.save()
        self.assertRouted(ticket, self.technical, self.financial.parent_id)
        self.assertTrue(ticket.team_by_hand)
        self.assertFalse(ticket.department_by_hand)

    def test_a_team_picked_after_the_category_stays(self):
        form = self.form()
        form.category_id = self.refunds
        form.team_id = self.technical
        ticket = form.save()
        self.assertTrue(ticket.team_by_hand)
        with Form(ticket) as form:
            form.category_id = self.category
        self.assertEqual(ticket.team_id, self.technical)

    def test_a_department_picked_stays(self):
        form = self.form()
        form.department_id = self.technical.parent_id
        form.category_id = self.refunds
        self.assertRouted(form.save(), self.financial, self.technical.parent_id)

    def test_the_department_that_came_with_the_team_is_not_by_hand(self):
        """It was taken for a choice, so that no category ever changed it again."""
        form = self.form()
        form.team_id = self.technical
        ticket = form.save()
        self.assertEqual(ticket.department_id, self.technical.parent_id)
        self.assertFalse(ticket.department_by_hand)

    def test_the_list_it_is_created_from_is_no_choice(self):
        form = self.form(default_team_id=self.technical.id)
        self.assertEqual(form.team_id, self.technical)
        form.category_id = self.refunds
        self.assertRouted(form.save(), self.financial)

    def test_the_team_of_the_user_it_is_assigned_to_is_no_choice(self):
        self.company.helpdesk_mgmt_ticket_auto_assign = True
        self.technical.user_ids = self.helpdesk_manager
        form = self.form()
        self.assertEqual(form.team_id, self.technical)
        form.category_id = self.refunds
        self.assertRouted(form.save(), self.financial)


class TestBeneficiary(RoutingCase):
    def test_from_the_partner(self):
        ticket = self.ask(SUNDAY)
        self.assertEqual(ticket.beneficiary_id.code, "trainee")

    def test_from_the_partners_organisation(self):
        supervisor = self.env.ref("support_policy.beneficiary_supervisor")
        ministry = self.env["res.partner"].create(
            {"name": "Ministry", "is_company": True, "beneficiary_id": supervisor.id}
        )
        self.stranger.parent_id = ministry
        ticket = self.ask(SUNDAY, partner_id=self.stranger.id)
        self.assertEqual(ticket.beneficiary_id, supervisor)

    def test_the_persons_own_comes_first(self):
        trainer = self.env.ref("support_policy.beneficiary_trainer")
        self.trainee.parent_id = self.stranger
        self.stranger.beneficiary_id = trainer
        ticket = self.ask(SUNDAY)
        self.assertEqual(ticket.beneficiary_id.code, "trainee")

    def test_chosen_by_hand_for_a_partner_without_one(self):
        trainer = self.env.ref("support_policy.beneficiary_trainer")
        ticket = self.ask(
            SUNDAY, partner_id=self.stranger.id, beneficiary_id=trainer.id
        )
        self.assertEqual(ticket.beneficiary_id, trainer)

    def test_it_follows_the_requester(self):
        ticket = self.ask(SUNDAY, partner_id=self.stranger.id)
        self.assertFalse(ticket.beneficiary_id)
        ticket.partner_id = self.trainee
        self.assertEqual(ticket.beneficiary_id.code, "trainee")
