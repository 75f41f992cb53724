"""What gives a right by being known stays out of the server's log."""

import logging
import re

#: Who logs the addresses that are asked for.
LOGGERS = ("werkzeug", "odoo.http", "odoo.addons.http_routing.models.ir_http")


class HideSecrets(logging.Filter):
    """Hides a part of what is logged; the record itself always is."""

    def __init__(self, secret):
        super().__init__()
        self.secret = re.compile(secret)

    def filter(self, record):
        """Put an ellipsis in place of the secret."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                self.secret.sub(r"\1…", arg) if isinstance(arg, str) else arg
                for arg in record.args
            )
        return True


def hide_in_log(secret):
    """Keep secrets in addresses out of the log.

    :param str secret: regular expression; its first group stays, the rest goes
    """
    for name in LOGGERS:
        logging.getLogger(name).addFilter(HideSecrets(secret))
