from . import main
from . import objection
