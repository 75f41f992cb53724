"""The rooms, in the order a request walks through them."""

from . import calendar
from . import routing
from . import sla
from . import escalation
from . import channels
from . import etiquette
from . import finance
from . import portal
from . import watch
