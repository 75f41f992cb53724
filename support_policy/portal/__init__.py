from . import main
from . import objection
from . import ticket_page
