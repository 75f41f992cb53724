"""Between Odoo's stored datetimes (naive, UTC) and business time's (aware, UTC)."""

from datetime import timezone


def aware(stored):
    """The moment that Odoo stores as a naive UTC datetime."""
    return stored.replace(tzinfo=timezone.utc)


def naive(moment):
    """What Odoo stores for an aware moment."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
