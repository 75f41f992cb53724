# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

{
    "name": "Support Policy",
    "summary": "Every request is answered in time, or climbs three tiers until it is",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "Services/Helpdesk",
    "author": "Support Policy maintainers",
    "depends": ["helpdesk_mgmt", "resource"],
    "external_dependencies": {"python": ["hijridate", "holidays"]},
    "data": [
        # Security
        "security/support_policy_security.xml",
        "security/ir.model.access.csv",
        "security/calendar_rules.xml",
        "security/sla_rules.xml",
        "security/escalation_rules.xml",
        # Data
        "data/calendar_data.xml",
        "data/calendar_holiday_data.xml",
        "data/routing_data.xml",
        "data/routing_category_data.xml",
        "data/channels_email_data.xml",
        "data/escalation_mail_data.xml",
        "data/escalation_data.xml",
        "data/sla_policy_data.xml",
        "data/sla_replan_data.xml",
        # Views
        "views/calendar_session_wizard_views.xml",
        "views/calendar_session_views.xml",
        "views/calendar_holiday_views.xml",
        "views/calendar_views.xml",
        "views/sla_ticket_banner.xml",
        "views/sla_ticket_views.xml",
        "views/sla_policy_views.xml",
        "views/sla_cycle_views.xml",
        "views/escalation_ladder_views.xml",
        "views/escalate_wizard_views.xml",
        "views/escalation_simulator_views.xml",
        "views/routing_views.xml",
        "views/res_config_settings_views.xml",
        "views/menus.xml",
        # Templates
        "views/portal_templates.xml",
    ],
    "assets": {
        "web.assets_tests": ["support_policy/static/tests/tours/**/*"],
    },
    "demo": ["demo/support_policy_demo.xml"],
    "development_status": "Beta",
    "application": True,
    "installable": True,
}
