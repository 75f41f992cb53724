from odoo import api, fields, models

from .reference import INVISIBLE, TO_LATIN_DIGITS


class ResPartner(models.Model):
    """Telephone numbers: in one form, and whose they are."""

    _inherit = "res.partner"

    phone_claimed = fields.Boolean(
        string="Telephone Number Not Confirmed",
        copy=False,
        help="They entered this number themselves on a web page. Once it is "
        "confirmed, messages and calls from it are recognised as theirs.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if self.env.user.share:
            partners.filtered("phone").phone_claimed = True
        return partners

    def write(self, vals):
        changed = self.browse()
        if "phone" in vals:
            changed = self.filtered(
                lambda one: (one.phone or "") != (vals["phone"] or "")
            )
        result = super().write(vals)
        if changed:
            # sudo: whoever may change the number; what they are tells if it is proven
            changed.sudo().phone_claimed = self.env.user.share
        return result

    @api.model
    def _to_e164(self, number, company):
        """A telephone number as people write it, in the international form.

        :param str number: ``05…``, ``+966 5…``, ``00966…``, in Latin or Arabic digits
        :param res.company company: who is called; numbers without a country are local,
            Saudi if the company does not say
        :return: such as ``+966501234567``; False if it is no number
        """
        text = (number or "").translate(INVISIBLE).translate(TO_LATIN_DIGITS).strip()
        country = company.country_id or self.env.ref("base.sa")
        return text and self._phone_format(number=text, country=country)

    @api.model
    def _find_caller(self, e164, company, asked=False):
        """The person with this number; of several, a person before an organisation.

        Runs as superuser: a caller is known, whatever contacts an agent may read.

        :param str e164: the number in the international form, may be empty
        :param res.company company: who is called
        :param bool asked: whether somebody will ask who it is: only then may it be one
            who has merely claimed to have the number
        :rtype: res.partner (empty if nobody has it)
        """
        if not e164:
            return self.browse()
        known = self.search(
            [
                ("phone_sanitized", "=", e164),
                ("company_id", "in", [company.id, False]),
            ],
            order="id",
        )
        if not asked:
            known = known.filtered(lambda one: not one.phone_claimed)
        return known.sorted(lambda one: (one.phone_claimed, one.is_company))[:1]
