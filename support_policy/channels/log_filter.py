"""What gives a right by being known stays out of the server's log."""

import logging
import re

#: Who logs the addresses that are asked for.
LOGGERS = ("werkzeug", "odoo.http", "odoo.addons.http_routing.models.ir_http")


def hide_in_log(secret):
    """Keep secrets in addresses out of the log; what else is logged stays.

    :param str secret: regular expression; its first group stays, the rest goes
    """

    def hide(record):
        if isinstance(record.args, tuple):
            record.args = tuple(
                re.sub(secret, r"\1…", arg) if isinstance(arg, str) else arg
                for arg in record.args
            )
        return True

    for name in LOGGERS:
        logging.getLogger(name).addFilter(hide)
