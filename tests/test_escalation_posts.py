"""R4, R9: whoever holds a post now has what has climbed to it."""

from .common import SupportPolicyCase, at, riyadh

SUNDAY = "2026-03-01 10:00"
TIER_1, TIER_2 = "2026-03-04 10:05", "2026-03-09 10:10"
EDITED = "2026-03-05 09:00"
ESCALATION = "support_policy.activity_escalation"


class PostsCase(SupportPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.successor = cls._new_staff("successor", "group_helpdesk_user")

    def setUp(self):
        super().setUp()
        self.ticket = self.ask(SUNDAY)
        self.cycle = self.ticket.sla_cycle_id
        self.run_cron(TIER_1)
        self.assertHolds(self.leader)

    def edit(self, record, moment=EDITED, **vals):
        """Change a record; returns who is told by mail."""
        with at(moment):
            return self.mails_of(record.write, vals)

    def assertHolds(self, user, ticket=None):
        """They have the ticket and its only open activity."""
        ticket = ticket or self.ticket
        self.assertEqual(ticket.user_id, user)
        self.assertEqual(ticket.sla_cycle_id.holder_id, user)
        self.assertEqual(ticket.activity_search([ESCALATION]).user_id, user)

    def assertTold(self, user, mails):
        self.assertIn(f'"{user.name}" <{user.email}>', mails)


class TestPostsChangeHands(PostsCase):
    def test_a_new_leader(self):
        self.assertTold(self.successor, self.edit(self.team, user_id=self.successor.id))
        self.assertHolds(self.successor)
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)], "history stays")
        self.assertEqual(self.ticket.answer_due_at, riyadh("2026-03-09 10:05"))
        note = self.ticket.message_ids[0]
        self.assertEqual(note.subtype_id.name, "Handed Over")
        self.assertFalse(self.edit(self.team, user_id=self.successor.id), "once")

    def test_an_archived_leader(self):
        with at(EDITED):
            mails = self.mails_of(self.leader.action_archive)
        self.assertTold(self.manager, mails)
        self.assertHolds(self.manager)
        self.assertIn(
            self.helpdesk_manager, self.team.activity_ids.user_id, "the post is vacant"
        )

    def test_a_post_that_is_vacated_and_filled_again(self):
        self.edit(self.team, user_id=False)
        self.assertHolds(self.manager)
        self.assertTold(self.successor, self.edit(self.team, user_id=self.successor.id))
        self.assertHolds(self.successor)

    def test_a_leader_who_comes_back(self):
        with at(EDITED):
            self.leader.action_archive()
            self.assertHolds(self.manager)
            self.leader.action_unarchive()
        self.assertHolds(self.leader)

    def test_a_new_department_manager(self):
        self.run_cron(TIER_2)
        self.edit(self.department, TIER_2, user_id=self.successor.id)
        self.assertHolds(self.successor)

    def test_a_new_deputy_ceo(self):
        for moment in (TIER_2, "2026-03-12 10:15"):
            self.run_cron(moment)
        self.assertHolds(self.executive)
        self.edit(
            self.company, "2026-03-12 11:00", support_executive_id=self.successor.id
        )
        self.assertHolds(self.successor)
        mails = self.mails_of(self.run_cron, "2026-03-12 16:01")
        self.assertEqual({*mails}, {'"Successor" <successor@desk.example>'})

    def test_another_person_of_the_tier(self):
        tier = self.ladder.tier_ids[0]
        self.edit(tier, assignee="user", user_id=self.successor.id)
        self.assertHolds(self.successor)

    def test_another_ladder(self):
        ladder = self.ladder.copy({"name": "Other"})
        ladder.tier_ids[0].write({"assignee": "user", "user_id": self.successor.id})
        self.edit(self.cycle.policy_id, ladder_id=ladder.id)
        self.assertHolds(self.successor)

    def test_whom_the_holder_passed_it_on_to_keeps_it(self):
        self.ticket.user_id = self.agent
        self.edit(self.team, user_id=self.successor.id)
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertEqual(self.cycle.holder_id, self.successor)
        self.assertEqual(
            self.ticket.activity_search([ESCALATION]).user_id, self.successor
        )

    def test_nobody_at_all_and_somebody_again(self):
        self.department.user_id = self.company.support_executive_id = False
        self.edit(self.team, user_id=False)
        self.assertFalse(self.cycle.holder_id)
        self.assertEqual(self.ticket.user_id, self.leader, "it stays where it is")
        self.assertIn(self.helpdesk_manager, self.team.activity_ids.user_id)
        self.edit(self.team, user_id=self.successor.id)
        self.assertHolds(self.successor)

    def test_what_has_not_climbed_or_is_over_stays(self):
        fresh = self.ask("2026-03-04 11:00", user_id=self.agent.id)
        over = self.ask(SUNDAY)
        self.run_cron(TIER_1)
        self.answer(over, "2026-03-04 12:00")
        self.edit(self.team, user_id=self.successor.id)
        self.assertEqual(fresh.user_id, self.agent)
        self.assertEqual(over.user_id, self.leader)

    def test_found_anew_when_it_is_taken_back(self):
        first_stage = self.ticket.stage_id
        self.edit(self.ticket, stage_id=self.done.id)
        self.team.user_id = self.successor
        self.assertEqual(self.ticket.user_id, self.leader)
        self.edit(self.ticket, "2026-03-05 10:00", stage_id=first_stage.id)
        self.assertHolds(self.successor)

    def test_found_anew_at_the_reminder(self):
        """However the post has been filled."""
        for moment in (TIER_2, "2026-03-12 10:15"):
            self.run_cron(moment)
        self.env.cr.execute(
            "UPDATE res_company SET support_executive_id = %s WHERE id = %s",
            [self.successor.id, self.company.id],
        )
        self.company.invalidate_recordset(["support_executive_id"])
        mails = self.mails_of(self.run_cron, "2026-03-12 16:01")
        self.assertTold(self.successor, mails)
        self.assertHolds(self.successor)

    def test_a_vacancy_is_reported_again(self):
        self.edit(self.team, user_id=False)
        told = self.team.activity_ids.filtered(
            lambda activity: activity.user_id == self.helpdesk_manager
        )
        told.action_done()
        for moment in (TIER_2, "2026-03-12 10:15"):
            self.run_cron(moment)
        self.company.support_executive_id = False
        self.run_cron("2026-03-12 16:01")
        self.assertTrue(self.department.activity_ids)
        self.department.activity_ids.action_done()
        self.run_cron("2026-03-15 08:01")
        self.assertTrue(self.department.activity_ids, "at every reminder")

    def test_the_portal_names_the_new_holders_office(self):
        self.edit(self.team, user_id=self.successor.id)
        self.assertIn(self.team.name, self.ticket._describe_state()[1])

    def test_many_tickets_cost_few_queries(self):
        def count(number):
            for _number in range(number):
                self.ask(SUNDAY)
            self.run_cron(TIER_1)
            others = self.leader | self.successor
            other = others - self.team.user_id
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.edit(self.team, user_id=other.id)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        few, many = count(10), count(90)
        self.assertLess(many, 3 * few)


class TestCorrected(PostsCase):
    """Category or team corrected at a tier: the new holder is told at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls.env.ref("support_policy.team_financial_support")
        cls.finance.write({"user_id": cls.successor.id, "user_ids": cls.successor.ids})
        cls.finance.parent_id.user_id = cls.successor
        cls.invoices = cls.env["helpdesk.ticket.category"].search(
            [("team_id", "=", cls.finance.id)], limit=1
        )

    def test_the_team(self):
        self.assertTold(self.successor, self.edit(self.ticket, team_id=self.finance.id))
        self.assertHolds(self.successor)
        self.assertEqual(self.ticket.escalation_level, 1)

    def test_the_category(self):
        self.assertTold(
            self.successor, self.edit(self.ticket, category_id=self.invoices.id)
        )
        self.assertEqual(self.ticket.team_id, self.finance)
        self.assertHolds(self.successor)

    def test_the_department(self):
        self.run_cron(TIER_2)
        department = self.finance.parent_id
        self.edit(self.ticket, TIER_2, department_id=department.id)
        self.assertHolds(self.successor)

    def test_the_holder_who_stays_keeps_it(self):
        self.finance.parent_id.user_id = self.manager
        self.run_cron(TIER_2)
        self.edit(self.ticket, TIER_2, team_id=self.finance.id)
        self.assertHolds(self.manager)

    def test_by_an_agent(self):
        with at(EDITED):
            self.ticket.with_user(self.leader).team_id = self.finance
        self.assertHolds(self.successor)
