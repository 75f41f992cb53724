"""Every word our Arabic users read: nothing is left in English, or half translated.

Terms are those that Odoo exports, so a new string fails here until ``make i18n`` has
brought it to ``i18n/ar.po`` and somebody has translated it.
"""

import re
from collections import Counter
from pathlib import Path

import polib
from lxml import etree, html

from odoo.modules import Manifest, get_module_path
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools.translate import TranslationModuleReader

from .channels_common import SUNDAY, MailCase
from .common import at

ADDON = Path(get_module_path("support_policy"))
OURS, BASE = ADDON / "i18n/ar.po", ADDON / "i18n_extra/ar.po"
ARABIC = re.compile(r"[\u0621-\u064a]")
LATIN = re.compile(r"[A-Za-z][\w.-]*")
#: What a translation must repeat as it is.
PLACEHOLDERS = re.compile(r'%\(\w+\)s|%s|\{\{.*?\}\}|\bt-[\w-]+="[^"]*"')
TAGS = re.compile(r"</?\w[^>]*>")
ADDRESSES = re.compile(r"[\w.@]+\.com|<[\w.@]+>")
#: Names that have no Arabic form: of codes, formats and fields.
NAMES = {"trainer", "trainee", "supervisor"}
NAMES |= {"everyone", "partners", "followers", "jobs", "JSON", "HTTP"}
NAMES |= {"Font", "awesome", "fa-tasks", "alias_model_id", "parent_model", "model"}
#: The modules whose words appear in these tests.
MODULES = ("web", "mail", "portal", "resource", "helpdesk_mgmt", "support_policy")
LETTER = "model:mail.template,body_html"
#: The base module greets the agent by name in letters that the requester gets.
BY_MISTAKE = Counter({'t-out="object.user_id.name"': 1})


class Terms(TranslationModuleReader):
    """Odoo's exporter. It reads the code of all addons it can find: here, only those
    that lie beside the module."""

    def _export_translatable_resources(self):
        parent = Path(get_module_path(self._modules[0])).parent
        self._path_list = [(str(parent), True)]
        return super()._export_translatable_resources()


class RecordTerms(TranslationModuleReader):
    """The terms of records alone."""

    def _export_translatable_resources(self):
        pass


def said(element):
    """The words of a page or letter, without its markup."""
    if isinstance(element, str):
        element = html.fromstring(element)
    for hidden in element.xpath("//script | //style | //comment()"):
        hidden.drop_tree()
    return " ".join(element.text_content().split())


class TestArabicFiles(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours, cls.base = polib.pofile(str(OURS)), polib.pofile(str(BASE))
        cls.all = [*cls.ours, *cls.base]

    def assertEach(self, fine, entries):
        """All entries pass; those that do not are named."""
        bad = [f"{e.msgid} -> {e.msgstr}" for e in entries if not fine(e)]
        if bad:
            self.fail("\n".join(bad))

    def assertTranslated(self, terms, entries):
        known = {entry.msgid for entry in entries if entry.msgstr.strip()}
        advice = "`make i18n` brings new terms to the files; then translate them"
        self.assertFalse(sorted(set(terms) - known), advice)

    def test_every_term_of_ours_is_translated(self):
        demo = set()
        for name in Manifest.for_addon("support_policy")["demo"]:
            demo |= set(re.findall(r'\bid="(\w+)"', (ADDON / name).read_text("utf-8")))
        rows = Terms(self.env.cr, ["support_policy"])
        terms = {
            source
            for _module, _type, _name, place, source, *_ in rows
            if str(place).removeprefix("support_policy.") not in demo
        }
        self.assertGreater(len(terms), 300)
        self.assertTranslated(terms, self.ours)
        # Odoo passes over translations of terms that the template does not name
        template = polib.pofile(str(ADDON / "i18n/support_policy.pot"))
        self.assertFalse(terms - {entry.msgid for entry in template}, "`make i18n`")

    def test_every_screen_of_the_base_module_is_translated(self):
        terms = [row[4] for row in RecordTerms(self.env.cr, ["helpdesk_mgmt"])]
        self.assertTranslated(terms, self.base)

    def test_nothing_is_half_done(self):
        self.assertEach(
            lambda e: e.msgstr.strip() and not e.fuzzy and not e.obsolete, self.all
        )

    def test_code_of_the_base_module_is_not_among_them(self):
        """Code looks for its terms in its own module: here nobody would find them."""
        self.assertEach(lambda e: "code:" not in str(e.occurrences), self.base)

    def test_both_files_use_the_same_words(self):
        base = {entry.msgid: entry.msgstr for entry in self.base}
        self.assertEach(lambda e: base.get(e.msgid, e.msgstr) == e.msgstr, self.ours)

    def test_placeholders_survive(self):
        def placeholders(text):
            return Counter(PLACEHOLDERS.findall(text))

        self.assertEach(
            lambda e: placeholders(e.msgid) == placeholders(e.msgstr), self.ours
        )
        self.assertEach(
            lambda e: (
                placeholders(e.msgid) - BY_MISTAKE
                == placeholders(e.msgstr) - BY_MISTAKE
            ),
            self.base,
        )

    def test_markup_survives(self):
        terms = [e for e in self.all if e.occurrences[0][0].startswith("model_terms:")]
        self.assertEach(
            lambda e: TAGS.findall(e.msgid) == TAGS.findall(e.msgstr), terms
        )

    def test_letters_run_from_right_to_left(self):
        """Odoo's mail layouts do not say so: the letters do it themselves."""
        letters = [e for e in self.all if e.occurrences[0][0].startswith(LETTER)]
        self.assertEqual(len(letters), 8)
        for entry in letters:
            source = etree.fromstring(f"<div>{entry.msgid}</div>")
            letter = etree.fromstring(entry.msgstr)
            self.assertEqual(letter.get("dir"), "rtl")
            for tag in ("a", "li", "table", "td", "th"):
                wanted = source.iter(tag)
                self.assertEqual(len([*letter.iter(tag)]), len([*wanted]), tag)

    def test_it_is_arabic(self):
        def text(entry):
            text = TAGS.sub("0", PLACEHOLDERS.sub("0", entry.msgstr))
            return ADDRESSES.sub("0", text)

        self.assertEach(lambda e: ARABIC.search(text(e)), self.all)
        self.assertEach(lambda e: NAMES.issuperset(LATIN.findall(text(e))), self.all)
        # Arabic punctuation and quotes, and no space before it
        self.assertEach(lambda e: not re.search(r"[,;?“”\"]", text(e)), self.all)
        self.assertEach(lambda e: not re.search(r"\S\s[،؛؟.:]", text(e)), self.all)


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
            "/new/ticket": ("تقديم تذكرة جديدة", "إرسال التذكرة"),
        }
        for address, words in pages.items():
            response = self.url_open(address)
            self.assertEqual(response.status_code, 200)
            page = html.fromstring(response.text)
            self.assertTrue(page.xpath("//*[contains(@class, 'o_rtl')]"))
            text = said(page)
            for word in words:
                self.assertIn(word, text)
