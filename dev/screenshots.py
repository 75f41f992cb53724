"""Take the README's pictures of the running demo (make run, in another terminal)."""

import os
import sys
import time
from pathlib import Path

import whatsapp
from playwright.sync_api import sync_playwright

URL = f"http://127.0.0.1:{os.environ.get('PORT') or 8069}"
PICTURES = Path(__file__).parents[1] / "static" / "img"
CHROMIUM = {
    "executable_path": "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
}
TICKETS = "/odoo/helpdesk-promises"


def simulate_eid(page):
    """A request just before Eid al-Fitr 2027, about a trainee's account."""
    page.locator("[name=received_at] button").first.click()
    page.locator("[name=received_at] input").first.fill("03/04/2027 09:30:00")
    page.keyboard.press("Tab")
    page.locator("[name=category_id] input").click()
    page.locator(".o-autocomplete--dropdown-item").nth(1).click()


def preview_closing(page):
    """What would be sent if a request were closed for a violation."""
    page.locator(".o_data_row td:has-text('سؤال للمدرب')").first.click()
    page.locator("[name=action_close_for_violation]").click()
    page.locator(".modal [name=rule_ids] input").nth(1).check()
    page.fill(".modal [name=reason] textarea", "خاض في نقاش لا علاقة له بالدبلوم.")
    page.locator(".modal [name=action_preview]").click()


def open_invoices(page):
    """The invoices of a request for a refund."""
    page.locator(".o_data_row td:has-text('استرجاع')").first.click()
    page.locator("a[name=invoices]").click()
    page.set_viewport_size({"width": 1280, "height": 1040})


def converse(page):
    """A request by WhatsApp, and an answer that has been read."""
    somebody = f"96655{int(time.time()) % 10**7:07}"  # whose conversation is new
    words = "لا أستطيع دخول المحاضرة من الجوال"
    whatsapp.say(f"{URL}/support/whatsapp/1", words, somebody)
    page.wait_for_timeout(8000)
    page.goto(f"{URL}{TICKETS}")
    page.locator(".o_data_row td:has-text('المحاضرة من الجوال')").first.click()
    page.set_viewport_size({"width": 1600, "height": 900})  # the chatter beside it
    page.locator(".o-mail-Chatter-sendMessage").click()
    page.fill(".o-mail-Composer-input", "أهلًا سارة، حدّثي التطبيق ثم جرّبي الآن.")
    page.locator(".o-mail-Composer-send").click()
    page.wait_for_timeout(12000)


#: Picture, login, page, what to click (or do) first, what to wait for.
SCENES = [
    ("simulator", "admin", "/odoo/policy-simulator", simulate_eid, "svg title"),
    ("holidays", "admin", "/odoo/public-holidays", None, ".o_data_row"),
    ("list", "leader", TICKETS, None, ".o_data_row"),
    ("ticket", "manager", TICKETS, ".o_data_row td[name=name]", ".o_support_banner"),
    ("kanban", "leader", f"{TICKETS}?view_type=kanban", None, ".o_kanban_record"),
    ("policies", "admin", "/odoo/sla-policies", None, ".o_data_row"),
    ("closing", "leader", TICKETS, preview_closing, ".o_support_notice"),
    (
        "violation",
        "compliance",
        "/odoo/violations",
        ".o_data_row td[name=name]",
        ".o_support_evidence",
    ),
    ("invoices", "finance", TICKETS, open_invoices, "[name=action_link_to_ticket]"),
    ("whatsapp", "agent", TICKETS, converse, ".o-mail-Message .fa-whatsapp"),
    ("support", None, "/support", None, "[data-policy]"),
    ("request", None, "/support/request", None, "#accept"),
    ("portal", "trainee", "/my/tickets", "td a:has-text('محاضرة')", "[name=promise]"),
]


def log_in(browser, login):
    """A page of somebody who is logged in; of a visitor, if nobody is."""
    context = browser.new_context(
        locale="ar", timezone_id="Asia/Riyadh", viewport={"width": 1280, "height": 720}
    )
    page = context.new_page()
    if not login:
        return page
    page.goto(f"{URL}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/web/login" not in url)
    return page


def take(browser, name, login, path, click, wait_for):
    """One picture, in the language of who is logged in."""
    page = log_in(browser, login)
    page.goto(f"{URL}{path}")
    if callable(click):
        click(page)
    elif click:
        page.locator(click).first.click()
    page.wait_for_selector(wait_for, state="attached")
    page.wait_for_timeout(1500)  # fonts and pictures
    page.screenshot(path=PICTURES / f"{name}.png")
    page.context.close()


def main(wanted):
    """Take the pictures named on the command line; all, if none is."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        for scene in SCENES:
            if not wanted or scene[0] in wanted:
                take(browser, *scene)
                sys.stdout.write(f"  {PICTURES / scene[0]}.png\n")


if __name__ == "__main__":
    main(sys.argv[1:])
