from . import reference
from . import mail_gateway
from . import email
