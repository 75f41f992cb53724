import mimetypes

from odoo import api, fields, models

from ..files import get_file_name, is_safe
from . import client
from .message import FETCHING
from .text import isolate

#: Larger files (in bytes) are not fetched.
LARGEST_MEDIA = 25_000_000
#: Of WhatsApp's own types, those that not every system knows, or calls the same.
EXTENSIONS = {
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "image/webp": ".webp",
    "video/3gpp": ".3gp",
}


class SupportWhatsappMessage(models.Model):
    """Pictures, voice messages, documents: fetched after the message has been taken."""

    _inherit = "support.whatsapp.message"

    media_reference = fields.Char()
    media_name = fields.Char()
    media_type = fields.Char()

    @api.model
    def _cron_fetch(self):
        """Fetch the files that WhatsApp keeps for us, each by itself."""
        self._work_off(FETCHING, lambda row: row._attempt(row._fetch))

    def _fetch(self):
        """Fetch one file. Runs as superuser, for the number's secrets."""
        with client.connect(self.account_id) as whatsapp:
            content = self._download(whatsapp)
        self._keep(content)

    def _download(self, whatsapp):
        """The file, as far as it is not too large; its stated size is not trusted."""
        media = whatsapp.get_media_url(self.media_reference)
        if media.file_size > LARGEST_MEDIA:
            return None
        content = b""
        for chunk in whatsapp.stream_media(media.url):
            content += chunk
            if len(content) > LARGEST_MEDIA:
                return None
        return content

    def _keep(self, content):
        """Put the file at the message, if it is one that the desk takes.

        :param bytes content: None, if it is too large
        """
        name = self._get_media_name()
        if content is None:
            self._fail(f"{name} > {LARGEST_MEDIA // 1_000_000} MB")
        elif not content or not is_safe(name, content):
            self._fail(name)
        else:
            self.message_id.attachment_ids += self.ticket_id._attach(name, content)
            self._set_fetched()

    def _get_media_name(self):
        mimetype = (self.media_type or "").partition(";")[0].strip()
        extension = EXTENSIONS.get(mimetype) or mimetypes.guess_extension(mimetype)
        name = get_file_name(self.media_name or "")
        return name or f"{self.message_type}{extension or ''}"

    def _miss_file(self, reason):
        """A file that cannot be had: staff see it where the file would be."""
        self._set_failed(reason)
        self.ticket_id._log_changes(
            "support_policy.mt_whatsapp_media_failed",
            {self.ticket_id: isolate(reason)},
        )
