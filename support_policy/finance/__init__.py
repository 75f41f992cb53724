from . import invoice
from . import payment
from . import sending
from . import ticket
from . import suggestion
from . import report
