"""R3: Saudi public holidays, loaded once, corrected by people and the moon."""

from datetime import date

from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .calendar_common import HoursCase
from .common import at, riyadh

EID = "Eid al-Fitr Holiday"


class HolidayCase(HoursCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holidays = cls.env["support.public.holiday"]
        cls.wizards = cls.env["support.public.holiday.wizard"]
        cls.holidays.search([]).active = False
        cls.holidays.with_context(active_test=False).search([]).key = False

    def load(self, first=2026, last=2027, **vals):
        """What the wizard would do, as {name and year: state}; then it does it."""
        wizard = self.wizards.create({"year_from": first, "year_to": last, **vals})
        plan = {
            (line.english_name, line.date_from.year): line.state
            for line in wizard.line_ids
        }
        wizard.action_load()
        return plan

    def find(self, name, year):
        return self.holidays.search(
            [("name", "=", name), ("date_from", "like", f"{year}-%")]
        )


class TestLoad(HolidayCase):
    def test_2026_and_2027(self):
        self.load()
        for name, first, last in (
            ("Founding Day Holiday", "2026-02-22", "2026-02-22"),
            (EID, "2026-03-19", "2026-03-24"),
            ("Day of Arafah", "2026-05-26", "2026-05-26"),
            ("Eid al-Adha Holiday", "2026-05-27", "2026-05-29"),
            ("National Day Holiday", "2026-09-23", "2026-09-23"),
            ("Founding Day Holiday", "2027-02-22", "2027-02-22"),
            (EID, "2027-03-09", "2027-03-12"),
            ("Day of Arafah", "2027-05-15", "2027-05-15"),
            ("Eid al-Adha Holiday", "2027-05-16", "2027-05-19"),
            ("National Day Holiday", "2027-09-23", "2027-09-23"),
        ):
            holiday = self.find(name, first[:4])
            self.assertEqual(str(holiday.date_from), first, name)
            self.assertEqual(str(holiday.date_to), last, name)
            moon = name in (EID, "Day of Arafah", "Eid al-Adha Holiday")
            self.assertEqual(holiday.estimated, moon, name)
            self.assertEqual(self.hours(self.desk, first), 0)
        observed = self.find("Eid al-Adha Holiday (observed)", 2026)
        self.assertEqual(observed.date_from, date(2026, 5, 31))
        self.assertEqual(self.hours(self.desk, "2026-05-31"), 0)
        self.assertEqual(self.hours(self.desk, "2026-06-01"), 8)

    def test_the_promise_of_wednesday_before_eid(self):
        """Three business days from 18 March 2026, 10:00: Eid is from 19 to 24 March."""
        self.load()
        ticket = self.ask("2026-03-18 10:00")
        self.assertEqual(ticket.sla_deadline, riyadh("2026-03-29 10:00"))

    def test_names_in_arabic_and_english(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.load()
        eid = self.find(EID, 2026)
        self.assertEqual(eid.with_context(lang="ar_001").name, "عطلة عيد الفطر")
        wizard = self.wizards.with_context(lang="ar_001").create({})
        self.assertIn("يوم عرفة", wizard.line_ids.mapped("name"))

    def test_an_arabic_admin_leaves_arabic_notes(self):
        self.env["res.lang"]._activate_lang("ar_001")
        ticket = self.ask("2027-03-07 10:00")
        with at("2027-03-07 11:00"):
            wizard = self.wizards.with_context(lang="ar_001").create(
                {"year_from": 2027, "year_to": 2027}
            )
            wizard.action_load()
        self.assertIn("عطلة عيد الفطر", ticket.message_ids[1].body)
        eid = self.find(EID, 2027)
        self.assertEqual(eid.with_context(lang="ar_001").name, "عطلة عيد الفطر")
        self.assertEqual(set(eid.leave_ids.mapped("name")), {"عطلة عيد الفطر"})

    def test_it_shows_what_it_will_add_before_it_adds_it(self):
        form = Form(self.wizards)
        form.year_from, form.year_to = 2026, 2026
        first = form.save().line_ids[0]
        self.assertEqual(first.name, "Founding Day Holiday")
        self.assertEqual(first.state, "new")
        self.assertEqual(first.weekdays, "Sunday")
        self.assertFalse(self.holidays.search([]))

    def test_loading_again_adds_nothing(self):
        self.assertEqual(set(self.load().values()), {"new"})
        before = self.holidays.search([]), self.leaves.search([])
        self.assertEqual(set(self.load().values()), {"kept"})
        self.assertEqual((self.holidays.search([]), self.leaves.search([])), before)

    def test_corrections_are_kept(self):
        self.load()
        self.find(EID, 2027).write(
            {"date_from": "2027-03-10", "date_to": "2027-03-13", "estimated": False}
        )
        self.find("Founding Day Holiday", 2027).active = False
        self.find("National Day Holiday", 2027).calendar_ids -= self.desk
        order = self.holidays.create({"name": "Royal Order", "date_from": "2027-11-07"})
        plan = self.load()
        self.assertEqual(plan[EID, 2027], "moved")
        self.assertEqual(plan["Founding Day Holiday", 2027], "removed")
        self.assertEqual(plan["National Day Holiday", 2027], "kept")
        self.assertEqual(self.hours(self.desk, "2027-03-09"), 8)
        self.assertEqual(self.hours(self.desk, "2027-03-10"), 0)
        self.assertEqual(self.hours(self.desk, "2027-02-22"), 8)
        self.assertEqual(self.hours(self.desk, "2027-09-23"), 8)
        self.assertEqual(self.hours(self.hotline, "2027-09-23"), 0)
        self.assertEqual(self.hours(self.desk, "2027-11-07"), 0)
        self.assertEqual(order.date_to, date(2027, 11, 7))
        self.assertFalse(self.find(EID, 2027).estimated)

    def test_a_leave_taken_off_by_hand_stays_off(self):
        self.load()
        eid = self.find(EID, 2027)
        eid.leave_ids.filtered(lambda leave: leave.calendar_id == self.desk).unlink()
        self.load()
        self.assertEqual(self.hours(self.desk, "2027-03-09"), 8)

    def test_deleting_would_bring_it_back_so_it_is_refused(self):
        self.load()
        with self.assertRefused("Archive .Eid al-Fitr Holiday. instead"):
            self.find(EID, 2027).unlink()
        self.holidays.create({"name": "Mine", "date_from": "2027-11-07"}).unlink()
        self.assertEqual(self.hours(self.desk, "2027-11-07"), 8)

    def test_a_new_desk_gets_the_holidays_of_its_years(self):
        self.load()
        desk = self.desk.copy({"name": "Second Desk"})
        desk.global_leave_ids.unlink()
        self.assertEqual(self.hours(desk, "2027-03-09"), 8)
        plan = self.load(2027, 2027, calendar_ids=desk.ids)
        self.assertEqual(set(plan.values()), {"calendars"})
        self.assertEqual(self.hours(desk, "2027-03-09"), 0)
        self.assertEqual(self.hours(desk, "2026-09-23"), 8, "not asked for")
        self.assertEqual(len(self.find(EID, 2027)), 1)

    def test_nonsense_is_refused(self):
        for first, last in ((2027, 2026), (1900, 2026), (2026, 2999)):
            with self.assertRefused("Enter years"):
                self.load(first, last)

    def test_every_company_has_its_own(self):
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self.desk.copy({"name": "Theirs", "company_id": company.id})
        self.load()
        self.env.user.company_ids += company
        wizard = self.wizards.with_company(company).create(
            {"company_id": company.id, "year_from": 2027, "year_to": 2027}
        )
        self.assertEqual(wizard.calendar_ids, theirs)
        self.assertEqual(set(wizard.line_ids.mapped("state")), {"new"})
        wizard.action_load()
        eids = self.find(EID, 2027)
        self.assertEqual(eids.company_id, self.company | company)
        eids.filtered(lambda eid: eid.company_id == company).date_from = "2027-03-08"
        self.assertEqual(self.hours(theirs, "2027-03-08"), 0)
        self.assertEqual(self.hours(self.desk, "2027-03-08"), 8)


class TestWholeDays(HolidayCase):
    def test_they_are_riyadh_days_whoever_types_them(self):
        admin = new_test_user(
            self.env,
            login="sp_far",
            groups="support_policy.group_policy_admin",
            tz="Pacific/Auckland",
        )
        holidays = self.holidays.with_user(admin).with_context(tz="Pacific/Auckland")
        form = Form(holidays)
        form.name = "Royal Order"
        form.date_from = date(2026, 3, 2)
        holiday = form.save()
        self.assertEqual(holiday.date_to, date(2026, 3, 2))
        self.assertEqual(
            holiday.leave_ids.mapped("date_from"), [riyadh("2026-03-02 00:00")] * 3
        )
        always = self.env.ref("support_policy.calendar_working_days")
        for day, hours in (("2026-03-01", 24), ("2026-03-02", 0), ("2026-03-03", 24)):
            self.assertEqual(self.hours(always, day), hours, day)

    def test_they_move_with_the_desk(self):
        self.holidays.create({"name": "Royal Order", "date_from": "2026-03-02"})
        self.desk.tz = "Europe/Berlin"
        leave = self.holidays.search([]).leave_ids.filtered(
            lambda leave: leave.calendar_id == self.desk
        )
        self.assertEqual(leave.date_from, riyadh("2026-03-02 02:00"))

    def test_moving_eid_moves_open_promises(self):
        self.load()
        ticket = self.ask("2027-03-07 10:00")
        self.assertEqual(ticket.sla_deadline, riyadh("2027-03-16 10:00"))
        with at("2027-03-08 20:00"):
            self.find(EID, 2027).write(
                {"date_from": "2027-03-10", "date_to": "2027-03-13"}
            )
        self.assertEqual(ticket.sla_deadline, riyadh("2027-03-15 10:00"))

    def test_moved_it_keeps_its_length(self):
        self.load()
        eid = self.find(EID, 2027)
        eid.date_from = "2027-03-10"
        self.assertEqual(eid.date_to, date(2027, 3, 13))
        self.assertEqual(self.hours(self.desk, "2027-03-09"), 8)
        form = Form(eid)
        form.date_from = date(2027, 3, 8)
        self.assertEqual(form.date_to, date(2027, 3, 11))
        form.date_to = date(2027, 3, 12)
        form.save()
        self.assertEqual(eid.date_to, date(2027, 3, 12))
        (eid | self.find("National Day Holiday", 2027)).date_from = "2027-10-04"
        self.assertEqual(eid.date_to, date(2027, 10, 8))

    def test_it_ends_after_it_begins(self):
        holiday = self.holidays.create({"name": "X", "date_from": "2026-03-02"})
        form = Form(holiday)
        form.date_to = date(2026, 3, 1)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "ends_after_start"),
            self.env.cr.savepoint(),
        ):
            form.save()


class TestEveryYear(HolidayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env, login="sp_admin", groups="support_policy.group_policy_admin"
        )

    def prepare(self, moment):
        with at(moment):
            self.holidays._cron_prepare_next_year()

    def asked(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "support.public.holiday"),
                ("user_id", "=", self.admin.id),
            ]
        )

    def test_the_next_year_is_prepared_and_admins_are_asked(self):
        self.prepare("2026-10-01 03:00")
        self.assertTrue(self.find("National Day Holiday", 2027))
        asked = self.asked()
        names = self.holidays.browse(asked.mapped("res_id")).mapped("name")
        self.assertEqual(
            set(names),
            {EID, f"{EID} (observed)", "Day of Arafah", "Eid al-Adha Holiday"},
            "only what follows the moon, and only what is to come",
        )
        self.assertEqual(min(asked.mapped("date_deadline")), date(2027, 2, 16))

    def test_once(self):
        self.prepare("2026-10-01 03:00")
        asked = self.asked()
        self.prepare("2026-10-02 03:00")
        self.assertEqual(self.asked(), asked)

    def test_confirming_settles_it(self):
        self.prepare("2026-10-01 03:00")
        self.find(EID, 2027).action_confirm()
        self.assertFalse(self.find(EID, 2027).estimated)
        self.assertNotIn(self.find(EID, 2027).id, self.asked().mapped("res_id"))
        self.find("Day of Arafah", 2027).active = False
        self.assertEqual(len(self.asked()), 2)

    def test_a_company_without_a_desk_needs_none(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.prepare("2026-10-01 03:00")
        self.assertFalse(self.holidays.search([("company_id", "=", company.id)]))
