import logging
from functools import partial

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..sla.attempt import attempt

_logger = logging.getLogger(__name__)


class SupportIncident(models.Model):
    """R10: what people have to mend, told once for each cause, away from what failed.

    A cause keeps its record for ever, and whoever writes that record tells of it: so,
    of several workers who meet the same cause at once, one does.
    """

    _name = "support.incident"
    _description = "Incident"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "last_at desc, id desc"

    key = fields.Char(required=True, readonly=True, help="Identifies the cause.")
    name = fields.Char(string="Incident", required=True, readonly=True)
    note = fields.Text(string="Details", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    times = fields.Integer(
        readonly=True, string="Occurrences", help="How often it has happened."
    )
    last_at = fields.Datetime(string="Last Seen", readonly=True)

    _key = models.UniqueIndex("(key)", "This incident is already known.")

    @api.model
    def _report(self, key, company, readers, get_summary, note=False, record=None):
        """Tell people of something they have to mend, unless they know: each gets an
        activity, and none while they have it still open. Runs as superuser.

        :param str key: the cause
        :param res.company company: where it happened; empty, if in all of them
        :param res.users readers: who can mend it
        :param callable get_summary: takes an environment, returns the text in its
            language
        :param str note: plain text, if there is more to say
        :param record: where it is mended, if that is a form with activities
        :return: who hears of it now; nobody, if another worker tells of it
        :rtype: res.users
        """
        # nobody of that company can mend it: those of another one must see it
        company &= readers.company_ids
        vals = {
            "name": get_summary(self.env),
            "note": note,
            "company_id": company.id,
            "last_at": fields.Datetime.now(),
        }
        try:
            with self.env.cr.savepoint():
                incident = self.search([("key", "=", key)])
                if incident:
                    incident.write({**vals, "times": incident.times + 1})
                else:
                    incident = self.create({**vals, "key": key, "times": 1})
                self.env.flush_all()
                place = (company and record) or incident
                return readers._tell_problem(place, get_summary, note=note)
        except (UniqueViolation, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            return readers.browse()

    @api.model
    def _report_surely(self, record, *args):
        """The same at a record; if that fails, away from it, else in the log only.

        :param args: as ``_report`` takes them
        """
        report = partial(self._report, *args)
        if error := attempt(self.env, report, record) and attempt(self.env, report):
            _logger.error("%s: nobody was told of: %s", record, args, exc_info=error)

    @api.model
    def _report_unsaid(self, error, companies):
        """The policy administrators hear that something could not be told to
        requesters, once for each cause. Runs as superuser.

        :param Exception error: why
        :param res.company companies: whose requesters they are
        """
        _logger.error("Something could not be told", exc_info=error)
        self._report(
            f"unsaid: {type(error).__name__}",
            self.env["res.company"],
            companies._get_policy_admins(),
            lambda env: env._("Messages to requesters could not be sent"),
            note=str(error),
        )

    @api.model
    def _report_template(self, name, error, companies, template=None):
        """The policy administrators hear of a broken template, once for each. Runs as
        superuser.

        :param str name: of the template
        :param Exception error: why it could not be used
        :param res.company companies: where it would have been used
        :param mail.template template: empty, if it has been deleted
        """
        _logger.error("The mail template “%s” failed", name, exc_info=error)
        self._report(
            f"mail template: {(template and template.id) or name}",
            self.env["res.company"],
            companies._get_policy_admins(),
            lambda env: env._(
                "The mail template “%(name)s” cannot be used. A plain-text message is "
                "sent instead",
                name=name,
            ),
            note=str(error),
        )
