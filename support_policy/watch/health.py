import hmac

from odoo import http
from odoo.fields import Datetime
from odoo.http import request

from ..channels.log_filter import hide_in_log

PARAMETER = "support_policy.health_token"
#: States of WhatsApp messages that have not reached their readers.
NOT_ARRIVED = ("queued", "sending", "unsure", "failed")
# the token may stand in the address
hide_in_log(r"(/support/health\?token=)[^&\s\"]*")


class SupportHealthController(http.Controller):
    @http.route(
        "/support/health",
        type="http",
        auth="none",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def support_health(self, token="", **_params):
        """What monitoring asks: numbers and moments, nothing about people.

        :param str token: the system parameter ``support_policy.health_token``; or in
            the header ``Authorization: Bearer``
        :return: JSON; 404 as long as the parameter is empty, 403 for another token
        """
        env = request.env(su=True)  # the token is what gives the right
        known = env["ir.config_parameter"].get_param(PARAMETER)
        if not known:
            return request.make_json_response({"error": "not set up"}, status=404)
        header = request.httprequest.headers.get("Authorization", "")
        sent = header.removeprefix("Bearer ") or token
        if not hmac.compare_digest(known.encode(), sent.encode(errors="replace")):
            return request.make_json_response({"error": "wrong token"}, status=403)
        return request.make_json_response(_get_health(env))


def _get_health(env):
    watch = env["support.watch"]
    queues = watch._get_queues()
    due = [queue.oldest for queue in queues.values() if queue.oldest]
    return {
        "status": "late" if watch._get_late() else "ok",
        "oldest_due": _say(min(due, default=None)),
        "queues": {
            name: {"waiting": queue.waiting, "oldest": _say(queue.oldest)}
            for name, queue in queues.items()
        },
        "failed_steps": env["support.escalation.failure"].search_count(
            [("cycle_id.state", "=", "running")]
        ),
        "jobs": _get_jobs(env),
        "channels": {"email": _get_mails(env), "whatsapp": _get_numbers(env)},
    }


def _get_jobs(env):
    """Our scheduled actions, by XML id."""
    ids = env["ir.model.data"].search(
        [("module", "=", "support_policy"), ("model", "=", "ir.cron")]
    )
    jobs = {one.name: env["ir.cron"].browse(one.res_id).exists() for one in ids}
    return {
        name: {
            "active": bool(job.active),
            "last_run": _say(job.lastcall),
            "next_run": _say(job.nextcall),
            "failures": job.failure_count,
        }
        for name, job in jobs.items()
    }


def _get_mails(env):
    """Mails that are to leave, and that could not."""
    return {
        state: env["mail.mail"].search_count([("state", "=", state)])
        for state in ("outgoing", "exception")
    }


def _get_numbers(env):
    """WhatsApp numbers, by id: what waits in each, and what has failed."""
    messages = env["support.whatsapp.message"]._read_group(
        [("state", "in", NOT_ARRIVED)],
        ["account_id", "state"],
        ["__count"],
    )
    counts = {(account.id, state): count for account, state, count in messages}
    accounts = env["support.whatsapp.account"].with_context(active_test=False)
    return {
        str(account.id): {
            "active": account.active,
            **{state: counts.get((account.id, state), 0) for state in NOT_ARRIVED},
        }
        for account in accounts.search([], order="id")
    }


def _say(moment):
    """A naive UTC moment in ISO format, or None."""
    return f"{Datetime.to_datetime(moment).isoformat()}Z" if moment else None
