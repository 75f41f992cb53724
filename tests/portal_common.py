"""Visitors of the public pages, over real HTTP."""

import re

from odoo.http import Request
from odoo.tests import HttpCase

from .channels_common import MailCase
from .common import at


class PublicCase(MailCase, HttpCase):
    """Somebody who is not signed in, on a Sunday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.sa")
        cls.program = cls.env["support.diploma.program"].create(
            {"name": "Digital Marketing", "code": "T-DM"}
        )
        cls.beneficiary = cls.env.ref("support_policy.beneficiary_trainee")

    def visit(self, login=None):
        """Begin a session; nobody's, unless somebody signs in."""
        self.authenticate(login, login)

    def setUp(self):
        super().setUp()
        self.visit()

    def get(self, path, moment="2026-03-01 10:00"):
        with at(moment):
            return self.url_open(path)

    def post(self, path, data, moment="2026-03-01 10:00", files=None, token=True):
        """Send a form, as a browser does."""
        if token:
            data = {"csrf_token": Request.csrf_token(self), **data}
        with at(moment):
            response = self.url_open(path, data, files=files, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def ask_by_form(self, moment="2026-03-01 10:00", files=None, **data):
        """Fill the form and send it.

        :return: the response
        """
        return self.post(
            "/support/request",
            {
                "name": "هند",
                "email": "hind@mail.example",
                "beneficiary": str(self.beneficiary.id),
                "category": str(self.category.id),
                "subject": "لا أستطيع الدخول",
                "text": "الرابط لا يعمل",
                "accept": "1",
                **data,
            },
            moment,
            files,
        )

    def newest(self):
        """The ticket made last."""
        return self.env["helpdesk.ticket"].search([], order="id desc", limit=1)

    def link_in(self, mail):
        """The private link that a mail carries, as a path."""
        return re.search(r'href="[^"]*(/support/track/[^"]+)"', mail.body_html)[1]
