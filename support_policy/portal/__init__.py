from . import main
from . import policy_page
from . import request_form
from . import tracking
from . import objection
from . import ticket_page
