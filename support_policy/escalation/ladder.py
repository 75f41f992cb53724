from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportEscalationLadder(models.Model):
    """The ordered tiers that a request climbs when no answer comes (R4)."""

    _name = "support.escalation.ladder"
    _description = "Escalation Ladder"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    tier_ids = fields.One2many(
        "support.escalation.tier", "ladder_id", string="Tiers", copy=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        ladders = super().create(vals_list)
        ladders._check_tiers()  # the tiers would, but there may be none
        return ladders

    def write(self, vals):
        if "tier_ids" not in vals:
            return super().write(vals)
        # what its tiers are while they are edited says nothing yet
        saved = self.with_context(support_saved_ladders=self)
        result = super(SupportEscalationLadder, saved).write(vals)
        self._tiers_changed()
        return result

    def _tiers_changed(self):
        """Hear of tiers that have come, changed or gone.

        :raises ValidationError: see ``_check_tiers``
        """
        saved = self.env.context.get("support_saved_ladders")
        # no client can send records
        ladders = self - saved if isinstance(saved, models.Model) else self
        ladders._check_tiers()
        ladders._reach_running()

    def _check_tiers(self):
        """Refuse ladders that nobody can climb.

        :raises ValidationError: no tier, or a gap or repetition in the levels
        """
        for ladder in self:
            levels = ladder.tier_ids.mapped("level")
            if not levels:
                raise ValidationError(
                    self.env._(
                        "The ladder “%(ladder)s” has no tiers. Add at least one, "
                        "so that unanswered requests can be escalated.",
                        ladder=ladder.name,
                    )
                )
            if sorted(levels) != list(range(1, len(levels) + 1)):
                raise ValidationError(
                    self.env._(
                        "Number the tiers of “%(ladder)s” 1, 2, 3 and so on, each "
                        "once and without a gap. They are currently %(levels)s.",
                        ladder=ladder.name,
                        levels=", ".join(map(str, sorted(levels))),
                    )
                )

    def _reach_running(self):
        """The tiers have changed: what climbs them is planned and handed over anew
        (R9)."""
        # sudo: the clock follows, whoever edits tiers
        policies = self.env["support.sla.policy"].sudo()
        for ladder in self:
            climbed = policies.with_context(active_test=False).search(
                [("ladder_id", "=", ladder.id)]
            )
            climbed._replan_cycles(ladder.name)
            climbed._hand_over()

    def _get_tier(self, level):
        """The tier of that level (empty if the ladder is shorter)."""
        return self.tier_ids.filtered(lambda tier: tier.level == level)

    def _get_present_tier(self, level):
        """The tier at which a request is that has climbed so far: the last one, if the
        ladder has become shorter since (empty before the deadline)."""
        return self.tier_ids.filtered(lambda tier: tier.level <= level).sorted("level")[
            -1:
        ]
