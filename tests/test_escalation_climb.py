"""R4: what nobody answers climbs three tiers, one at a time."""

from .common import SupportPolicyCase, at, riyadh


class TestThreeTiers(SupportPolicyCase):
    """The standard ladder, to the letter and to the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # received on a Sunday at 10:00: promised for Wednesday 10:00
        cls.ticket = cls.ask(cls, "2026-03-01 10:00")
        cls.cycle = cls.ticket.sla_cycle_id

    def assertState(self, level, holder, due):
        self.assertEqual(self.ticket.escalation_level, level)
        self.assertEqual(self.ticket.user_id, holder)
        self.assertEqual(self.cycle.next_escalation_at, riyadh(due))

    def test_tier_by_tier(self):
        nobody = self.env["res.users"]
        self.run_cron("2026-03-04 10:00:00")  # the deadline's second is in time
        self.assertState(0, nobody, "2026-03-04 10:00")
        self.run_cron("2026-03-04 10:00:01")
        self.assertState(1, self.leader, "2026-03-09 10:00:01")
        self.run_cron("2026-03-09 10:00:02")
        self.assertState(2, self.manager, "2026-03-12 10:00:02")
        self.assertEqual(self.ticket.priority, "1")
        self.run_cron("2026-03-12 10:00:03")
        self.assertState(3, self.executive, "2026-03-12 16:00")
        self.assertEqual(self.ticket.priority, "3")
        self.assertEqual(
            self.climbs(self.ticket),
            [(1, self.leader), (2, self.manager), (3, self.executive)],
        )
        self.answer(self.ticket, "2026-03-12 15:00", user=self.executive)
        self.assertEqual(self.cycle.state, "late")
        self.assertEqual(len(self.ticket.escalation_ids), 3, "history stays")
        self.assertEqual(self.ticket.escalation_level, 0)

    def test_the_history_of_a_climb(self):
        self.run_cron("2026-03-04 10:05")
        self.run_cron("2026-03-09 10:07")
        second = self.ticket.escalation_ids.filtered(lambda e: e.level == 2)
        self.assertRecordValues(
            second,
            [
                {
                    "cycle_id": self.cycle.id,
                    "tier_id": self.ladder.tier_ids[1].id,
                    "trigger": "deadline",
                    "due_at": riyadh("2026-03-09 10:05"),
                    "escalated_at": riyadh("2026-03-09 10:07"),
                    "answer_by": riyadh("2026-03-12 10:07"),
                    "from_user_id": self.leader.id,
                    "to_user_id": self.manager.id,
                }
            ],
        )

    def test_an_answer_stops_the_climb(self):
        self.run_cron("2026-03-04 10:05")
        self.answer(self.ticket, "2026-03-05 09:00", user=self.leader)
        self.run_cron("2026-03-15 10:00")
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])

    def test_the_same_business_day_at_tier_3(self):
        """To the end of the day on which it arrives, if an hour of it is left."""
        for arrives, due in (
            ("2026-03-12 08:30", "2026-03-12 16:00"),  # a Thursday morning
            ("2026-03-12 15:00", "2026-03-12 16:00"),  # 60 minutes left: enough
            ("2026-03-12 15:01", "2026-03-15 16:00"),  # 59 are not: Sunday
            ("2026-03-12 17:00", "2026-03-15 16:00"),  # after closing
            ("2026-03-13 12:00", "2026-03-15 16:00"),  # on a Friday
            ("2026-03-15 06:00", "2026-03-15 16:00"),  # before opening
        ):
            with self.subTest(arrives=arrives):
                tier = self.ladder.tier_ids[2]
                time = self.cycle.policy_id._get_business_times(riyadh(arrives))
                self.assertEqual(
                    tier._get_due(riyadh(arrives), time[self.cycle.policy_id]),
                    riyadh(due),
                )

    def test_reminded_once_every_business_day_after_tier_3(self):
        for moment in ("2026-03-04 10:05", "2026-03-09 10:10", "2026-03-12 10:15"):
            self.run_cron(moment)
        told = []
        for moment in (
            "2026-03-12 15:59",  # tier 3 still has time
            "2026-03-12 16:01",  # Thursday, its time is over
            "2026-03-12 18:00",
            "2026-03-13 10:00",  # Friday
            "2026-03-14 10:00",  # Saturday
            "2026-03-15 08:01",  # Sunday
            "2026-03-15 15:00",
            "2026-03-16 12:00",  # Monday, the cron runs late
            "2026-03-16 13:00",
        ):
            if self.mails_of(self.run_cron, moment):
                told.append(moment)
        self.assertEqual(
            told, ["2026-03-12 16:01", "2026-03-15 08:01", "2026-03-16 12:00"]
        )
        self.assertEqual(len(self.ticket.escalation_ids), 3)

    def test_each_tier_has_its_full_time_after_an_outage(self):
        """A week's outage: one tier at a time, counted from when it was reached."""
        self.run_cron("2026-03-11 10:00")  # due since the 4th
        self.assertState(1, self.leader, "2026-03-16 10:00")
        self.run_cron("2026-03-11 10:05")
        self.run_cron("2026-03-16 10:00")
        self.assertState(1, self.leader, "2026-03-16 10:00")

    def test_run_twice_it_climbs_once(self):
        self.run_cron("2026-03-04 10:05")
        self.assertEqual(self.mails_of(self.run_cron, "2026-03-04 10:05"), {})
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])

    def test_a_clock_set_back_does_nothing(self):
        self.run_cron("2026-03-04 10:05")
        self.run_cron("2026-03-02 10:00")
        self.assertEqual(self.climbs(self.ticket), [(1, self.leader)])


class TestVacantPosts(SupportPolicyCase):
    """Nobody to give it to: the next person up, and the managers are told."""

    def assertTold(self, record):
        activities = record.activity_ids
        self.assertEqual(
            activities.activity_type_id.get_external_id().popitem()[1],
            "support_policy.activity_helpdesk_problem",
        )
        self.assertIn(self.helpdesk_manager, activities.user_id)

    def test_no_team_leader(self):
        self.team.user_id = False
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron("2026-03-04 10:05")
        self.assertEqual(self.climbs(ticket), [(1, self.manager)])
        self.assertTold(self.team)

    def test_archived_team_leader(self):
        ticket = self.ask("2026-03-01 10:00")
        self.leader.action_archive()
        self.run_cron("2026-03-04 10:05")
        self.assertEqual(self.climbs(ticket), [(1, self.manager)])

    def test_it_still_climbs_tier_by_tier(self):
        self.department.user_id = False
        ticket = self.ask("2026-03-01 10:00")
        for moment in ("2026-03-04 10:05", "2026-03-09 10:10", "2026-03-12 10:15"):
            self.run_cron(moment)
        self.assertEqual(
            self.climbs(ticket),
            [(1, self.leader), (2, self.executive), (3, self.executive)],
        )

    def test_nobody_at_all(self):
        self.team.user_id = self.department.user_id = False
        self.company.support_executive_id = False
        ticket = self.ask("2026-03-01 10:00", user_id=self.agent.id)
        other = self.ask("2026-03-01 10:00", user_id=self.agent.id)
        self.run_cron("2026-03-04 10:05")
        nobody = self.env["res.users"]
        self.assertEqual(self.climbs(ticket), [(1, nobody)])
        self.assertEqual(self.climbs(other), [(1, nobody)])
        self.assertEqual(ticket.user_id, self.agent, "it stays where it is")
        self.assertTold(self.department)

    def test_told_once_not_for_every_ticket(self):
        self.team.user_id = False
        for _number in range(3):
            self.ask("2026-03-01 10:00")
        self.run_cron("2026-03-04 10:05")
        mine = self.team.activity_ids.filtered(
            lambda activity: activity.user_id == self.helpdesk_manager
        )
        self.assertEqual(len(mine), 1)

    def test_the_department_follows_the_nature_of_the_problem(self):
        """The category's department before the team's."""
        technical = self.env.ref("support_policy.department_technical_support")
        technical.user_id = self.helpdesk_manager
        self.category.department_id = technical
        ticket = self.ask("2026-03-01 10:00")
        self.run_cron("2026-03-04 10:05")
        self.run_cron("2026-03-09 10:10")
        self.assertEqual(ticket.user_id, self.helpdesk_manager)


class TestStopping(SupportPolicyCase):
    """Closed, archived or a duplicate: it climbs no more, its activities are closed."""

    def test_closed_archived_duplicate(self):
        original = self.ask("2026-03-01 10:00", channel_id=False)
        for vals in (
            {"stage_id": self.done.id},
            {"active": False},
            {"duplicate_id": original.id},
        ):
            with self.subTest(**vals):
                ticket = self.ask("2026-03-01 10:00")
                self.run_cron("2026-03-04 10:05")
                self.assertTrue(ticket.activity_ids)
                with at("2026-03-05 10:00"):
                    ticket.write(vals)
                self.assertFalse(ticket.activity_ids)
                self.run_cron("2026-03-15 10:00")
                self.assertEqual(self.climbs(ticket), [(1, self.leader)])


class TestResend(SupportPolicyCase):
    """R5: joins, counts, and after the deadline triggers tier 1 at once."""

    def test_before_the_deadline_it_only_joins_and_is_counted(self):
        ticket = self.ask("2026-03-01 10:00")
        self.write_again(ticket, "2026-03-04 10:00:00")
        self.assertEqual(ticket.resend_count, 1)
        self.assertFalse(ticket.escalation_ids)

    def test_after_the_deadline_it_triggers_tier_1_at_once(self):
        ticket = self.ask("2026-03-01 10:00")
        mails = self.mails_of(self.write_again, ticket, "2026-03-04 10:00:01")
        self.assertEqual(self.climbs(ticket), [(1, self.leader)])
        self.assertEqual(ticket.escalation_ids.trigger, "resend")
        self.assertTrue(any("leader@" in address for address in mails))

    def test_it_never_skips_a_tier(self):
        ticket = self.ask("2026-03-01 10:00")
        for moment in ("2026-03-04 11:00", "2026-03-04 12:00", "2026-03-12 12:00"):
            self.write_again(ticket, moment)
        self.assertEqual(self.climbs(ticket), [(1, self.leader)])
        self.assertEqual(ticket.resend_count, 3)

    def test_somebody_else_is_neither_counted_nor_a_trigger(self):
        ticket = self.ask("2026-03-01 10:00")
        self.write_again(ticket, "2026-03-04 11:00", author=self.stranger)
        self.assertEqual(ticket.resend_count, 0)
        self.assertFalse(ticket.escalation_ids)
