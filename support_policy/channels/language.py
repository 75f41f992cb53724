import re

from odoo import api, models

#: The letters that tell a language, as far as letters do.
LETTERS = (("ar", re.compile("[\u0600-\u06ff]")), ("en", re.compile("[A-Za-z]")))


class ResLang(models.Model):
    _inherit = "res.lang"

    @api.model
    def _guess(self, text):
        """Installed language of a text: Arabic if it has Arabic letters, else English.

        :param str text: plain text
        :return: its code; None, if nothing tells or it is not installed
        """
        for language, letters in LETTERS:
            if letters.search(text):
                codes = (code for code, _name in self.get_installed())
                return next((c for c in codes if c.split("_")[0] == language), None)
        return None
