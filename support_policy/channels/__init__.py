from . import mail_gateway
from . import email
from . import acknowledgement
from . import phone
from . import web_form
from . import whatsapp
