"""WhatsApp's Cloud API, by pywa: what goes over the wire, and what an error means."""

from contextlib import contextmanager

import httpx
from pywa import WhatsApp, errors
from pywa.types.templates import TemplateLanguage

#: How long the API may take for one call (in seconds).
PATIENCE = 30
API = "https://graph.facebook.com/v24.0"
#: Errors that pass: limits, an outage, and what an administrator must put right.
PASSING = (
    errors.ThrottlingError,
    errors.AuthorizationError,
    errors.AccessDenied,
    errors.BusinessPaymentIssue,
    errors.IncorrectCertificate,
    errors.ServiceUnavailable,
    errors.UnknownError,
    errors.GenericError,
    errors.AccountInMaintenanceMode,
    errors.MediaDownloadError,
)
#: The same, of which pywa has no classes: Meta's servers are down or overloaded.
PASSING_CODES = {1, 2, 133004}
#: What a proxy on the way says in such cases: nothing has been taken.
NOT_TAKEN = {408, 429}
NEVER_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
#: All that goes wrong with a call; the last three, if pywa cannot read the answer.
ERRORS = errors.WhatsAppError, httpx.HTTPError, ValueError, LookupError, TypeError


class NotDone(Exception):
    """WhatsApp did not do what it was asked; the words tell people why."""


class Refused(NotDone):
    """It never will."""


class Later(NotDone):
    """It may, if it is asked again later."""


class Unsure(NotDone):
    """Nobody knows whether it did: the connection broke before there was an answer."""


@contextmanager
def connect(account):
    """A client for one of our numbers.

    :param support.whatsapp.account account: as superuser, for its secrets
    :raises NotDone: for whatever goes wrong inside
    """
    try:
        with httpx.Client(timeout=PATIENCE) as session:
            client = WhatsApp(
                phone_id=account.phone_number_id,
                waba_id=account.waba_id or None,
                token=account.access_token,
                session=session,
            )
            session.base_url = account.api_url
            yield client
    except ERRORS as error:
        raise _get_kind(error)(_describe(error)) from error


def _get_kind(error):
    if isinstance(error, NEVER_CONNECTED):
        return Later
    if not isinstance(error, errors.WhatsAppError):
        return Unsure
    # not the API's own words, but those of something on the way to it
    foreign = error.code == error.status_code
    passing = NOT_TAKEN if foreign else PASSING_CODES
    if isinstance(error, PASSING) or error.is_transient or error.code in passing:
        return Later
    return Unsure if foreign and error.code >= 500 else Refused


def passes(code):
    """Whether a message that failed may arrive if it is sent again later.

    :param int code: WhatsApp's own number of the error (0 if it gave none)
    :rtype: bool
    """
    error = errors.WhatsAppError.from_dict({"code": code, "message": ""})
    return bool(code) and _get_kind(error) is Later


def _describe(error):
    """What is known of an error; if it is the API's, with its number to look up."""
    if not isinstance(error, errors.WhatsAppError):
        return str(error) or type(error).__name__
    words = error.details or error.user_msg or error.message or ""
    return f"{error.code}: {words}"[:500]


def get_languages():
    """Codes of languages in which templates can be sent.

    :rtype: set of str
    """
    return {language.value for language in TemplateLanguage}


def send_template(client, to, name, language, values, **options):
    """Send a template that Meta has approved.

    :param str to: digits, or a user's id with us
    :param dict values: texts for its variables, by their names or numbers
    :param options: as pywa's own ``send_…`` methods take and return
    """
    parameters = [
        {"type": "text", "text": value}
        | ({} if name.isdigit() else {"parameter_name": name})
        for name, value in values.items()
    ]
    body = [{"type": "body", "parameters": parameters}] if parameters else None
    return client.send_template(to, name, TemplateLanguage(language), body, **options)


def upload(client, content, mimetype, name):
    """Give WhatsApp a file to send. It can be repeated: nobody has seen it yet.

    :param bytes content: of the file
    :return: what pywa's ``send_…`` methods take
    :raises Later: also if the connection breaks
    """
    try:
        return client.upload_media(content, mimetype, name)
    except httpx.HTTPError as error:
        raise Later(_describe(error)) from error
