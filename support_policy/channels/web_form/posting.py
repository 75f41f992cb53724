from werkzeug.exceptions import MethodNotAllowed

from odoo.http import request


def require_post():
    """Refuse what is no POST.

    Odoo hands OPTIONS requests to every route, also to those for POST only, and asks
    them for no token.

    :raises MethodNotAllowed: for any other method
    """
    if request.httprequest.method != "POST":
        raise MethodNotAllowed(["POST"])
