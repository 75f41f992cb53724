from . import resource_calendar
from . import company
from . import policy
from . import cycle
from . import ticket
from . import note
from . import conversation
from . import replan
