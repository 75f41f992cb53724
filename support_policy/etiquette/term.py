from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from .matching import TermMatcher, find_words


class SupportEtiquetteTerm(models.Model):
    """A word that makes a message worth a second look: help for staff, no judgement."""

    _name = "support.etiquette.term"
    _description = "Term to Check"
    _order = "name, id"

    name = fields.Char(
        string="Term",
        required=True,
        help="One or more words. Diacritics, stretched or spaced-out letters, and the "
        "different forms of alef, ya and ta marbuta are ignored.",
    )
    rule_id = fields.Many2one(
        "support.etiquette.rule",
        ondelete="cascade",
        index="btree_not_null",
        help="Rule that a message containing this term may break.",
    )
    active = fields.Boolean(default=True)

    _name_unique = models.Constraint(
        "UNIQUE(name)", "This term is already on the list."
    )

    @api.constrains("name")
    def _check_name(self):
        for term in self:
            if not find_words(term.name):
                raise ValidationError(
                    self.env._(
                        "Enter a term that contains letters instead of “%(term)s”.",
                        term=term.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _find_in(self, text):
        """The terms that a text contains, in whatever spelling. Runs as superuser: what
        is looked for does not depend on whose message it is.

        :param str text: plain text
        :rtype: support.etiquette.term
        """
        return self.browse(sorted(self._get_matcher().find(text)))

    @api.model
    @ormcache()
    def _get_matcher(self):
        terms = self.search([("active", "=", True)])
        return TermMatcher({term.id: term.name for term in terms})
