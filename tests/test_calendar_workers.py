"""A change of hours in one worker is seen by another, which has its own memory."""

import subprocess
import sys

from odoo.tests import get_db_name

from .common import riyadh
from .house_workers_common import WorkersCase

#: Another Odoo: for each line it reads, it says how long the desk is open that day.
WORKER = """
import sys
from datetime import datetime, timezone
from odoo.tools import config
database = sys.argv[1]
config.parse_config(["-d", database, "--log-level=critical"])
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
start = datetime(2026, 3, 1, 21, tzinfo=timezone.utc)
stop = datetime(2026, 3, 2, 21, tzinfo=timezone.utc)
seen = set()
for line in sys.stdin:
    registry = Registry(database).check_signaling()
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        desk = env.ref("support_policy.calendar_support_desk")
        time = desk.support_business_time(start, stop)
        known = "known" if time in seen else "new"
        seen.add(time)
        print(known, time.hours_between(start, stop), flush=True)
"""


class TestTwoWorkers(WorkersCase):
    cleared = ("resource.calendar.leaves", *WorkersCase.cleared)

    def setUp(self):
        super().setUp()
        self.other = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WORKER, get_db_name()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(self.other.communicate)

    def ask_other(self):
        self.other.stdin.write("\n")
        self.other.stdin.flush()
        return self.other.stdout.readline().strip()

    def test_a_holiday_and_its_removal(self):
        self.assertEqual(self.ask_other(), "new 8.0")
        self.assertEqual(self.ask_other(), "known 8.0")
        with self.transaction() as env:
            leave = env["resource.calendar.leaves"].create(
                {
                    "name": "Royal Order",
                    "calendar_id": env.ref("support_policy.calendar_support_desk").id,
                    "date_from": riyadh("2026-03-02 00:00"),
                    "date_to": riyadh("2026-03-02 23:59:59"),
                }
            )
        self.assertEqual(self.ask_other(), "new 0.0")
        self.assertEqual(self.ask_other(), "known 0.0")
        with self.transaction() as env:
            leave.with_env(env).unlink()
        self.assertEqual(self.ask_other(), "new 8.0")
