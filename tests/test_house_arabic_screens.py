"""Every word our Arabic users read on screens and in letters is Arabic."""

import re

from lxml import etree, html

from odoo.tests import HttpCase, new_test_user, tagged

from .channels_common import SUNDAY, MailCase
from .common import at

ARABIC = re.compile(r"[\u0621-\u064a]")
LATIN = re.compile(r"[A-Za-z][\w.-]*")
#: The modules whose words appear in these tests.
MODULES = ("web", "mail", "portal", "resource", "helpdesk_mgmt", "support_policy")


def said(element):
    """The words of a page or letter, without its markup."""
    if isinstance(element, str):
        element = html.fromstring(element)
    for hidden in element.xpath("//script | //style | //comment()"):
        hidden.drop_tree()
    return " ".join(element.text_content().split())


class ArabicCase(MailCase):
    """A desk whose people read Arabic."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        modules = cls.env["ir.module.module"].search([("name", "in", MODULES)])
        modules._update_translations(["ar_001"])
        cls.arabic = cls.env(context={**cls.env.context, "lang": "ar_001"})
        staff = cls.agent | cls.leader | cls.manager | cls.executive
        (staff | cls.helpdesk_manager).lang = "ar_001"
        names = ("نورة الحربي", "خالد العتيبي", "مها الدوسري", "عبدالله القحطاني")
        for user, name in zip(staff, names, strict=True):
            user.name = name
        cls.trainee.name = "سارة الشهري"
        cls.company.name = "منصة الدبلومات"

    def ref(self, xmlid):
        return self.arabic.ref(xmlid)

    def assertArabic(self, text, *names):
        """Nothing in Latin letters but these names."""
        self.assertRegex(text, ARABIC)
        for name in names:
            text = text.replace(name, "")
        self.assertFalse(LATIN.findall(text), text)


class TestArabicScreens(ArabicCase):
    def test_menus(self):
        menus = self.ref("helpdesk_mgmt.helpdesk_ticket_main_menu")
        self.assertEqual(menus.name, "مركز الدعم")
        for menu in self.arabic["ir.ui.menu"].search([("id", "child_of", menus.ids)]):
            self.assertArabic(menu.name)
            if menu.action:
                self.assertArabic(menu.action.name)

    def test_records(self):
        names = {
            "helpdesk_mgmt.helpdesk_ticket_stage_awaiting": "قيد الانتظار",
            "helpdesk_mgmt.helpdesk_ticket_channel_web": "نموذج الموقع الإلكتروني",
            "support_policy.team_trainee_support": "شؤون الطلاب / دعم المتدربين",
            "support_policy.category_technical_sign_in": (
                "الدعم الفني / تسجيل الدخول وحضور المحاضرات عبر البث المباشر"
            ),
            "support_policy.policy_whatsapp": "واتساب: 48 ساعة عمل",
            "support_policy.tier_standard_1": "تذكير الفريق المختص",
            "support_policy.beneficiary_supervisor": "جهة مشرفة",
        }
        for xmlid, name in names.items():
            self.assertEqual(self.ref(xmlid).display_name, name)
        for stage in self.arabic["helpdesk.ticket.stage"].search([]):
            self.assertArabic(stage.name)

    def test_form_labels_of_both_modules(self):
        ticket = self.arabic["helpdesk.ticket"]
        fields = ticket.fields_get()
        self.assertEqual(fields["stage_id"]["string"], "حالة التذكرة")
        self.assertEqual(fields["sla_state"]["string"], "حالة الرد")
        self.assertEqual(dict(fields["priority"]["selection"])["3"], "عالية جدًا")
        for view_type in ("form", "list", "kanban", "search", "pivot"):
            view = etree.fromstring(ticket.get_view(view_type=view_type)["arch"])
            for label in view.xpath("//@string | //@placeholder | //@title"):
                self.assertArabic(label)
            for node in view.iter("field"):
                if node.get("name") in fields:
                    self.assertArabic(fields[node.get("name")]["string"])

    def test_banner(self):
        ticket = self.ask(SUNDAY)
        ticket = ticket.with_user(self.agent).with_context(lang="ar_001")
        with at("2026-03-02 10:00"):
            banner = said(str(ticket.sla_banner))
        self.assertArabic(banner)
        self.assertIn("الأربعاء 4 مارس، الساعة 10:00 (بتوقيت الرياض)", banner)
        self.assertIn("المتبقي من وقت العمل: 16 س 0 د", banner)
        self.run_cron("2026-03-04 12:00")
        ticket.invalidate_recordset()
        with at("2026-03-04 14:30"):
            banner = said(str(ticket.sla_banner))
            self.assertEqual(ticket.sla_remaining, "متأخر 4 س 30 د")
        self.assertArabic(banner)
        self.assertIn("1 / 3: تذكير الفريق المختص", banner)
        self.assertIn("في حال عدم الرد", banner)

    def test_history_in_the_chatter(self):
        ticket = self.ask(SUNDAY)
        self.run_cron("2026-03-04 12:00")
        note = ticket.message_ids.subtype_id.with_env(self.arabic).filtered(
            lambda subtype: subtype.internal
        )
        self.assertIn(
            "تم التصعيد: لم يُردّ خلال المدة المحددة", note.mapped("description")
        )


class TestArabicMail(ArabicCase):
    def assertLetter(self, mail, *names):
        """An Arabic letter, from right to left, in an Arabic frame."""
        names += ("support@desk.example",)
        self.assertArabic(mail.subject, *names)
        body = html.fromstring(mail.body_html)
        letters = body.xpath("//div[@dir='rtl']")
        self.assertEqual(len(letters), 1)
        self.assertIn("السلام عليكم ورحمة الله وبركاته", said(letters[0]))
        self.assertArabic(said(body), *names)

    def test_acknowledgement(self):
        ticket = self.mail("arabic_base64.eml", SUNDAY)
        mail = self.mails_to(self.trainee.email)
        self.assertEqual(mail.subject, f"تم استلام طلبكم رقم {ticket.number}")
        self.assertLetter(mail, ticket.number)
        text = said(mail.body_html)
        self.assertIn(f"ورقمه {ticket.number}.", text)
        promise = "في موعد أقصاه الأربعاء 4 مارس، الساعة 10:00 (بتوقيت الرياض)."
        self.assertIn(promise, text)

    def test_notices_to_the_staff(self):
        ticket = self.ask(SUNDAY, name="تعذر دخول المحاضرة")
        self.run_cron("2026-03-04 08:00")
        warning = self.mails_to(self.agent.email)
        self.assertEqual(
            warning.subject, f"اقترب موعد الرد: {ticket.number} تعذر دخول المحاضرة"
        )
        self.assertLetter(warning, ticket.number)
        self.run_cron("2026-03-04 12:00")
        escalation = self.mails_to(self.leader.email)[-1]
        self.assertEqual(
            escalation.subject, f"تصعيد: {ticket.number} تعذر دخول المحاضرة"
        )
        self.assertLetter(escalation, ticket.number)
        self.assertIn("المرحلة: تذكير الفريق المختص", said(escalation.body_html))

    def test_reminder_to_the_executive(self):
        ticket = self.ask(SUNDAY, name="تعذر دخول المحاضرة")
        for day in ("04", "10", "16", "18"):
            self.run_cron(f"2026-03-{day} 12:00")
        reminder = self.mails_to(self.executive.email)[-1]
        self.assertLetter(reminder, ticket.number)
        self.assertTrue(reminder.subject.startswith("لا يزال دون رد: "))

    def test_digest(self):
        for number in range(2):
            self.ask(SUNDAY, name=f"تعذر دخول المحاضرة {number}")
        self.run_cron("2026-03-04 12:00")
        digest = self.mails_to(self.leader.email)[-1]
        self.assertEqual(digest.subject, "طلبات بانتظار الرد: 2")
        self.assertLetter(digest, "HT")

    def test_base_module_closes_in_arabic_without_the_agents_name(self):
        ticket = self.ask(SUNDAY, name="تعذر دخول المحاضرة", user_id=self.agent.id)
        template = self.env.ref("helpdesk_mgmt.closed_ticket_template")
        mail = template._generate_template(ticket.ids, ("subject", "body_html"))
        mail = mail[ticket.id]
        self.assertEqual(mail["subject"], f"تم إغلاق طلبكم رقم {ticket.number}")
        self.assertIn("تعذر دخول المحاضرة", said(mail["body_html"]))
        self.assertNotIn(self.agent.name, mail["body_html"])


@tagged("post_install", "-at_install")
class TestArabicPortal(HttpCase, ArabicCase):
    def test_pages(self):
        requester = new_test_user(
            self.env, login="sp_sara", groups="base.group_portal", lang="ar_001"
        )
        ticket = self.ask(
            SUNDAY, name="تعذر دخول المحاضرة", partner_id=requester.partner_id.id
        )
        self.authenticate("sp_sara", "sp_sara")
        pages = {
            "/my/tickets": ("التذاكر", "تاريخ الإنشاء"),
            f"/my/ticket/{ticket.id}": ("الموعد المحدد للرد:", "سجل المراسلات"),
            "/new/ticket": ("طلب الدعم", "نص الطلب"),
        }
        for address, words in pages.items():
            response = self.url_open(address)
            self.assertEqual(response.status_code, 200)
            page = html.fromstring(response.text)
            self.assertTrue(page.xpath("//*[contains(@class, 'o_rtl')]"))
            text = said(page)
            for word in words:
                self.assertIn(word, text)
