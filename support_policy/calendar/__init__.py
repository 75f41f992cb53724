from . import business_time
from . import resource_calendar
