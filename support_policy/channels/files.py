"""Which files of strangers are taken: pure functions, no database."""

from pathlib import PurePath

from odoo.tools.mimetypes import guess_mimetype

SOUNDS = {"mp3", "m4a", "aac", "amr", "ogg", "opus", "wav"}
#: Kinds of files that can be sent; nothing that a browser would run.
EXTENSIONS = frozenset(
    {
        *SOUNDS,
        *("pdf", "txt", "png", "jpg", "jpeg", "gif", "webp", "heic"),
        *("doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods"),
        *("mp4", "3gp"),
    }
)
DANGEROUS = ("html", "xml", "svg", "javascript", "x-sh", "x-executable")
#: Not dangerous, whatever its name contains: docx, xlsx, pptx.
OFFICE = "application/vnd.openxmlformats-officedocument."
LONGEST_NAME = 120


def get_file_name(text):
    """The bare name in what a stranger calls a file, its end kept if it is long."""
    return PurePath(text.replace("\\", "/")).name[-LONGEST_NAME:]


def is_safe(name, content, extensions=EXTENSIONS):
    """Whether a file is of a kind that is taken, by its name and by its content.

    >>> is_safe("notes.txt", b"Good morning")
    True
    >>> is_safe("photo.png", b"<html><script>alert(1)</script></html>")
    False
    """
    kind = guess_mimetype(content).removeprefix(OFFICE)
    extension = PurePath(name).suffix[1:].lower()
    return extension in extensions and not any(bad in kind for bad in DANGEROUS)
