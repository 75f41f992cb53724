"""A local stand-in for WhatsApp's Cloud API, over real HTTP, as Meta documents it.

It holds one number of ours, with its files and templates, checks what it is sent as
Meta does, and can break in the ways Meta breaks. ``dev/whatsapp.py`` plays it by hand,
so that nothing here imports Odoo.
"""

from .calls import (
    BUSINESS_ID,
    NUMBER_ID,
    PERSON,
    SECRET,
    VERIFY_TOKEN,
    call,
    make_call,
    make_message,
    make_status,
    sign,
)
from .server import TOKEN, StandIn
