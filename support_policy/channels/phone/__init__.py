from . import exchange
from . import call
from . import ticket
from . import log_wizard
from . import controller
