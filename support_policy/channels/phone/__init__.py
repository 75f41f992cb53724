from . import caller
from . import exchange
from . import call
from . import log_wizard
from . import controller
