def to_id(value):
    """A database id out of a form, or 0: never an error, whatever was sent.

    >>> to_id("12"), to_id("-1"), to_id("٣"), to_id(None)
    (12, 0, 0, 0)
    """
    text = value if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
