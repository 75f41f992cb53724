# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

{
    "name": "Support Policy",
    "summary": "Answer every request in time, or climb three tiers until it is answered",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "Services/Helpdesk",
    "author": "Support Policy maintainers",
    "website": "https://github.com/OCA/helpdesk",
    "depends": ["helpdesk_mgmt", "resource"],
    "data": [],
    "demo": [],
    "development_status": "Beta",
    "application": True,
    "installable": True,
}
