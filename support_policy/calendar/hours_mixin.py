from odoo import api, models

#: In the context as ``support_hours_later``: a calendar changes its own lines, and is
#: told once, when all of them are in place. No client can send this object.
LATER = object()


class SupportHoursMixin(models.AbstractModel):
    """A record that says when desks are open: calendars hear of every change."""

    _name = "support.hours.mixin"
    _description = "Opening Hours"

    def _get_calendars(self):
        """Calendars whose opening hours these records are part of. Runs as superuser:
        they hear of a change whoever makes it, and whoever may see them.

        :rtype: resource.calendar, as superuser
        """
        return self.env["resource.calendar"]

    def _get_hours_fields(self):
        """Names of the fields that opening hours are made from.

        :rtype: set of str
        """
        return set()

    @api.model
    def _get_moments(self, domain, start, stop):
        """Two fields of all matching records, in one query, without making records.

        :param Domain domain: which records
        :param str start: name of a datetime field
        :param str stop: name of another
        :return: list of pairs of naive UTC datetimes
        """
        query = self._search(domain)
        columns = (
            self._field_to_sql(self._table, name, query) for name in (start, stop)
        )
        return self.env.execute_query(query.select(*columns))

    def _get_change_reason(self):
        """What people are told about a change of these records, in a few words."""
        names = self.mapped("display_name")  # Odoo lets a leave have none
        return ", ".join(dict.fromkeys(filter(None, names)))

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._hours_changed(records._get_affected_calendars())
        return records

    def write(self, vals):
        if not self._get_hours_fields() & vals.keys():
            return super().write(vals)
        before = self._get_affected_calendars()
        result = super().write(vals)
        self._hours_changed(before | self._get_affected_calendars())
        return result

    def unlink(self):
        calendars, reason = self._get_affected_calendars(), self._get_change_reason()
        result = super().unlink()
        self._hours_changed(calendars, reason)
        return result

    def _get_affected_calendars(self):
        # sudo: whoever plans hours need not see the desks that they open or close
        return self.sudo()._get_calendars()

    def _is_told_later(self):
        return self.env.context.get("support_hours_later") is LATER

    def _hours_changed(self, calendars, reason=None):
        if calendars and not self._is_told_later():
            if reason is None:
                reason = self._get_change_reason()
            calendars._reload_hours(reason)
