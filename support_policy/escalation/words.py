import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..sla.attempt import attempt, forget

_logger = logging.getLogger(__name__)


class SupportSlaCycle(models.Model):
    """R10: what has happened is stored; now it is said, piece by piece. A piece that
    cannot be said takes nothing else with it."""

    _inherit = "support.sla.cycle"

    @api.model
    def _say_all(self):
        """Say all that waits to be said, in the caller's transaction."""
        for words in self._get_all_words():
            self._say(words)

    @api.model
    def _say_in_pieces(self):
        """Say all that waits to be said, each piece in a transaction of its own. One
        that loses a race is said in the next run, or by the winner."""
        commit_progress = self.env["ir.cron"]._commit_progress
        for words in self.sudo()._get_all_words():
            try:
                self._say(words)
                commit_progress()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                forget(self.env)

    def _say(self, words):
        """One piece of words.

        :param callable words: what is to be done
        :raises Exception: one that is nobody's fault (see ``attempt``)
        """
        if error := attempt(self.env, words):
            _logger.error("What happened could not be told", exc_info=error)

    @api.model
    def _get_all_words(self):
        """All that waits to be said: of failures, vacant posts, and the steps taken.

        :return: callables, each to be called in a savepoint, before the next is asked
            for
        """
        yield from self.env["support.escalation.failure"]._get_reports()
        told = self._get_untroubled_domain() & Domain("pending_notice", "!=", False)
        yield from self.search(told)._get_words()
        # what an earlier run, or another worker, did not come to
        yield from self.env["support.escalation.notice"]._get_mails(Domain.TRUE)

    def _get_words(self):
        """What is to be said of the steps that these cycles have taken.

        :return: callables (see ``_get_all_words``)
        """
        if self:
            yield self._report_vacancies
            yield self._queue_notices
        mine = Domain("cycle_id", "in", self.ids)
        yield from self.env["support.escalation.notice"]._get_mails(mine)

    def _send_notices(self):
        """Say at once what steps these cycles have taken."""
        for words in self.filtered("pending_notice")._get_words():
            self._say(words)

    def _report_vacancies(self):
        """Report the posts that these cycles find vacant, each once (R4)."""
        vacancies = set()
        self._isolate(lambda cycles: vacancies.update(cycles._find_vacancies()))
        # always in the same order, so that two workers cannot wait for each other
        for tier, form, company in sorted(vacancies, key=str):
            tier._report_vacant(form, company)

    def _find_vacancies(self):
        """The posts passed over on the way to the holders of these cycles' tiers.

        :return: triples of a tier, the form that names its holder, and a company
        :rtype: set of tuple
        """
        return {
            (tier, tier._get_form(cycle.ticket_id), cycle.company_id)
            for cycle in self
            for tier in cycle._get_tier()._find_holder(cycle.ticket_id)[1]
        }
