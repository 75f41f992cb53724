from . import queues
from . import alarm
from . import session
from . import health
