from . import automatic_mail
from . import beneficiary
from . import channel
from . import team
from . import category
from . import partner
from . import ticket
from . import leader
