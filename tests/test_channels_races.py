"""R10: two things at once are two things on one ticket, and neither is lost."""
