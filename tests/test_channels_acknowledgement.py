"""R10: a request is kept, whatever becomes of its acknowledgement."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .channels_intake_common import DoorsCase, every

LOGGERS = (
    "odoo.addons.support_policy.support_policy.escalation.incident",
    "odoo.addons.mail.models.mail_render_mixin",
    "odoo.addons.mail.models.mail_template",
    "odoo.sql_db",
)


@tagged("post_install", "-at_install")
class TestKept(DoorsCase):
    def setUp(self):
        super().setUp()
        admins = self.env.ref("support_policy.group_policy_admin")
        self.admin = self._new_staff("admin", "group_helpdesk_user")
        self.admin.group_ids |= admins
        self.enterContext(mute_logger(*LOGGERS))

    @property
    def templates(self):
        names = ("acknowledgement", "acknowledgement_whatsapp")
        ids = [f"support_policy.mail_template_{name}" for name in names]
        return self.env["mail.template"].concat(*map(self.env.ref, ids))

    def bring(self, by):
        """Bring something in, and return its ticket and what the requester got."""
        last = self.newest()
        by(text="Hello")
        ticket = self.newest()
        self.assertNotEqual(ticket, last)
        self.assertEqual(ticket.sla_state, "running")
        return ticket, ticket.message_ids.filtered(ticket._is_acknowledgement)

    def assertAdminsTold(self, times):
        incidents = self.env["support.incident"].search([])
        self.assertEqual(incidents.mapped("times"), [times])
        self.assertEqual(incidents.activity_ids.user_id & self.admin, self.admin)
        mine = incidents.activity_ids.filtered(lambda one: one.user_id == self.admin)
        self.assertEqual(len(mine), 1, "once for each cause")


def its_template_is_gone(case, by):
    case.templates.unlink()
    ticket, acknowledgement = case.bring(by)
    case.assertIn(ticket.number, acknowledgement.subject)
    cycle = ticket.sla_cycle_id.with_context(lang=ticket.partner_id.lang)
    case.assertIn(cycle.deadline_text, acknowledgement.body)
    case.assertAdminsTold(1)


def its_template_raises(case, by):
    case.env.flush_all()
    case.env.cr.execute(
        """
        UPDATE mail_template SET body_html = '{"en_US": "<t t-out=\\"1 // 0\\"/>"}'
         WHERE id = ANY(%s)
        """,
        [case.templates.ids],
    )
    case.env.invalidate_all()
    ticket, acknowledgement = case.bring(by)
    case.assertIn(ticket.number, acknowledgement.subject)
    case.assertAdminsTold(1)


def it_cannot_be_written(case, by):
    """Not even in plain words."""
    case.env.flush_all()
    case.env.cr.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no acknowledgements today'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON mail_message
        FOR EACH ROW WHEN (NEW.message_type = 'auto_comment')
        EXECUTE FUNCTION refuse()
        """
    )
    _ticket, acknowledgement = case.bring(by)
    case.assertFalse(acknowledgement)
    case.assertAdminsTold(1)


for rule in (its_template_is_gone, its_template_raises, it_cannot_be_written):
    every(TestKept, rule, "mail", "whatsapp", "web")


@tagged("post_install", "-at_install")
class TestRefusal(DoorsCase):
    def test_a_template_that_fails_is_refused_when_it_is_saved(self):
        self.by_mail()
        for name in ("acknowledgement", "acknowledgement_whatsapp", "tracking"):
            template = self.env.ref(f"support_policy.mail_template_{name}")
            with (
                self.subTest(name),
                mute_logger(*LOGGERS),
                self.assertRaisesRegex(ValidationError, "save your template due to"),
            ):
                template.body_html = '<p t-out="object.no_such_field"/>'
