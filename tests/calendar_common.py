"""What the tests of business time share."""

from datetime import timedelta, timezone

from .common import SupportPolicyCase, riyadh

UTC = timezone.utc
A_DAY = timedelta(days=1)


def moment(text):
    """A moment of Riyadh's clock, aware."""
    return riyadh(text).replace(tzinfo=UTC)


class HoursCase(SupportPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hotline = cls.env.ref("support_policy.calendar_hotline")
        cls.program = cls.env["support.diploma.program"].create(
            {"name": "Project Management", "code": "PM"}
        )
        cls.leaves = cls.env["resource.calendar.leaves"]
        cls.sessions = cls.env["support.diploma.session"]

    def hours(self, calendar, day):
        """Business hours of a desk on a day of Riyadh's calendar."""
        start = moment(f"{day} 00:00")
        time = calendar.support_business_time(start, start + A_DAY)
        return time.hours_between(start, start + A_DAY)

    def hold(self, start, stop, **vals):
        """A session, on Riyadh's clock."""
        return self.sessions.create(
            {
                "program_id": self.program.id,
                "start": riyadh(start),
                "stop": riyadh(stop),
                **vals,
            }
        )

    def close(self, start, stop, calendar=None, **vals):
        """A leave of a calendar; of the company, without one."""
        return self.leaves.create(
            {
                "name": "Holiday",
                "calendar_id": calendar and calendar.id,
                "date_from": riyadh(start),
                "date_to": riyadh(stop),
                **vals,
            }
        )
