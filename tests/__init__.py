from . import test_calendar_business_time
from . import test_escalation_climb
from . import test_escalation_cron
from . import test_escalation_ladder
from . import test_escalation_notice
from . import test_sla_clock
