from dataclasses import dataclass
from datetime import datetime

from odoo import api, fields, models
from odoo.fields import Domain


@dataclass(frozen=True)
class Queue:
    """What some job should have taken up by now."""

    waiting: int
    #: naive UTC, when the first of them fell due; None if none has
    oldest: datetime | None


class SupportWatch(models.AbstractModel):
    """What is due, and whether anybody takes it up. Runs as superuser."""

    _name = "support.watch"
    _description = "Watchdog"

    @api.model
    def _get_queues(self):
        """What is due at this moment, of everything that jobs of ours take up.

        :return: {name: Queue}
        """
        now = fields.Datetime.now()
        return {
            name: self._measure(model, domain & Domain(due, "<", now), due)
            for name, (model, domain, due) in self._get_watched().items()
        }

    @api.model
    def _get_watched(self):
        """:return: {name: (model, domain, field that says when it fell due)}"""
        untroubled = self.env["support.sla.cycle"]._get_untroubled_domain()
        running = ("support.sla.cycle", untroubled)
        return {
            "steps": (*running, "next_escalation_at"),
            "warnings": (*running, "warn_at"),
            "plans": (
                "support.sla.policy",
                Domain("replan_reason", "!=", False),
                "write_date",
            ),
            "notices": (
                "support.sla.cycle",
                untroubled & Domain("pending_notice", "!=", False),
                "write_date",
            ),
            "mails": ("support.escalation.notice", Domain.TRUE, "try_at"),
            "whatsapp_in": (
                "support.whatsapp.event",
                Domain("state", "=", "waiting"),
                "try_at",
            ),
            "whatsapp_files": (
                "support.whatsapp.message",
                Domain("state", "=", "fetching"),
                "try_at",
            ),
            "whatsapp_out": (
                "support.whatsapp.message",
                Domain("state", "=", "queued"),
                "try_at",
            ),
        }

    @api.model
    def _measure(self, model, domain, due):
        [(waiting, oldest)] = (
            self.env[model]
            .with_context(active_test=False)
            ._read_group(domain, [], ["__count", f"{due}:min"])
        )
        return Queue(waiting, oldest or None)
